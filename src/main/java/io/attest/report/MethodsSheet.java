package io.attest.report;

import io.attest.audit.Artifact;
import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which methods ran, which did not, why, and how. */
final class MethodsSheet implements Sheet {

  private record Line(Section.Choice choice, Optional<Section.Explained> explained) {}

  private record Of<T>(String explainer, T value) {}

  @Override
  public String anchor() {
    return "methods_start";
  }

  @Override
  public String summary(AuditRecord record) {
    Optional<Section.Selected> selected = record.section(Section.Selected.class);
    if (selected.isEmpty()) {
      return Words.notRun("select");
    }
    long chosen = selected.get().choices().stream().filter(Section.Choice::run).count();
    int skipped = Explanations.skipped(record).size();
    return chosen
        + " chosen, "
        + (selected.get().choices().size() - chosen)
        + " refused"
        + (skipped == 0 ? "." : ", " + skipped + " of the chosen not tested.");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Selected> selected = record.section(Section.Selected.class);
    page.heading("Chosen and refused");
    selected.ifPresent(s -> page.note(decision(record)));
    page.table("methods", lines(record, selected))
        .text("Method", l -> l.choice().explainer())
        .mark("Outcome", MethodsSheet::outcome)
        .wrap("Reason", l -> l.choice().reason())
        .wrap("Parameters asked for", l -> l.choice().parameters())
        .wrap("Not tested: who and why", l -> skipped(l.explained()))
        .write(Words.notRun("select"));

    page.heading("How they ran");
    List<Of<Provenance>> ran = new ArrayList<>();
    for (Section.Explained e : record.explained()) {
      e.provenance().ifPresent(p -> ran.add(new Of<>(e.explainer(), p)));
    }
    page.table("runs", ran)
        .text("Method", Of::explainer)
        .text(
            "Measured",
            r -> r.value().space().name().equals("RAW") ? "before the link" : "response")
        .wrap("Engine", r -> r.value().engine())
        .wrap("All parameters", r -> parameters(r.value().parameters()))
        .wrap("From", r -> r.value().reference())
        .column("Seed", (c, r) -> seed(page, c, r.value().seed()))
        .count("Rows", r -> r.value().rows())
        .count("Background rows", r -> r.value().backgroundRows())
        .count("Rows predicted", r -> r.value().modelRows())
        .number("Stated error", r -> r.value().error().orElse(Double.NaN))
        .write("No method has run.");

    page.heading("What was sampled, capped or approximated");
    List<Of<String>> notes = new ArrayList<>();
    ran.forEach(r -> r.value().notes().forEach(n -> notes.add(new Of<>(r.explainer(), n))));
    page.table("approximations", notes)
        .text("Method", Of::explainer)
        .text("Note", Of::value)
        .write("Nothing was.");

    page.heading("Whole explanations");
    page.note("The sheets show a part; these files of the evidence pack hold all of it.");
    List<Of<Artifact>> files = new ArrayList<>();
    record.explained().forEach(e -> e.files().forEach(f -> files.add(new Of<>(e.explainer(), f))));
    page.table("explanations", files)
        .text("Method", Of::explainer)
        .wrap("File", f -> f.value().name())
        .hash("SHA-256", f -> f.value().sha256())
        .count("Bytes", f -> f.value().bytes())
        .write("There are no files.");

    page.heading("What the choice was based on");
    page.table(
            "selection_facts",
            List.copyOf(
                new TreeMap<>(selected.map(Section.Selected::facts).orElse(Map.of())).entrySet()))
        .text("Fact", Map.Entry::getKey)
        .text("Value", Map.Entry::getValue)
        .write(Words.notRun("select"));
  }

  private static String decision(AuditRecord record) {
    return record.engine().decisions().stream()
        .filter(d -> d.key().equals("select-explainers"))
        .reduce((a, b) -> b)
        .map(
            d ->
                "Decided by table select-explainers, version "
                    + d.version()
                    + ", decision "
                    + d.decisionId()
                    + ".")
        .orElse("Decided by table select-explainers.");
  }

  private static List<Line> lines(AuditRecord record, Optional<Section.Selected> selected) {
    Map<String, Section.Explained> heard =
        record.explained().stream()
            .collect(Collectors.toMap(Section.Explained::explainer, e -> e, (a, b) -> b));
    List<Line> lines = new ArrayList<>();
    for (boolean run : new boolean[] {true, false}) {
      for (Section.Choice c : selected.map(Section.Selected::choices).orElse(List.of())) {
        if (c.run() == run) {
          lines.add(new Line(c, Optional.ofNullable(heard.get(c.explainer()))));
        }
      }
    }
    return lines;
  }

  private static Mark outcome(Line line) {
    if (!line.choice().run()) {
      return new Mark("– Refused", Look.UNKNOWN);
    }
    if (line.explained().isEmpty()) {
      return new Mark("○ Chosen, not heard yet", Look.UNKNOWN);
    }
    return line.explained().get().skipped().isPresent()
        ? new Mark("▲ Not tested", Look.WARN)
        : new Mark("✓ Chosen, ran", Look.PASS);
  }

  private static String skipped(Optional<Section.Explained> explained) {
    return explained
        .flatMap(Section.Explained::skipped)
        .map(
            s ->
                s.unfit()
                    ? "Does not fit: " + s.reason()
                    : s.by()
                        + ", "
                        + Words.at(s.at())
                        + ": "
                        + s.reason()
                        + "\nError: "
                        + s.error())
        .orElse("");
  }

  private static String parameters(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining("; "));
  }

  private static void seed(
      Page page, org.apache.poi.xssf.usermodel.XSSFCell cell, Optional<Long> seed) {
    // A cell holds numbers as floating point: a seed must stay exact, so it is text.
    page.cells().text(cell, seed.map(String::valueOf).orElse("nothing random"), Look.TEXT);
  }
}
