package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.quality.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far each explanation may be believed: figures about the explanations. */
final class QualitySheet implements Sheet {
  private static final Map<String, String> AGREEMENT =
      Map.of(
          "explanation.agreement",
          "Rank correlation of what both say of each feature over all cases",
          "explanation.top_agreement",
          "Share of a case's most important features that both have",
          "explanation.sign_agreement",
          "The same, with the same sign",
          "explanation.subgroup_gap",
          "Largest difference in that share between two groups of people");

  private record Of<T>(String explainer, T value) {}

  @Override
  public String anchor() {
    return "quality_start";
  }

  @Override
  public String summary(AuditRecord record) {
    List<Of<Quality>> measured = measured(record);
    if (measured.isEmpty()) {
      return Explanations.none(record);
    }
    Optional<Of<Quality.Figure>> worst =
        figures(measured).stream()
            .filter(f -> f.value().name().equals("faithfulness"))
            .min(Comparator.comparingDouble(f -> f.value().value()));
    return Figures.count(measured.size(), "method")
        + " measured"
        + worst
            .map(
                f ->
                    "; the least faithful is "
                        + f.explainer()
                        + " ("
                        + Figures.text(f.value().value())
                        + ").")
            .orElse(".");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    List<Of<Quality>> measured = measured(record);
    if (measured.isEmpty()) {
      Explanations.missing(record, page, "figures of quality");
      return;
    }
    page.heading("Each method by itself");
    page.note(
        "On a seeded sample of the cases. From and to: where the mean over all cases lies, 95 %.");
    page.table("quality", figures(measured))
        .text("Method", Of::explainer)
        .text("Figure", f -> f.value().title())
        .number("Value", f -> f.value().value())
        .number("from", f -> f.value().low())
        .number("to", f -> f.value().high())
        .count("Cases", f -> f.value().rows())
        .wrap("What it says", f -> f.value().note())
        .write("Nothing could be measured.");
    List<Of<String>> notes = new ArrayList<>();
    measured.forEach(q -> q.value().notes().forEach(n -> notes.add(new Of<>(q.explainer(), n))));
    page.heading("What was not measured, or on fewer cases");
    page.table("quality_notes", notes)
        .text("Method", Of::explainer)
        .wrap("Note", Of::value)
        .write("Everything was measured on the whole sample.");
    page.heading("Methods against each other");
    page.note(
        "They answer different questions, so that 1 is not to be expected. Where they disagree widely,"
            + " none of them should be shown alone.");
    page.table(
            "agreement",
            record
                .section(Section.Validated.class)
                .map(Section.Validated::facts)
                .orElse(List.of())
                .stream()
                .filter(f -> AGREEMENT.containsKey(f.metric()))
                .toList())
        .wrap("Methods", Section.Fact::subject)
        .wrap("What", f -> AGREEMENT.get(f.metric()))
        .number("Value", Section.Fact::value)
        .write("There are no two methods that can be compared.");
  }

  private static List<Of<Quality>> measured(AuditRecord record) {
    List<Of<Quality>> measured = new ArrayList<>();
    record
        .explained()
        .forEach(e -> e.quality().ifPresent(q -> measured.add(new Of<>(e.explainer(), q))));
    return measured;
  }

  private static List<Of<Quality.Figure>> figures(List<Of<Quality>> measured) {
    List<Of<Quality.Figure>> figures = new ArrayList<>();
    measured.forEach(
        q -> q.value().figures().forEach(f -> figures.add(new Of<>(q.explainer(), f))));
    return figures;
  }
}
