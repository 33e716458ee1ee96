package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.measure.Fairness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How groups of people fare under the decision. */
final class FairnessSheet implements Sheet {

  private record Line(Fairness.Attribute attribute, Fairness.Group group) {}

  @Override
  public String anchor() {
    return "fairness_start";
  }

  @Override
  public String summary(AuditRecord record) {
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      return Words.notRun("validate");
    }
    if (validated.get().fairness().isEmpty()) {
      return "Not tested: see the sheet for the reason.";
    }
    return lines(validated.get().fairness().get()).stream()
        .filter(l -> !l.group().small() && Double.isFinite(l.group().impactRatio()))
        .min(Comparator.comparingDouble(l -> l.group().impactRatio()))
        .map(
            l ->
                "Lowest impact ratio "
                    + Figures.text(l.group().impactRatio())
                    + ": "
                    + Words.inline(l.attribute().column())
                    + ", "
                    + Words.inline(l.group().name())
                    + ".")
        .orElse("No group is large enough to be judged.");
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Validated> validated = record.section(Section.Validated.class);
    if (validated.isEmpty()) {
      page.missing(Words.notRun("validate"));
      return;
    }
    Optional<Fairness> fairness = validated.get().fairness();
    if (fairness.isEmpty()) {
      page.missing("Not tested: groups were not compared.");
      page.missing(
          record.spec().protectedGroups().isEmpty()
              ? "The model's declaration names no protected attribute."
              : record.spec().decision().isEmpty()
                  ? "The model's declaration names no decision, so nobody is favoured or not."
                  : "The data does not hold what is needed; the notes of the tests say more.");
      return;
    }
    page.note(
        "Favourable: share with the favourable decision. Impact ratio: that share divided by the best"
            + " group's. Among the deserving: the share among those whose outcome was favourable; gap:"
            + " the best group's minus this one's.");
    page.heading("Groups");
    List<Line> lines = lines(fairness.get());
    page.table("groups", lines)
        .wrap(
            "Attribute and group",
            l ->
                l.attribute().column()
                    + ": "
                    + l.group().name()
                    + (l.group().small() ? " (small group)" : ""))
        .wrap("Attribute", l -> l.attribute().column())
        .wrap("Group", l -> l.group().name())
        .count("Rows", l -> l.group().rows())
        .percent("Favourable", l -> l.group().favourable())
        .number("Impact ratio", l -> l.group().impactRatio())
        .percent("Among the deserving", l -> l.group().truePositive())
        .number("Gap", l -> l.group().opportunityGap())
        .number("Mean score", l -> l.group().meanScore())
        .wrap("Note", l -> note(l.group()))
        .write("No group has rows.")
        .ifPresent(
            area -> {
              Area drawn = area.head(30);
              int height = Math.max(220, 120 + 24 * drawn.rows());
              page.skip(1);
              new NativeChart(page)
                  .bars(
                      new NativeChart.Place(area.left(), page.row(), 0, 760, height),
                      drawn.rows() < area.rows()
                          ? "Impact ratio (first " + drawn.rows() + " of " + area.rows() + ")"
                          : "Impact ratio",
                      "impact ratio",
                      drawn.column(0),
                      drawn.column(5));
              page.skip(NativeChart.rows(page.sheet(), height));
            });
    page.heading("Rows in no group");
    page.table("unassigned", fairness.get().attributes())
        .text("Attribute", Fairness.Attribute::column)
        .count("Rows", Fairness.Attribute::unassigned)
        .text(
            "Reason",
            a ->
                a.unassigned() == 0
                    ? "none: every row is in a group"
                    : "missing, or in no declared group")
        .write("No attribute was compared.");
    page.heading("Notes of the tests");
    page.table("fairness_notes", fairness.get().notes())
        .text("Note", n -> n)
        .write("Nothing to note.");
  }

  private static String note(Fairness.Group group) {
    if (group.small()) {
      return "Small group: the counts are shown, the ratio is not judged.";
    }
    return group.impactRatio() == 1 ? "Best group." : "";
  }

  private static List<Line> lines(Fairness fairness) {
    List<Line> out = new ArrayList<>();
    fairness.attributes().forEach(a -> a.groups().forEach(g -> out.add(new Line(a, g))));
    return out;
  }
}
