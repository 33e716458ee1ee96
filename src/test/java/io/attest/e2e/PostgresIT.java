package io.attest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar on PostgreSQL: one node from an empty database to an approval and a decision of
 * a watch, then two nodes on the same database, of which one dies. The steps build on each other.
 */
@EnabledIfSystemProperty(
    named = "attest.postgres",
    matches = "true",
    disabledReason =
        "PostgreSQL takes minutes: mvnw verify -Dit.test=PostgresIT -Dattest.postgres=true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgresIT {
  private static final String SECRET = "Bdf7-horse-battery";
  private static final String MODEL = "german-scorecard";
  private static final Duration PATIENCE = Desk.PATIENCE;

  @TempDir static Path home;

  private static PostgresServer database;
  private static PackagedJar first;
  private static PackagedJar second;
  private static Desk desk;

  @BeforeAll
  static void start() throws IOException {
    database = PostgresServer.start(home);
    first = node("first").start();
    desk = new Desk(first);
    desk.person("stella", SECRET, "starter");
    desk.person("rita", SECRET, "reviewer");
  }

  @AfterAll
  static void stop() throws IOException {
    if (second != null) {
      second.close();
    }
    if (first != null) {
      first.close();
    }
    if (database != null) {
      database.close();
    }
  }

  /** A node with a folder of its own, and data that all can reach. */
  private static PackagedJar node(String name) throws IOException {
    List<String> options = new ArrayList<>(database.options());
    options.add("--attest.data=" + home.resolve("data"));
    options.add("--attest.worker=" + name);
    options.add("--attest.lock=PT10S");
    options.add("--attest.poll=PT1S");
    options.add("--attest.sample=false");
    return new PackagedJar(
            Files.createDirectories(home.resolve(name)), options.toArray(String[]::new))
        .withQuickScorecard();
  }

  @Test
  @Order(1)
  void anEmptyDatabaseGetsItsTablesAndItsGuards() throws SQLException {
    assertThat(database.text("select count(*) from flyway_schema_history where not success"))
        .isEqualTo("0");
    assertThat(database.text("select max(version::int) from flyway_schema_history"))
        .isEqualTo(Integer.toString(migrations()));
    assertThat(Integer.parseInt(database.text("select count(*) from attest_log"))).isPositive();
    for (String change :
        List.of(
            "update attest_log set who = 'nobody'",
            "delete from attest_log",
            "truncate attest_log")) {
      assertThatThrownBy(() -> database.execute(change))
          .hasMessageContaining("The evidence log is only added to.");
    }
  }

  private static int migrations() {
    String[] files = Path.of("src/main/resources/db/migration").toFile().list();
    return files == null ? 0 : files.length;
  }

  @Test
  @Order(2)
  void anAuditIsApprovedAndAWatchDecides() throws Exception {
    HttpResponse<byte[]> watch =
        first.post("stella", SECRET, "/api/models/" + MODEL + "/watch", Map.of("cycle", "R/P30D"));
    assertThat(watch.statusCode()).isBetween(200, 204);
    String audit = desk.start("stella", SECRET, MODEL, "on PostgreSQL");
    // Told while the audit runs: weighed when it has ended, with what is true by then.
    assertThat(event("data-arrived", upload("early.csv"))).isEqualTo(202);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(decided("data-arrived", "wait")).isEqualTo(1));
    approve(audit);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(decided("data-arrived", "light")).isEqualTo(1));
    assertThat(decided("data-arrived", "wait")).isZero();
    JsonNode standing = first.json("/api/models/" + MODEL + "/watch").get("standing");
    assertThat(standing.get("state").asText()).isEqualTo("approved");
    everyStageRanOnce(audit);
    logIsWhole();
  }

  @Test
  @Order(3)
  void twoNodesShareTheWorkAndOneMayDie() throws Exception {
    second = node("second").start();
    Desk other = new Desk(second);
    Map<String, Desk> audits = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      audits.put(desk.start("stella", SECRET, MODEL, "first node, " + i), desk);
      audits.put(other.start("stella", SECRET, MODEL, "second node, " + i), other);
    }
    assertThat(audits).hasSize(6);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> Integer.parseInt(heldBy("second")) > 0);
    second.kill();
    for (String audit : audits.keySet()) {
      desk.awaitTask("review", audit);
    }
    second.start();
    for (String audit : audits.keySet()) {
      approve(audit);
    }
    for (String audit : audits.keySet()) {
      everyStageRanOnce(audit);
    }
    assertThat(
            database.text(
                "select count(*) from (select id from attest_audit group by id having count(*) > 1)"
                    + " twice"))
        .isEqualTo("0");
    assertThat(
            database.text(
                "select count(*) from act_ru_incident where incident_type_ <> 'explainer-failed'"))
        .isEqualTo("0");
    logIsWhole();
  }

  // --- steps ----------------------------------------------------------------------------------

  private static void approve(String audit) throws IOException {
    String task = desk.awaitTask("review", audit).get("id").asText();
    desk.approve("rita", SECRET, task, audit, Map.of("decision", "approve", "comment", "fine"));
    desk.awaitState(audit, "approved", "superseded");
  }

  private static String upload(String name) throws IOException {
    return first.upload("stella", SECRET, name, Files.readString(data()));
  }

  private static Path data() {
    return Path.of("config/models/german-scorecard/audit.csv");
  }

  private static int event(String event, String data) throws IOException {
    return first
        .post(
            "stella",
            SECRET,
            "/api/models/" + MODEL + "/events",
            Map.of("event", event, "detail", "told by a test", "data", data))
        .statusCode();
  }

  private static int decided(String event, String action) throws SQLException {
    return Integer.parseInt(
        database.text(
            "select count(*) from attest_watch where event = '"
                + event
                + "' and action = '"
                + action
                + "'"));
  }

  private static String heldBy(String node) throws SQLException {
    return database.text("select count(*) from act_ru_ext_task where worker_id_ = '" + node + "'");
  }

  private static void everyStageRanOnce(String audit) throws SQLException {
    for (String stage :
        List.of("ingest", "correlate", "select", "drift", "validate", "verdict", "report")) {
      assertThat(
              database.text(
                  "select count(*) from act_hi_actinst a join act_hi_procinst p on p.id_ ="
                      + " a.proc_inst_id_ where p.business_key_ = '"
                      + audit
                      + "' and a.act_id_ = '"
                      + stage
                      + "' and a.end_time_ is not null"))
          .as("completions of %s in %s", stage, audit)
          .isEqualTo("1");
    }
  }

  private static void logIsWhole() throws IOException {
    HttpResponse<byte[]> answer = first.post("/api/evidence/check", Map.of());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"faults\":[]");
  }
}
