package io.attest.explain.counterfactual;

import io.attest.explain.Parameters;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;

/** What the model shall say, of one case. */
sealed interface Goal {

  /**
   * @param out responses, rows x outputs
   * @param at index of the row's first
   */
  boolean reached(double[] out, int at);

  /** How far the responses are from it: 0 if reached, else above 0. */
  double shortfall(double[] out, int at);

  /**
   * Whether raw outputs between these can reach it. The ends may be reached together or not.
   *
   * @param low one an output; a little is allowed for sums in another order
   */
  boolean possible(double[] low, double[] high);

  /** In words: {@code below 0.5}. */
  String words();

  /**
   * What the parameters ask for; depends on the case where they want another answer than its own.
   */
  record Wanted(ModelInfo info, String wanted, double threshold) {

    /**
     * @throws IllegalArgumentException if the model cannot say what is wanted
     */
    static Wanted of(Parameters given, ModelInfo info) {
      String wanted = given.text("wanted").orElse("other");
      boolean classes = info.task() == Task.MULTICLASS;
      String threshold = given.text("threshold").orElse(info.task() == Task.BINARY ? "0.5" : "");
      if (classes) {
        if (!wanted.equals("other") && !info.outputs().contains(wanted)) {
          throw new IllegalArgumentException(
              "The parameter wanted is '"
                  + wanted
                  + "', but must be other or one of the classes "
                  + info.outputs()
                  + ".");
        }
        return new Wanted(info, wanted, Double.NaN);
      }
      if (wanted.contains("..")) {
        Wanted range = new Wanted(info, wanted, Double.NaN);
        range.range();
        return range;
      }
      if (!wanted.equals("other") && !wanted.equals("below") && !wanted.equals("above")) {
        throw new IllegalArgumentException(
            "The parameter wanted is '"
                + wanted
                + "', but must be below, above, other, or a range like 10..20.");
      }
      if (threshold.isEmpty()) {
        throw new IllegalArgumentException(
            "A regression has no threshold of its own. Give the parameter threshold, or wanted as a"
                + " range like 10..20. Maybe model.yaml has no decision.");
      }
      return new Wanted(info, wanted, Rules.number("threshold", threshold));
    }

    private Within range() {
      int dots = wanted.indexOf("..");
      String low = wanted.substring(0, dots).strip();
      String high = wanted.substring(dots + 2).strip();
      double from = low.isEmpty() ? Double.NEGATIVE_INFINITY : Rules.number("wanted", low);
      double to = high.isEmpty() ? Double.POSITIVE_INFINITY : Rules.number("wanted", high);
      if (!(from <= to)) {
        throw new IllegalArgumentException("The range " + wanted + " that is wanted is empty.");
      }
      return new Within(info.link(), from, to, false);
    }

    /**
     * For a case.
     *
     * @param out its responses
     */
    Goal of(double[] out) {
      if (info.task() == Task.MULTICLASS) {
        return wanted.equals("other")
            ? new NotClass(info, best(out, 0, out.length))
            : new IsClass(info, info.outputs().indexOf(wanted));
      }
      if (wanted.contains("..")) {
        return range();
      }
      boolean below = wanted.equals("below") || (wanted.equals("other") && out[0] >= threshold);
      return below
          ? new Within(info.link(), Double.NEGATIVE_INFINITY, threshold, true)
          : new Within(info.link(), threshold, Double.POSITIVE_INFINITY, false);
    }

    /** How near a response is to where the answer changes: smaller is nearer. */
    double distance(double[] out, int at) {
      Goal goal = of(java.util.Arrays.copyOfRange(out, at, at + info.outputs().size()));
      return goal.shortfall(out, at);
    }

    /**
     * What the responses say, in words.
     *
     * @param goal that they are held against: enough digits are given to tell the side
     */
    String answer(double[] out, Goal goal) {
      if (info.task() == Task.MULTICLASS) {
        int best = best(out, 0, out.length);
        return info.outputs().get(best) + " (" + Words.figure(out[best], 4) + ")";
      }
      for (int digits = 4; digits < 17 && Double.isFinite(out[0]); digits++) {
        String text = Words.figure(out[0], digits);
        double shown = Double.parseDouble(text);
        if (goal.reached(new double[] {shown}, 0) == goal.reached(out, 0)) {
          return text;
        }
      }
      return Double.toString(out[0]);
    }
  }

  private static int best(double[] out, int at, int outputs) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (out[at + k] > out[at + best]) {
        best = k;
      }
    }
    return best;
  }

  private static double slack(double a) {
    return 1e-9 * (1 + Math.abs(a));
  }

  /**
   * One output in a range.
   *
   * @param open whether {@code to} itself is outside
   */
  record Within(Link link, double from, double to, boolean open) implements Goal {

    @Override
    public boolean reached(double[] out, int at) {
      return out[at] >= from && (open ? out[at] < to : out[at] <= to);
    }

    @Override
    public double shortfall(double[] out, int at) {
      if (reached(out, at)) {
        return 0;
      }
      double miss = Math.max(from - out[at], out[at] - to);
      return Double.isNaN(miss) ? Double.POSITIVE_INFINITY : Math.max(miss, Double.MIN_VALUE);
    }

    @Override
    public boolean possible(double[] low, double[] high) {
      double[] ends = {low[0] - slack(low[0]), high[0] + slack(high[0])};
      link.toResponse(ends, 1);
      return ends[1] >= from && ends[0] <= to;
    }

    @Override
    public String words() {
      if (from == Double.NEGATIVE_INFINITY) {
        return (open ? "below " : "at most ") + Words.number(to);
      }
      return to == Double.POSITIVE_INFINITY
          ? "at least " + Words.number(from)
          : "from " + Words.number(from) + " to " + Words.number(to);
    }
  }

  /** One class the likeliest. Of several alike, the first is. */
  record IsClass(ModelInfo info, int wanted) implements Goal {

    @Override
    public boolean reached(double[] out, int at) {
      return best(out, at, info.outputs().size()) == wanted;
    }

    @Override
    public double shortfall(double[] out, int at) {
      if (reached(out, at)) {
        return 0;
      }
      double miss = out[at + best(out, at, info.outputs().size())] - out[at + wanted];
      return Double.isNaN(miss) ? Double.POSITIVE_INFINITY : Math.max(miss, Double.MIN_VALUE);
    }

    @Override
    public boolean possible(double[] low, double[] high) {
      for (double other : low) {
        if (high[wanted] + slack(high[wanted]) < other - slack(other)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String words() {
      return info.outputs().get(wanted);
    }
  }

  /** Another class than this the likeliest. */
  record NotClass(ModelInfo info, int now) implements Goal {

    @Override
    public boolean reached(double[] out, int at) {
      return best(out, at, info.outputs().size()) != now;
    }

    @Override
    public double shortfall(double[] out, int at) {
      if (reached(out, at)) {
        return 0;
      }
      double rival = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < info.outputs().size(); k++) {
        if (k != now) {
          rival = Math.max(rival, out[at + k]);
        }
      }
      double miss = out[at + now] - rival;
      return Double.isNaN(miss) ? Double.POSITIVE_INFINITY : Math.max(miss, Double.MIN_VALUE);
    }

    @Override
    public boolean possible(double[] low, double[] high) {
      for (int k = 0; k < high.length; k++) {
        if (k != now && high[k] + slack(high[k]) >= low[now] - slack(low[now])) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String words() {
      return "other than " + info.outputs().get(now);
    }
  }
}
