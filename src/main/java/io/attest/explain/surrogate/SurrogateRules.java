package io.attest.explain.surrogate;

import io.attest.explain.Explainer;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surrogate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An ordered list of rules that mimics the model's response on the audit rows: the first rule whose
 * conditions hold is the one that counts. One list for all classes of a multi-class model.
 *
 * <p>Parameters: those of {@link SurrogateTree} ({@code depth} is the largest number of conditions
 * of a rule, before those on one feature are joined) and {@code rules} (most rules, with the last
 * one, which is for all that is left; 8).
 *
 * <p>Works on any model. Cost: each row once, in predictions.
 *
 * @see RuleList
 */
public final class SurrogateRules implements Explainer<Surrogate> {
  /** Whose stability is told: later ones differ with every sample of rows. */
  private static final int TOLD = 3;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public SurrogateRules() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public SurrogateRules(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "surrogate-rules";
  }

  @Override
  public Surrogate explain(Request request, Progress progress) {
    List<String> known = new ArrayList<>(Mimicry.PARAMETERS);
    known.add("rules");
    request.parameters().only(known);
    int most = request.parameters().integer("rules", 8, 1);
    Mimicry<RuleList> mimicry =
        new Mimicry<>(
            request,
            name(),
            threads,
            Map.of("rules", Integer.toString(most)),
            (from, weights) ->
                RuleList.fit(
                    from.columns,
                    from.rows,
                    from.response,
                    from.outputs,
                    weights,
                    from.limits,
                    most),
            progress);
    return mimicry.surrogate(
        request,
        name(),
        "separate and conquer: the best leaf of a tree grown on the rows that are left, shortened;"
            + " responses of all outputs together",
        "Holmes, Hall and Frank 1999, LNAI 1747; Frank and Witten 1998, ICML",
        List.of(),
        rules(mimicry),
        stability(mimicry));
  }

  private static List<Surrogate.Rule> rules(Mimicry<RuleList> mimicry) {
    int n = mimicry.rows.rows();
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      counts[i] = mimicry.student.rule(mimicry.rows.values(), i * mimicry.rows.features());
    }
    List<Surrogate.Rule> rules = new ArrayList<>();
    for (RuleList.Rule rule : mimicry.student.rules()) {
      boolean[] inside = new boolean[n];
      for (int i = 0; i < n; i++) {
        inside[i] = counts[i] == rules.size();
      }
      rules.add(mimicry.rule(rules.size() + 1, rule.region(), rule.value(), inside));
    }
    return rules;
  }

  private static List<Surrogate.Stability> stability(Mimicry<RuleList> mimicry) {
    List<Surrogate.Stability> found = new ArrayList<>();
    int told = Math.min(TOLD, mimicry.student.rules().size() - 1);
    for (int r = 0; r < told && !mimicry.bootstraps.isEmpty(); r++) {
      Set<String> own = features(mimicry, mimicry.student, r);
      long same = 0;
      for (RuleList other : mimicry.bootstraps) {
        same += features(mimicry, other, r).equals(own) ? 1 : 0;
      }
      found.add(
          new Surrogate.Stability(
              "rule " + (r + 1),
              String.join(", ", own),
              (double) same / mimicry.bootstraps.size(),
              Double.NaN,
              Double.NaN));
    }
    return found;
  }

  private static Set<String> features(Mimicry<RuleList> mimicry, RuleList list, int rule) {
    Set<String> names = new TreeSet<>();
    if (rule < list.rules().size()) {
      list.rules()
          .get(rule)
          .region()
          .bounds()
          .forEach(bound -> names.add(mimicry.info.features().get(bound.feature()).name()));
    }
    return names;
  }
}
