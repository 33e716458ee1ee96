package io.attest.model.lightgbm;

import io.attest.model.Link;
import io.attest.model.Task;

/**
 * What a LightGBM objective says of the model.
 *
 * @param scale what a raw score is multiplied by before the link: the {@code sigmoid} parameter
 */
record Objective(Task task, Link link, double scale) {

  static Objective of(Section header, int outputs) {
    String line = header.find("objective").orElse("none");
    String[] words = line.split(" ");
    Objective objective =
        switch (words[0]) {
          case "binary" ->
              new Objective(Task.BINARY, Link.LOGIT, parameter(header, words, "sigmoid"));
          case "multiclass" -> new Objective(Task.MULTICLASS, Link.SOFTMAX, 1);
          // Each class against the others: the responses of a row need not sum to 1.
          case "multiclassova" ->
              new Objective(Task.MULTICLASS, Link.LOGIT, parameter(header, words, "sigmoid"));
          case "cross_entropy", "xentropy" -> new Objective(Task.REGRESSION, Link.LOGIT, 1);
          case "poisson", "gamma", "tweedie" -> new Objective(Task.REGRESSION, Link.LOG, 1);
          case "regression",
              "regression_l1",
              "huber",
              "fair",
              "quantile",
              "mape",
              "lambdarank",
              "rank_xendcg" ->
              new Objective(Task.REGRESSION, Link.IDENTITY, 1);
          // An objective of one's own: the file does not say what its scores mean.
          case "none", "null", "custom", "na" -> {
            if (outputs > 1) {
              throw header.unsupported(
                  "objective",
                  "the model has "
                      + outputs
                      + " outputs and an objective of its own, so the file does not say how scores"
                      + " become probabilities. Maybe they are those of a softmax: then write"
                      + " objective=multiclass num_class:"
                      + outputs
                      + " in the header.");
            }
            yield new Objective(Task.REGRESSION, Link.IDENTITY, 1);
          }
          default ->
              throw header.unsupported(
                  "objective",
                  "the objective '"
                      + line
                      + "' is not supported. Maybe train with binary, multiclass, regression or"
                      + " poisson.");
        };
    for (String word : words) {
      if (word.equals("sqrt")) {
        throw header.unsupported(
            "objective",
            "the objective '"
                + line
                + "' (reg_sqrt) squares its scores, which is not supported. Maybe train on the"
                + " root of the target without reg_sqrt, and declare the root as the target.");
      }
    }
    if ((objective.task() == Task.MULTICLASS)
        ? outputs < 2 || parameter(header, words, "num_class") != outputs
        : outputs != 1) {
      throw header.wrong(
          "objective", "is '" + line + "', which does not fit " + outputs + " trees an iteration");
    }
    return objective;
  }

  /** A parameter written as {@code name:value}. */
  private static double parameter(Section header, String[] words, String name) {
    for (String word : words) {
      if (word.startsWith(name + ":")) {
        double value = header.number("objective", word.substring(name.length() + 1));
        if (!(value > 0) || Double.isInfinite(value)) {
          throw header.wrong("objective", "has the " + name + " " + value);
        }
        return value;
      }
    }
    throw header.wrong("objective", "has no '" + name + "'");
  }
}
