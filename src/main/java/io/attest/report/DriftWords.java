package io.attest.report;

import io.attest.audit.Section;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a comparison with a baseline says, in words: of the workbook, the page and the review. */
public final class DriftWords {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  /** A feature whose share moved by less is not worth a word. */
  private static final double NOTABLE_SHARE = 0.01;

  private DriftWords() {}

  /** Who the baseline is, and why. */
  public static String baseline(Section.Drifted d) {
    return d.baseline()
        .map(
            b ->
                (b.kind().equals("training")
                        ? "the training data"
                        : b.audit()
                            + b.startedAt().map(at -> " of " + DAY.format(at)).orElse("")
                            + " ("
                            + b.state().replace('-', ' ')
                            + ")")
                    + ", version "
                    + b.version()
                    + ", "
                    + Figures.count(b.rows(), "row")
                    + ". "
                    + d.why())
        .orElse("nothing. " + d.why());
  }

  /** Everything in one or two sentences. */
  public static String sentence(Section.Drifted d) {
    if (d.baseline().isEmpty()) {
      return d.notTested().isEmpty() ? d.why() : "Not compared. " + d.notTested().get(0);
    }
    List<String> parts = new ArrayList<>();
    long drifted = d.inputs().stream().filter(Shift::drifted).count();
    if (!d.inputs().isEmpty()) {
      parts.add(
          (drifted == 0 ? "none" : Long.toString(drifted))
              + " of "
              + Figures.count(d.inputs().size(), "input")
              + " drifted");
    }
    if (!d.scores().isEmpty()) {
      parts.add(
          d.scores().stream().anyMatch(Shift::drifted) ? "the scores drifted" : "the scores hold");
    }
    long worse = d.performance().stream().filter(MetricChange::surelyWorse).count();
    if (!d.performance().isEmpty()) {
      parts.add(
          worse == 0
              ? "performance is not surely worse"
              : Figures.count(worse, "measure")
                  + " of performance "
                  + (worse == 1 ? "is" : "are")
                  + " worse");
    } else {
      parts.add("performance was not compared");
    }
    d.attribution()
        .filter(a -> !Double.isNaN(a.ndcg()))
        .ifPresent(
            a ->
                parts.add(
                    (a.ndcg() < 0.9
                            ? "the ranks of features changed"
                            : "the ranks of features hold")
                        + " (nDCG "
                        + Figures.text(a.ndcg())
                        + ")"));
    d.fixedRows()
        .filter(p -> p.flips() >= 0)
        .ifPresent(
            p -> parts.add(Figures.percent(p.share()) + " of the same rows are decided otherwise"));
    return "Compared with " + d.baseline().get().name() + ": " + String.join(", ", parts) + ".";
  }

  /** How large a shift is, with a sign beside the word. */
  public static String size(Shift shift) {
    return switch (shift.size()) {
      case "large" -> "▲▲ large";
      case "moderate" -> "▲ moderate";
      case "chance" -> "○ may be chance";
      case "little" -> "✓ little";
      default -> "? unknown";
    };
  }

  /** What a column did. */
  public static String reading(Shift s) {
    if (Double.isNaN(s.psi())) {
      return "There are no rows to compare.";
    }
    String mean =
        s.categorical() || Double.isNaN(s.meanThen()) || Double.isNaN(s.meanNow())
            ? ""
            : " The mean went from "
                + Figures.text(s.meanThen())
                + " to "
                + Figures.text(s.meanNow())
                + ".";
    return switch (s.size()) {
          case "large" -> "Large shift.";
          case "moderate" -> "Moderate shift.";
          case "chance" -> "The rows are too few to tell this from chance.";
          default -> "Little or no shift.";
        }
        + mean
        + missing(s);
  }

  private static String missing(Shift s) {
    return s.missingThen() > 0 || s.missingNow() > 0
        ? " Missing: "
            + Figures.percent(s.missingThen())
            + " → "
            + Figures.percent(s.missingNow())
            + "."
        : "";
  }

  /** The part of the values that moved most. */
  public static String most(Shift s) {
    return s.most()
        .map(b -> b.label() + ": " + Figures.percent(b.then()) + " → " + Figures.percent(b.now()))
        .orElse("nowhere");
  }

  /** What a figure of performance did. */
  public static String reading(MetricChange c) {
    if (c.surelyWorse()) {
      return "Worse, and hardly by chance.";
    }
    if (c.high() < 0) {
      return "Better, and hardly by chance.";
    }
    return Double.isNaN(c.low())
        ? (c.worse() > 0 ? "Worse" : "Not worse") + "; chance cannot be judged."
        : (c.worse() > 0 ? "Worse" : "Not worse") + ", within what chance does.";
  }

  /** What the model makes of a feature. */
  public static String reading(AttributionDrift.Feature f) {
    String share =
        Math.abs(f.change()) < NOTABLE_SHARE
            ? "The model rests on it as before."
            : f.change() > 0 ? "The model rests on it more." : "The model rests on it less.";
    return f.rankThen() == f.rankNow()
        ? share
        : share + " Rank " + f.rankThen() + " → " + f.rankNow() + ".";
  }

  /** What two models say of the same rows. */
  public static String reading(PredictionChange p) {
    return "On the baseline's "
        + Figures.count(p.rows(), "row")
        + " the answers of the two models differ by "
        + Figures.text(p.meanAbsolute())
        + " on average and by "
        + Figures.text(p.maxAbsolute())
        + " at most."
        + (p.flips() < 0
            ? " Nothing is decided."
            : " "
                + Figures.count(p.flips(), "row")
                + " ("
                + Figures.percent(p.share())
                + ") "
                + (p.flips() == 1 ? "is" : "are")
                + " decided otherwise.");
  }

  /** Whether two models explain the same rows alike. */
  public static String reading(Section.Stability s) {
    return "Explained by "
        + s.method()
        + " ("
        + s.rows()
        + " of "
        + Figures.count(s.allRows(), "row")
        + "), the two models name the same most important features in "
        + Figures.percent(s.features())
        + ", with the same sign in "
        + Figures.percent(s.signs())
        + ", at the same rank in "
        + Figures.percent(s.ranks())
        + ".";
  }

  /** Whose outcomes have come. */
  public static String labelled(Section.Labelled l) {
    return "These are the rows of "
        + l.audit()
        + ", with outcomes that came later: "
        + l.known()
        + " of "
        + Figures.count(l.rows(), "row")
        + " have one, "
        + (l.rows() - l.known())
        + " have none.";
  }
}
