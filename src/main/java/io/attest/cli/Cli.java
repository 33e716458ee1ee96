package io.attest.cli;

import io.attest.data.UnreadableTable;
import io.attest.rules.RuleEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line of Attest.
 *
 * <p>Exit codes: 0 done (of an audit: passed, perhaps with warnings), 1 the audit has findings that
 * block, 2 it could not run.
 */
@Command(
    name = "attest",
    description = "Audits machine-learning models. Without a command it serves.",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Version.class,
    subcommands = {
      PredictCommand.class,
      ExplainCommand.class,
      ReasonsCommand.class,
      VerifyCommand.class,
      GateCommand.class,
      LabelsCommand.class,
      LogCommand.class,
      ModelsCommand.class
    })
public final class Cli implements Runnable {

  /** Done. */
  public static final int DONE = 0;

  /** The audit has findings that block. */
  public static final int BLOCKED = 1;

  /** It could not run. */
  public static final int FAILED = 2;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error arose.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  private Cli() {}

  /**
   * Runs a command.
   *
   * @param out where results go
   * @param err where messages go
   * @return the exit code
   */
  public static int run(String[] args, Auditor auditor, PrintWriter out, PrintWriter err) {
    return run(
        args,
        auditor,
        () -> {
          throw new IllegalStateException("No engine for rules was given to the command line.");
        },
        out,
        err);
  }

  /**
   * Runs a command.
   *
   * @param rules supplies what asks tables of rules, when a command needs it
   * @param out where results go
   * @param err where messages go
   * @return the exit code
   */
  public static int run(
      String[] args,
      Auditor auditor,
      Supplier<RuleEngine> rules,
      PrintWriter out,
      PrintWriter err) {
    Cli cli = new Cli();
    CommandLine line = new CommandLine(cli);
    line.addSubcommand(new AuditCommand(auditor));
    line.addSubcommand(new ReproduceCommand(rules));
    line.addSubcommand(new RetentionCommand(System::getenv));
    line.addSubcommand(RulesCommand.line(rules));
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, at, parsed) -> cli.tell(e, at.getErr()));
    line.setParameterExceptionHandler((e, given) -> misused(e));
    int code = line.execute(args);
    out.flush();
    err.flush();
    return code;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which command to run.");
  }

  private static int misused(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("attest: " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    }
    return FAILED;
  }

  private int tell(Exception e, PrintWriter err) {
    boolean expected =
        e instanceof UnreadableTable
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException
            || e instanceof IOException;
    err.println("attest: " + words(e));
    if (verbose) {
      e.printStackTrace(err);
    } else if (!expected) {
      err.println("This is a fault of the program. Run it again with --verbose to see where.");
    }
    return FAILED;
  }

  /** Of some faults the library says no more than the name of a file or of a class. */
  private static String words(Exception e) {
    boolean bare = e.getCause() != null && e.getCause().toString().equals(e.getMessage());
    Throwable fault = bare ? e.getCause() : e;
    if (fault instanceof NoSuchFileException gone && gone.getReason() == null) {
      return "There is no file "
          + gone.getFile()
          + ". Maybe the path is wrong: paths begin at "
          + Path.of("").toAbsolutePath()
          + ".";
    } else if (fault instanceof AccessDeniedException denied && denied.getReason() == null) {
      return "The system does not let " + denied.getFile() + " be opened. Maybe its owner must.";
    } else if (fault instanceof ConnectException) {
      return "Nobody answers there. Maybe Attest does not run, or runs at another address or port.";
    }
    return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getName());
  }

  /** The version that stands in the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {"Attest " + (version == null ? "(built from source)" : version)};
    }
  }
}
