package io.attest.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.rules.RuleEngine;
import io.attest.rules.RuleTableReader;
import io.attest.stage.evidence.JudgedPack;
import io.attest.stage.rules.JudgedAudit;
import io.attest.stage.rules.RuleBench;
import io.attest.stage.rules.RuleTest;
import io.attest.stage.rules.StoredAudits;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a table of rules would have said of audits that were judged before. */
@Command(
    name = "test",
    description = {
      "Asks a table of domain rules about the facts of audits that were judged before, and lists the"
          + " verdicts that would change.",
      "Exit code: 0 no verdict changes, 1 at least one does, 2 the table is broken or cannot be read."
    },
    mixinStandardHelpOptions = true)
final class RulesTestCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofDays(1);

  /** How the result is written. */
  enum Format {
    TABLE,
    JSON
  }

  @Parameters(paramLabel = "<rules.dmn>", description = "The table to test.")
  private Path table;

  @Option(
      names = "--audits",
      paramLabel = "<pack.zip|record.json|folder>",
      description =
          "Evidence packs or their records to test on; a folder is searched with those below it. If"
              + " absent, the audits in the database.")
  private List<Path> audits = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "<folder>",
      description = "The folder attest.data of the installation: database and artefacts.")
  private Path data = Path.of("data");

  @Option(
      names = "--database",
      paramLabel = "<jdbc url>",
      description =
          "The database, where it is not in that folder. User and password: the environment"
              + " variables ATTEST_DATABASE_USER and ATTEST_DATABASE_PASSWORD.")
  private String database;

  @Option(names = "--model", paramLabel = "<id>", description = "Only audits of this model.")
  private String model;

  @Option(names = "--format", description = "table (the default) or json.")
  private Format format = Format.TABLE;

  @Spec private CommandSpec spec;

  private final Supplier<RuleEngine> engine;

  RulesTestCommand(Supplier<RuleEngine> engine) {
    this.engine = engine;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.size(table) > RuleTableReader.MOST_BYTES) {
      throw new IllegalArgumentException(
          table
              + " has more than "
              + RuleTableReader.MOST_BYTES
              + " bytes: it is no table of rules.");
    }
    Quiet.logs();
    List<String> notes = new ArrayList<>();
    RuleTest test =
        new RuleBench(engine.get(), LONGEST)
            .test(
                Files.readAllBytes(table),
                String.valueOf(table.getFileName()),
                audits(notes),
                notes);
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      ObjectMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      out.println(json.writeValueAsString(test));
    } else {
      RuleTestText.write(test, out);
    }
    return test.code();
  }

  private List<JudgedAudit> audits(List<String> notes) throws IOException {
    if (audits.isEmpty()) {
      return StoredAudits.list(
          data, Optional.ofNullable(database), Optional.ofNullable(model), notes);
    }
    List<JudgedAudit> found = new ArrayList<>();
    for (Path place : audits) {
      found.addAll(JudgedPack.read(place, notes));
    }
    return found.stream().filter(a -> model == null || a.model().equals(model)).toList();
  }
}
