package io.attest.model;

import io.attest.data.Field;
import io.attest.data.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether reasons can be said to a person: each feature in one of them, nothing protected without a
 * mark, and no text that names no factor. What is vague is taken from the official commentary on
 * Regulation B (12 CFR 1002.9(b)(2)): neither "internal standards or policies" nor "failed to
 * achieve a qualifying score" says why.
 */
final class ReasonChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
  private static final int FEWEST_WORDS = 3;
  private static final int LONGEST = 400;

  /** What says no factor, and what is wrong with it. */
  private static final Map<Pattern, String> VAGUE =
      Map.of(
          vague(
              "(internal|company|our|bank|credit|lending)( \\w+)? (polic(y|ies)|standards?|guidelines?)"),
          "a policy is no factor of this person's case",
          vague(
              "(insufficient|low|poor|bad|inadequate|failing)( \\w+)? scor(e|ing)"
                  + "|score (is |was )?(too low|below|insufficient)|qualifying score"),
          "a score is what the factors make, not one of them",
          vague(
              "other reasons?|various (reasons|factors)|general (reasons|assessment)|overall (assessment|profile|risk)"),
          "it names no factor",
          vague(
              "(model|algorithm|system|computer|automated)( \\w+)? (decision|decided|said|output|result)"),
          "that a model decided is not why it did",
          vague(
              "(did not|does not|failed to|not) (meet|qualify)( \\w+){0,4} (criteria|requirements|conditions)?$"),
          "it does not say which requirement");

  private final ModelSpec spec;
  private final ModelSpecDocument document;
  private final List<String> problems = new ArrayList<>();

  private ReasonChecks(ModelSpec spec, ModelSpecDocument document) {
    this.spec = spec;
    this.document = document;
  }

  private static Pattern vague(String words) {
    return Pattern.compile("\\b(" + words + ")");
  }

  static List<String> problems(ModelSpec spec, ModelSpecDocument document) {
    ReasonChecks checks = new ReasonChecks(spec, document);
    checks.all();
    return checks.problems;
  }

  private void all() {
    List<String> names = spec.fields().stream().map(Field::name).toList();
    Set<String> codes = new HashSet<>();
    Map<String, String> owners = new HashMap<>();
    for (int i = 0; i < spec.reasons().table().size(); i++) {
      ModelSpec.Reason reason = spec.reasons().table().get(i);
      String at = "/reasons/" + i;
      if (!codes.add(reason.code())) {
        problem(at + "/code", "two reasons have the code " + reason.code() + ".");
      }
      for (String feature : reason.features()) {
        if (!names.contains(feature)) {
          problem(
              at + "/features",
              "there is no feature " + feature + "." + Nearest.hint(feature, names));
        }
        String owner = owners.putIfAbsent(feature, reason.code());
        if (owner != null && !owner.equals(reason.code())) {
          problem(
              at + "/features",
              "the feature "
                  + feature
                  + " is in two reasons, "
                  + owner
                  + " and "
                  + reason.code()
                  + ": it would be told twice.");
        }
      }
      guarded(at, reason);
      text(at + "/text", reason, reason.text());
      reason.favourable().ifPresent(text -> text(at + "/favourable", reason, text));
    }
  }

  private void guarded(String at, ModelSpec.Reason reason) {
    Predicate<String> isProtected =
        f -> spec.protectedGroups().stream().anyMatch(p -> p.column().equals(f));
    Predicate<String> isForbidden =
        f -> spec.expectations().containsKey(f) && !spec.expectations().get(f).allowed();
    String resting =
        reason.features().stream()
            .filter(isProtected.or(isForbidden))
            .collect(Collectors.joining(", "));
    if (!resting.isEmpty() && !reason.marked()) {
      problem(
          at,
          "the reason "
              + reason.code()
              + " rests on "
              + resting
              + ", which is protected or not allowed, and is not marked. Write protected: true, so"
              + " that a person decides whether it is said.");
    }
  }

  private void text(String at, ModelSpec.Reason reason, String text) {
    Matcher placeholder = PLACEHOLDER.matcher(text);
    while (placeholder.find()) {
      String name = placeholder.group(1);
      if (reason.marked()) {
        problem(
            at,
            "the reason "
                + reason.code()
                + " is marked protected, so no value of the person may stand in it. Take {"
                + name
                + "} out.");
      } else if (name.equals("value") && reason.features().size() > 1) {
        problem(
            at,
            "{value} is not clear where there are several features. Write the name of one: {"
                + reason.features().get(0)
                + "}.");
      } else if (!name.equals("value") && !reason.features().contains(name)) {
        problem(
            at,
            "{"
                + name
                + "} is none of the features of the reason "
                + reason.code()
                + "."
                + Nearest.hint(name, reason.features()));
      }
    }
    specific(at, reason, text);
  }

  private void specific(String at, ModelSpec.Reason reason, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    VAGUE.entrySet().stream()
        .filter(v -> v.getKey().matcher(lower).find())
        .map(Map.Entry::getValue)
        .sorted()
        .forEach(
            why ->
                problem(
                    at,
                    "the text of the reason "
                        + reason.code()
                        + " is not specific: "
                        + why
                        + ". Say what in the case it was, for instance \"Your current account is"
                        + " overdrawn\"."));
    if (text.strip().split("\\s+").length < FEWEST_WORDS) {
      problem(
          at,
          "the text of the reason "
              + reason.code()
              + " is not specific: \""
              + text
              + "\" is shorter than "
              + FEWEST_WORDS
              + " words. Say what in the case it was.");
    }
    if (text.length() > LONGEST) {
      problem(
          at,
          "the text of the reason "
              + reason.code()
              + " has "
              + text.length()
              + " characters. A letter takes "
              + LONGEST
              + ".");
    }
  }

  private void problem(String pointer, String message) {
    problems.add(document.at(pointer) + ": " + message);
  }
}
