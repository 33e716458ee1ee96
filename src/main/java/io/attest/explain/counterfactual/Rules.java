package io.attest.explain.counterfactual;

import io.attest.explain.Parameters;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What may change, where to and how: read from parameters, and from the data where these are
 * silent.
 *
 * @param ruler of the data, with the scales that the parameters give
 * @param fixed true for a feature that never changes
 * @param direction 1 for one that may only rise, -1 only fall, 0 both; of a category, by the order
 *     of its levels
 * @param from smallest value that a number may be changed to
 * @param to largest
 * @param whole true for a number that stays whole
 * @param round whether values are rounded to what a person would type
 * @param implications what must go along with a change
 * @param groups features of which exactly one is 1 and the others 0
 */
record Rules(
    Ruler ruler,
    boolean[] fixed,
    int[] direction,
    double[] from,
    double[] to,
    boolean[] whole,
    boolean round,
    List<Implication> implications,
    List<int[]> groups) {

  static final List<String> PARAMETERS =
      List.of(
          "immutable",
          "rising",
          "falling",
          "range",
          "implies",
          "one-of",
          "scale",
          "whole",
          "round");

  /**
   * @throws IllegalArgumentException naming what cannot be read
   */
  static Rules of(Parameters given, Ruler data) {
    List<String> names = data.features().stream().map(Feature::name).toList();
    int p = names.size();
    double[] scale = data.scale().clone();
    for (Names.Item item : new Names("scale", names).items(given.text("scale").orElse(""))) {
      scale[item.feature()] = number("scale", item.value());
      if (!(scale[item.feature()] > 0)) {
        throw new IllegalArgumentException(
            "The parameter scale gives " + names.get(item.feature()) + " no number above 0.");
      }
    }
    Ruler ruler =
        new Ruler(
            data.features(),
            scale,
            data.centre(),
            data.low(),
            data.high(),
            data.decimals(),
            data.levels(),
            data.flat());
    int[] direction = new int[p];
    new Names("rising", names)
        .plain(given.text("rising").orElse(""))
        .forEach(j -> direction[j] = 1);
    new Names("falling", names)
        .plain(given.text("falling").orElse(""))
        .forEach(
            j -> {
              if (direction[j] > 0) {
                throw new IllegalArgumentException(
                    "The feature "
                        + names.get(j)
                        + " is both in rising and in falling. Maybe it is immutable.");
              }
              direction[j] = -1;
            });
    boolean[] fixed = new boolean[p];
    new Names("immutable", names)
        .plain(given.text("immutable").orElse(""))
        .forEach(j -> fixed[j] = true);
    double[] from = data.low().clone();
    double[] to = data.high().clone();
    for (Names.Item item : new Names("range", names).items(given.text("range").orElse(""))) {
      range(item, names, data.features(), from, to);
    }
    List<Implication> implications = new ArrayList<>();
    Names implied = new Names("implies", names);
    for (String part : Names.split(given.text("implies").orElse(""), ',')) {
      implications.add(Implication.parse(part, implied));
    }
    return new Rules(
        ruler,
        fixed,
        direction,
        from,
        to,
        whole(given, names, data),
        yes(given),
        implications,
        groups(given, names));
  }

  private static void range(
      Names.Item item, List<String> names, List<Feature> features, double[] from, double[] to) {
    int j = item.feature();
    int dots = item.value().indexOf("..");
    if (dots < 0 || features.get(j).categorical()) {
      throw new IllegalArgumentException(
          features.get(j).categorical()
              ? "The feature " + names.get(j) + " has levels, so it has no range."
              : "The parameter range gives "
                  + names.get(j)
                  + " '"
                  + item.value()
                  + "'. Write for instance duration:4..72, or 4.. without an upper end.");
    }
    String low = item.value().substring(0, dots).strip();
    String high = item.value().substring(dots + 2).strip();
    from[j] = low.isEmpty() ? from[j] : number("range", low);
    to[j] = high.isEmpty() ? to[j] : number("range", high);
    if (!(from[j] <= to[j])) {
      throw new IllegalArgumentException(
          "The range of " + names.get(j) + " is empty: " + from[j] + " to " + to[j] + ".");
    }
  }

  private static boolean[] whole(Parameters given, List<String> names, Ruler data) {
    String text = given.text("whole").orElse("auto");
    boolean[] whole = new boolean[names.size()];
    if (text.equals("auto")) {
      for (int j = 0; j < whole.length; j++) {
        whole[j] = data.whole(j);
      }
    } else if (!text.equals("none")) {
      new Names("whole", names).plain(text).forEach(j -> whole[j] = true);
    }
    return whole;
  }

  private static boolean yes(Parameters given) {
    return given.choice("round", "yes", List.of("yes", "no")).equals("yes");
  }

  private static List<int[]> groups(Parameters given, List<String> names) {
    List<int[]> groups = new ArrayList<>();
    boolean[] taken = new boolean[names.size()];
    Names members = new Names("one-of", names);
    for (String group : Names.split(given.text("one-of").orElse(""), ',')) {
      int[] features =
          Names.split(group, '|').stream().mapToInt(members::feature).sorted().toArray();
      for (int f : features) {
        if (taken[f]) {
          throw new IllegalArgumentException(
              "The feature " + names.get(f) + " is twice in the parameter one-of.");
        }
        taken[f] = true;
      }
      if (features.length < 2) {
        throw new IllegalArgumentException(
            "The group '" + group + "' of the parameter one-of has one member. Write a|b|c, d|e.");
      }
      groups.add(features);
    }
    return groups;
  }

  static double number(String parameter, String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "The parameter " + parameter + " has '" + text + "' where a number must be.");
  }

  /** The same without anything in the way but what the data themselves say. */
  Rules relaxed() {
    int p = fixed.length;
    return new Rules(
        ruler,
        new boolean[p],
        new int[p],
        ruler.low(),
        ruler.high(),
        whole,
        round,
        List.of(),
        groups);
  }

  /** Every feature, or group in place of its first member. */
  List<int[]> units() {
    List<int[]> units = new ArrayList<>();
    for (int j = 0; j < fixed.length; j++) {
      int f = j;
      Optional<int[]> group =
          groups.stream().filter(g -> Arrays.stream(g).anyMatch(m -> m == f)).findFirst();
      if (group.isEmpty()) {
        units.add(new int[] {j});
      } else if (group.get()[0] == j) {
        units.add(group.get());
      }
    }
    return units;
  }

  /** True if a rule of the feature alone lets it go from one value to another. */
  boolean allows(int feature, double was, double value) {
    if (was == value || (Double.isNaN(was) && Double.isNaN(value))) {
      return true;
    }
    if (fixed[feature] || Double.isNaN(value)) {
      return false;
    }
    if (direction[feature] != 0 && (value - was) * direction[feature] < 0) {
      return false;
    }
    return ruler.features().get(feature).categorical()
        ? ruler.levels()[feature].get((int) value)
        : value >= from[feature]
            && value <= to[feature]
            && (!whole[feature] || value == Math.rint(value));
  }

  /** The features whose own rule forbids their change. */
  List<Integer> broken(double[] was, double[] values) {
    List<Integer> broken = new ArrayList<>();
    for (int j = 0; j < was.length; j++) {
      if (!allows(j, was[j], values[j])) {
        broken.add(j);
      }
    }
    return broken;
  }

  /** What a feature's rule says. */
  String words(int feature) {
    if (fixed[feature]) {
      return "never changes";
    }
    if (direction[feature] != 0) {
      return direction[feature] > 0 ? "may only rise" : "may only fall";
    }
    return "goes from " + Words.number(from[feature]) + " to " + Words.number(to[feature]);
  }

  /** True if all implications hold. */
  boolean consistent(double[] was, double[] values) {
    for (Implication i : implications) {
      if (!i.kept(was, values)) {
        return false;
      }
    }
    return true;
  }

  /** True if every rule holds: asked again of every alternative that is given. */
  boolean keeps(double[] was, double[] values) {
    for (int j = 0; j < was.length; j++) {
      if (!allows(j, was[j], values[j])) {
        return false;
      }
    }
    for (int[] group : groups) {
      boolean same = Arrays.stream(group).allMatch(f -> was[f] == values[f]);
      if (!same
          && (Arrays.stream(group).filter(f -> values[f] == 1).count() != 1
              || Arrays.stream(group).anyMatch(f -> values[f] != 0 && values[f] != 1))) {
        return false;
      }
    }
    return consistent(was, values);
  }
}
