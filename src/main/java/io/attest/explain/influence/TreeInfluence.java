package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.explain.Units;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Influence of each training row on the predictions of boosted trees.
 *
 * <p>{@code leaf-influence}: what leaving a row out changes if the splits stay, to first order.
 * {@code boostin}: what the row did to the leaves that it shares with a test, which ranks rows that
 * leave together better. Both go through the training again, so the leaf values must come out from
 * the training rows; learning rate and lambda are found from them where they are not given.
 *
 * <p>Checked against training again without a row where that gives this model again from all rows;
 * otherwise against making all leaves of the same splits again.
 *
 * <p>Parameters: {@code method} ({@code leaf-influence}), {@code tests} (audit rows to tell of;
 * 40), {@code retrain} (rows left out to check; 30), {@code learning-rate}, {@code lambda} (of the
 * training; found from the leaves).
 *
 * @see LeafInfluence
 * @see BoostIn
 */
public final class TreeInfluence implements Explainer<TrainingInfluence> {
  private static final String LEAF_INFLUENCE = "leaf-influence";
  private static final String BOOSTIN = "boostin";

  /** Numbers that a thread keeps for a block of tests. */
  private static final int PULLS = 4_000_000;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public TreeInfluence() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public TreeInfluence(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "tree-influence";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble for the squared error or
   *     the log loss, there are no labelled training rows, or the leaf values do not come out from
   *     them
   */
  @Override
  public TrainingInfluence explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("method", "tests", "retrain", "learning-rate", "lambda"));
    String method = parameters.choice("method", LEAF_INFLUENCE, List.of(LEAF_INFLUENCE, BOOSTIN));
    int planned = parameters.integer("retrain", 30, 0);
    if (!(request.model() instanceof TreeEnsembleModel model)) {
      throw new IllegalArgumentException(
          "tree-influence explains boosted trees, but this model is "
              + request.model().info().format()
              + ".");
    }
    ModelInfo info = model.info();
    int outputs = info.outputs().size();
    Objective objective = Objective.of(info, name());
    progress.check();
    Dataset training = Labelled.training(request, name(), objective, outputs);
    List<String> notes = new ArrayList<>();
    Tests tests = Tests.of(request.audit(), objective, outputs, training.size(), parameters, notes);
    Replay replay = Replay.of(model.trees(), objective, training, progress);
    Boosting boosting = Boosting.of(replay, parameters, info.format().startsWith("xgboost"), notes);
    int[][] places = replay.places(model.trees(), tests.rows());
    int left = Math.min(planned, replay.rows());
    int width = Math.max(1, Math.min(16, PULLS / (replay.rows() * outputs)));
    int blocks = (tests.count() + width - 1) / width;
    Units units = new Units(threads, (long) blocks + left, progress);

    double[] last = new double[tests.count() * outputs];
    model.trees().raw(tests.rows(), last);
    TestChanges onTests = new TestChanges(objective, outputs, tests, replay.rows(), last);
    units.run(
        blocks,
        block -> {
          int from = block * width;
          int to = Math.min(tests.count(), from + width);
          if (method.equals(BOOSTIN)) {
            BoostIn.Changes found =
                new BoostIn(boosting).changes(places, onTests, from, to, progress);
            onTests.put(from, to, found.raw(), found.loss());
          } else {
            TestChanges.Columns columns = onTests.columns(from, to);
            onTests.put(
                from,
                to,
                new LeafInfluence(boosting)
                    .changes(places, columns.tests(), columns.weights(), progress));
          }
        });
    if (outputs > 1 && tests.labels().isPresent()) {
      notes.add("Changes of the loss are those to first order in the changes of the outputs.");
    }
    notes.add(
        "Splits are taken as they are. Without a row a training would also choose other splits, which"
            + " for single rows is often the larger part of the change.");
    TestInfluence found = onTests.told(Optional.empty());
    int[] rows = Comparison.spaced(found.ranking(), left);
    double[][] real = new double[left][];
    Retraining retraining =
        Retraining.like(
            boosting, model.trees(), training.rows(), tests.rows(), rows.length, progress);
    LeafRefit refit = new LeafRefit(boosting);
    double[] before =
        retraining.possible()
            ? retraining.raw(replay.weights(), progress)
            : refit.raw(replay.weights(), places, tests.count());
    units.run(
        left,
        unit -> {
          if (unit < rows.length) {
            double[] weights = replay.weights().clone();
            weights[rows[unit]] = 0;
            real[unit] =
                onTests.happened(
                    before,
                    retraining.possible()
                        ? retraining.raw(weights, progress)
                        : refit.raw(weights, places, tests.count()));
          }
        });
    Comparison comparison = new Comparison();
    for (int r = 0; r < rows.length; r++) {
      comparison.add(onTests.compared(rows[r]), real[r]);
    }
    Optional<TestInfluence.Validation> validation =
        comparison.of(
            retraining.possible()
                ? "the model was trained again"
                : "all leaves of the same splits were made again",
            retraining.possible());
    if (rows.length > 0 && !retraining.possible()) {
      notes.add("The model could not be trained again: " + retraining.why() + ".");
    }
    validation.map(Comparison::sentence).ifPresent(notes::add);

    Map<String, String> said = new TreeMap<>();
    said.put("method", method);
    said.put("tests", Integer.toString(parameters.integer("tests", Tests.DEFAULT, 1)));
    said.put("retrain", Integer.toString(planned));
    for (String given : List.of("learning-rate", "lambda")) {
      parameters.text(given).ifPresent(text -> said.put(given, text));
    }
    Provenance provenance =
        new Provenance(
            name(),
            method.equals(BOOSTIN)
                ? "BoostIn"
                : "LeafInfluence, backwards: first order, splits as they are",
            method.equals(BOOSTIN)
                ? "Brophy, Hammoudeh and Lowd 2023, JMLR 24"
                : "Sharchilev et al. 2018, ICML",
            said,
            Optional.empty(),
            info.sha256(),
            info.named(OutputSpace.RAW),
            replay.rows(),
            0,
            (long) replay.rows() + tests.count(),
            validation.map(TestInfluence.Validation::largestError),
            notes);
    return new TrainingInfluence(provenance, onTests.told(validation));
  }
}
