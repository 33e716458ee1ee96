package io.attest.cli;

import io.attest.stage.EvidenceCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether an evidence pack is as it was made. */
@Command(
    name = "verify",
    description = {
      "Holds every file of an evidence pack against the hash that its manifest states.",
      "Exit code 0: all files are intact, 1: some are not, 2: it could not be read."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "<pack.zip>", description = "The evidence pack.")
  private Path pack;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    EvidenceCheck check = EvidenceCheck.of(pack);
    PrintWriter out = spec.commandLine().getOut();
    for (EvidenceCheck.Checked file : check.files()) {
      if (file.state() != EvidenceCheck.State.INTACT) {
        out.println(word(file.state()) + ": " + file.path());
      }
    }
    out.println(
        pack.getFileName()
            + ": "
            + check.count(EvidenceCheck.State.INTACT)
            + " of "
            + check.files().size()
            + " files are intact. The pack's own SHA-256 is "
            + check.packSha256()
            + ": hold it against the audit page.");
    return check.intact() ? Cli.DONE : Cli.BLOCKED;
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
