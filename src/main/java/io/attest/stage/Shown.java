package io.attest.stage;

import io.attest.audit.Section;
import io.attest.audit.Wording;
import io.attest.data.Frame;
import io.attest.explain.Anchors;
import io.attest.explain.Attribution;
import io.attest.explain.AttributionSummary;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Effects;
import io.attest.explain.Explanation;
import io.attest.explain.Importance;
import io.attest.explain.Influence;
import io.attest.explain.InteractionSummary;
import io.attest.explain.Interactions;
import io.attest.explain.Surfaces;
import io.attest.explain.Surrogate;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.explain.shap.TreeShapLoss;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The part of an explanation that reports show. The whole of it is kept as files; what is left out
 * here is said by the numbers of rows.
 */
final class Shown {

  private static final int INFLUENTIAL_ROWS = 25;
  private static final int CHANGED_TESTS = 5;
  private static final int DESCRIBING_FEATURES = 24;
  private static final int PAIRS = 20;
  private static final int MATRIX = 10;

  private final Snapshot snapshot;
  private final int localRows;
  private final long seed;

  /**
   * @param localRows how many cases to show one by one, see {@link LocalCases}
   */
  Shown(Snapshot snapshot, int localRows, long seed) {
    this.snapshot = snapshot;
    this.localRows = localRows;
    this.seed = seed;
  }

  Section.Result of(Explanation explanation) {
    if (explanation instanceof Attribution loss
        && loss.provenance().method().equals(TreeShapLoss.NAME)) {
      return loss(loss);
    } else if (explanation instanceof Attribution attribution) {
      LocalCases cases = new LocalCases(snapshot.declared(), localRows, seed, attribution.rows());
      cases.add(0, snapshot.audit(), attribution);
      return attribution(new AttributionSummary(attribution), cases.rows());
    } else if (explanation instanceof Effects effects) {
      return new Section.EffectsResult(
          new Effects(
              effects.provenance(),
              effects.kind(),
              effects.curves().stream().map(Effects.Curve::withoutIndividuals).toList()));
    } else if (explanation instanceof Importance importance) {
      return new Section.ImportanceResult(importance);
    } else if (explanation instanceof Interactions interactions) {
      return interactions(new InteractionSummary(interactions));
    } else if (explanation instanceof Surfaces surfaces) {
      return new Section.SurfacesResult(
          surfaces.provenance().space(),
          List.copyOf(surfaces.pairs().subList(0, Math.min(PAIRS, surfaces.pairs().size()))),
          surfaces.pairs().size(),
          surfaces.surfaces());
    } else if (explanation instanceof Surrogate surrogate) {
      return new Section.SurrogateResult(surrogate);
    } else if (explanation instanceof Influence influence) {
      return influence(influence);
    } else if (explanation instanceof TrainingInfluence influence) {
      TestInfluence tests = influence.onTests();
      return new Section.InfluenceResult(
          List.of(),
          tests.rows(),
          List.of(),
          tests.maxShare(),
          Optional.of(onTests(tests, snapshot.training().orElseThrow())));
    } else if (explanation instanceof Counterfactuals counterfactuals) {
      return counterfactuals(counterfactuals);
    } else if (explanation instanceof TrainingInfluence) {
      throw new IllegalStateException("TODO");
    } else if (explanation instanceof Anchors anchors) {
      return anchors(anchors);
    } else {
      throw new IllegalStateException(
          explanation.provenance().method() + ": what a report shows of it is not known.");
    }
  }

  private Section.AnchorsResult anchors(Anchors anchors) {
    Frame audit = snapshot.audit();
    return new Section.AnchorsResult(
        anchors.wanted(),
        anchors.rules().stream().mapToDouble(Anchors.Rule::precision).average().orElseThrow(),
        anchors.rules().stream().mapToInt(r -> r.reached() ? 1 : 0).average().orElseThrow(),
        anchors.rules().stream()
            .map(
                r ->
                    new Section.AnchorRule(
                        r.row(),
                        snapshot
                            .declared()
                            .rowName(audit, r.row())
                            .orElse(Integer.toString(r.row() + 1)),
                        snapshot.declared().label(audit, r.row()),
                        r.answer(),
                        r.response(),
                        r.words(),
                        r.precision(),
                        r.low(),
                        r.high(),
                        r.coverage(),
                        r.reached()))
            .toList());
  }

  static Section.AttributionResult attribution(AttributionSummary a, List<Section.LocalRow> local) {
    List<Section.GlobalShare> global = new ArrayList<>();
    for (int j = 0; j < a.features().size(); j++) {
      double mean = a.meanAbsolute(j);
      double half = a.halfWidth(j);
      global.add(
          new Section.GlobalShare(
              a.features().get(j),
              mean,
              Double.isNaN(half)
                  ? Optional.empty()
                  : Optional.of(new Section.Interval(Math.max(0, mean - half), mean + half)),
              a.share(j),
              a.mean(j)));
    }
    global.sort(
        Comparator.comparingDouble(Section.GlobalShare::meanAbsolute)
            .reversed()
            .thenComparing(Section.GlobalShare::feature));
    String output =
        a.outputs().size() == 1 ? a.outputs().get(0) : "all classes; cases: the predicted class";
    return new Section.AttributionResult(
        output, a.space(), a.baseValues()[0], global, a.relativeResidual(), local);
  }

  private static Section.LossResult loss(Attribution of) {
    AttributionSummary a = new AttributionSummary(of);
    double base = a.baseValues()[0];
    List<Section.LossShare> features = new ArrayList<>();
    double loss = base;
    for (int j = 0; j < a.features().size(); j++) {
      features.add(new Section.LossShare(a.features().get(j), a.mean(j), a.meanAbsolute(j)));
      loss += a.mean(j);
    }
    features.sort(
        Comparator.comparingDouble(Section.LossShare::mean)
            .reversed()
            .thenComparing(Section.LossShare::feature));
    return new Section.LossResult(base, loss, features, a.relativeResidual());
  }

  static Section.InteractionsResult interactions(InteractionSummary a) {
    int p = a.features().size();
    boolean one = a.outputs().size() == 1;
    List<Section.PairShare> pairs = new ArrayList<>();
    double mainShare = 0;
    double[] part = new double[p];
    for (int i = 0; i < p; i++) {
      mainShare += a.share(i, i);
      part[i] += a.share(i, i);
      for (int j = i + 1; j < p; j++) {
        part[i] += a.share(i, j) / 2;
        part[j] += a.share(i, j) / 2;
        pairs.add(
            new Section.PairShare(
                a.features().get(i),
                a.features().get(j),
                a.meanAbsolute(i, j),
                a.share(i, j),
                one ? a.mean(i, j) : Double.NaN));
      }
    }
    // Stable, so that equal ones stay in the order of the model.
    pairs.sort(Comparator.comparingDouble(Section.PairShare::meanAbsolute).reversed());
    List<Integer> drawn = smallest(p, MATRIX, i -> -part[i]);
    return new Section.InteractionsResult(
        one ? a.outputs().get(0) : "mean over all " + a.outputs().size() + " classes",
        a.space(),
        p,
        a.relativeResidual(),
        mainShare,
        List.copyOf(pairs.subList(0, Math.min(PAIRS, pairs.size()))),
        pairs.size(),
        drawn.stream()
            .map(
                i ->
                    new Section.MatrixRow(
                        a.features().get(i), drawn.stream().map(j -> a.share(i, j)).toList()))
            .toList());
  }

  private static List<Integer> smallest(
      int n, int count, java.util.function.IntToDoubleFunction key) {
    return IntStream.range(0, n)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> key.applyAsDouble(i)).thenComparing(i -> i))
        .limit(count)
        .toList();
  }

  private Section.CounterfactualsResult counterfactuals(Counterfactuals of) {
    Frame audit = snapshot.audit();
    return new Section.CounterfactualsResult(
        of.quality(),
        of.cases().stream()
            .map(
                c ->
                    Section.CounterfactualCase.of(
                        c.row(),
                        snapshot
                            .declared()
                            .rowName(audit, c.row())
                            .orElse(Integer.toString(c.row() + 1)),
                        c))
            .toList());
  }

  private Section.InfluenceResult influence(Influence influence) {
    Frame training = snapshot.training().orElseThrow();
    double[] response =
        snapshot.model().predict(snapshot.declared().batch(training), OutputSpace.RESPONSE);
    boolean hasLoss = influence.looLoss().length > 0;
    double[] size = hasLoss ? influence.looLoss() : influence.cook();
    double total = 0;
    double largest = 0;
    for (double s : size) {
      total += Math.abs(s);
      largest = Math.max(largest, Math.abs(s));
    }
    int terms = influence.terms().size();
    List<Section.InfluentialRow> rows =
        smallest(influence.rows(), INFLUENTIAL_ROWS, i -> -influence.cook()[i]).stream()
            .map(
                i -> {
                  int most = 0;
                  for (int t = 1; t < terms; t++) {
                    if (Math.abs(influence.dfbetas()[i * terms + t])
                        > Math.abs(influence.dfbetas()[i * terms + most])) {
                      most = t;
                    }
                  }
                  return new Section.InfluentialRow(
                      i,
                      snapshot.declared().label(training, i),
                      response[i],
                      influence.leverage()[i],
                      influence.studentized()[i],
                      influence.cook()[i],
                      influence.dffits()[i],
                      hasLoss ? influence.looLoss()[i] : Double.NaN,
                      influence.terms().get(most),
                      influence.dfbetas()[i * terms + most]);
                })
            .toList();
    return new Section.InfluenceResult(
        influence.terms(),
        influence.rows(),
        rows,
        total == 0 ? 0 : largest / total,
        Optional.of(onTests(influence.onTests(), training)));
  }

  private Section.InfluenceOnTests onTests(TestInfluence of, Frame training) {
    Frame audit = snapshot.audit();
    double total = 0;
    for (int i = 0; i < of.rows(); i++) {
      double strength = of.strength(i);
      total += Double.isNaN(strength) ? 0 : strength;
    }
    double all = total;
    return new Section.InfluenceOnTests(
        of.tests().length,
        of.labelled() ? "loss" : "raw output",
        of.validation(),
        of.ranking().stream()
            .filter(i -> !Double.isNaN(of.strength(i)))
            .limit(INFLUENTIAL_ROWS)
            .map(i -> trainingRow(of, i, all, training, audit))
            .toList());
  }

  private Section.TrainingRow trainingRow(
      TestInfluence of, int row, double total, Frame training, Frame audit) {
    DeclaredModel declared = snapshot.declared();
    return new Section.TrainingRow(
        row,
        declared.rowName(training, row).orElse(Integer.toString(row + 1)),
        declared.label(training, row),
        values(training, row),
        of.strength(row),
        total == 0 ? 0 : of.strength(row) / total,
        of.mean(row),
        smallest(of.tests().length, CHANGED_TESTS, t -> -Math.abs(of.change(row, t))).stream()
            .map(
                t ->
                    new Section.TestChange(
                        of.tests()[t],
                        declared
                            .rowName(audit, of.tests()[t])
                            .orElse(Integer.toString(of.tests()[t] + 1)),
                        of.change(row, t)))
            .toList());
  }

  private String amount(String feature, String value) {
    return Wording.of(snapshot.spec().fields(), feature).amount(value);
  }

  /** What the row is like: its first features, in the order of the model. */
  private String values(Frame frame, int row) {
    List<String> features = snapshot.model().info().featureNames();
    String values =
        features.stream()
            .limit(DESCRIBING_FEATURES)
            .map(f -> f + ": " + amount(f, snapshot.declared().value(frame, f, row)))
            .collect(Collectors.joining("; "));
    return features.size() > DESCRIBING_FEATURES
        ? values + "; and " + (features.size() - DESCRIBING_FEATURES) + " more"
        : values;
  }
}
