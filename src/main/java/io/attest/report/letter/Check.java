package io.attest.report.letter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a checker changed in a draft. Who changes nothing says nothing; every change has its reason.
 *
 * @param answers to single reasons
 * @param order the keys of the reasons in the order that the letter shall have; empty for that of
 *     the draft
 * @param orderWhy why the order was changed
 */
public record Check(List<Answer> answers, List<String> order, String orderWhy) {

  /** Nothing changed. */
  public static final Check NONE = new Check(List.of(), List.of(), "");

  private static final int LONGEST = 2000;

  /**
   * @param reason the key of the reason
   * @param answer {@code strike}, or {@code keep} for one that was flagged
   * @param why in the checker's words
   */
  public record Answer(String reason, String answer, String why) {}

  public Check {
    answers = answers == null ? List.of() : List.copyOf(answers);
    order = order == null ? List.of() : List.copyOf(order);
    orderWhy = orderWhy == null ? "" : orderWhy.strip();
  }

  /**
   * The reasons that the letter tells: at most four of those that were not struck.
   *
   * @throws IllegalArgumentException if one of them is flagged and was not decided, or has no
   *     words, or a change has no reason, naming it
   */
  public List<FoundReason> told(List<FoundReason> found) {
    Map<String, Answer> given = given(found);
    List<FoundReason> told = new ArrayList<>();
    for (FoundReason reason : found) {
      Optional<Answer> answer = Optional.ofNullable(given.get(reason.key()));
      if (answer.filter(a -> a.answer().equals("strike")).isPresent()
          || told.size() == Reasons.PRINCIPAL) {
        continue;
      }
      if (reason.flag().equals(FoundReason.GAP)) {
        throw new IllegalArgumentException(
            reason.note() + " Or strike it, with a reason: it is one of the principal reasons.");
      }
      if (reason.flag().equals(FoundReason.PROTECTED) && answer.isEmpty()) {
        throw new IllegalArgumentException(
            "The reason " + reason.key() + " is flagged: " + reason.note() + " Keep or strike it.");
      }
      told.add(reason);
    }
    return ordered(told);
  }

  /**
   * What a letter can tell without a decision of a person: flagged ones and those without words are
   * left out, in a preview only.
   */
  public List<FoundReason> preview(List<FoundReason> found) {
    Set<String> struck =
        answers.stream()
            .filter(a -> "strike".equals(a.answer()))
            .map(Answer::reason)
            .collect(Collectors.toSet());
    Set<String> kept =
        answers.stream()
            .filter(a -> "keep".equals(a.answer()))
            .map(Answer::reason)
            .collect(Collectors.toSet());
    return found.stream()
        .filter(r -> !struck.contains(r.key()))
        .limit(Reasons.PRINCIPAL)
        .filter(
            r -> r.plain() || (r.flag().equals(FoundReason.PROTECTED) && kept.contains(r.key())))
        .toList();
  }

  private Map<String, Answer> given(List<FoundReason> found) {
    Set<String> known = found.stream().map(FoundReason::key).collect(Collectors.toSet());
    for (Answer a : answers) {
      if (!known.contains(a.reason())) {
        throw new IllegalArgumentException(
            "There is no reason " + a.reason() + " in the draft. It has " + known + ".");
      }
      if (!Set.of("strike", "keep").contains(String.valueOf(a.answer()))) {
        throw new IllegalArgumentException(
            "The answer to the reason " + a.reason() + " must be keep or strike.");
      }
      if (a.why() == null || a.why().isBlank()) {
        throw new IllegalArgumentException(
            "Say why the reason "
                + a.reason()
                + " is "
                + (a.answer().equals("strike") ? "struck" : "kept")
                + ": the record needs it.");
      }
      if (a.why().length() > LONGEST) {
        throw new IllegalArgumentException(
            "A reason for a change is longer than " + LONGEST + " characters. Shorten it.");
      }
    }
    return answers.stream()
        .collect(
            Collectors.toMap(
                Answer::reason,
                Function.identity(),
                (a, b) -> {
                  throw new IllegalArgumentException(
                      "The reason " + a.reason() + " has two answers.");
                }));
  }

  private List<FoundReason> ordered(List<FoundReason> told) {
    if (order.isEmpty()) {
      return List.copyOf(told);
    }
    Map<String, FoundReason> byKey =
        told.stream().collect(Collectors.toMap(FoundReason::key, Function.identity()));
    if (!new HashSet<>(order).equals(byKey.keySet()) || order.size() != byKey.size()) {
      throw new IllegalArgumentException(
          "The order must name each reason of the letter once: "
              + told.stream().map(FoundReason::key).toList()
              + ".");
    }
    List<FoundReason> result = order.stream().map(byKey::get).toList();
    if (!result.equals(told) && orderWhy.isBlank()) {
      throw new IllegalArgumentException(
          "Say why the order of the reasons was changed: they stood in the order of their size.");
    }
    return result;
  }
}
