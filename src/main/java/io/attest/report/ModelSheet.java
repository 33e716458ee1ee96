package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the owner declares about the model, and what the business expects of it. */
final class ModelSheet implements Sheet {

  @Override
  public String anchor() {
    return "model_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Figures.count(record.spec().fields().size(), "feature")
        + ", "
        + Figures.count(record.spec().expectations().size(), "expectation")
        + " of the business, owner "
        + Words.inline(record.spec().owner())
        + ".";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    ModelSpec spec = record.spec();
    Optional<Section.Ingested> ingested = record.section(Section.Ingested.class);
    page.note(
        ingested
            .map(
                i ->
                    "Source: " + i.modelYaml().name() + ", SHA-256 " + i.modelYaml().sha256() + ".")
            .orElse("Source: the model's declaration; no copy of it has been taken yet."));
    page.facts("model", declared(spec, ingested));
    page.heading("Features");
    page.note("The model's inputs, in its order, and how each is expected to act on the response.");
    page.table("features", spec.fields())
        .wrap("Feature", Field::name)
        .wrap("Meaning", Field::meaning)
        .text("Type", f -> f.type() == FieldType.NUMERIC ? "number" : "levels")
        .wrap("Unit", Field::unit)
        .wrap("Allowed values", ModelSheet::allowed)
        .text(
            "Expected direction", f -> expectation(spec, f).flatMap(e -> e.direction()).orElse(""))
        .text(
            "May be used",
            f -> expectation(spec, f).map(e -> e.allowed()).orElse(true) ? "yes" : "NO")
        .wrap("Why", f -> expectation(spec, f).map(ModelSpec.Expectation::why).orElse(""))
        .write("No feature is declared.");
    page.heading("Protected attributes");
    page.table("protected", groups(spec))
        .text("Attribute", g -> g[0])
        .wrap("Group", g -> g[1])
        .text("Definition", g -> g[2])
        .write("No protected attribute is declared, so groups were not compared.");
    page.freeze(0, 1);
  }

  private static List<Page.Fact> declared(ModelSpec spec, Optional<Section.Ingested> ingested) {
    String later = Words.notRun("ingest");
    List<Page.Fact> facts = new ArrayList<>();
    facts.add(new Page.Fact("Identifier", spec.id()));
    facts.add(new Page.Fact("Name", spec.name()));
    facts.add(new Page.Fact("Version", spec.version()));
    facts.add(new Page.Fact("Owner", spec.owner()));
    facts.add(new Page.Fact("Tier", spec.tier()));
    facts.add(new Page.Fact("Purpose", spec.purpose()));
    facts.add(
        new Page.Fact(
            "Prohibited uses",
            spec.prohibitedUses().isEmpty()
                ? "none declared"
                : String.join("\n", spec.prohibitedUses())));
    facts.add(new Page.Fact("Predicts", target(spec)));
    facts.add(
        new Page.Fact(
            "Decision",
            spec.decision()
                .map(
                    d ->
                        "Threshold "
                            + Figures.text(d.threshold())
                            + " on the response; it is favourable to be "
                            + d.favourable()
                            + " it"
                            + d.costs()
                                .map(
                                    c ->
                                        "; a false positive costs "
                                            + Figures.text(c.falsePositive())
                                            + ", a false negative "
                                            + Figures.text(c.falseNegative()))
                                .orElse(""))
                .orElse("no decision is declared")));
    facts.add(
        new Page.Fact(
            "Format",
            ingested
                .map(i -> (i.format() + " " + i.libraryVersion()).strip())
                .orElse(spec.model().format())));
    facts.add(new Page.Fact("Model file", ingested.map(i -> i.modelFile().name()).orElse(later)));
    facts.add(
        new Page.Fact(
            "Model file, SHA-256", ingested.map(i -> i.modelFile().sha256()).orElse(later)));
    facts.add(
        new Page.Fact("SHA-256 pinned by the owner", spec.model().sha256().orElse("not pinned")));
    facts.add(new Page.Fact("Schedule", spec.schedule().orElse("none")));
    return facts;
  }

  private static String target(ModelSpec spec) {
    String column = "column " + spec.target().column();
    return switch (spec.task()) {
      case BINARY ->
          "probability that " + column + " is " + spec.target().positive().orElse("positive");
      case MULTICLASS ->
          "probability of each of "
              + spec.target().classes().size()
              + " classes of "
              + column
              + ": "
              + String.join(", ", spec.target().classes());
      case REGRESSION -> "the number in " + column;
    };
  }

  private static Optional<ModelSpec.Expectation> expectation(ModelSpec spec, Field field) {
    return Optional.ofNullable(spec.expectations().get(field.name()));
  }

  private static String allowed(Field field) {
    if (field.type() != FieldType.NUMERIC) {
      return String.join("; ", field.levels());
    }
    if (field.min().isEmpty() && field.max().isEmpty()) {
      return "any number";
    }
    return field.min().map(m -> "from " + Figures.text(m)).orElse("any number")
        + field.max().map(m -> " to " + Figures.text(m)).orElse("");
  }

  private static List<String[]> groups(ModelSpec spec) {
    List<String[]> out = new ArrayList<>();
    for (ModelSpec.Protected p : spec.protectedGroups()) {
      if (p.groups().isEmpty()) {
        out.add(new String[] {p.column(), "each level", "as in the data"});
      }
      for (ModelSpec.Group g : p.groups()) {
        String range =
            (g.from().map(v -> "from " + Figures.text(v) + " ").orElse("")
                    + g.below().map(v -> "below " + Figures.text(v)).orElse(""))
                .strip();
        out.add(
            new String[] {
              p.column(), g.name(), range.isEmpty() ? String.join("; ", g.levels()) : range
            });
      }
    }
    return out;
  }
}
