package io.attest.model.catboost;

import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.json.JsonFile;
import io.attest.model.json.Node;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the loss that a model was trained with says of it. */
record Loss(Task task, Link link) {

  static Loss of(Node root) {
    Node name =
        written(root)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        root.file()
                            + " does not say with which loss it was trained (model_info.params"
                            + ".loss_function.type). Maybe it is a sum of models; save the trained"
                            + " model itself."));
    String loss = name.text();
    return switch (loss) {
      case "Logloss", "CrossEntropy", "Focal" -> new Loss(Task.BINARY, Link.LOGIT);
      case "MultiClass" -> new Loss(Task.MULTICLASS, Link.SOFTMAX);
      // Of several labels at once, each probability is audited as a number of its own.
      case "MultiLogloss", "MultiCrossEntropy" -> new Loss(Task.REGRESSION, Link.LOGIT);
      case "Poisson", "Tweedie" -> new Loss(Task.REGRESSION, Link.LOG);
      case "RMSE",
          "MAE",
          "Quantile",
          "MAPE",
          "Lq",
          "Huber",
          "Expectile",
          "Cox",
          "MultiRMSE",
          "MultiRMSEWithMissingValues",
          "MultiQuantile",
          "GroupQuantile",
          "QueryRMSE",
          "QuerySoftMax",
          "QueryCrossEntropy",
          "PairLogit",
          "PairLogitPairwise",
          "YetiRank",
          "YetiRankPairwise",
          "LambdaMart",
          "StochasticFilter",
          "StochasticRank" ->
          new Loss(Task.REGRESSION, Link.IDENTITY);
      default ->
          throw new InvalidModelException(
              root.file()
                  + ": the loss "
                  + loss
                  + " is not supported."
                  + (loss.equals("MultiClassOneVsAll")
                      ? " Maybe train with MultiClass, whose probabilities add up to 1."
                      : " Maybe train with Logloss, MultiClass or RMSE."));
    };
  }

  /** Newer versions have a text of JSON of its own; all have the parameters. */
  private static Optional<Node> written(Node root) {
    Optional<Node> info = root.find("model_info");
    Optional<Node> own = info.flatMap(i -> i.find("loss_function"));
    if (own.isPresent() && own.get().value() instanceof String text) {
      Node parsed =
          JsonFile.read(
              root.library(),
              root.file(),
              text.getBytes(StandardCharsets.UTF_8),
              JsonFile.Width.DOUBLE);
      return parsed.find("type");
    }
    return own.or(() -> info.flatMap(i -> i.find("params")).flatMap(p -> p.find("loss_function")))
        .flatMap(loss -> loss.find("type"));
  }
}
