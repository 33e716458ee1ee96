package io.attest.report.chart;

import io.attest.explain.Surrogate;
import io.attest.report.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A tree of conditions, the root at the top: where a condition is true it goes on to the left. At
 * the end of each way stand the mean response and the share of the rows that take it; of several
 * outputs, the largest one with its name. Darker leaves have a larger response.
 *
 * <p>The first {@value #DEPTH} conditions of a way are drawn; where there are more below, it says
 * so.
 *
 * @param title what is shown, in a few words
 * @param outputs names of the outputs
 * @param nodes the root first; may be empty: the drawing then says so
 * @param units of a feature, by name; empty where it has none
 */
public record TreeDrawing(
    String title, List<String> outputs, List<Surrogate.Node> nodes, UnaryOperator<String> units)
    implements Chart {

  /** How many conditions of a way are drawn at most. */
  public static final int DEPTH = 4;

  private static final double LEAF = 92;
  private static final double GAP = 8;
  private static final double LEVEL = 84;
  private static final double BOX = 44;
  private static final double WIDEST = 220;
  private static final double LEAST = 360;

  public TreeDrawing {
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
  }

  /** The tree of a surrogate. */
  public static TreeDrawing of(Surrogate surrogate, UnaryOperator<String> units) {
    return new TreeDrawing(
        "A small tree that mimics the model", surrogate.outputs(), surrogate.nodes(), units);
  }

  /** Where a node is drawn. */
  private record Place(Surrogate.Node node, int depth, double left, double right) {
    double middle() {
      return (left + right) / 2;
    }

    double top() {
      return 4 + depth * LEVEL;
    }
  }

  /** Nothing: boxes and arrows do not become clearer by a script. */
  @Override
  public Optional<String> json() {
    return Optional.empty();
  }

  @Override
  public String svg() {
    if (nodes.isEmpty()) {
      return new Svg(LEAST, 40, title, "There is no tree.")
          .text(0, 24, "start", "There is nothing to show.")
          .close();
    }
    List<Place> places = new ArrayList<>();
    double width = Math.max(LEAST, place(nodes.get(0), 0, 0, places));
    double shift = (width - places.get(places.size() - 1).right()) / 2;
    int levels = places.stream().mapToInt(Place::depth).max().orElse(0);
    Svg svg = new Svg(width, 4 + levels * LEVEL + BOX + 26, title, description());
    Map<Integer, Place> byId = new HashMap<>();
    places.forEach(
        p ->
            byId.put(
                p.node().id(),
                new Place(p.node(), p.depth(), p.left() + shift, p.right() + shift)));
    for (Place place : byId.values().stream().sorted(TreeDrawing::order).toList()) {
      if (place.node().split().isPresent() && place.depth() < DEPTH) {
        branch(svg, place, byId.get(place.node().yes()), "yes");
        branch(svg, place, byId.get(place.node().no()), "no");
      }
    }
    double low = places.stream().mapToDouble(p -> largest(p.node())).min().orElse(0);
    double high = places.stream().mapToDouble(p -> largest(p.node())).max().orElse(0);
    for (Place place : byId.values().stream().sorted(TreeDrawing::order).toList()) {
      if (place.node().split().isPresent() && place.depth() < DEPTH) {
        condition(svg, place);
      } else {
        leaf(svg, place, low, high);
      }
    }
    return svg.close();
  }

  private static int order(Place a, Place b) {
    return Integer.compare(a.node().id(), b.node().id());
  }

  /** Leaves next to each other, a node above the middle of what is below it; returns its right. */
  private double place(Surrogate.Node node, int depth, double left, List<Place> places) {
    if (node.split().isEmpty() || depth == DEPTH) {
      places.add(new Place(node, depth, left, left + LEAF));
      return left + LEAF;
    }
    double middle = place(nodes.get(node.yes()), depth + 1, left, places);
    double right = place(nodes.get(node.no()), depth + 1, middle + GAP, places);
    places.add(new Place(node, depth, left, right));
    return right;
  }

  private static void branch(Svg svg, Place from, Place to, String answer) {
    boolean yes = answer.equals("yes");
    double bend = from.top() + BOX + (LEVEL - BOX) / 3;
    svg.path(
        new double[] {from.middle(), from.middle(), to.middle(), to.middle()},
        new double[] {from.top() + BOX, bend, bend, to.top()},
        Svg.INK,
        1,
        "");
    svg.text(to.middle() + (yes ? 6 : -6), to.top() - 8, yes ? "start" : "end", answer);
  }

  private void condition(Svg svg, Place place) {
    Surrogate.Condition split = place.node().split().orElseThrow();
    String unit = units.apply(split.feature());
    double width = Math.min(WIDEST, place.right() - place.left());
    double left = place.middle() - width / 2;
    svg.open(split.words(unit) + ": " + share(place.node()) + ", mean " + value(place.node()));
    svg.rect(left, place.top(), width, BOX, Svg.INK, 0.08);
    svg.label(place.middle(), place.top() + 18, "middle", split.feature(), width - 8);
    svg.label(place.middle(), place.top() + 36, "middle", split.predicate(unit), width - 8);
    svg.shut();
  }

  private void leaf(Svg svg, Place place, double low, double high) {
    Surrogate.Node node = place.node();
    double strength = high > low ? (largest(node) - low) / (high - low) : 0.5;
    svg.open(value(node) + " for " + share(node));
    svg.rect(place.left(), place.top(), LEAF, BOX, Svg.ACCENT, 0.12 + 0.4 * strength);
    svg.label(place.middle(), place.top() + 18, "middle", value(node), LEAF - 8);
    svg.label(place.middle(), place.top() + 36, "middle", Figures.percent(node.share()), LEAF - 8);
    if (node.split().isPresent()) {
      svg.label(place.middle(), place.top() + BOX + 16, "middle", "more below", LEAF);
    }
    svg.shut();
  }

  private double largest(Surrogate.Node node) {
    return node.value()[best(node)];
  }

  private static int best(Surrogate.Node node) {
    int best = 0;
    for (int o = 1; o < node.value().length; o++) {
      if (node.value()[o] > node.value()[best]) {
        best = o;
      }
    }
    return best;
  }

  private String value(Surrogate.Node node) {
    String figure = Figures.text(largest(node));
    return outputs.size() == 1 ? figure : outputs.get(best(node)) + " " + figure;
  }

  private static String share(Surrogate.Node node) {
    return Figures.percent(node.share()) + " of the rows (" + node.rows() + ")";
  }

  /** Each way in words, for who does not see the picture. */
  private String description() {
    return nodes.stream()
        .filter(node -> node.split().isEmpty())
        .map(leaf -> way(leaf) + ": " + value(leaf) + " for " + share(leaf))
        .collect(Collectors.joining("; ", "Tree of conditions. ", "."));
  }

  private String way(Surrogate.Node leaf) {
    String words = "";
    for (Surrogate.Node node = leaf; node.parent() >= 0; ) {
      Surrogate.Node parent = nodes.get(node.parent());
      Surrogate.Condition split = parent.split().orElseThrow();
      String step =
          (parent.yes() == node.id() ? "" : "not ") + split.words(units.apply(split.feature()));
      words = words.isEmpty() ? step : step + ", " + words;
      node = parent;
    }
    return words.isEmpty() ? "All rows" : words;
  }
}
