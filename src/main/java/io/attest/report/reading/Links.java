package io.attest.report.reading;

import io.attest.correlate.Dependence;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which columns go together, for sentences and for cautions. */
public final class Links {
  /** From here on a method that moves one column alone makes rows that hardly exist. */
  public static final double STRONG = 0.5;

  private final Optional<Dependence> dependence;
  private final Map<String, Dependence.Pair> strongest = new HashMap<>();

  public Links(Optional<Dependence> dependence) {
    this.dependence = dependence;
    dependence.ifPresent(
        d ->
            d.pairs().stream()
                .filter(p -> Double.isFinite(p.association()))
                .forEach(
                    p -> {
                      strongest.merge(p.a(), p, Links::stronger);
                      strongest.merge(p.b(), p, Links::stronger);
                    }));
  }

  private static Dependence.Pair stronger(Dependence.Pair one, Dependence.Pair other) {
    return size(other) > size(one) ? other : one;
  }

  private static double size(Dependence.Pair pair) {
    return Math.abs(pair.association());
  }

  /** The link of a column, if it has one that is strong: {@code credit_amount (0.62)}. */
  public Optional<String> of(String column) {
    return Optional.ofNullable(strongest.get(column))
        .filter(p -> size(p) >= STRONG)
        .map(
            p ->
                (p.a().equals(column) ? p.b() : p.a())
                    + " ("
                    + Answer.number(p.association())
                    + ")");
  }

  /** What the whole table says, in a sentence. */
  public String sentence() {
    Optional<Dependence.Pair> most =
        strongest.values().stream()
            .max(
                Comparator.comparingDouble(Links::size)
                    .thenComparing(Dependence.Pair::a, Comparator.reverseOrder()));
    if (most.isEmpty()) {
      return "There are no two columns to compare.";
    }
    double size = size(most.get());
    if (size < 0.2) {
      return "No two columns go together noticeably: the strongest link is "
          + Answer.number(most.get().association())
          + ".";
    }
    long strong =
        dependence.orElseThrow().pairs().stream()
            .filter(p -> Double.isFinite(p.association()) && size(p) >= STRONG)
            .count();
    return most.get().a()
        + " and "
        + most.get().b()
        + (size >= 0.7
            ? " go together closely"
            : size >= 0.4 ? " go together" : " are linked weakly")
        + " ("
        + Answer.number(most.get().association())
        + "), the strongest link of all."
        + (strong > 1 ? " " + strong + " pairs have a link of " + STRONG + " or more." : "");
  }

  /** Features, in their order, that a strong link makes hard to tell from another one. */
  public List<String> hardToTell(List<String> features) {
    return features.stream().filter(f -> of(f).isPresent()).toList();
  }
}
