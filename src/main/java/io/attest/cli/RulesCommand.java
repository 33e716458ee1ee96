package io.attest.cli;

import io.attest.rules.RuleEngine;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with tables of domain rules. */
@Command(
    name = "rules",
    description = "Tests tables of domain rules.",
    mixinStandardHelpOptions = true)
final class RulesCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** With its commands. */
  static picocli.CommandLine line(Supplier<RuleEngine> engine) {
    return new picocli.CommandLine(new RulesCommand()).addSubcommand(new RulesTestCommand(engine));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with the rules: test.");
  }
}
