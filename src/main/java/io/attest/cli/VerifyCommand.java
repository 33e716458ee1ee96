package io.attest.cli;

import io.attest.audit.signature.Signed;
import io.attest.stage.evidence.EvidenceCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether an evidence pack is as it was made. */
@Command(
    name = "verify",
    description = {
      "Holds every file of an evidence pack against the hash that its manifest states.",
      "Checks the signatures of pack and workbook, where there are any.",
      "Exit code 0: all is intact, 1: something is not, or (with --truststore) it is not signed by"
          + " somebody trusted, 2: it could not be read."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "<pack.zip>", description = "The evidence pack.")
  private Path pack;

  @Option(
      names = "--truststore",
      paramLabel = "<file>",
      description = {
        "PKCS#12 or JKS file with the certificates that you trust; its password, if it has one, is"
            + " taken from the environment variable ATTEST_TRUSTSTORE_PASSWORD."
      })
  private Path truststore;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Quiet.logs();
    EvidenceCheck check = EvidenceCheck.of(pack, trusted());
    PrintWriter out = spec.commandLine().getOut();
    for (EvidenceCheck.Checked file : check.files()) {
      if (file.state() != EvidenceCheck.State.INTACT) {
        out.println(word(file.state()) + ": " + file.path());
      }
    }
    out.println("pack: " + check.signature().map(Signed::inWords).orElse("not signed"));
    if (check.workbook().isEmpty()) {
      out.println("workbook: not signed");
    }
    check.workbook().forEach(signed -> out.println("workbook: " + signed.inWords()));
    out.println(
        pack.getFileName()
            + ": "
            + check.count(EvidenceCheck.State.INTACT)
            + " of "
            + check.files().size()
            + " files are intact. The pack's own SHA-256 is "
            + check.packSha256()
            + ": hold it against the audit page.");
    return check.intact() && (truststore == null || check.trusted()) ? Cli.DONE : Cli.BLOCKED;
  }

  private Optional<KeyStore> trusted() throws IOException {
    if (truststore == null) {
      return Optional.empty();
    }
    String password = System.getenv("ATTEST_TRUSTSTORE_PASSWORD");
    try {
      return Optional.of(
          KeyStore.getInstance(
              truststore.toFile(), password == null ? null : password.toCharArray()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "The truststore "
              + truststore
              + " cannot be opened: "
              + e.getMessage()
              + ". Maybe set ATTEST_TRUSTSTORE_PASSWORD.",
          e);
    }
  }

  private static String word(EvidenceCheck.State state) {
    return switch (state) {
      case INTACT -> "intact";
      case CHANGED -> "CHANGED";
      case MISSING -> "MISSING";
      case ADDED -> "NOT LISTED";
    };
  }
}
