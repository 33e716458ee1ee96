package io.attest.explain.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RowAgreementTest {

  /** By hand: of six features the three largest count. */
  @Test
  void countsAsThePaperDoes() {
    double[] one = {5, -4, 3, 1, 0.5, 0.1};
    double[] other = {5, 3, 0.2, 4, 0.3, -0.1};
    RowAgreement found = RowAgreement.of(one, other);
    // Important: {0, 1, 2} and {0, 3, 1}.
    assertThat(found.features()).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(found.ranks()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(found.signs()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(found.signedRanks()).isCloseTo(1 / 3.0, within(1e-15));
    // Ranks 1 2 3 4 5 6 and 1 3 5 2 4 6: squared differences 0 1 4 4 1 0.
    assertThat(Ranks.spearman(one, other)).isCloseTo(1 - 6 * 10.0 / 210, within(1e-12));
    // 15 pairs; 1-3, 2-3 and 2-4 are turned.
    assertThat(Ranks.pairs(one, other)).isCloseTo(12 / 15.0, within(1e-15));
    assertThat(Ranks.topOverlap(one, other)).isEqualTo(0.5);
    assertThat(Ranks.kendall(one, other)).isCloseTo((12 - 3) / 15.0, within(1e-12));
  }

  @Property
  void whatIsTheSameAgrees(@ForAll @Size(min = 1, max = 9) double[] one) {
    RowAgreement found = RowAgreement.of(one, one);
    assertThat(found.features()).isEqualTo(1);
    assertThat(found.ranks()).isEqualTo(1);
    assertThat(found.signs()).isEqualTo(1);
    assertThat(found.signedRanks()).isEqualTo(1);
    if (one.length >= 3) {
      assertThat(Ranks.spearman(one, one)).isCloseTo(1, within(1e-9));
    }
    if (one.length >= 2) {
      assertThat(Ranks.pairs(one, one)).isEqualTo(1);
    }
  }

  @Test
  void nothingAgreesWithNothing() {
    double[] zero = new double[4];
    assertThat(RowAgreement.of(zero, zero).features()).isEqualTo(1);
    assertThat(RowAgreement.of(zero, new double[] {1, 0, 0, 0}).features()).isZero();
    assertThat(Ranks.topOverlap(zero, zero)).isEqualTo(1);
    assertThat(Ranks.cosine(zero, zero)).isEqualTo(1);
    assertThat(Ranks.cosine(zero, new double[] {1, 0, 0, 0})).isZero();
    assertThat(Ranks.kendall(zero, zero)).isEqualTo(1);
    assertThat(Ranks.top(1)).isEqualTo(1);
    assertThat(Ranks.top(300)).isEqualTo(5);
  }
}
