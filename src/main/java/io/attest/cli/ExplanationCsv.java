package io.attest.cli;

import io.attest.explain.Attribution;
import io.attest.explain.Effects;
import io.attest.explain.Explanation;
import io.attest.explain.Importance;
import io.attest.explain.Influence;
import java.util.List;

/** Explanations as CSV, in the shapes that {@code docs/cli.md} lists. */
final class ExplanationCsv {
  private final CsvText csv;
  private boolean begun;

  ExplanationCsv(CsvText csv) {
    this.csv = csv;
  }

  /**
   * Writes an explanation, or the next block of one.
   *
   * @param first index of its first row
   */
  void write(Explanation result, long first) {
    if (result instanceof Attribution attribution) {
      attribution(attribution, first);
    } else if (result instanceof Effects effects) {
      effects(effects);
    } else if (result instanceof Importance importance) {
      importance(importance);
    } else if (result instanceof Influence influence) {
      influence(influence);
    }
    begun = true;
  }

  private void attribution(Attribution of, long first) {
    if (!begun) {
      csv.text("row").text("output").text("base_value");
      of.features().forEach(f -> csv.text("phi_" + f));
      csv.end();
    }
    for (int i = 0; i < of.rows(); i++) {
      for (int k = 0; k < of.outputs().size(); k++) {
        csv.whole(first + i).whole(k).number(of.baseValues()[k]);
        for (int j = 0; j < of.features().size(); j++) {
          csv.number(of.value(i, j, k));
        }
        csv.end();
      }
    }
  }

  private void effects(Effects of) {
    boolean one = of.curves().stream().map(Effects.Curve::output).distinct().count() <= 1;
    csv.text("feature");
    if (!one) {
      csv.text("output");
    }
    csv.text("grid").text("value").end();
    for (Effects.Curve curve : of.curves()) {
      for (int g = 0; g < curve.grid().length; g++) {
        csv.text(curve.feature());
        if (!one) {
          csv.text(curve.output());
        }
        if (curve.categorical()) {
          csv.text(curve.labels().get(g));
        } else {
          csv.number(curve.grid()[g]);
        }
        csv.number(curve.mean()[g]).end();
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
