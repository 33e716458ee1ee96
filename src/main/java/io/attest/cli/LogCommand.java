package io.attest.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.log.Chain;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogHead;
import io.attest.audit.log.RecordCheck;
import io.attest.audit.log.RememberedHeads;
import io.attest.stage.PackedLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What concerns the evidence log. */
@Command(
    name = "log",
    description = "The evidence log.",
    mixinStandardHelpOptions = true,
    subcommands = LogCommand.Verify.class)
final class LogCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with the log: verify.");
  }

  /** Checks every entry of a log. */
  @Command(
      name = "verify",
      description = {
        "Checks every entry of the evidence log: in a file that was downloaded from Attest, in the"
            + " data folder of an Attest that is stopped, or in a PostgreSQL database.",
        "Exit code 0: the log is whole, 1: it is not, 2: it could not be read."
      },
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {

    @Parameters(
        arity = "0..1",
        paramLabel = "<log.jsonl>",
        description = "A log that was downloaded (GET /api/evidence/log).")
    private Path file;

    @Option(
        names = "--data",
        paramLabel = "<folder>",
        description = "The data folder of an Attest with H2 that is stopped.")
    private Path data;

    @Option(
        names = "--database",
        paramLabel = "<jdbc-url>",
        description = "A database; the password is taken from ATTEST_DATABASE_PASSWORD.")
    private String database;

    @Option(names = "--user", paramLabel = "<name>", description = "The user of the database.")
    private String user = "";

    @Option(
        names = "--pack",
        paramLabel = "<pack.zip>",
        description = "Hold the log against the end that an evidence pack states; repeatable.")
    private List<Path> packs = new ArrayList<>();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      Quiet.logs();
      int places = (file != null ? 1 : 0) + (data != null ? 1 : 0) + (database != null ? 1 : 0);
      if (places != 1) {
        throw new ParameterException(
            spec.commandLine(), "Say which log: a file, --data or --database.");
      }
      List<LogHead> seen = new ArrayList<>();
      for (Path pack : packs) {
        seen.add(
            PackedLog.head(pack)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            pack + " was made before there was a log: it states no end.")));
      }
      if (file != null) {
        return tell(file(seen), Optional.empty());
      }
      if (data != null) {
        Path store = data.resolve("attest.mv.db");
        if (!Files.exists(store)) {
          throw new IllegalArgumentException(
              "There is no "
                  + store
                  + ". Maybe the data folder is another, or PostgreSQL is used.");
        }
        seen.addAll(new RememberedHeads(data.resolve("log-heads.txt")).all());
        String url =
            "jdbc:h2:"
                + data.toAbsolutePath().resolve("attest")
                + ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE";
        return database(new DriverManagerDataSource(url, "sa", ""), seen);
      }
      String password = Optional.ofNullable(System.getenv("ATTEST_DATABASE_PASSWORD")).orElse("");
      return database(new DriverManagerDataSource(database, user, password), seen);
    }

    private Chain file(List<LogHead> seen) throws IOException {
      Chain chain = Chain.fromTheBeginning(seen);
      ObjectMapper json = new ObjectMapper();
      long line = 0;
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
          line++;
          try {
            chain.follow(PackedLog.entry(json.readTree(text)));
          } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
            throw new IllegalArgumentException(
                file + ", line " + line + " is no entry of a log: " + e.getMessage(), e);
          }
        }
      }
      return chain.end();
    }

    private int database(DriverManagerDataSource source, List<LogHead> seen) throws IOException {
      try {
        JdbcClient jdbc = JdbcClient.create(source);
        EvidenceLog log =
            new EvidenceLog(
                jdbc,
                new TransactionTemplate(new JdbcTransactionManager(source)),
                Clock.systemUTC());
        return tell(log.check(seen), Optional.of(RecordCheck.of(log, jdbc)));
      } catch (org.springframework.dao.DataAccessException
          | org.springframework.transaction.TransactionException e) {
        throw new IOException(
            "The database does not answer: "
                + Optional.ofNullable(e.getRootCause()).orElse(e).getMessage()
                + ". Maybe Attest runs on it: then use the page Evidence, or a log downloaded"
                + " there.",
            e);
      }
    }

    private int tell(Chain chain, Optional<RecordCheck> record) {
      PrintWriter out = spec.commandLine().getOut();
      chain.broken().ifPresent(b -> out.println("BROKEN: " + b.why()));
      record.ifPresent(r -> r.faults().forEach(f -> out.println("BROKEN: " + f)));
      LogHead head = chain.head(Instant.now());
      out.println(
          chain.followed()
              + " entries are whole"
              + record
                  .map(r -> "; " + r.held() + " sections, decisions and other records held")
                  .orElse("")
              + ". The last is "
              + head.sequence()
              + ", its SHA-256 "
              + head.hash()
              + ".");
      boolean whole =
          chain.broken().isEmpty() && record.map(r -> r.faults().isEmpty()).orElse(true);
      return whole ? Cli.DONE : Cli.BLOCKED;
    }
  }
}
