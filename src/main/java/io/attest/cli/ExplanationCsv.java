package io.attest.cli;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.Nearest;
import io.attest.data.NumericColumn;
import io.attest.explain.Attribution;
import io.attest.explain.Effects;
import io.attest.explain.Explanation;
import io.attest.explain.Importance;
import io.attest.explain.Influence;
import io.attest.explain.Interactions;
import io.attest.explain.Surfaces;
import io.attest.explain.Tables;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Explanations as CSV, in the shapes that {@code docs/cli.md} lists. */
final class ExplanationCsv {
  private final CsvText csv;
  private final Optional<String> table;
  private boolean begun;

  /**
   * @param table the only table to write, of a method that gives several; the first if empty
   */
  ExplanationCsv(CsvText csv, Optional<String> table) {
    this.csv = csv;
    this.table = table;
  }

  /**
   * Writes an explanation, or the next block of one.
   *
   * @param first index of its first row
   */
  void write(Explanation result, long first) {
    if (!begun && table.isPresent()) {
      tables(result, table); // refuses one that is not there
    }
    if (result instanceof Attribution attribution) {
      attribution(attribution, first);
    } else if (result instanceof Interactions interactions) {
      interactions(interactions, first);
    } else if (result instanceof Effects effects) {
      if (table.filter("individual"::equals).isPresent()) {
        individual(effects);
      } else {
        effects(effects, effects.accumulated());
      }
    } else if (result instanceof Importance importance) {
      importance(importance);
    } else if (result instanceof Surfaces surfaces) {
      if (table.filter("pairs"::equals).isPresent()) {
        pairs(surfaces);
      } else {
        surfaces(surfaces);
      }
    } else if (result instanceof Influence influence && table.isEmpty()) {
      influence(influence);
    } else if (Tables.byRow(result)) {
      frame(Tables.ofRows(result, first));
    } else {
      frame(
          table.isPresent()
              ? tables(result, table).get(table.get())
              : Tables.of(result).values().iterator().next());
    }
    begun = true;
  }

  /**
   * The tables of an explanation, or the only one that is asked for.
   *
   * @throws IllegalArgumentException if it has no such table, naming those it has
   */
  static Map<String, Frame> tables(Explanation result, Optional<String> only) {
    Map<String, Frame> tables = Tables.of(result);
    if (only.isPresent() && !tables.containsKey(only.get())) {
      throw new IllegalArgumentException(
          result.provenance().method()
              + " has no table "
              + only.get()
              + "."
              + Nearest.hint(only.get(), tables.keySet())
              + " Its tables are "
              + Nearest.list(tables.keySet())
              + ".");
    }
    only.ifPresent(name -> tables.keySet().removeIf(other -> !other.equals(name)));
    return tables;
  }

  private void frame(Frame frame) {
    if (!begun) {
      frame.columns().forEach(c -> csv.text(c.name()));
      csv.end();
    }
    Set<Column> whole = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Column column : frame.columns()) {
      if (column instanceof NumericColumn n
          && Arrays.stream(n.values()).allMatch(v -> v == Math.rint(v) && Math.abs(v) < 1L << 53)) {
        whole.add(column);
      }
    }
    for (int i = 0; i < frame.rows(); i++) {
      for (Column column : frame.columns()) {
        if (column instanceof NumericColumn numeric) {
          if (whole.contains(numeric)) {
            csv.whole((long) numeric.values()[i]);
          } else {
            csv.number(numeric.values()[i]);
          }
        } else {
          csv.text(column.text(i));
        }
      }
      csv.end();
    }
  }

  private void attribution(Attribution of, long first) {
    if (!begun) {
      csv.text("row").text("output").text("base_value");
      of.features().forEach(f -> csv.text("phi_" + f));
      csv.end();
    }
    for (int i = 0; i < of.rows(); i++) {
      for (int k = 0; k < of.outputs().size(); k++) {
        csv.whole(first + i).whole(k).number(of.base(i, k));
        for (int j = 0; j < of.features().size(); j++) {
          csv.number(of.value(i, j, k));
        }
        csv.end();
      }
    }
  }

  private void interactions(Interactions of, long first) {
    int p = of.features().size();
    if (!begun) {
      csv.text("row").text("output").text("i");
      of.features().forEach(f -> csv.text("j_" + f));
      csv.end();
    }
    for (int row = 0; row < of.rows(); row++) {
      for (int k = 0; k < of.outputs().size(); k++) {
        for (int i = 0; i < p; i++) {
          csv.whole(first + row).whole(k).whole(i);
          for (int j = 0; j < p; j++) {
            csv.number(of.value(row, i, j, k));
          }
          csv.end();
        }
      }
    }
  }

  private void pairs(Surfaces of) {
    csv.text("first").text("second").text("output").text("size").text("h2").end();
    for (Surfaces.Pair pair : of.pairs()) {
      csv.text(pair.first()).text(pair.second()).text(pair.output());
      csv.number(pair.size()).number(pair.h2()).end();
    }
  }

  private void surfaces(Surfaces of) {
    csv.text("first").text("second").text("output").text("grid_first").text("grid_second");
    csv.text("value").text("support").text("h2").end();
    for (Surfaces.Surface surface : of.surfaces()) {
      for (int i = 0; i < surface.firstGrid().length; i++) {
        for (int j = 0; j < surface.secondGrid().length; j++) {
          csv.text(surface.first()).text(surface.second()).text(surface.output());
          point(surface.firstLabels(), surface.firstGrid(), i);
          point(surface.secondLabels(), surface.secondGrid(), j);
          csv.number(surface.mean()[i][j]).whole(surface.support()[i][j]);
          csv.number(surface.h2()).end();
        }
      }
    }
  }

  private void point(List<String> labels, double[] grid, int g) {
    if (labels.isEmpty()) {
      csv.number(grid[g]);
    } else {
      csv.text(labels.get(g));
    }
  }

  private static boolean oneOutput(Effects of) {
    return of.curves().stream().map(Effects.Curve::output).distinct().count() <= 1;
  }

  private void grid(Effects.Curve curve, int g) {
    if (curve.categorical()) {
      csv.text(curve.labels().get(g));
    } else {
      csv.number(curve.grid()[g]);
    }
  }

  private void individual(Effects of) {
    boolean one = oneOutput(of);
    csv.text("feature");
    if (!one) {
      csv.text("output");
    }
    csv.text("row").text("grid").text("value").end();
    for (Effects.Curve curve : of.curves()) {
      for (int c = 0; c < curve.iceRows().length; c++) {
        for (int g = 0; g < curve.grid().length; g++) {
          csv.text(curve.feature());
          if (!one) {
            csv.text(curve.output());
          }
          csv.whole(curve.iceRows()[c]);
          grid(curve, g);
          csv.number(curve.ice()[c][g]).end();
        }
      }
    }
  }

  private void effects(Effects of, boolean accumulated) {
    boolean one = oneOutput(of);
    csv.text("feature");
    if (!one) {
      csv.text("output");
    }
    csv.text(accumulated ? "edge" : "grid").text("value");
    if (accumulated) {
      csv.text("count");
    }
    csv.end();
    for (Effects.Curve curve : of.curves()) {
      for (int g = 0; g < curve.grid().length; g++) {
        csv.text(curve.feature());
        if (!one) {
          csv.text(curve.output());
        }
        grid(curve, g);
        csv.number(curve.mean()[g]);
        if (accumulated) {
          csv.whole(curve.support()[g]);
        }
        csv.end();
      }
    }
  }

  private void importance(Importance of) {
    csv.text("feature").text("value").text("low").text("high").end();
    for (Importance.Item item : of.items()) {
      csv.text(item.feature()).number(item.value()).number(item.low()).number(item.high()).end();
    }
  }

  private void influence(Influence of) {
    List.of("row", "leverage", "residual", "studentized", "cook", "dffits", "loo_loss")
        .forEach(csv::text);
    of.terms().forEach(t -> csv.text("dfbeta_" + t));
    csv.end();
    for (int i = 0; i < of.rows(); i++) {
      csv.whole(i);
      for (double[] column :
          List.of(
              of.leverage(),
              of.residual(),
              of.studentized(),
              of.cook(),
              of.dffits(),
              of.looLoss())) {
        csv.number(column.length == 0 ? Double.NaN : column[i]);
      }
      for (int t = 0; t < of.terms().size(); t++) {
        csv.number(of.dfbeta(i, t));
      }
      csv.end();
    }
  }
}
