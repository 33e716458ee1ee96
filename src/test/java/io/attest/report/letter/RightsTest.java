package io.attest.report.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightsTest {
  private static Rights packed() throws Exception {
    return Rights.read(Files.readAllBytes(Path.of("config/rights.yaml")), "config/rights.yaml");
  }

  private static List<String> ids(Rights rights, String where, String day, boolean favourable) {
    return rights.of(where, LocalDate.parse(day), favourable).stream().map(Right::id).toList();
  }

  private static Rights of(String yaml) {
    return Rights.read(yaml.getBytes(StandardCharsets.UTF_8), "rights.yaml");
  }

  @Test
  void lawIsTakenByPlaceDayAndOutcome() throws Exception {
    assertThat(ids(packed(), "EU", "2026-11-22", false))
        .contains("gdpr-human", "gdpr-access")
        .doesNotContain("ai-act-explanation", "ecoa-reasons");
    assertThat(ids(packed(), "EU", "2026-11-22", true))
        .contains("gdpr-access")
        .doesNotContain("gdpr-human");
    assertThat(ids(packed(), "EU", "2027-12-01", false)).doesNotContain("ai-act-explanation");
    assertThat(ids(packed(), "EU", "2027-12-02", false)).contains("ai-act-explanation");
    assertThat(ids(packed(), "US", "2026-11-22", true)).isEmpty();
    assertThatThrownBy(() -> packed().require("EN"))
        .hasMessageContaining("no jurisdiction EN")
        .hasMessageContaining("EU");
  }

  /** Nobody with legal training has checked them, and the file must not pretend otherwise. */
  @Test
  void whatIsPackedSaysThatItIsNotVerified() throws Exception {
    for (String where : packed().jurisdictions().keySet()) {
      assertThat(packed().of(where, LocalDate.parse("2028-01-01"), false))
          .isNotEmpty()
          .allMatch(r -> r.verified().isEmpty() && !r.source().isBlank());
    }
  }

  @Test
  void oneJurisdictionMayIncludeAnotherAndRightsEnd() {
    Rights rights =
        of(
            """
            jurisdictions:
              - {id: A, name: All, includes: [B], rights: [{id: a, text: t, source: s, from: 2020-01-01}]}
              - id: B
                name: Be
                includes: [A]
                rights: [{id: b, text: t, source: s, from: 2020-01-01, until: 2021-01-01, verified: "me, 2020"}]
            """);
    assertThat(ids(rights, "A", "2021-01-01", true)).containsExactly("a", "b");
    assertThat(ids(rights, "A", "2021-01-02", true)).containsExactly("a");
    assertThat(rights.of("B", LocalDate.parse("2020-06-01"), true).get(0).verified())
        .contains("me, 2020");
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> of("x: 1")).hasMessageContaining("no list jurisdictions");
    assertThatThrownBy(() -> of("jurisdictions: [{id: A, name: A, includes: [C]}]"))
        .hasMessageContaining("includes C");
    assertThatThrownBy(
            () -> of("jurisdictions: [{id: A, name: A, rights: [{id: a, text: t, source: s}]}]"))
        .hasMessageContaining("a has no from");
    assertThatThrownBy(
            () ->
                of(
                    "jurisdictions: [{id: A, name: A, rights: [{id: a, text: t, source: s, from:"
                        + " soon}]}]"))
        .hasMessageContaining("soon");
    assertThatThrownBy(
            () ->
                of(
                    "jurisdictions: [{id: A, name: A, rights: [{id: a, text: t, source: s, form:"
                        + " 2020-01-01}]}]"))
        .hasMessageContaining("form")
        .hasMessageContaining("from");
  }
}
