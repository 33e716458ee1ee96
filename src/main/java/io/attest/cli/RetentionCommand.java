package io.attest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What a server would remove and what is held there; sets and lifts holds. */
@Command(
    name = "retention",
    description = {
      "Lists what a server of Attest would remove under its rules of retention, and when, and what"
          + " is on legal hold and why. Removes nothing.",
      "For auditors and administrators. The password is read from ATTEST_PASSWORD.",
      "Exit code: 0 done; 2 it could not."
    },
    mixinStandardHelpOptions = true)
final class RetentionCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  enum Format {
    TABLE,
    JSON
  }

  /** What is held, and why. */
  static final class Held {
    @Parameters(paramLabel = "<audit>", description = "The audit, by its number.")
    private String subject;

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "<text>",
        description = "Why; the log keeps it.")
    private String reason;

    @Option(
        names = "--model",
        description = "The id is that of a model: it is about all its audits.")
    private boolean model;
  }

  @Option(
      names = "--server",
      scope = ScopeType.INHERIT,
      paramLabel = "<url>",
      defaultValue = "http://localhost:8080",
      description = "Where Attest runs; ${DEFAULT-VALUE} if absent.")
  private URI server;

  @Option(
      names = "--user",
      scope = ScopeType.INHERIT,
      paramLabel = "<name>",
      description = "An auditor or administrator; ATTEST_USER if absent.")
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--format",
      scope = ScopeType.INHERIT,
      description = "table or json; table if absent.")
  private Format format = Format.TABLE;

  @Spec private CommandSpec spec;

  private final UnaryOperator<String> environment;

  /**
   * @param environment gives a variable of the environment, or null
   */
  RetentionCommand(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerCall call = server();
    JsonNode plan = call.get("/api/evidence/retention");
    JsonNode holds = call.get("/api/evidence/holds");
    if (!plan.path("audits").isArray() || !holds.isArray()) {
      throw new IOException(server + " does not answer as Attest. Maybe --server is another.");
    }
    if (format == Format.JSON) {
      out().println(JSON.writeValueAsString(((ObjectNode) plan).set("holds", holds)));
    } else {
      tell(plan, holds);
    }
    return Cli.DONE;
  }

  @Command(
      name = "hold",
      description = {
        "Sets a legal hold: what is held is not removed. The log keeps who and why.",
        "Exit code: 0 it is set; 2 it could not be."
      },
      mixinStandardHelpOptions = true)
  int hold(@Mixin Held held) throws IOException, InterruptedException {
    return change("/api/evidence/holds", held, true);
  }

  @Command(
      name = "lift",
      description = {
        "Lifts a legal hold. The log keeps who and why.",
        "Exit code: 0 it is lifted; 2 it could not be."
      },
      mixinStandardHelpOptions = true)
  int lift(@Mixin Held held) throws IOException, InterruptedException {
    return change("/api/evidence/holds/release", held, false);
  }

  private int change(String path, Held of, boolean held) throws IOException, InterruptedException {
    ObjectNode order = JSON.createObjectNode();
    order.put("kind", of.model ? "model" : "audit");
    order.put("subject", of.subject);
    order.put("reason", of.reason);
    server().post(path, order);
    if (format == Format.JSON) {
      out().println(JSON.writeValueAsString(order.put("held", held)));
    } else {
      out()
          .println(
              (of.model ? "The audits of the model " : "The audit ")
                  + of.subject
                  + (of.model ? " are " : " is ")
                  + (held ? "held." : "no longer held."));
    }
    return Cli.DONE;
  }

  private ServerCall server() {
    return new ServerCall(server, user, environment);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void tell(JsonNode plan, JsonNode holds) {
    PrintWriter out = out();
    out.println(
        plan.path("enabled").asBoolean()
            ? "Removal is switched on and runs once a day."
            : "Removal is switched off: this is what it would do.");
    out.println("Due now: " + plan.path("audits").size());
    plan.path("audits").forEach(due -> out.println(line(due, "goes")));
    out.println("Due later: " + plan.path("coming").size());
    plan.path("coming").forEach(due -> out.println(line(due, "will go")));
    out.println("Uploads due now: " + plan.path("uploads").size());
    plan.path("uploads")
        .forEach(
            u ->
                out.println(
                    "  " + text(u, "upload") + ", " + day(u, "since") + ", " + text(u, "rule")));
    out.println("On hold: " + holds.size());
    holds.forEach(
        h ->
            out.println(
                "  "
                    + text(h, "kind")
                    + " "
                    + text(h, "subject")
                    + ", since "
                    + day(h, "at")
                    + " by "
                    + text(h, "by")
                    + ": "
                    + text(h, "reason")));
    out.println(
        "Not due yet, or still going on: "
            + plan.path("notYet").asLong()
            + ". Kept for ever: "
            + plan.path("forEver").asLong()
            + ".");
  }

  private static String line(JsonNode due, String goes) {
    String kept = text(due, "kept");
    return String.format(
        Locale.ROOT,
        "  %-40s %s  %s",
        text(due, "audit"),
        day(due, "due"),
        kept.isEmpty()
            ? goes + ": " + text(due, "rule")
            : "stays: " + kept + " (" + text(due, "rule") + ")");
  }

  private static String day(JsonNode of, String name) {
    String time = text(of, name);
    return time.length() > 10 ? time.substring(0, 10) : time;
  }

  /** On one line, without what a terminal would obey. */
  private static String text(JsonNode of, String name) {
    return of.path(name).asText().replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
  }
}
