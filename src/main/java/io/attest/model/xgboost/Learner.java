package io.attest.model.xgboost;

import io.attest.model.InvalidModelException;
import io.attest.model.Task;
import io.attest.model.json.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a file says of the model apart from its trees or weights.
 *
 * @param features number of inputs
 * @param names of the inputs; empty if the file names none
 * @param types of the inputs as XGBoost writes them; {@code c} is a category
 * @param outputs number of raw outputs: of classes, or of targets
 * @param base raw value that each output starts from
 * @param booster {@code gbtree}, {@code dart} or {@code gblinear}
 */
record Learner(
    Node root,
    String format,
    int features,
    List<String> names,
    List<String> types,
    int outputs,
    Objective objective,
    double[] base,
    String booster) {

  private static final int MOST = 1_000_000;

  static Learner of(Node root, String format) {
    Node learner = root.at("learner");
    Node parameters = learner.at("learner_model_param");
    int features = parameters.at("num_feature").integer();
    if (features < 1) {
      throw parameters.wrong("has num_feature " + features);
    }
    int classes = parameters.find("num_class").map(Node::integer).orElse(0);
    int targets = parameters.find("num_target").map(Node::integer).orElse(1);
    int outputs = Math.max(1, Math.max(classes, targets));
    if (outputs > MOST) {
      throw parameters.wrong("announces " + outputs + " classes or targets");
    }
    Objective objective = Objective.of(learner.at("objective").at("name"));
    if ((objective.task() == Task.MULTICLASS) != classes > 1) {
      throw parameters.wrong("has num_class " + classes + ", which does not fit the objective");
    }
    if (targets > 1) {
      if (classes > 1) {
        throw parameters.wrong("has both classes and targets");
      }
      objective = objective.ofTargets();
    }
    String booster = learner.at("gradient_booster").at("name").text();
    if (!List.of("gbtree", "dart", "gblinear").contains(booster)) {
      throw new InvalidModelException(
          root.file()
              + ": the booster "
              + booster
              + " is not supported, only gbtree, dart and gblinear.");
    }
    return new Learner(
        root,
        format,
        features,
        names(learner, features),
        types(learner, features),
        outputs,
        objective,
        base(parameters.at("base_score"), objective, outputs),
        booster);
  }

  boolean linear() {
    return booster.equals("gblinear");
  }

  String version() {
    return root.find("version")
        .map(Node::integers)
        .map(v -> String.join(".", Arrays.stream(v).mapToObj(Integer::toString).toList()))
        .orElse("");
  }

  /** Name of an input; where the file names none, as XGBoost itself does. */
  String name(int feature) {
    return names.isEmpty() ? "f" + feature : names.get(feature);
  }

  boolean categorical(int feature) {
    return !types.isEmpty() && types.get(feature).equals("c");
  }

  Node gradientBooster() {
    return root.at("learner").at("gradient_booster");
  }

  /** A note that training left in the file, for instance {@code best_iteration}. */
  Optional<Node> attribute(String name) {
    return root.at("learner").find("attributes").flatMap(a -> a.find(name));
  }

  private static List<String> names(Node learner, int features) {
    List<String> names = texts(learner, "feature_names");
    if (!names.isEmpty() && names.size() != features) {
      throw learner.wrong("names " + names.size() + " features where num_feature is " + features);
    }
    return names;
  }

  private static List<String> types(Node learner, int features) {
    List<String> types = texts(learner, "feature_types");
    if (!types.isEmpty() && types.size() != features) {
      throw learner.wrong(
          "has types of " + types.size() + " features where num_feature is " + features);
    }
    if (types.isEmpty() && features > MOST) {
      throw learner.wrong("announces " + features + " features and names none");
    }
    return types;
  }

  private static List<String> texts(Node learner, String name) {
    return learner.find(name).map(Node::list).orElse(List.of()).stream().map(Node::text).toList();
  }

  /** A number, text of a number, or since 3.1 text of a list: {@code [5E-1]}. */
  private static double[] base(Node node, Objective objective, int outputs) {
    double[] written;
    if (node.value() instanceof Double d) {
      written = new double[] {d};
    } else if (node.value() instanceof double[] list) {
      written = list;
    } else {
      String text = node.text().strip();
      if (text.startsWith("[") && text.endsWith("]")) {
        text = text.substring(1, text.length() - 1);
      }
      String[] parts = text.split(",");
      written = new double[parts.length];
      for (int i = 0; i < parts.length; i++) {
        try {
          written[i] = Double.parseDouble(parts[i].strip());
        } catch (NumberFormatException e) {
          throw node.wrong("is '" + node.text() + "', which is not a number");
        }
      }
    }
    if (written.length != 1 && written.length != outputs) {
      throw node.wrong("has " + written.length + " numbers for " + outputs + " outputs");
    }
    double[] base = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      base[k] = objective.raw(node, written[written.length == 1 ? 0 : k]);
    }
    return base;
  }
}
