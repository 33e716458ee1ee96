package io.attest.model.h2o;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The content of an H2O MOJO of a gradient boosting machine or a random forest.
 *
 * <p>Numbers are compared as 64-bit floats, below the threshold goes left; a level in the set of a
 * split goes right, and one that the split has no bit for goes where a missing value does.
 */
public final class MojoFile {
  private final Mojo mojo;
  private final List<Feature> features;
  private final int classes;

  private MojoFile(Mojo mojo) {
    this.mojo = mojo;
    int p = mojo.integer("n_features");
    if (p < 1 || p > mojo.columns().size()) {
      throw mojo.wrong("has n_features " + p);
    }
    classes = mojo.integer("n_classes");
    if (classes < 1 || classes > 1_000_000) {
      throw mojo.wrong("has n_classes " + classes);
    }
    features = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      features.add(new Feature(mojo.columns().get(j), mojo.levels(j)));
    }
  }

  /** True if the bytes look like a zip file, of which only MOJOs are read. */
  public static boolean looksLike(byte[] bytes) {
    return bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] == 3;
  }

  /**
   * Reads a model file.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file and what is wrong with it
   */
  public static TreeFile read(String file, byte[] bytes) {
    Mojo mojo = Mojo.open(file, bytes);
    String algorithm = mojo.text("algo");
    double version = mojo.number("mojo_version");
    if (!List.of("gbm", "drf").contains(algorithm)) {
      throw new InvalidModelException(
          file
              + " is a MOJO of the algorithm "
              + algorithm
              + ", which is not supported, only gbm and drf."
              + (algorithm.equals("xgboost")
                  ? " Maybe save the booster inside it as XGBoost's own JSON."
                  : ""));
    }
    if (version < 1.2 || version > 1.4) {
      throw new InvalidModelException(
          file
              + " has the MOJO version "
              + mojo.text("mojo_version")
              + "; 1.20 to 1.40 are supported. Maybe train and download with H2O 3.46.");
    }
    String encoding = mojo.find("_genmodel_encoding").orElse("AUTO");
    if (!List.of("AUTO", "Enum").contains(encoding)) {
      throw new InvalidModelException(
          file
              + " was trained with categorical_encoding = "
              + encoding
              + ", which is not supported. Maybe train with AUTO or Enum.");
    }
    if (mojo.find("offset_column").isPresent()) {
      throw new InvalidModelException(
          file
              + " was trained with the offset column "
              + mojo.text("offset_column")
              + ", which is not supported: its predictions need an offset for every row.");
    }
    MojoFile reader = new MojoFile(mojo);
    return algorithm.equals("gbm") ? reader.boosted() : reader.forest();
  }

  private TreeFile boosted() {
    String distribution = mojo.text("distribution");
    double init = mojo.number("init_f");
    return switch (distribution) {
      case "bernoulli", "quasibinomial", "modified_huber" -> {
        classes(2);
        link("logit");
        double[] ratio = ratios();
        yield file(
            Task.BINARY,
            Link.LOGIT,
            new double[] {init + Math.log(ratio[1]) - Math.log(ratio[0])},
            new double[] {1});
      }
      case "multinomial" -> {
        double[] ratio = ratios();
        if (classes == 2) {
          // One tree a round is enough, of the first class: its raw value is minus the second's.
          yield file(
              Task.BINARY,
              Link.LOGIT,
              new double[] {-2 * init + Math.log(ratio[1]) - Math.log(ratio[0])},
              new double[] {-2});
        }
        classes(classes);
        yield file(
            Task.MULTICLASS,
            Link.SOFTMAX,
            Arrays.stream(ratio).map(Math::log).toArray(),
            ones(classes));
      }
      case "gaussian", "laplace", "quantile", "huber" -> {
        classes(1);
        link("identity");
        yield file(Task.REGRESSION, Link.IDENTITY, new double[] {init}, new double[] {1});
      }
      case "poisson", "gamma", "tweedie" -> {
        classes(1);
        link("log");
        yield file(Task.REGRESSION, Link.LOG, new double[] {init}, new double[] {1});
      }
      default ->
          throw new InvalidModelException(
              mojo.file()
                  + " has the distribution "
                  + distribution
                  + ", which is not supported. Maybe train with bernoulli, multinomial or"
                  + " gaussian.");
    };
  }

  private TreeFile forest() {
    int rounds = rounds();
    double share = 1.0 / rounds;
    if (classes == 1) {
      return file(Task.REGRESSION, Link.IDENTITY, new double[1], new double[] {share});
    }
    if (classes == 2 && !mojo.flag("binomial_double_trees")) {
      if (mojo.flag("balance_classes")) {
        throw new InvalidModelException(
            mojo.file()
                + " is a random forest of two classes trained with balance_classes, whose"
                + " correction is no sum over trees. Maybe train without balance_classes, or with"
                + " binomial_double_trees.");
      }
      // The trees vote for the first class.
      return file(Task.BINARY, Link.IDENTITY, new double[] {1}, new double[] {-share});
    }
    double[] scale = ratios();
    for (int k = 0; k < classes; k++) {
      scale[k] *= share;
    }
    return file(Task.MULTICLASS, Link.SHARE, new double[classes], scale);
  }

  private static double[] ones(int n) {
    double[] out = new double[n];
    Arrays.fill(out, 1);
    return out;
  }

  private void classes(int n) {
    if (classes != n || n == 0) {
      throw mojo.wrong("has n_classes " + classes + ", which does not fit its distribution");
    }
  }

  private void link(String expected) {
    String link = mojo.find("link_function").orElse(expected).toLowerCase(Locale.ROOT);
    if (!link.equals(expected)) {
      throw mojo.wrong("has the link_function " + link + ", which does not fit its distribution");
    }
  }

  /**
   * By what each class's probability is multiplied: share in the data by share in training, where
   * classes were balanced; else 1.
   */
  private double[] ratios() {
    if (!mojo.flag("balance_classes")) {
      return ones(classes);
    }
    double[] prior = mojo.numbers("prior_class_distrib");
    double[] model = mojo.numbers("model_class_distrib");
    if (prior.length != classes || model.length != classes) {
      throw mojo.wrong("has class distributions that do not fit " + classes + " classes");
    }
    double[] out = new double[classes];
    for (int k = 0; k < classes; k++) {
      out[k] = prior[k] / model[k];
      if (!(out[k] > 0) || Double.isInfinite(out[k])) {
        throw mojo.wrong("has the shares " + prior[k] + " and " + model[k] + " of class " + k);
      }
    }
    return out;
  }

  private int rounds() {
    int rounds = mojo.integer("n_trees");
    if (rounds < 1 || rounds > mojo.entries().size()) {
      throw mojo.wrong("announces " + rounds + " rounds and does not hold them");
    }
    return rounds;
  }

  /**
   * @param base of each output
   * @param scale of the leaves of each output
   */
  private TreeFile file(Task task, Link link, double[] base, double[] scale) {
    int rounds = rounds();
    int outputs = base.length;
    if (mojo.find("n_trees_per_class").isPresent()
        && mojo.integer("n_trees_per_class") != outputs) {
      throw mojo.wrong(
          "has n_trees_per_class " + mojo.text("n_trees_per_class") + " where " + outputs + " fit");
    }
    List<Tree> trees = new ArrayList<>();
    for (int r = 0; r < rounds; r++) {
      int before = trees.size();
      for (int k = 0; k < outputs; k++) {
        String name = String.format(Locale.ROOT, "trees/t%02d_%03d", k, r);
        // A class without rows has no tree.
        if (mojo.entries().containsKey(name + ".bin")) {
          trees.add(new CompressedTree(mojo, name, features).read(scale[k], k));
        }
      }
      if (trees.size() == before) {
        throw mojo.wrong("has no tree of round " + r);
      }
    }
    return new TreeFile(
        "h2o-mojo",
        mojo.find("h2o_version").orElse(""),
        task,
        link,
        features,
        true,
        features.stream().map(Feature::categorical).toList(),
        new TreeEnsemble(
            trees,
            features.size(),
            outputs,
            base,
            Comparison.LESS,
            false,
            Collections.nCopies(features.size(), Missing.NAN)));
  }
}
