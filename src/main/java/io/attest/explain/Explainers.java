package io.attest.explain;

import io.attest.explain.anchor.AnchorRules;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.explain.effect.AccumulatedEffects;
import io.attest.explain.effect.AccumulatedPairs;
import io.attest.explain.effect.PairDependence;
import io.attest.explain.effect.PartialDependence;
import io.attest.explain.gradient.ExpectedGradients;
import io.attest.explain.gradient.IntegratedGradients;
import io.attest.explain.importance.PermutationImportance;
import io.attest.explain.importance.Sage;
import io.attest.explain.influence.LinearInfluence;
import io.attest.explain.influence.NetworkInfluence;
import io.attest.explain.influence.TreeInfluence;
import io.attest.explain.lime.Lime;
import io.attest.explain.shap.ConditionalShap;
import io.attest.explain.shap.InterventionalTreeShap;
import io.attest.explain.shap.KernelShap;
import io.attest.explain.shap.LinearShap;
import io.attest.explain.shap.PermutationShap;
import io.attest.explain.shap.TreeBanzhaf;
import io.attest.explain.shap.TreeShap;
import io.attest.explain.shap.TreeShapInteractions;
import io.attest.explain.shap.TreeShapLoss;
import io.attest.explain.surrogate.SurrogateRules;
import io.attest.explain.surrogate.SurrogateTree;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The explainers by name, as decision tables, the command line and the report name them. {@code
 * docs/add-an-explainer.md} says how to add one.
 *
 * @param byName sorted by name
 */
public record Explainers(Map<String, Explainer<?>> byName) {

  public Explainers {
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  /** All that there are, on all processors. */
  public static Explainers all() {
    return all(Runtime.getRuntime().availableProcessors());
  }

  /**
   * All that there are.
   *
   * @param threads how many each of them works on; no result depends on it
   */
  public static Explainers all(int threads) {
    Map<String, Explainer<?>> byName = new TreeMap<>();
    for (Explainer<?> explainer :
        List.of(
            new AccumulatedEffects(threads),
            new CounterfactualSearch(threads),
            new AnchorRules(threads),
            new Lime(threads),
            new AccumulatedPairs(threads),
            new ConditionalShap(threads),
            new KernelShap(threads),
            new ExpectedGradients(threads),
            new IntegratedGradients(threads),
            new LinearInfluence(threads),
            new LinearShap(threads),
            new NetworkInfluence(threads),
            new PairDependence(threads),
            new PartialDependence(threads),
            new PermutationImportance(threads),
            new PermutationShap(threads),
            new Sage(threads),
            new InterventionalTreeShap(threads),
            new SurrogateRules(threads),
            new SurrogateTree(threads),
            new TreeBanzhaf(threads),
            new TreeInfluence(threads),
            new TreeShap(threads),
            new TreeShapInteractions(threads),
            new TreeShapLoss(threads))) {
      byName.put(explainer.name(), explainer);
    }
    return new Explainers(byName);
  }

  /**
   * The explainer of this name.
   *
   * @throws IllegalArgumentException naming those there are
   */
  public Explainer<?> explainer(String name) {
    Explainer<?> explainer = byName.get(name);
    if (explainer == null) {
      throw new IllegalArgumentException(
          "There is no explainer " + name + ". Maybe you meant one of " + byName.keySet() + ".");
    }
    return explainer;
  }
}
