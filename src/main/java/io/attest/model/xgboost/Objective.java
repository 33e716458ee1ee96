package io.attest.model.xgboost;

import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.json.Node;

/**
 * What an XGBoost objective says of the model.
 *
 * <p>The file holds the base score as a response; the trees start from its raw value, so the link
 * is also what turns the one into the other. For {@code multi:*} and {@code binary:logitraw} the
 * base is raw already.
 *
 * @param rawBase true if the base score in the file is a raw value
 */
record Objective(Task task, Link link, boolean rawBase) {

  private Objective(Task task, Link link) {
    this(task, link, link == Link.SOFTMAX);
  }

  /** Of several targets: each is audited as a number of its own, also where it is a probability. */
  Objective ofTargets() {
    return new Objective(Task.REGRESSION, link, rawBase);
  }

  static Objective of(Node name) {
    String objective = name.text();
    return switch (objective) {
      // binary:logitraw was trained for probabilities as well; only its library output is raw.
      case "binary:logitraw" -> new Objective(Task.BINARY, Link.LOGIT, true);
      case "binary:logistic" -> new Objective(Task.BINARY, Link.LOGIT);
      case "reg:logistic" -> new Objective(Task.REGRESSION, Link.LOGIT);
      case "multi:softprob", "multi:softmax" -> new Objective(Task.MULTICLASS, Link.SOFTMAX);
      case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" ->
          new Objective(Task.REGRESSION, Link.LOG);
      case "reg:squarederror",
          "reg:linear",
          "reg:squaredlogerror",
          "reg:absoluteerror",
          "reg:pseudohubererror",
          "reg:quantileerror",
          "reg:expectileerror",
          "rank:pairwise",
          "rank:ndcg",
          "rank:map" ->
          new Objective(Task.REGRESSION, Link.IDENTITY);
      case "binary:hinge" ->
          throw new io.attest.model.InvalidModelException(
              name.file()
                  + ": the objective binary:hinge predicts a class and no probability, so it cannot"
                  + " be audited as one. Maybe train with binary:logistic.");
      default ->
          throw new io.attest.model.InvalidModelException(
              name.file()
                  + ": the objective "
                  + objective
                  + " is not supported. Maybe train with binary:logistic, multi:softprob or"
                  + " reg:squarederror; for an objective of your own, save the model with the"
                  + " built-in objective that has the same link.");
    };
  }

  /**
   * The raw value of a base score.
   *
   * @throws io.attest.model.InvalidModelException if the link has none for it
   */
  double raw(Node where, double base) {
    double raw =
        switch (rawBase ? Link.IDENTITY : link) {
          case IDENTITY, SOFTMAX, SHARE -> base;
          case LOGIT -> Math.log(base / (1 - base));
          case LOG -> Math.log(base);
        };
    if (!Double.isFinite(raw)) {
      throw where.wrong(
          "is " + base + ", which the link " + link + " cannot turn into a raw value");
    }
    return raw;
  }
}
