package io.attest.explain.counterfactual;

import io.attest.data.Nearest;
import java.util.ArrayList;
import java.util.List;

/** Lists of features in a parameter: {@code age, "a name, with a comma"}. */
final class Names {
  private final String parameter;
  private final List<String> features;

  Names(String parameter, List<String> features) {
    this.parameter = parameter;
    this.features = features;
  }

  /**
   * A name with what stands behind its colon.
   *
   * @param feature index
   * @param value text behind the last colon outside quotes; empty if there is none
   */
  record Item(int feature, String value) {}

  /** {@code a:1, b:2}. */
  List<Item> items(String text) {
    List<Item> out = new ArrayList<>();
    for (String part : split(text, ',')) {
      List<String> sides = split(part, ':');
      String value = sides.size() < 2 ? "" : sides.get(sides.size() - 1);
      String name =
          sides.size() < 2
              ? part
              : part.substring(0, part.length() - value.length()).strip().replaceAll("\\s*:$", "");
      out.add(new Item(feature(name), value));
    }
    return out;
  }

  /** {@code a, b}. */
  List<Integer> plain(String text) {
    return split(text, ',').stream().map(this::feature).toList();
  }

  /** The parts between separators, stripped, without those that are empty. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || (!quoted && text.charAt(i) == separator)) {
        String part = text.substring(from, i).strip();
        if (!part.isEmpty()) {
          parts.add(part);
        }
        from = i + 1;
      } else if (text.charAt(i) == '"') {
        quoted = !quoted;
      }
    }
    return parts;
  }

  /** The index of a feature. */
  int feature(String name) {
    String bare =
        name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
            ? name.substring(1, name.length() - 1)
            : name;
    int at = features.indexOf(bare);
    if (at < 0) {
      throw new IllegalArgumentException(
          "The parameter "
              + parameter
              + " names "
              + bare
              + ", but the model has no such feature."
              + Nearest.hint(bare, features));
    }
    return at;
  }
}
