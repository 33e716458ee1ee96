package io.attest.model.tree;

import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Random trees for tests: any feature on any split, several times on a path, some covers zero. */
public final class Trees {
  /** Levels of a categorical feature; every third feature is one. */
  public static final int LEVELS = 5;

  private Trees() {}

  public static boolean categorical(int feature) {
    return feature % 3 == 2;
  }

  /**
   * @param used features that may be split on: 0 to used - 1
   */
  public static Tree random(
      SplittableRandom random, int used, int depth, int output, boolean zeroCovers) {
    Builder builder = new Builder(random, used, zeroCovers);
    builder.node(depth, 1 + random.nextInt(500));
    return builder.tree(output);
  }

  public static TreeEnsemble ensemble(
      SplittableRandom random, int features, int used, int outputs, int trees, int depth) {
    List<Tree> list = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      list.add(random(random, used, depth, t % outputs, random.nextInt(3) == 0));
    }
    double[] base = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      base[k] = random.nextDouble(-1, 1);
    }
    return new TreeEnsemble(
        list,
        features,
        outputs,
        base,
        random.nextBoolean() ? Comparison.LESS : Comparison.LESS_OR_EQUAL,
        random.nextBoolean(),
        Collections.nCopies(features, Missing.NAN));
  }

  /** As a file without covers gives them. */
  public static TreeEnsemble withoutCovers(TreeEnsemble from) {
    List<Tree> trees = new ArrayList<>();
    for (Tree tree : from.trees()) {
      double[] cover = new double[tree.nodes()];
      Arrays.fill(cover, Double.NaN);
      trees.add(tree.withCover(cover));
    }
    return new TreeEnsemble(
        trees,
        from.features(),
        from.outputs(),
        from.base(),
        from.comparison(),
        from.float32(),
        from.missing());
  }

  public static EnsembleModel model(TreeEnsemble ensemble) {
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < ensemble.features(); j++) {
      List<String> levels = new ArrayList<>();
      for (int c = 0; c < LEVELS && categorical(j); c++) {
        levels.add("level " + c);
      }
      features.add(new Feature("x" + j, levels));
    }
    List<String> outputs = new ArrayList<>();
    for (int k = 0; k < ensemble.outputs(); k++) {
      outputs.add("class " + k);
    }
    boolean one = outputs.size() == 1;
    return new EnsembleModel(
        new ModelInfo(
            "test",
            "",
            one ? Task.BINARY : Task.MULTICLASS,
            features,
            outputs,
            one ? Link.LOGIT : Link.SOFTMAX,
            "0".repeat(64)),
        ensemble);
  }

  private static final class Builder {
    private final SplittableRandom random;
    private final int used;
    private final boolean zeroCovers;
    private final List<double[]> nodes = new ArrayList<>();
    private final List<long[]> sets = new ArrayList<>();

    Builder(SplittableRandom random, int used, boolean zeroCovers) {
      this.random = random;
      this.used = used;
      this.zeroCovers = zeroCovers;
    }

    /** feature, threshold, yes, no, missing, value, cover. */
    int node(int depth, double cover) {
      int id = nodes.size();
      double[] node = new double[7];
      nodes.add(node);
      sets.add(null);
      node[6] = cover;
      if (depth == 0 || (depth < 4 && random.nextInt(6) == 0)) {
        node[0] = -1;
        node[5] = random.nextDouble(-2, 2);
        return id;
      }
      int f = random.nextInt(used);
      node[0] = f;
      node[1] = random.nextInt(-12, 13) / 4.0;
      node[4] = random.nextInt(2);
      if (categorical(f)) {
        sets.set(id, new long[] {random.nextLong(1, 1 << LEVELS)});
      }
      double share = random.nextDouble();
      if (zeroCovers && random.nextInt(4) == 0) {
        share = random.nextInt(2);
      }
      node[2] = node(depth - 1, cover * share);
      node[3] = node(depth - 1, cover * (1 - share));
      return id;
    }

    Tree tree(int output) {
      int n = nodes.size();
      int[] feature = new int[n];
      double[] threshold = new double[n];
      int[] yes = new int[n];
      int[] no = new int[n];
      boolean[] missing = new boolean[n];
      double[] value = new double[n];
      double[] cover = new double[n];
      for (int i = 0; i < n; i++) {
        double[] node = nodes.get(i);
        feature[i] = (int) node[0];
        threshold[i] = node[1];
        yes[i] = (int) node[2];
        no[i] = (int) node[3];
        missing[i] = node[4] == 1;
        value[i] = node[5];
        cover[i] = node[6];
      }
      return new Tree(
          feature, threshold, sets.toArray(long[][]::new), yes, no, missing, value, cover, output);
    }
  }
}
