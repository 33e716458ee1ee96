package io.attest.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.OutputSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributionSummaryTest {
  private static final int ROWS = 101;
  private static final int FEATURES = 3;

  private static Attribution part(int outputs, int from, int to) {
    Random random = new Random(5);
    double[] values = random.doubles((long) ROWS * FEATURES * outputs, -2, 1).toArray();
    double[] predictions = random.doubles((long) ROWS * outputs, -9, 3).toArray();
    int wide = FEATURES * outputs;
    return new Attribution(
        new Provenance(
            "m",
            "e",
            "r",
            Map.of(),
            Optional.empty(),
            "",
            OutputSpace.RAW,
            to - from,
            4,
            to - from,
            Optional.of((double) from),
            List.of("always", "from " + from)),
        List.of("a", "b", "c"),
        outputs == 1 ? List.of("y") : List.of("y0", "y1"),
        to - from,
        java.util.Arrays.copyOfRange(values, from * wide, to * wide),
        new double[outputs],
        java.util.Arrays.copyOfRange(predictions, from * outputs, to * outputs));
  }

  @Test
  void theFiguresDoNotDependOnTheBlocks() {
    for (int outputs = 1; outputs <= 2; outputs++) {
      Attribution whole = part(outputs, 0, ROWS);
      AttributionSummary one = new AttributionSummary(whole);
      AttributionSummary many = new AttributionSummary(part(outputs, 0, 1));
      many.add(part(outputs, 1, 40));
      many.add(part(outputs, 40, ROWS));
      for (int j = 0; j < FEATURES; j++) {
        assertThat(many.meanAbsolute(j)).isEqualTo(one.meanAbsolute(j));
        assertThat(many.halfWidth(j)).isEqualTo(one.halfWidth(j)).isPositive();
        assertThat(many.mean(j)).isEqualTo(one.mean(j));
        assertThat(many.share(j)).isEqualTo(one.share(j));
      }
      assertThat(many.relativeResidual()).isEqualTo(whole.relativeResidual());
      assertThat(many.provenance().rows()).isEqualTo(ROWS);
      assertThat(many.provenance().modelRows()).isEqualTo(ROWS);
      assertThat(many.provenance().backgroundRows()).isEqualTo(4);
      assertThat(many.provenance().error()).contains(40.0);
      assertThat(many.provenance().notes())
          .containsExactly("always", "from 0", "from 1", "from 40");
    }
  }

  @Test
  void theIntervalIsThatOfTheMeanOverRows() {
    Attribution a = part(2, 0, ROWS);
    AttributionSummary summary = new AttributionSummary(a);
    for (int j = 0; j < FEATURES; j++) {
      double mean = 0;
      double[] row = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        row[i] = (Math.abs(a.value(i, j, 0)) + Math.abs(a.value(i, j, 1))) / 2;
        mean += row[i] / ROWS;
      }
      double squares = 0;
      for (double r : row) {
        squares += (r - mean) * (r - mean);
      }
      assertThat(summary.meanAbsolute(j)).isCloseTo(mean, within(1e-12));
      // Student's t with 100 degrees of freedom, 97.5 %, from a table.
      double expected = 1.98397152 * Math.sqrt(squares / (ROWS - 1) / ROWS);
      assertThat(summary.halfWidth(j)).isCloseTo(expected, within(1e-8));
    }
    assertThat(new AttributionSummary(part(1, 0, 1)).halfWidth(0)).isNaN();
  }

  @Test
  void blocksOfAnotherModelAreRefused() {
    AttributionSummary summary = new AttributionSummary(part(1, 0, 2));
    assertThatThrownBy(() -> summary.add(part(2, 0, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
