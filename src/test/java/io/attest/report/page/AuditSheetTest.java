package io.attest.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditSheetTest {

  private static AuditSheet of(Section section) {
    return new AuditSheet(List.of(section), List.of());
  }

  private static Dependence dependence(String... columns) {
    return new Dependence(
        List.of(columns), List.of(), new double[columns.length], List.of(), 0.5, List.of());
  }

  @Test
  void oneColumnIsNotDrawnAgainstItself() {
    assertThat(of(new Section.Correlated(dependence("age"))).heatMap()).isEmpty();
    assertThat(of(new Section.Correlated(dependence("age", "income"))).heatMap()).isPresent();
  }

  @Test
  void whatWasNotMeasuredIsToldOnce() {
    AuditSheet sheet =
        of(
            new Section.Validated(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of("Fairness was not tested: no groups.", "Performance was not tested: no y."),
                Optional.empty(),
                Optional.empty()));
    assertThat(sheet.fairness().untested()).containsExactly("Fairness was not tested: no groups.");
    assertThat(sheet.notMeasured()).containsExactly("Performance was not tested: no y.");
  }
}
