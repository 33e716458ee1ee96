package io.attest.stage;

import java.util.Optional;

/** The people the process engine knows: one set of names and passwords for everything. */
public interface Accounts {

  /**
   * The account, if this is its password. A wrong password makes the next answer "no" for a while,
   * whatever the password, so that passwords cannot be tried in a row.
   */
  Optional<Account> login(String name, String password);

  /** The account as it is now, with its groups; empty if it was removed. */
  Optional<Account> find(String name);

  /**
   * Does some work in the name of a person: the engine then allows what this person may do, and
   * writes the name into its history. Ends with the work, also when it fails.
   */
  void as(Account account, Work work) throws Exception;

  /** What is done in somebody's name. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }
}
