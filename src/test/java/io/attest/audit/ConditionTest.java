package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-22");

  @Test
  void readsTextOwnerAndDayAndPlainLines() {
    assertThat(
            Condition.read(
                "Mend it | ada | 2026-12-31\n\n  Watch it \nTrain | | 2027-01-01 ", TODAY))
        .containsExactly(
            new Condition.Line("Mend it", "ada", LocalDate.parse("2026-12-31")),
            new Condition.Line("Watch it", "", LocalDate.parse("2026-12-22")),
            new Condition.Line("Train", "", LocalDate.parse("2027-01-01")));
  }

  @Test
  void refusesWhatIsNoCondition() {
    assertThatThrownBy(() -> Condition.read(" \n ", TODAY)).hasMessageContaining("none");
    assertThatThrownBy(() -> Condition.read("| ada", TODAY)).hasMessageContaining("| ada");
    assertThatThrownBy(() -> Condition.read("a|b|2026-12-31|d", TODAY))
        .hasMessageContaining("text | owner | 2026-12-31");
    assertThatThrownBy(() -> Condition.read("a|b|tomorrow", TODAY))
        .hasMessageContaining("tomorrow");
    assertThatThrownBy(() -> Condition.read("x\n".repeat(51), TODAY)).hasMessageContaining("51");
    assertThatThrownBy(() -> Condition.read("x|" + "o".repeat(201), TODAY))
        .hasMessageContaining("too long");
  }
}
