package io.attest.report.letter;

import io.attest.audit.Section.Contribution;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From contributions to reasons. A reason is told only if it really pushed towards the outcome; the
 * strongest come first; nothing that mattered is passed over in silence: what has no words is a
 * gap, and what rests on a protected attribute is flagged.
 *
 * <p>At most four are principal: more are unlikely to help (official commentary on 12 CFR
 * 1002.9(b)(2); 15 USC 1681g(f)(1)(C) for scores).
 */
public final class Reasons {

  /** A letter tells no more. */
  public static final int PRINCIPAL = 4;

  /** Below this share of all that pushed, a sum is rounding and not a reason. */
  private static final double NOTHING = 1e-9;

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

  private final List<ModelSpec.Reason> table;
  private final Set<String> guarded;

  /**
   * @param table the reasons of the installation
   * @param guarded features that are protected, not allowed, or stand for something protected
   */
  public Reasons(List<ModelSpec.Reason> table, Set<String> guarded) {
    this.table = List.copyOf(table);
    this.guarded = Set.copyOf(guarded);
  }

  /** The features of a declaration that are protected or must not be used. */
  public static Set<String> guarded(ModelSpec spec) {
    Set<String> names = new TreeSet<>();
    spec.protectedGroups().forEach(p -> names.add(p.column()));
    spec.expectations()
        .forEach(
            (feature, expectation) -> {
              if (!expectation.allowed()) {
                names.add(feature);
              }
            });
    spec.reasons().table().stream()
        .filter(ModelSpec.Reason::marked)
        .forEach(r -> names.addAll(r.features()));
    return names;
  }

  /**
   * All reasons that pushed towards the outcome, strongest first.
   *
   * @param contributions one for each feature or group of features; the sum with the base value is
   *     the prediction
   * @param rising true if a rising prediction leads to the outcome: then positive contributions
   *     pushed
   * @param favourable which words are used
   * @throws IllegalArgumentException if a contribution is not a number
   */
  public List<FoundReason> of(
      List<Contribution> contributions, boolean rising, boolean favourable) {
    Map<String, Double> pushes = new LinkedHashMap<>();
    Map<String, List<Contribution>> members = new LinkedHashMap<>();
    for (Contribution c : contributions) {
      if (!Double.isFinite(c.contribution())) {
        throw new IllegalArgumentException(
            "The contribution of "
                + c.feature()
                + " is "
                + c.contribution()
                + ", no number. Maybe the method does not fit this model.");
      }
      String key = owner(c.feature()).map(ModelSpec.Reason::code).orElse("feature:" + c.feature());
      pushes.merge(key, rising ? c.contribution() : -c.contribution(), Double::sum);
      members.computeIfAbsent(key, k -> new ArrayList<>()).add(c);
    }
    double all = pushes.values().stream().filter(p -> p > 0).mapToDouble(Double::doubleValue).sum();
    return pushes.entrySet().stream()
        .filter(e -> e.getValue() > NOTHING * all)
        .map(e -> found(e.getKey(), members.get(e.getKey()), e.getValue(), all, favourable))
        .sorted(
            Comparator.comparingDouble((FoundReason r) -> -r.push())
                .thenComparing(FoundReason::key))
        .toList();
  }

  private Optional<ModelSpec.Reason> owner(String feature) {
    return table.stream().filter(r -> r.features().contains(feature)).findFirst();
  }

  private FoundReason found(
      String key, List<Contribution> members, double push, double all, boolean favourable) {
    Optional<ModelSpec.Reason> reason =
        table.stream().filter(r -> r.code().equals(key)).findFirst();
    List<String> features = members.stream().map(Contribution::feature).toList();
    List<String> resting =
        features.stream().filter(f -> guarded.contains(f) || standsFor(f)).toList();
    Optional<String> words =
        favourable
            ? reason.flatMap(ModelSpec.Reason::favourable)
            : reason.map(ModelSpec.Reason::text);
    boolean marked = reason.filter(ModelSpec.Reason::marked).isPresent() || !resting.isEmpty();
    String flag = words.isEmpty() ? FoundReason.GAP : marked ? FoundReason.PROTECTED : "";
    String about = String.join(", ", features);
    String note =
        switch (flag) {
          case FoundReason.GAP ->
              (reason.isEmpty()
                      ? "There is no reason text for " + about
                      : "The reason " + key + " (" + about + ") has no favourable text")
                  + ". Maybe add it to reasons in model.yaml and send the request back."
                  + (marked ? " It is protected or stands for something protected." : "");
          case FoundReason.PROTECTED ->
              (resting.isEmpty() ? about : String.join(", ", resting))
                  + (resting.size() > 1 ? " are" : " is")
                  + " protected or stand"
                  + (resting.size() > 1 ? "" : "s")
                  + " for something protected. A person has to decide whether the letter says it.";
          default -> "";
        };
    return new FoundReason(
        key,
        reason.map(ModelSpec.Reason::code).orElse(""),
        features,
        members.stream().map(Contribution::value).toList(),
        words.map(text -> filled(text, members)).orElse(""),
        push,
        push / all,
        flag,
        note);
  }

  /** A group of features that an explainer formed is guarded if one of them is. */
  private boolean standsFor(String name) {
    return guarded.stream()
        .anyMatch(g -> List.of(name.split("\\s*[+,]\\s*")).contains(g) && !g.equals(name));
  }

  /** One pass, so that a value from outside is never taken for a placeholder. */
  private static String filled(String text, List<Contribution> members) {
    Map<String, String> values = new HashMap<>();
    members.forEach(m -> values.put(m.feature(), m.value()));
    if (members.size() == 1) {
      values.put("value", members.get(0).value());
    }
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String value = values.getOrDefault(matcher.group(1), "not known");
      matcher.appendReplacement(
          out, Matcher.quoteReplacement(value.isBlank() ? "not known" : value));
    }
    return matcher.appendTail(out).toString();
  }
}
