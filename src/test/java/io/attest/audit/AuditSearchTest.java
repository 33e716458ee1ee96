package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuditSearchTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final AuditStore STORE = store();

  private static AuditStore store() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    return new AuditStore(JdbcClient.create(source), Clock.systemUTC());
  }

  @BeforeAll
  static void tenThousandAudits() {
    for (int i = 0; i < 10_000; i++) {
      STORE.create(
          new Audit(
              String.format(Locale.ROOT, "ATT-%05d", i),
              "model-" + i % 7,
              "Model " + i % 7,
              "high",
              i == 4711 ? "100%_sure" : "Yearly review",
              "validation",
              "rest",
              i % 2 == 0 ? "Ada" : "bo",
              START.plusSeconds(60L * i),
              i % 10 == 0 ? "approved" : "running",
              i % 5 == 0 ? Optional.of("warn") : Optional.empty(),
              Optional.empty(),
              1,
              Optional.empty()));
    }
  }

  private static AuditQuery.Found find(
      String text, String model, String state, String verdict, int page) {
    return STORE.search(new AuditQuery(text, model, state, verdict, page, 50));
  }

  @Test
  void aPageIsFoundAmongTenThousand() {
    AuditQuery.Found found = find("ada", "model-3", "", "", 3);
    assertThat(found.audits()).hasSize(50).allMatch(a -> a.startedBy().equals("Ada"));
    assertThat(found.found()).isEqualTo(714);
    assertThat(found.pages()).isEqualTo(15);
  }

  @Test
  void whatIsEmptyDoesNotNarrowAndTheNewestIsFirst() {
    AuditQuery.Found all = find("", "", "", "", 1);
    assertThat(all.found()).isEqualTo(10_000);
    assertThat(all.audits().get(0).id()).isEqualTo("ATT-09999");
    assertThat(find("", "", "approved", "warn", 1).found()).isEqualTo(1000);
    assertThat(find("", "", "", "", 9999).page()).isEqualTo(200);
    assertThat(find("", "", "", "", -3).page()).isEqualTo(1);
    assertThat(STORE.modelNames()).hasSize(7).containsKey("model-0");
  }

  @Test
  void signsThatSqlReadsOtherwiseStandForThemselves() {
    assertThat(find("100%_SURE", "", "", "", 1).audits())
        .extracting(Audit::id)
        .containsExactly("ATT-04711");
    assertThat(find("100x", "", "", "", 1).audits()).isEmpty();
    assertThat(find("'; drop table attest_audit; --", "", "", "", 1).found()).isZero();
    assertThat(find("!", "", "", "", 1).found()).isZero();
  }

  @Test
  void thePreviousAuditIsTheLastDecidedOneOfTheModel() {
    // 9100 and 9170 are of model 0 and decided.
    Audit now = STORE.get("ATT-09177");
    assertThat(STORE.previous(now).orElseThrow().id()).isEqualTo("ATT-09170");
    assertThat(STORE.previous(STORE.get("ATT-00000"))).isEmpty();
  }
}
