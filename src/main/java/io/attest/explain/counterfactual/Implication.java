package io.attest.explain.counterfactual;

import io.attest.model.Feature;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What else must happen when a feature changes: {@code employment rises -> age rises by 1}.
 *
 * @param cause index of the feature that changes
 * @param when {@code rises, falls} or {@code changes}
 * @param effect index of the feature that must go along
 * @param then {@code rises, falls, changes} or {@code stays}
 * @param by at least how much; 0 for any
 */
record Implication(int cause, String when, int effect, String then, double by) {
  private static final Pattern CAUSE = Pattern.compile("(.+?)\\s+(rises|falls|changes)");
  private static final Pattern EFFECT =
      Pattern.compile("(.+?)\\s+(rises|falls|changes|stays)(?:\\s+by\\s+([0-9.]+))?");

  /**
   * Reads {@code a rises -> b rises by 2}.
   *
   * @throws IllegalArgumentException if it is written otherwise
   */
  static Implication parse(String text, Names names) {
    int arrow = text.indexOf("->");
    Matcher cause = CAUSE.matcher(arrow < 0 ? "" : text.substring(0, arrow).strip());
    Matcher effect = EFFECT.matcher(arrow < 0 ? "" : text.substring(arrow + 2).strip());
    if (!cause.matches() || !effect.matches()) {
      throw new IllegalArgumentException(
          "Cannot read '"
              + text
              + "' in the parameter implies. Write: employment rises -> age rises by 1. The words"
              + " are rises, falls, changes, and behind the arrow also stays.");
    }
    double by = effect.group(3) == null ? 0 : Rules.number("implies", effect.group(3));
    return new Implication(
        names.feature(cause.group(1)),
        cause.group(2),
        names.feature(effect.group(1)),
        effect.group(2),
        by);
  }

  /**
   * True unless the cause is there and the effect is not. A value that was missing only changes.
   */
  boolean kept(double[] from, double[] to) {
    return !is(when, from[cause], to[cause], 0) || is(then, from[effect], to[effect], by);
  }

  private static boolean is(String verb, double from, double to, double by) {
    boolean same = from == to || (Double.isNaN(from) && Double.isNaN(to));
    return switch (verb) {
      case "stays" -> same;
      case "rises" -> to > from && to - from >= by;
      case "falls" -> to < from && from - to >= by;
      default -> !same && !(Math.abs(to - from) < by);
    };
  }

  String words(List<Feature> features) {
    return features.get(cause).name()
        + " "
        + when
        + " -> "
        + features.get(effect).name()
        + " "
        + then
        + (by == 0 ? "" : " by " + Words.number(by));
  }
}
