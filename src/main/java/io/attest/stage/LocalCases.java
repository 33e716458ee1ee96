package io.attest.stage;

import io.attest.audit.Section;
import io.attest.audit.Section.Contribution;
import io.attest.data.Frame;
import io.attest.explain.Attribution;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Picks the cases to show one by one while the blocks of a table pass: a third each of the worst
 * errors, of those next to the threshold, and of a seeded sample. It keeps only those that may be
 * shown.
 */
final class LocalCases {
  private final DeclaredModel declared;
  private final int wanted;
  private final Nearest worst;
  private final Optional<Nearest> borderline;
  private final double threshold;
  private final Set<Integer> drawn = new LinkedHashSet<>();
  private final Map<Integer, Section.LocalRow> drawnRows = new HashMap<>();
  private Members members = new Members(Map.of());
  private boolean labelled = true;

  /**
   * @param cases how many to show
   * @param rows how many there are, all blocks together
   */
  LocalCases(DeclaredModel declared, int cases, long seed, int rows) {
    this.declared = declared;
    this.wanted = Math.min(rows, cases);
    int each = Math.max(1, cases / 3);
    boolean decides =
        declared.spec().task() == Task.BINARY && declared.spec().decision().isPresent();
    worst = new Nearest(each);
    borderline = decides ? Optional.of(new Nearest(each)) : Optional.empty();
    threshold = decides ? declared.spec().decision().get().threshold() : Double.NaN;
    // Of the rows drawn, some may be shown for another reason; these are enough in any case.
    SplittableRandom random = new SplittableRandom(seed);
    while (drawn.size() < wanted) {
      drawn.add(random.nextInt(rows));
    }
  }

  /**
   * Looks at a block.
   *
   * @param first index of its first row in the whole table
   */
  void add(int first, Frame frame, Attribution a) {
    int outputs = a.outputs().size();
    members = Members.of(Optional.of(a.provenance()), declared.model().info().featureNames());
    double[] response = response(a);
    Optional<double[]> labels = labelled ? declared.labels(frame) : Optional.empty();
    labelled = labels.isPresent();
    for (int i = 0; i < a.rows(); i++) {
      int at = i;
      IntFunction<Section.LocalRow> row = whole -> row(whole, at, frame, a, response);
      if (labelled) {
        double error = error(response, outputs, labels.get(), i);
        worst.offer(-error, first + at, row);
      }
      borderline.ifPresent(n -> n.offer(Math.abs(response[at] - threshold), first + at, row));
      if (drawn.contains(first + i)) {
        drawnRows.put(first + i, row.apply(first + i));
      }
    }
  }

  private double[] response(Attribution a) {
    if (a.provenance().space() == OutputSpace.RESPONSE) {
      return a.predictions();
    }
    double[] response = a.predictions().clone();
    declared.model().info().link().toResponse(response, a.outputs().size());
    return response;
  }

  private double error(double[] response, int outputs, double[] labels, int row) {
    return declared.spec().task() == Task.MULTICLASS
        ? 1 - response[row * outputs + (int) labels[row]]
        : Math.abs(labels[row] - response[row]);
  }

  private Section.LocalRow row(int whole, int i, Frame frame, Attribution a, double[] response) {
    int outputs = a.outputs().size();
    int k = likeliest(response, outputs, i);
    List<Contribution> contributions =
        IntStream.range(0, a.features().size())
            .mapToObj(
                j ->
                    new Contribution(
                        a.features().get(j),
                        value(frame, a.features().get(j), i),
                        a.value(i, j, k)))
            .sorted(
                Comparator.comparingDouble((Contribution c) -> -Math.abs(c.contribution()))
                    .thenComparing(Contribution::feature))
            .toList();
    return new Section.LocalRow(
        whole,
        declared.rowName(frame, i).orElse(Integer.toString(whole + 1)),
        "",
        declared.label(frame, i),
        response[i * outputs + k],
        a.prediction(i, k),
        a.residual(i, k),
        contributions);
  }

  /** The values of all features of a group; nothing for a name that no column has. */
  private String value(Frame frame, String name, int row) {
    return members.of(name).stream()
        .filter(feature -> frame.find(feature).isPresent())
        .map(feature -> declared.value(frame, feature, row))
        .collect(Collectors.joining(", "));
  }

  private static int likeliest(double[] response, int outputs, int row) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (response[row * outputs + k] > response[row * outputs + best]) {
        best = k;
      }
    }
    return best;
  }

  /** The cases, in the order of the reasons for which they are shown. */
  List<Section.LocalRow> rows() {
    Map<Integer, Section.LocalRow> picked = new LinkedHashMap<>();
    if (labelled) {
      worst.rows().forEach(r -> put(picked, r, "worst error"));
    }
    borderline.ifPresent(n -> n.rows().forEach(r -> put(picked, r, "borderline")));
    for (int row : drawn) {
      if (picked.size() >= wanted) {
        break;
      }
      put(picked, drawnRows.get(row), "random");
    }
    return List.copyOf(picked.values());
  }

  private static void put(Map<Integer, Section.LocalRow> picked, Section.LocalRow r, String why) {
    picked.putIfAbsent(
        r.row(),
        new Section.LocalRow(
            r.row(),
            r.id(),
            why,
            r.label(),
            r.response(),
            r.prediction(),
            r.residual(),
            r.contributions()));
  }

  /** The rows with the smallest keys; of equal ones, the first. */
  private static final class Nearest {
    private record Kept(double key, int index, Section.LocalRow row) {}

    private static final Comparator<Kept> ORDER =
        Comparator.comparingDouble(Kept::key).thenComparingInt(Kept::index);

    private final int most;
    private final PriorityQueue<Kept> kept = new PriorityQueue<>(ORDER.reversed());

    Nearest(int most) {
      this.most = most;
    }

    /** Rows come in their order, so that one with a key like the last one's is not nearer. */
    void offer(double key, int index, IntFunction<Section.LocalRow> row) {
      if (kept.size() == most) {
        if (Double.compare(key, kept.element().key()) >= 0) {
          return;
        }
        kept.remove();
      }
      kept.add(new Kept(key, index, row.apply(index)));
    }

    List<Section.LocalRow> rows() {
      List<Kept> sorted = new ArrayList<>(kept);
      sorted.sort(ORDER);
      return sorted.stream().map(Kept::row).toList();
    }
  }
}
