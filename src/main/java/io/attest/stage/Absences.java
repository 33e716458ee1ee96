package io.attest.stage;

import io.attest.audit.Absence;
import java.time.LocalDate;
import java.util.List;

/** Who is away and who stands in. */
public interface Absences {

  /** All that were ever entered, the latest first. */
  List<Absence> all();

  /** Who could stand in for somebody: those who share a group with him, by user name. */
  List<String> deputies(String person);

  /**
   * Enters that somebody is away. If it begins today, his open tasks go to the deputy at once.
   *
   * @param by who enters it: the person, or an administrator
   * @throws IllegalArgumentException if the deputy cannot stand in, or the days are wrong
   * @throws SecurityException if {@code by} may not enter it
   */
  Absence enter(Account by, String person, String deputy, LocalDate from, LocalDate until);

  /**
   * What the deputy of an absence cannot take over, a sentence each: votes that wait for the absent
   * one, and committees in which the deputy has a vote of his own. Empty if there is nothing, and
   * of an absence that does not count any more.
   */
  List<String> left(Absence absence);

  /**
   * Takes one back. What the deputy has is his.
   *
   * @throws IllegalArgumentException if there is none of this id
   * @throws SecurityException if {@code by} is neither the person nor an administrator
   */
  void end(Account by, String id);
}
