package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.junit.jupiter.api.Test;

class CellsTest {

  @Property(tries = 500)
  void anyTextFitsACellAndXml(@ForAll String raw) {
    String text = Cells.fit(raw);
    assertThat(text.length()).isLessThanOrEqualTo(32_767);
    assertThat(text.codePoints())
        .allMatch(
            c ->
                c == '\n'
                    || (c >= 0x20 && c <= 0xD7FF)
                    || (c >= 0xE000 && c <= 0xFFFD)
                    || c >= 0x10000);
  }

  @Property(tries = 500)
  void whatLooksLikeAFormulaAfterCleaningIsActive(@ForAll String raw) {
    String clean = PlainText.of(raw).strip();
    if (!clean.isEmpty() && "=+-@".indexOf(clean.charAt(0)) >= 0) {
      assertThat(Cells.active(raw)).isTrue();
    }
  }

  @Test
  void aTextThatIsTooLongSaysSo() {
    String text = Cells.fit("x".repeat(40_000));
    assertThat(text).hasSize(32_767).endsWith("the text has 40000]");
    assertThat(Cells.fit("\uD83D\uDE00".repeat(20_000)).length()).isLessThanOrEqualTo(32_767);
    assertThat(Cells.fit("y".repeat(32_767))).hasSize(32_767).endsWith("yyy");
  }

  @Test
  void whatExcelWouldReadAsAnEscapeStaysAsItIs() {
    XSSFRichTextString shown = new XSSFRichTextString(Cells.fit("a_x0041_b"));
    assertThat(shown.getString()).isEqualTo("a_x0041_b");
  }

  @Test
  void figuresAreShort() {
    assertThat(Figures.text(0.123456)).isEqualTo("0.1235");
    assertThat(Figures.text(1234567)).isEqualTo("1234567");
    assertThat(Figures.text(-0.0)).isEqualTo("0");
    assertThat(Figures.text(1.5e-9)).isEqualTo("1.50e-09");
    assertThat(Figures.text(Double.NaN)).isEqualTo("not available");
    assertThat(Figures.signed(0.5)).isEqualTo("+0.5");
    assertThat(Figures.percent(0.12345)).isEqualTo("12.3 %");
    assertThat(Figures.percent(0.5)).isEqualTo("50 %");
    assertThat(Figures.percent(1)).isEqualTo("100 %");
  }
}
