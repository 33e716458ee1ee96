package io.attest.stage.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Section;
import io.attest.explain.Explainers;
import io.attest.explain.Progress;
import io.attest.model.plugin.Plugins;
import io.attest.rules.RuleEngine;
import io.attest.stage.Correlate;
import io.attest.stage.Drift;
import io.attest.stage.EngineHistory;
import io.attest.stage.Explain;
import io.attest.stage.Snapshot;
import io.attest.stage.StageTask;
import io.attest.stage.Validate;
import io.attest.stage.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs an audit again from its evidence pack alone and compares every number: in a temporary
 * folder, without a server, with the data, the model, the declaration, the parameters and the seeds
 * of the pack. What cannot be run again is listed with its reason.
 */
public final class Reproduction {

  private static final String FOR_REMOTE =
      "the model is on a server, which is not asked unless that is allowed (--remote)";

  private final Settings settings;
  private final RuleEngine rules;
  private final Consumer<Line> listener;

  /**
   * @param settings how to compare
   * @param rules asks the packed table of rules
   * @param listener hears of each line as soon as it is known
   */
  public Reproduction(Settings settings, RuleEngine rules, Consumer<Line> listener) {
    this.settings = settings;
    this.rules = rules;
    this.listener = listener;
  }

  /**
   * How to run and compare.
   *
   * @param tolerance largest relative difference that counts as the same
   * @param floor two numbers that are nearer than this are the same
   * @param remote whether a model on a server may be asked; the pack says where it is
   * @param plugins jars whose code may run
   */
  public record Settings(double tolerance, double floor, boolean remote, Plugins plugins) {
    public Settings {
      if (!(tolerance >= 0) || !(floor >= 0)) {
        throw new IllegalArgumentException("A tolerance is 0 or more. Maybe 1e-9.");
      }
    }
  }

  /** How one line ended. */
  public enum Outcome {
    /** Every number is within the tolerance, and everything else is the same. */
    SAME,
    /** Something is not. */
    DIFFERENT,
    /** It could not be run again. */
    NOT_REPRODUCED,
    /** There was nothing: it did not run in the audit either. */
    NOTHING
  }

  /**
   * What was compared of one method or stage.
   *
   * @param numbers how many
   * @param largest relative difference
   * @param why in words, where it is not the same
   */
  public record Line(String what, long numbers, double largest, Outcome outcome, String why) {}

  /**
   * All lines.
   *
   * @param versions what differs between the machine then and this one, a sentence each
   */
  public record Result(String audit, List<Line> lines, List<String> versions) {
    public Result {
      lines = List.copyOf(lines);
      versions = List.copyOf(versions);
    }

    /** True if everything that had been found was found again. */
    public boolean reproduced() {
      return lines.stream()
          .noneMatch(
              l -> l.outcome() == Outcome.DIFFERENT || l.outcome() == Outcome.NOT_REPRODUCED);
    }

    /** What could not be run again, by name. */
    public List<String> missing() {
      return lines.stream()
          .filter(l -> l.outcome() == Outcome.NOT_REPRODUCED)
          .map(Line::what)
          .toList();
    }

    public long numbers() {
      return lines.stream().mapToLong(Line::numbers).sum();
    }

    public double largest() {
      return lines.stream().mapToDouble(Line::largest).max().orElse(0);
    }
  }

  /**
   * Runs a pack again.
   *
   * @throws IllegalArgumentException if it is no evidence pack, or a file of it is not as it was
   * @throws IOException if it cannot be read
   */
  public Result run(Path pack) throws IOException {
    EvidenceCheck check = EvidenceCheck.of(pack);
    if (!check.intact()) {
      throw new IllegalArgumentException(
          pack
              + " is not as it was made: "
              + check.files().stream()
                  .filter(f -> f.state() != EvidenceCheck.State.INTACT)
                  .map(f -> f.path() + " is " + f.state().name().toLowerCase(java.util.Locale.ROOT))
                  .toList()
              + ". Nothing is run from it.");
    }
    try (UnpackedAudit audit = UnpackedAudit.of(pack, settings.plugins())) {
      List<Line> lines = new ArrayList<>();
      Consumer<Line> add =
          line -> {
            lines.add(line);
            listener.accept(line);
          };
      if (audit.remote() && !settings.remote()) {
        for (String stage : audit.packedStages()) {
          add.accept(not(stage, FOR_REMOTE));
        }
      } else {
        add.accept(
            stage(
                audit,
                "correlate",
                task -> new Correlate(audit.audits(), audit.snapshots()).run(task)));
        explanations(audit, add);
        drift(audit).ifPresent(add);
        validation(audit, add);
        add.accept(findings(audit));
      }
      return new Result(audit.id(), lines, audit.versions());
    }
  }

  /** Runs a stage. */
  private interface Run {
    void run(StageTask task);
  }

  private Line stage(UnpackedAudit audit, String stage, Run run) {
    Optional<JsonNode> then = audit.packed(stage, "");
    if (then.isEmpty()) {
      return new Line(stage, 0, 0, Outcome.NOTHING, "this stage did not run in the audit");
    }
    try {
      run.run(task(audit, Map.of()));
    } catch (RuntimeException e) {
      return not(stage, reason(e));
    }
    Numbers numbers = new Numbers(settings.floor());
    numbers.tree(stage, then.get(), audit.now(stage, "").orElseThrow());
    return line(stage, numbers);
  }

  private void explanations(UnpackedAudit audit, Consumer<Line> add) throws IOException {
    Explain explain =
        new Explain(
            audit.audits(), audit.artifacts(), audit.snapshots(), java.time.Clock.systemUTC());
    for (String name : audit.explainers()) {
      JsonNode then = audit.packed("explain", name).orElseThrow();
      JsonNode skipped = then.path("skipped");
      if (skipped.isObject() && !skipped.path("by").asText().isEmpty()) {
        audit.restore("explain", name);
        add.accept(
            new Line(
                name,
                0,
                0,
                Outcome.NOTHING,
                "skipped in the audit by "
                    + skipped.path("by").asText()
                    + ": "
                    + skipped.path("reason").asText()));
        continue;
      }
      add.accept(explanation(audit, explain, name, then));
    }
  }

  private Line explanation(UnpackedAudit audit, Explain explain, String name, JsonNode then)
      throws IOException {
    try {
      Explainers.all().explainer(name);
      explain.run(task(audit, Map.of("explainer", name)));
    } catch (RuntimeException e) {
      audit.restore("explain", name); // so that the facts can be found from what was packed
      return not(name, reason(e));
    }
    JsonNode now = audit.now("explain", name).orElseThrow();
    Numbers numbers = new Numbers(settings.floor());
    Map<String, JsonNode> files = new HashMap<>();
    now.path("files").forEach(f -> files.put(f.path("name").asText(), f));
    for (JsonNode file : then.path("files")) {
      String table = file.path("name").asText();
      JsonNode same = files.remove(table);
      if (same == null) {
        numbers.tree(table, file, com.fasterxml.jackson.databind.node.MissingNode.getInstance());
      } else {
        numbers.parquet(table, audit.file("explanations/" + table), audit.artifact(same));
      }
    }
    numbers.tree(name + ".result", then.path("result"), now.path("result"));
    numbers.tree(name + ".quality", then.path("quality"), now.path("quality"));
    numbers.tree(name + ".provenance", then.path("provenance"), now.path("provenance"));
    numbers.tree(
        name + ".skipped.reason",
        then.path("skipped").path("reason"),
        now.path("skipped").path("reason"));
    return line(name, numbers);
  }

  /**
   * The training rows are in the pack. Where the baseline is another audit, with a pack of its own,
   * what is said of drift stands in the pack alone: its facts and findings are found from it, but
   * nobody can say from this pack whether it is right.
   */
  private Optional<Line> drift(UnpackedAudit audit) throws IOException {
    Optional<JsonNode> then = audit.packed("drift", "");
    if (then.isEmpty()) {
      return Optional.empty();
    }
    JsonNode baseline = then.get().path("baseline");
    if (!baseline.isObject()) {
      audit.restore("drift", "");
      return Optional.of(
          new Line(
              "drift",
              0,
              0,
              Outcome.NOTHING,
              "compared with nothing: " + then.get().path("why").asText()));
    }
    if (!baseline.path("kind").asText().equals("training")) {
      audit.restore("drift", "");
      return Optional.of(
          not(
              "drift",
              "it was measured against the audit "
                  + baseline.path("audit").asText()
                  + ", which is not in this pack; facts and findings are worked out from what"
                  + " stands in the pack"));
    }
    try {
      Snapshot now = audit.snapshots().load(audit.id());
      JsonNode labelled = then.get().path("labelled");
      audit
          .audits()
          .save(
              audit.id(),
              Drift.withTraining(
                  then.get().path("why").asText(),
                  labelled.isObject()
                      ? Optional.of(Drift.labelled(labelled.path("audit").asText(), now))
                      : Optional.empty(),
                  now));
    } catch (RuntimeException e) {
      audit.restore("drift", "");
      return Optional.of(not("drift", reason(e)));
    }
    Numbers numbers = new Numbers(settings.floor());
    numbers.tree("drift", then.get(), audit.now("drift", "").orElseThrow());
    return Optional.of(line("drift", numbers));
  }

  private void validation(UnpackedAudit audit, Consumer<Line> add) {
    Optional<JsonNode> then = audit.packed("validate", "");
    if (then.isEmpty()) {
      add.accept(
          new Line("validate", 0, 0, Outcome.NOTHING, "this stage did not run in the audit"));
      return;
    }
    try {
      new Validate(audit.audits(), audit.snapshots(), audit.artifacts()).run(task(audit, Map.of()));
    } catch (RuntimeException e) {
      add.accept(not("validate", reason(e)));
      return;
    }
    JsonNode now = audit.now("validate", "").orElseThrow();
    Map<String, Boolean> parts = new TreeMap<>();
    then.get().fieldNames().forEachRemaining(part -> parts.put(part, true));
    now.fieldNames().forEachRemaining(part -> parts.put(part, true));
    for (String part : parts.keySet()) {
      Numbers numbers = new Numbers(settings.floor());
      numbers.tree(part, then.get().path(part), now.path(part));
      add.accept(line(part, numbers));
    }
  }

  private Line findings(UnpackedAudit audit) throws IOException {
    Optional<JsonNode> then = audit.packed("verdict", "");
    Optional<byte[]> table = audit.rules();
    if (then.isEmpty()) {
      return new Line("findings", 0, 0, Outcome.NOTHING, "this stage did not run in the audit");
    }
    if (audit.now("validate", "").isEmpty()) {
      return not("findings", "the facts could not be found again");
    }
    if (table.isEmpty()) {
      return not("findings", "the pack has no bpmn/domain-rules.dmn");
    }
    try {
      List<Section.Fact> facts =
          audit.audits().require(audit.id(), Section.Validated.class).facts();
      RuleEngine.RuleBook book = rules.open(table.get(), "bpmn/domain-rules.dmn of the pack");
      List<EngineHistory.Judgement> judgements = new ArrayList<>();
      for (Section.Fact fact : facts) {
        judgements.add(
            new EngineHistory.Judgement(
                judgements.size(),
                "",
                "",
                book
                    .ask(
                        new RuleEngine.Question(
                            fact.metric(),
                            fact.subject(),
                            fact.value(),
                            audit.tier(),
                            audit.domain()))
                    .stream()
                    .map(RuleEngine.Answer::outputs)
                    .toList()));
      }
      JsonNode now = audit.json(Verdict.judge(facts, judgements));
      Numbers numbers = new Numbers(settings.floor());
      numbers.tree("verdict", then.get().path("verdict"), now.path("verdict"));
      numbers.tree(
          "findings", withoutIds(then.get().path("findings")), withoutIds(now.path("findings")));
      return line("findings", numbers);
    } catch (RuntimeException e) {
      return not("findings", reason(e));
    }
  }

  /** The engine's number of an evaluation is another each time. */
  private static JsonNode withoutIds(JsonNode findings) {
    JsonNode copy = findings.deepCopy();
    copy.forEach(
        f ->
            ((com.fasterxml.jackson.databind.node.ObjectNode) f)
                .remove(List.of("decisionId", "rulesVersion")));
    return copy;
  }

  private static StageTask task(UnpackedAudit audit, Map<String, Object> more) {
    Map<String, Object> variables = new HashMap<>(more);
    variables.put("reworkParameters", audit.parameters());
    return new StageTask(audit.id(), variables, Progress.NONE);
  }

  private Line line(String what, Numbers numbers) {
    boolean same = numbers.other().isEmpty() && numbers.largest() <= settings.tolerance();
    return new Line(
        what,
        numbers.compared(),
        numbers.largest(),
        same ? Outcome.SAME : Outcome.DIFFERENT,
        same ? "" : numbers.other().orElse(numbers.where()));
  }

  private static Line not(String what, String why) {
    return new Line(what, 0, 0, Outcome.NOT_REPRODUCED, why);
  }

  private static String reason(RuntimeException e) {
    Throwable at = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
  }

  /** Reads a tree; a pack that passed the check and has none is no pack of ours. */
  static JsonNode parse(ObjectMapper json, byte[] bytes, String name) {
    try {
      return json.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          name + " of the pack cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
