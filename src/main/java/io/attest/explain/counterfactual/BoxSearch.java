package io.attest.explain.counterfactual;

import io.attest.explain.counterfactual.Found.Candidate;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Exact search in a tree ensemble: for each set of variables, fewest first, the nearest options
 * that reach the goal, by branch and bound over boxes of options. What a box can reach is bounded
 * by the sum of the smallest and of the largest leaf that it reaches in each tree.
 *
 * <p>The values found are the nearest of all that {@link Choices} offers. What is left when the
 * effort ends is bounded by what its cheapest options cost. Thread-safe; a search is not.
 *
 * @see <a href="https://arxiv.org/abs/2106.06631">Parmentier and Vidal 2021, Optimal Counterfactual
 *     Explanations in Tree Ensembles</a>
 */
final class BoxSearch {
  /** Sets of variables of one size that are looked at, and that are put in order. */
  private static final int MET = 10_000_000;

  private static final int SETS = 300_000;

  private static final double SAME = 1e-12;

  private final TreeEnsemble trees;
  private final Cells cells;
  private final int[][] cut;
  private final int[][][] members;

  BoxSearch(TreeEnsemble trees, Cells cells) {
    this.trees = trees;
    this.cells = cells;
    Codes codes = cells.codes();
    int n = trees.trees().size();
    cut = new int[n][];
    members = new int[n][][];
    for (int t = 0; t < n; t++) {
      Tree tree = trees.trees().get(t);
      cut[t] = new int[tree.nodes()];
      members[t] = new int[tree.nodes()][];
      for (int node = 0; node < tree.nodes(); node++) {
        if (!tree.leaf(node) && tree.categories()[node] == null) {
          cut[t][node] = codes.cut(tree, node);
        } else if (!tree.leaf(node)) {
          members[t][node] = codes.members(tree, node);
        }
      }
    }
  }

  /**
   * Searches the alternatives of one case.
   *
   * @param variables what may change
   * @param most how many may change at once
   * @return the distance below which there is proved to be nothing: that of the nearest found if
   *     the search came to its end, infinite if then nothing was found
   */
  double search(
      double[] row,
      List<Variable> variables,
      Rules rules,
      Goal goal,
      int most,
      Found found,
      Effort effort) {
    Search search = new Search(row, variables, rules, goal, found, effort);
    double open = Double.POSITIVE_INFINITY;
    for (int size = 1; size <= Math.min(most, variables.size()); size++) {
      open = Math.min(open, search.sets(size));
    }
    return Math.min(open, found.nearest());
  }

  /** A set of variables, and at least how far any change of all of them goes. */
  private record Subset(int[] variables, double least) {}

  /**
   * Options of a set of variables.
   *
   * @param run of each, -1 for all runs
   * @param low first option of each
   * @param high last option of each
   * @param least cost of the cheapest of them all
   */
  private record Box(int[] run, int[] low, int[] high, double least, long order) {}

  private final class Search {
    private final double[] row;
    private final List<Variable> variables;
    private final Rules rules;
    private final Goal goal;
    private final Found found;
    private final Effort effort;
    private final double[] cheapest;
    private final Reach reach;

    /** States that a box leaves to each feature, of an own value first and last alike. */
    private final int[] from;

    private final int[] to;
    private final boolean[] open;

    /** The trees with everything decided that the set does not change: the nodes that are left. */
    private final Pruned pruned = new Pruned();

    private long order;

    Search(
        double[] row,
        List<Variable> variables,
        Rules rules,
        Goal goal,
        Found found,
        Effort effort) {
      this.row = row;
      this.variables = variables;
      this.rules = rules;
      this.goal = goal;
      this.found = found;
      this.effort = effort;
      cheapest = variables.stream().mapToDouble(Variable::cheapest).toArray();
      int p = row.length;
      from = new int[p];
      open = new boolean[p];
      for (int j = 0; j < p; j++) {
        from[j] = cells.state(j, row[j]);
      }
      to = from.clone();
      double[] leaf = new double[trees.trees().size()];
      double[] now = trees.base().clone();
      for (int t = 0; t < leaf.length; t++) {
        Tree tree = trees.trees().get(t);
        int node = 0;
        while (!tree.leaf(node)) {
          node = goes(tree, t, node) ? tree.yes()[node] : tree.no()[node];
        }
        leaf[t] = tree.value()[node];
        now[tree.output()] += leaf[t];
      }
      reach = new Reach(now, variables.size());
      reach.shared(trees, leaf, variables, p);
    }

    private boolean goes(Tree tree, int t, int node) {
      int state = from[tree.feature()[node]];
      if (state == Cells.MISSING) {
        return tree.missingYes()[node];
      }
      int[] set = members[t][node];
      return set == null ? state < cut[t][node] : set[state] != 0;
    }

    /** Searches all sets of a size; returns a bound of those that there was no effort left for. */
    double sets(int size) {
      Sets sets = new Sets(size);
      for (int i = 0; i < sets.found.size(); i++) {
        double left = within(sets.found.get(i));
        if (left < Double.POSITIVE_INFINITY) {
          // Sets come by what they cost at least, but of this one more may be known.
          double next =
              i + 1 < sets.found.size() ? sets.found.get(i + 1).least() : Double.POSITIVE_INFINITY;
          return Math.min(Math.min(left, next), sets.beyond);
        }
      }
      return sets.beyond;
    }

    /** The sets of a size that may be worth a search, cheapest first. */
    private final class Sets {
      final List<Subset> found = new ArrayList<>();

      /** A bound of those that were too many. */
      double beyond = Double.POSITIVE_INFINITY;

      private final int size;
      private final int[] byCost;
      private final int[] chosen;
      private final double limit;
      private long met;

      Sets(int size) {
        this.size = size;
        byCost =
            java.util.stream.IntStream.range(0, cheapest.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> cheapest[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        chosen = new int[size];
        limit = Search.this.found.limit(size);
        combine(0, 0, 0);
        found.sort(Comparator.comparingDouble(Subset::least));
      }

      private void combine(int depth, int next, double cost) {
        if (depth == size) {
          met++;
          if (size == 1 || reach.possible(chosen, goal)) {
            int[] sorted = chosen.clone();
            Arrays.sort(sorted);
            found.add(new Subset(sorted, cost));
          }
          return;
        }
        for (int i = next; i <= byCost.length - (size - depth); i++) {
          double least = cost + cheapest[byCost[i]] * (size - depth);
          if (least > limit + SAME) {
            // All that follow cost more still.
            return;
          }
          if (met >= MET || found.size() >= SETS || (depth < 2 && !effort.walk(0))) {
            beyond = Math.min(beyond, least);
            return;
          }
          chosen[depth] = byCost[i];
          combine(depth + 1, i + 1, cost + cheapest[byCost[i]]);
        }
      }
    }

    /**
     * Searches one set.
     *
     * @return infinite if it is done; if the effort was not enough, a bound of what is left
     */
    private double within(Subset set) {
      int size = set.variables().length;
      List<Integer> changed = Arrays.stream(set.variables()).boxed().toList();
      double limit = found.limit(changed);
      if (set.least() >= limit - SAME) {
        return Double.POSITIVE_INFINITY;
      }
      if (!effort.walk(trees.trees().size())) {
        return set.least();
      }
      for (int v : set.variables()) {
        for (int f : variables.get(v).features()) {
          open[f] = true;
        }
      }
      pruned.make();
      PriorityQueue<Box> queue =
          new PriorityQueue<>(Comparator.comparingDouble(Box::least).thenComparingLong(Box::order));
      int[] all = new int[size];
      Arrays.fill(all, -1);
      int[] high = new int[size];
      for (int i = 0; i < size; i++) {
        high[i] = variables.get(set.variables()[i]).options().size() - 1;
      }
      queue.add(new Box(all, new int[size], high, set.least(), order++));
      double left = Double.POSITIVE_INFINITY;
      while (!queue.isEmpty()) {
        Box box = queue.poll();
        if (box.least() > limit + SAME || (box.least() >= limit - SAME && !tie(changed, limit))) {
          break;
        }
        if (!effort.walk(1 + pruned.trees())) {
          left = box.least();
          break;
        }
        if (!place(set, box, limit)) {
          continue;
        }
        if (size == 1 && box.run()[0] < 0) {
          alone(set.variables()[0]);
          place(set, box, limit);
        }
        pruned.reach();
        if (!goal.possible(pruned.low, pruned.high)) {
          continue;
        }
        if (single(box)) {
          limit = Math.min(limit, check(set, changed, box));
        } else {
          split(set, box, limit, queue);
        }
      }
      for (int v : set.variables()) {
        for (int f : variables.get(v).features()) {
          open[f] = false;
          from[f] = cells.state(f, row[f]);
          to[f] = from[f];
        }
      }
      return left;
    }

    /** Tells how far a variable moves the trees alone, if it changes or not. */
    private void alone(int variable) {
      for (int f : variables.get(variable).features()) {
        int own = cells.state(f, row[f]);
        from[f] = Math.min(from[f], own);
        to[f] = Math.max(to[f], own);
      }
      pruned.reach();
      reach.alone(variable, pruned.low, pruned.high);
    }

    /** Of the same set and equally near: the more plausible one is chosen afterwards. */
    private boolean tie(List<Integer> changed, double limit) {
      return found.distance(changed) <= limit + SAME;
    }

    private boolean single(Box box) {
      for (int i = 0; i < box.run().length; i++) {
        if (box.run()[i] < 0 || box.low()[i] < box.high()[i]) {
          return false;
        }
      }
      return true;
    }

    /** Asks the model itself, and the rules. */
    private double check(Subset set, List<Integer> changed, Box box) {
      double[] values = row.clone();
      for (int i = 0; i < box.low().length; i++) {
        Variable v = variables.get(set.variables()[i]);
        v.set(values, v.options().get(box.low()[i]));
      }
      if (!rules.consistent(row, values) || !goal.reached(effort.certain(values), 0)) {
        return Double.POSITIVE_INFINITY;
      }
      found.offer(new Candidate(changed, values, box.least()));
      return box.least();
    }

    private void split(Subset set, Box box, double limit, PriorityQueue<Box> queue) {
      int widest = 0;
      for (int i = 0; i < box.run().length; i++) {
        Variable v = variables.get(set.variables()[i]);
        if (box.run()[i] < 0) {
          for (int r = 0; r < v.runs().size(); r++) {
            child(set, box, i, r, v.runs().get(r)[0], v.runs().get(r)[1], limit, queue);
          }
          return;
        }
        if (box.high()[i] - box.low()[i] > box.high()[widest] - box.low()[widest]) {
          widest = i;
        }
      }
      int middle = (box.low()[widest] + box.high()[widest]) >>> 1;
      int run = box.run()[widest];
      child(set, box, widest, run, box.low()[widest], middle, limit, queue);
      child(set, box, widest, run, middle + 1, box.high()[widest], limit, queue);
    }

    private void child(
        Subset set,
        Box box,
        int position,
        int run,
        int low,
        int high,
        double limit,
        PriorityQueue<Box> queue) {
      int[] runs = box.run().clone();
      int[] lows = box.low().clone();
      int[] highs = box.high().clone();
      runs[position] = run;
      lows[position] = low;
      highs[position] = high;
      double least = 0;
      for (int i = 0; i < runs.length; i++) {
        least += least(set, runs, lows, highs, i);
      }
      // What costs more than what is known already need not be looked at.
      double room = limit + SAME - (least - least(set, runs, lows, highs, position));
      List<Variable.Option> options = variables.get(set.variables()[position]).options();
      while (low <= high && options.get(low).cost() > room && options.get(high).cost() <= room) {
        low++;
      }
      while (low <= high && options.get(high).cost() > room) {
        high--;
      }
      if (low > high || least > limit + SAME) {
        return;
      }
      lows[position] = low;
      highs[position] = high;
      queue.add(new Box(runs, lows, highs, least, order++));
    }

    /** Along a run costs only rise or only fall. */
    private double least(Subset set, int[] run, int[] low, int[] high, int i) {
      int v = set.variables()[i];
      if (run[i] < 0) {
        return cheapest[v];
      }
      List<Variable.Option> options = variables.get(v).options();
      return Math.min(options.get(low[i]).cost(), options.get(high[i]).cost());
    }

    /** Tells the features which states a box leaves them; false if it leaves none. */
    private boolean place(Subset set, Box box, double limit) {
      for (int i = 0; i < box.run().length; i++) {
        int v = set.variables()[i];
        Variable variable = variables.get(v);
        boolean alone = box.run()[i] >= 0;
        double room =
            limit + SAME - (box.least() - least(set, box.run(), box.low(), box.high(), i));
        for (int m = 0; m < variable.features().length; m++) {
          int f = variable.features()[m];
          int least = Integer.MAX_VALUE;
          int largest = Integer.MIN_VALUE;
          if (alone) {
            least = variable.options().get(box.low()[i]).states()[m];
            largest = variable.options().get(box.high()[i]).states()[m];
          } else {
            for (Variable.Option option : variable.options()) {
              if (option.cost() <= room) {
                least = Math.min(least, option.states()[m]);
                largest = Math.max(largest, option.states()[m]);
              }
            }
          }
          if (least > largest) {
            return false;
          }
          from[f] = least;
          to[f] = largest;
        }
      }
      return true;
    }

    /** What is left of the trees once all features outside a set have their own values. */
    private final class Pruned {
      private int[] roots = new int[16];
      private int[] outputs = new int[16];
      private int count;
      private int size;
      private int[] feature = new int[64];
      private int[] threshold = new int[64];
      private int[] yes = new int[64];
      private int[] no = new int[64];
      private boolean[] missingYes = new boolean[64];
      private int[][] sets = new int[64][];
      private double[] value = new double[64];
      private double[] fixed = new double[0];
      private double[] low = new double[0];
      private double[] high = new double[0];
      private int[] stack = new int[64];

      /** Trees that the set can change. */
      int trees() {
        return count;
      }

      void make() {
        count = 0;
        size = 0;
        fixed = trees.base().clone();
        for (int t = 0; t < trees.trees().size(); t++) {
          Tree tree = trees.trees().get(t);
          int before = size;
          int root = copy(tree, t, 0);
          if (feature[root] < 0) {
            fixed[tree.output()] += value[root];
            size = before;
          } else {
            if (count == roots.length) {
              roots = Arrays.copyOf(roots, 2 * count);
              outputs = Arrays.copyOf(outputs, 2 * count);
            }
            roots[count] = root;
            outputs[count++] = tree.output();
          }
        }
      }

      private int copy(Tree tree, int t, int start) {
        int node = start;
        while (!tree.leaf(node) && !open[tree.feature()[node]]) {
          node = goes(tree, t, node) ? tree.yes()[node] : tree.no()[node];
        }
        int id = size++;
        if (id == feature.length) {
          grow();
        }
        if (tree.leaf(node)) {
          feature[id] = -1;
          value[id] = tree.value()[node];
          return id;
        }
        feature[id] = tree.feature()[node];
        threshold[id] = cut[t][node];
        sets[id] = members[t][node];
        missingYes[id] = tree.missingYes()[node];
        int left = copy(tree, t, tree.yes()[node]);
        int right = copy(tree, t, tree.no()[node]);
        yes[id] = left;
        no[id] = right;
        return id;
      }

      private void grow() {
        int to = 2 * feature.length;
        feature = Arrays.copyOf(feature, to);
        threshold = Arrays.copyOf(threshold, to);
        yes = Arrays.copyOf(yes, to);
        no = Arrays.copyOf(no, to);
        missingYes = Arrays.copyOf(missingYes, to);
        sets = Arrays.copyOf(sets, to);
        value = Arrays.copyOf(value, to);
        stack = new int[to];
      }

      /** Bounds of the raw outputs, for the states that the features have. */
      void reach() {
        low = fixed.clone();
        high = fixed.clone();
        for (int t = 0; t < count; t++) {
          double least = Double.POSITIVE_INFINITY;
          double most = Double.NEGATIVE_INFINITY;
          int depth = 0;
          stack[depth++] = roots[t];
          while (depth > 0) {
            int node = stack[--depth];
            while (feature[node] >= 0) {
              int way = way(node);
              if (way == 0) {
                stack[depth++] = no[node];
              }
              node = way < 0 ? no[node] : yes[node];
            }
            least = Math.min(least, value[node]);
            most = Math.max(most, value[node]);
          }
          low[outputs[t]] += least;
          high[outputs[t]] += most;
        }
      }

      /** 1 for yes, -1 for no, 0 for both. */
      private int way(int node) {
        int f = feature[node];
        int first = from[f];
        int last = to[f];
        if (first == Cells.MISSING) {
          return first == last ? (missingYes[node] ? 1 : -1) : 0;
        }
        if (sets[node] != null) {
          return first == last ? (sets[node][first] != 0 ? 1 : -1) : 0;
        }
        return last < threshold[node] ? 1 : first >= threshold[node] ? -1 : 0;
      }
    }
  }
}
