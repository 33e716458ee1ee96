package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.poi.ss.util.CellRangeAddress;

/** How strongly the columns depend on each other: a heat map, inflation, clusters, all pairs. */
final class DependenceSheet implements Sheet {
  private static final int MOST_COLUMNS = 40;
  private static final int MOST_PAIRS = 2000;

  @Override
  public String anchor() {
    return "dependence_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return record
        .section(Section.Correlated.class)
        .map(c -> pairs(c.dependence()))
        .map(
            pairs ->
                pairs.isEmpty() || Double.isNaN(pairs.get(0).association())
                    ? "No pair of columns could be compared."
                    : "Strongest: "
                        + Words.inline(pairs.get(0).a())
                        + " with "
                        + Words.inline(pairs.get(0).b())
                        + ", "
                        + Figures.text(pairs.get(0).association())
                        + " ("
                        + pairs.get(0).measure()
                        + ").")
        .orElse(Words.notRun("correlate"));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(1, 1);
    Optional<Section.Correlated> section = record.section(Section.Correlated.class);
    if (section.isEmpty()) {
      page.missing(Words.notRun("correlate"));
      return;
    }
    Dependence d = section.get().dependence();
    page.note(source(record));
    page.heading("Every column with every other");
    page.note(
        "Association from -1 (one falls as the other rises) through 0 (none) to 1: Spearman for"
            + " numbers, Cramer's V for levels, correlation ratio for a number with levels; the last"
            + " two have no sign. VIF: how much other numbers explain this one; above 10 is high.");
    map(page, d);
    page.heading("Clusters");
    page.note(
        "Columns that go together: average association above "
            + Figures.text(d.clusterCut())
            + ".");
    page.table("clusters", clusters(d))
        .text("Cluster", c -> "cluster " + c.number())
        .text("Columns", c -> String.join(", ", c.columns()))
        .write("No two columns share a cluster.");
    page.heading("Pairs, strongest first");
    page.table("pairs", pairs(d))
        .wrap("Column", Dependence.Pair::a)
        .wrap("With", Dependence.Pair::b)
        .text("Measure", Dependence.Pair::measure)
        .number("Value", Dependence.Pair::association)
        .number("Pearson", Dependence.Pair::pearson)
        .number("Statistic", Dependence.Pair::statistic)
        .number("p-value", Dependence.Pair::pValue)
        .count("Rows", Dependence.Pair::rows)
        .most(MOST_PAIRS, "in the record of the audit")
        .write("There are no pairs: the data has one column or none.");
    page.heading("What was left out, and why");
    page.table("dependence_notes", d.notes()).text("Note", n -> n).write("Nothing was left out.");
  }

  private record Cluster(int number, List<String> columns) {}

  private static List<Cluster> clusters(Dependence d) {
    List<Cluster> out = new ArrayList<>();
    for (List<String> members : d.clusters()) {
      if (members.size() > 1) {
        out.add(new Cluster(out.size() + 1, members));
      }
    }
    return out;
  }

  private static String source(AuditRecord record) {
    return record
        .section(Section.Ingested.class)
        .map(
            i ->
                "Source: "
                    + i.audit().snapshot().name()
                    + ", SHA-256 "
                    + i.audit().snapshot().sha256()
                    + ".")
        .orElse("Source: the audit rows.");
  }

  private static void map(Page page, Dependence d) {
    int n = d.columns().size();
    double[][] values = matrix(d);
    int[] shown = strongest(values);
    if (shown.length < n) {
      page.note(
          "The "
              + shown.length
              + " columns with the strongest links; "
              + Figures.count(n - shown.length, "column")
              + " with weaker links left out of the map, not of the pairs below.");
    }
    Map<String, String> cluster = new HashMap<>();
    for (Cluster c : clusters(d)) {
      c.columns().forEach(m -> cluster.put(m, "cluster " + c.number()));
    }
    TableWriter<Integer> table =
        page.table("dependence", Arrays.stream(shown).boxed().toList())
            .wrap("Column", i -> d.columns().get(i))
            .text("Cluster", i -> cluster.getOrDefault(d.columns().get(i), "alone"))
            .number("VIF", i -> i < d.vif().length ? d.vif()[i] : Double.NaN);
    for (int j : shown) {
      table.turned(d.columns().get(j), i -> values[i][j]);
    }
    table
        .write("There are no columns to compare.")
        .ifPresent(
            area -> {
              int width = page.sheet().getColumnWidth(area.left() + 3);
              for (int c = 0; c < shown.length; c++) {
                if (c > 0) {
                  page.sheet().setColumnWidth(area.left() + 3 + c, width);
                }
              }
              colour(page, area, shown.length);
            });
  }

  private static void colour(Page page, Area area, int columns) {
    ColourScale.of(
            ColourScale.Point.at(-1, ColourScale.ORANGE),
            ColourScale.Point.at(0, ColourScale.WHITE),
            ColourScale.Point.at(1, ColourScale.BLUE))
        .shade(
            page,
            new CellRangeAddress(
                area.first(), area.last(), area.left() + 3, area.left() + 2 + columns));
  }

  private static double[][] matrix(Dependence d) {
    int n = d.columns().size();
    Map<String, Integer> at = new HashMap<>();
    double[][] values = new double[n][n];
    for (int i = 0; i < n; i++) {
      at.put(d.columns().get(i), i);
      Arrays.fill(values[i], Double.NaN);
      values[i][i] = 1;
    }
    for (Dependence.Pair p : d.pairs()) {
      values[at.get(p.a())][at.get(p.b())] = p.association();
      values[at.get(p.b())][at.get(p.a())] = p.association();
    }
    return values;
  }

  /** The columns with the strongest links, in the order of the table. */
  private static int[] strongest(double[][] values) {
    int n = values.length;
    double[] best = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j && !Double.isNaN(values[i][j])) {
          best[i] = Math.max(best[i], Math.abs(values[i][j]));
        }
      }
    }
    return IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -best[i]))
        .limit(MOST_COLUMNS)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Strongest first; what could not be computed last. */
  private static List<Dependence.Pair> pairs(Dependence d) {
    List<Dependence.Pair> pairs = new ArrayList<>(d.pairs());
    pairs.sort(
        Comparator.comparingDouble(
            p -> Double.isNaN(p.association()) ? 1 : -Math.abs(p.association())));
    return pairs;
  }
}
