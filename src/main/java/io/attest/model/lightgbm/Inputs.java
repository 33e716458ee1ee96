package io.attest.model.lightgbm;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.tree.Missing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the header and the splits say of the model's inputs. */
final class Inputs {
  /** Codes of all categorical features together: each becomes a level in memory. */
  private static final int MAX_CODES = 1 << 21;

  private static final class Input {
    final String name;

    /** The name of a tree that splits on it by categories; null if none does. */
    String categories;

    /** The same for numeric splits, by what is missing there. */
    final Map<Missing, String> numbers = new EnumMap<>(Missing.class);

    /** How many codes the file shows: the largest and one; 0 if it is not categorical. */
    int codes;

    List<String> levels = List.of();

    Input(String name) {
      this.name = name;
    }
  }

  private final List<Input> inputs = new ArrayList<>();
  private int codes;

  Inputs(Section header) {
    int last = header.integer("max_feature_idx");
    if (last < 0 || last == Integer.MAX_VALUE) {
      throw header.wrong("max_feature_idx", "is " + last);
    }
    for (String name : header.words("feature_names", last + 1)) {
      inputs.add(new Input(name));
    }
    String[] infos = header.words("feature_infos", last + 1);
    for (int j = 0; j < infos.length; j++) {
      // [smallest:largest] of a number, the codes of a category, or none where all rows are alike.
      if (!infos[j].startsWith("[") && !infos[j].equals("none")) {
        for (String code : infos[j].split(":", -1)) {
          long c = header.whole("feature_infos", code, -1, Integer.MAX_VALUE);
          codes(header, "feature_infos", inputs.get(j), (int) Math.max(0, c));
        }
      }
    }
  }

  int size() {
    return inputs.size();
  }

  void categorical(Section part, int feature, long[] set) {
    Input input = inputs.get(feature);
    if (!input.numbers.isEmpty()) {
      throw mixed(part, input, part.name(), input.numbers.values().iterator().next());
    }
    input.categories = part.name();
    codes(part, "cat_threshold", input, Math.max(0, BitSet.valueOf(set).length() - 1));
  }

  void numeric(Section part, int feature, Missing rule) {
    Input input = inputs.get(feature);
    if (input.categories != null) {
      throw mixed(part, input, input.categories, part.name());
    }
    input.numbers.putIfAbsent(rule, part.name());
    // NaN as 0 in one split and as missing in another can still be told apart by where NaN goes;
    // with 0 as missing beside either, 0 would be two things at once.
    if (input.numbers.containsKey(Missing.ZERO) && input.numbers.size() > 1) {
      throw part.unsupported(
          "decision_type",
          "the feature "
              + input.name
              + " has splits that disagree on what is missing: "
              + input.numbers
              + ". Maybe training went on with another zero_as_missing; train in one go.");
    }
  }

  private static InvalidModelException mixed(
      Section part, Input input, String categories, String numbers) {
    return part.unsupported(
        "decision_type",
        "the feature "
            + input.name
            + " is split by categories in "
            + categories
            + " and as a number in "
            + numbers
            + ". Maybe training went on with another categorical_feature; train in one go.");
  }

  private void codes(Section part, String key, Input input, int code) {
    if (code >= MAX_CODES - codes + input.codes) {
      throw part.unsupported(
          key,
          "the category code "
              + code
              + " of "
              + input.name
              + " is too large: all features together may have "
              + MAX_CODES
              + " codes. Maybe code the categories as 0, 1, 2... and train again.");
    }
    int now = Math.max(input.codes, code + 1);
    codes += now - input.codes;
    input.codes = now;
  }

  /**
   * Gives the categories of a pandas data frame to the categorical features, in order. The lists
   * themselves do not say whose they are (columns of ordered categories are numbers to LightGBM,
   * and a column of whole numbers may be categorical): so this is done only where they fit one to
   * one.
   *
   * @param columns numbers of the categorical features as training was told them; where it is
   *     anything else, the features that are seen to be categorical count
   */
  void name(String columns, List<List<String>> categories) {
    List<Input> categorical = inputs.stream().filter(Inputs::categorical).toList();
    if (columns.matches("[0-9]{1,9}(,[0-9]{1,9})*")) {
      int[] numbers = Arrays.stream(columns.split(",")).mapToInt(Integer::parseInt).toArray();
      if (Arrays.stream(numbers).allMatch(j -> j < inputs.size())) {
        // Among them those that are alike in all training rows, of which the header says nothing.
        categorical = Arrays.stream(numbers).sorted().mapToObj(inputs::get).toList();
      }
    }
    if (categories.size() != categorical.size()) {
      return;
    }
    for (int c = 0; c < categories.size(); c++) {
      Input input = categorical.get(c);
      int names = categories.get(c).size();
      if (!input.numbers.isEmpty() || names > 0 && names < input.codes) {
        return;
      }
    }
    for (int c = 0; c < categories.size(); c++) {
      categorical.get(c).levels = categories.get(c);
    }
  }

  private static boolean categorical(Input input) {
    // What the splits do decides; the header alone where there are none.
    return input.codes > 0 && input.numbers.isEmpty();
  }

  /** True if the file has other names than LightGBM gives the columns of a matrix. */
  boolean named() {
    for (int j = 0; j < inputs.size(); j++) {
      if (!inputs.get(j).name.equals("Column_" + j)) {
        return true;
      }
    }
    return false;
  }

  List<Feature> features() {
    List<String> numbers = new ArrayList<>();
    List<Feature> out = new ArrayList<>();
    for (Input input : inputs) {
      List<String> levels = input.levels;
      if (categorical(input) && levels.isEmpty()) {
        while (numbers.size() < input.codes) {
          numbers.add(Integer.toString(numbers.size()));
        }
        levels = numbers.subList(0, input.codes);
      }
      out.add(new Feature(input.name, levels));
    }
    return out;
  }

  List<Boolean> levelsKnown() {
    return inputs.stream().map(input -> !input.levels.isEmpty()).toList();
  }

  /** What counts as missing in each feature; in a category NaN alone. */
  List<Missing> missing() {
    List<Missing> out = new ArrayList<>();
    for (Input input : inputs) {
      Map<Missing, String> rules = input.numbers;
      out.add(rules.size() == 1 ? rules.keySet().iterator().next() : Missing.NAN);
    }
    return out;
  }
}
