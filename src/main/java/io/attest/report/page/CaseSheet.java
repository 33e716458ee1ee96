package io.attest.report.page;

import io.attest.audit.CaseExplanation;
import io.attest.audit.CaseExplanation.CaseDecision;
import io.attest.audit.CaseExplanation.Contributions;
import io.attest.audit.CaseExplanation.OutputResponse;
import io.attest.audit.CaseExplanation.SimilarRow;
import io.attest.audit.CaseExplanation.Subject;
import io.attest.audit.CaseExplanation.Value;
import io.attest.audit.Section.Contribution;
import io.attest.model.OutputSpace;
import io.attest.report.Figures;
import io.attest.report.chart.Waterfall;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The explanation of one case, arranged for a page: in sentences, and with its chart drawn. */
public final class CaseSheet {
  private static final int NAMED = 3;
  private static final int SHOWN = 12;

  /** From this share of all contributions on, a reason is strong; from that on, it counts. */
  private static final double STRONG = 0.2;

  private static final double SOME = 0.05;

  private final CaseExplanation found;

  public CaseSheet(CaseExplanation found) {
    this.found = found;
  }

  /** A feature in the table of contributions. */
  public record Line(String feature, String value, double contribution, boolean guarded) {}

  /** What two methods say of one feature. */
  public record Beside(String feature, double contribution, double line, boolean sameSign) {}

  /**
   * A reason in the words for the person concerned.
   *
   * @param strength {@code strongly} or {@code noticeably}
   */
  public record Reason(String feature, String meaning, String value, String strength) {}

  /** What one feature added before and after a change. */
  public record Moved(
      String feature, String before, String after, double was, double now, boolean changed) {

    public double by() {
      return now - was;
    }
  }

  public CaseExplanation found() {
    return found;
  }

  /** Which case, in words. */
  public String name() {
    Subject subject = found.subject();
    if (subject.row().isEmpty()) {
      return "A case that was typed in";
    }
    return "Case "
        + subject.id()
        + (subject.changed().isEmpty() ? "" : ", with other values")
        + (subject.id().equals(Long.toString(subject.row().get()))
            ? ""
            : " (row " + subject.row().get() + ")");
  }

  /** What the model says, in one sentence. */
  public String says() {
    CaseExplanation.Answer answer = found.answer();
    String figure = Figures.text(answer.response());
    return answer.responses().size() > 1
        ? "The model says " + answer.output() + " (" + Figures.percent(answer.response()) + ")."
        : "The model says " + figure + " for " + answer.output() + ".";
  }

  /** What follows from it; empty where the model decides nothing. */
  public String decision() {
    return found.answer().decision().map(CaseDecision::words).orElse("");
  }

  /** {@code pass}, {@code warn} or {@code none}: for the look only. */
  public String look() {
    return found.answer().decision().map(d -> d.favoured() ? "pass" : "warn").orElse("none");
  }

  /** The largest other outputs. */
  public List<OutputResponse> others() {
    return found.answer().responses().stream()
        .filter(o -> !o.output().equals(found.answer().output()))
        .sorted(Comparator.comparingDouble(OutputResponse::response).reversed())
        .limit(SHOWN)
        .toList();
  }

  /** How many of a list are told at most. */
  public int shown() {
    return SHOWN;
  }

  /** The contributions as a chart. */
  public String waterfall() {
    return found
        .contributions()
        .map(
            c ->
                new Waterfall(
                        name() + ": from the base value to the prediction",
                        c.output() + (c.space() == OutputSpace.RAW ? ", before the link" : ""),
                        c.baseValue(),
                        c.features().stream()
                            .map(f -> new Waterfall.Step(f.feature(), value(f), f.contribution()))
                            .toList(),
                        c.prediction())
                    .svg())
        .orElse("");
  }

  private String value(Contribution c) {
    return found.value(c.feature()).map(Value::words).orElse(c.value());
  }

  /** Every feature, largest contribution first. */
  public List<Line> lines() {
    return found.contributions().map(Contributions::features).orElse(List.of()).stream()
        .map(
            c ->
                new Line(
                    c.feature(),
                    value(c),
                    c.contribution(),
                    found.value(c.feature()).map(Value::guarded).orElse(false)))
        .toList();
  }

  /** The contributions in a sentence. */
  public String reading() {
    return found.contributions().map(this::reading).orElse("");
  }

  private String reading(Contributions c) {
    String up = strongest(c.features(), 1);
    String down = strongest(c.features(), -1);
    if (up.isEmpty() && down.isEmpty()) {
      return "No feature moves the answer away from the base value.";
    }
    return Stream.of(
            up.isEmpty() ? "" : "What raises the answer most: " + up + ".",
            down.isEmpty() ? "" : "What lowers it most: " + down + ".")
        .filter(s -> !s.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private String strongest(List<Contribution> all, int sign) {
    return all.stream()
        .filter(c -> Math.signum(c.contribution()) == sign)
        .limit(NAMED)
        .map(
            c ->
                c.feature()
                    + (value(c).isEmpty() ? "" : " = " + value(c))
                    + " ("
                    + Figures.signed(c.contribution())
                    + ")")
        .collect(Collectors.joining(", "));
  }

  /** What the scale of the contributions is, in a sentence. */
  public String scale() {
    return found
        .contributions()
        .map(
            c ->
                c.space() == OutputSpace.RAW
                    ? "Measured before the link (log-odds or margin): figures add up there, and are"
                        + " not differences in probability."
                    : "Measured on the answer itself.")
        .orElse("");
  }

  /** What the contributions are counted in; empty if there are none. */
  public String contributionUnit() {
    return found.contributions().map(c -> unit(c.space())).orElse("");
  }

  /** What the line near the case is counted in; empty if there is none. */
  public String lineUnit() {
    return found.line().map(l -> unit(l.space())).orElse("");
  }

  private String unit(OutputSpace space) {
    boolean chances =
        found.answer().responses().size() > 1 || found.answer().decision().isPresent();
    if (!chances) {
      return space == OutputSpace.RAW ? "before the link" : "of the answer";
    }
    return space == OutputSpace.RAW ? "log-odds or margin" : "probability";
  }

  /** Line and contributions side by side, the largest contributions first. */
  public List<Beside> beside() {
    if (found.line().isEmpty() || found.contributions().isEmpty()) {
      return List.of();
    }
    Map<String, Double> line =
        found.line().get().contributions().stream()
            .collect(Collectors.toMap(Contribution::feature, Contribution::contribution));
    return found.contributions().get().features().stream()
        .filter(c -> line.containsKey(c.feature()))
        .limit(SHOWN)
        .map(
            c ->
                new Beside(
                    c.feature(),
                    c.contribution(),
                    line.get(c.feature()),
                    Math.signum(c.contribution()) == Math.signum(line.get(c.feature()))))
        .toList();
  }

  /** How a near row differs, in a few words. */
  public String differs(SimilarRow row) {
    if (row.differs().isEmpty()) {
      return "in nothing";
    }
    String first =
        row.differs().stream()
            .limit(4)
            .map(d -> d.feature() + ": " + d.value())
            .collect(Collectors.joining("; "));
    return row.differs().size() > 4
        ? first + "; and " + (row.differs().size() - 4) + " more"
        : first;
  }

  /** What became of the near rows, in a sentence; empty where that is not known. */
  public String neighbours() {
    List<SimilarRow> rows = found.similar().map(CaseExplanation.Similar::rows).orElse(List.of());
    Map<String, Long> labels =
        rows.stream()
            .filter(r -> !r.label().isEmpty())
            .collect(Collectors.groupingBy(SimilarRow::label, Collectors.counting()));
    if (labels.isEmpty()) {
      return "";
    }
    return "Of the "
        + Figures.count(rows.size(), "nearest row")
        + ": "
        + labels.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "))
        + ".";
  }

  // --- for the person concerned ---------------------------------------------------------------

  /** What was decided, to the person. */
  public String told() {
    return found
        .answer()
        .decision()
        .map(
            d ->
                d.favoured()
                    ? "The model's answer about you is favourable."
                    : "The model's answer about you is not favourable.")
        .orElse("The model's answer about you is: " + found.answer().output() + ".");
  }

  /** What spoke for the person; without a decision, what raised the answer. */
  public List<Reason> spokeFor() {
    return reasons(true);
  }

  /** What spoke against the person; without a decision, what lowered the answer. */
  public List<Reason> spokeAgainst() {
    return reasons(false);
  }

  /** True if the answer has a good side for the person. */
  public boolean decides() {
    return found.answer().decision().isPresent();
  }

  private List<Reason> reasons(boolean good) {
    List<Contribution> all = found.contributions().map(Contributions::features).orElse(List.of());
    double total = all.stream().mapToDouble(c -> Math.abs(c.contribution())).sum();
    boolean low = found.answer().decision().map(d -> d.favourable().equals("below")).orElse(false);
    return all.stream()
        .filter(c -> Math.abs(c.contribution()) >= SOME * total && c.contribution() != 0)
        .filter(c -> good == (low ? c.contribution() < 0 : c.contribution() > 0))
        .limit(4)
        .map(
            c ->
                new Reason(
                    c.feature(),
                    found.value(c.feature()).map(Value::meaning).orElse(""),
                    value(c),
                    Math.abs(c.contribution()) >= STRONG * total ? "strongly" : "noticeably"))
        .toList();
  }

  /** Sentences of what would have changed it; none of them says anything of other people's rows. */
  public List<String> wouldHaveChanged() {
    return found.counterfactuals().stream()
        .flatMap(c -> c.alternatives().stream())
        .map(a -> a.changes())
        .map(found::inWords)
        .toList();
  }

  // --- what if --------------------------------------------------------------------------------

  /** How the answer of this case differs from that of another one, in a sentence. */
  public String against(CaseExplanation before) {
    double was = response(before, found.answer().output());
    double now = found.answer().response();
    String change =
        "The answer would be "
            + Figures.text(now)
            + " instead of "
            + Figures.text(was)
            + " ("
            + (now == was ? "no difference" : Figures.signed(now - was))
            + ").";
    if (found.answer().responses().size() > 1) {
      String likeliest = likeliest(found);
      change =
          change.replace("The answer", "The share of " + found.answer().output())
              + (likeliest.equals(likeliest(before))
                  ? " The model still says " + likeliest + "."
                  : " The model would say "
                      + likeliest
                      + " in place of "
                      + likeliest(before)
                      + ".");
    }
    Optional<CaseDecision> old = before.answer().decision();
    return found
        .answer()
        .decision()
        .filter(d -> old.isPresent())
        .map(
            d ->
                d.favoured() == old.get().favoured()
                    ? " The decision stays the same: "
                        + (d.favoured() ? "favourable." : "not favourable.")
                    : " The decision turns: it would be "
                        + (d.favoured() ? "favourable." : "not favourable."))
        .map(change::concat)
        .orElse(change);
  }

  private static String likeliest(CaseExplanation of) {
    OutputResponse best = of.answer().responses().get(0);
    for (OutputResponse o : of.answer().responses()) {
      best = o.response() > best.response() ? o : best;
    }
    return best.output();
  }

  private static double response(CaseExplanation of, String output) {
    return of.answer().responses().stream()
        .filter(o -> o.output().equals(output))
        .findFirst()
        .orElseThrow()
        .response();
  }

  /** What each feature added before and adds now, the largest difference first. */
  public List<Moved> moved(CaseExplanation before) {
    if (found.contributions().isEmpty() || before.contributions().isEmpty()) {
      return List.of();
    }
    Map<String, Contribution> was = new HashMap<>();
    before.contributions().get().features().forEach(c -> was.put(c.feature(), c));
    CaseSheet other = new CaseSheet(before);
    return found.contributions().get().features().stream()
        .filter(c -> was.containsKey(c.feature()))
        .map(
            c ->
                new Moved(
                    c.feature(),
                    other.value(was.get(c.feature())),
                    value(c),
                    was.get(c.feature()).contribution(),
                    c.contribution(),
                    !other.value(was.get(c.feature())).equals(value(c))))
        .sorted(
            Comparator.comparing((Moved m) -> !m.changed())
                .thenComparing(Comparator.comparingDouble((Moved m) -> -Math.abs(m.by())))
                .thenComparing(Moved::feature))
        .limit(SHOWN)
        .toList();
  }
}
