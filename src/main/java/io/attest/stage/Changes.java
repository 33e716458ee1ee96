package io.attest.stage;

import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.explain.Attribution;
import io.attest.explain.Parameters;
import io.attest.explain.Provenance;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code model.yaml} says of changes, as parameters of the explainer {@code counterfactuals}:
 * an explainer knows no declarations.
 */
public final class Changes {
  /** How many cases an audit looks at. */
  static final int CASES = 30;

  private Changes() {}

  /**
   * The declared rules, what is wanted, and units.
   *
   * @return nothing for what the declaration is silent of
   */
  public static Parameters of(ModelSpec spec) {
    Map<String, String> out = new TreeMap<>();
    Map<String, ModelSpec.Change> changes = spec.changes().features();
    for (Map.Entry<String, String> direction :
        Map.of("immutable", "never", "rising", "rising", "falling", "falling").entrySet()) {
      put(
          out,
          direction.getKey(),
          changes.entrySet().stream()
              .filter(c -> c.getValue().direction().equals(Optional.of(direction.getValue())))
              .map(c -> quoted(c.getKey())));
    }
    put(
        out,
        "range",
        changes.entrySet().stream()
            .filter(c -> c.getValue().from().isPresent() || c.getValue().to().isPresent())
            .map(
                c ->
                    quoted(c.getKey())
                        + ":"
                        + c.getValue().from().map(String::valueOf).orElse("")
                        + ".."
                        + c.getValue().to().map(String::valueOf).orElse("")));
    put(
        out,
        "implies",
        spec.changes().implications().stream().map(i -> side(i.when()) + " -> " + side(i.then())));
    put(
        out,
        "units",
        spec.fields().stream()
            .filter(f -> !f.unit().isBlank() && f.unit().indexOf(',') < 0)
            .map(f -> quoted(f.name()) + ":" + f.unit()));
    spec.decision()
        .filter(d -> spec.task() != Task.MULTICLASS)
        .ifPresent(
            d -> {
              out.put("threshold", Double.toString(d.threshold()));
              out.put("wanted", d.favourable());
            });
    return new Parameters(out);
  }

  /** The same for an audit, with the cases that its report shows one by one. */
  static Parameters of(Snapshot snapshot, AuditSettings settings) {
    return of(snapshot.spec()).with(new Parameters(Map.of("rows", rows(snapshot, settings))));
  }

  private static void put(Map<String, String> out, String name, Stream<String> parts) {
    String text = parts.collect(Collectors.joining(", "));
    if (!text.isEmpty()) {
      out.put(name, text);
    }
  }

  /** A name with signs that mean something in a list stands in quotes. */
  private static String quoted(String name) {
    return name.chars().anyMatch(c -> ",:|".indexOf(c) >= 0) || name.contains("->")
        ? '"' + name + '"'
        : name;
  }

  private static String side(String text) {
    String name = ModelSpec.Implication.feature(text);
    return quoted(name) + text.substring(name.length());
  }

  /**
   * The shown cases that are on the wrong side, and to fill up those nearest to the right one:
   * whoever reads of a case shall also read what would have changed it.
   */
  private static String rows(Snapshot snapshot, AuditSettings settings) {
    DeclaredModel declared = snapshot.declared();
    Frame frame = snapshot.audit();
    double[] response = declared.model().predict(declared.batch(frame), OutputSpace.RESPONSE);
    LocalCases cases = new LocalCases(declared, settings.local(), settings.seed(), frame.rows());
    cases.add(0, frame, withoutFeatures(declared, frame.rows(), response));
    Optional<ModelSpec.Decision> decision =
        declared.spec().decision().filter(d -> declared.spec().task() != Task.MULTICLASS);
    List<String> shown = new ArrayList<>();
    for (Section.LocalRow row : cases.rows()) {
      boolean open =
          decision
              .map(d -> d.favourable().equals("below") != (response[row.row()] < d.threshold()))
              .orElse(true);
      if (open && shown.size() < CASES) {
        shown.add(Integer.toString(row.row()));
      }
    }
    if (shown.size() < CASES) {
      shown.add("nearest:" + (CASES - shown.size()));
    }
    return String.join(", ", shown);
  }

  /** Cases are picked by responses and labels alone. */
  private static Attribution withoutFeatures(DeclaredModel declared, int rows, double[] response) {
    List<String> outputs = declared.model().info().outputs();
    return new Attribution(
        new Provenance(
            CounterfactualSearch.NAME,
            "",
            "",
            Map.of(),
            Optional.empty(),
            "",
            OutputSpace.RESPONSE,
            rows,
            0,
            rows,
            Optional.empty(),
            List.of()),
        List.of(),
        outputs,
        rows,
        new double[0],
        new double[outputs.size()],
        response);
  }
}
