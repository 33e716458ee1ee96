package io.attest.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.browser.Browser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The packaged jar, from an empty folder to a signed-off report. The steps build on each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndIT {

  private static final String SECRET = "Bdf7-horse-battery";

  @TempDir static Path home;

  private static PackagedJar jar;
  private static Desk desk;
  private static String sample;

  @BeforeAll
  static void start() throws IOException {
    jar = new PackagedJar(home).start();
    desk = new Desk(jar);
  }

  @AfterAll
  static void stop() {
    jar.close();
  }

  @Test
  @Order(1)
  void anEmptyDatabaseStartsTheSampleAudit() throws IOException {
    desk.person("rita", SECRET, "reviewer");
    desk.person("anton", SECRET, "approver");
    desk.person("stella", SECRET, "starter");
    sample = desk.awaitTask("review", null).get("auditId").asText();
    JsonNode audit = jar.json("/api/audits/" + sample).get("audit");
    assertThat(audit.get("model").asText()).isEqualTo("german-credit");
    assertThat(audit.get("tier").asText()).isEqualTo("high");
    assertThat(audit.get("verdict").asText()).isIn("pass", "warn", "block");
  }

  @Test
  @Order(2)
  void theWorkbookHasEverySheet() throws IOException {
    try (XSSFWorkbook workbook = workbook(sample)) {
      assertThat(workbook)
          .extracting(Sheet::getSheetName)
          .contains(
              "Cover",
              "Model",
              "Data",
              "Dependence",
              "Methods",
              "Importance",
              "Effects",
              "Local",
              "Counterfactuals",
              "LIME",
              "Rules",
              "Surrogate",
              "Quality",
              "Performance",
              "Weak spots",
              "Fairness",
              "Drift",
              "Findings",
              "Controls",
              "Approvals",
              "Reproduce");
    }
  }

  /** As a business user does it, in a browser: on what the jar has packed. */
  @Test
  @Order(3)
  void aReviewerDecidesInTasklist() throws IOException {
    try (Browser browser = Browser.open(jar.url(""))) {
      browser.login("rita", SECRET);
      assertThat(browser.shown("main").getText()).contains(sample);
      // No second login: the page and Tasklist share one session.
      browser.tasklist("?task=" + desk.task("review", sample));
      browser.shown("#attest-results table");
      browser.claim();
      assertThat(browser.shown("#attest-results").getText()).contains("under 25");
      browser.click(
          By.cssSelector("input[name=decision][value=approve-with-conditions]:not([disabled])"));
      browser.shown("[name=conditions]").sendKeys("watch young applicants");
      browser.shown("[name=comment]").sendKeys("good enough");
      browser.script(
          "document.querySelectorAll('select[data-finding]').forEach(s => { s.value = 'waived';"
              + " s.closest('.answer').querySelector('textarea').value = 'known'; })");
      browser.press("Complete");
      desk.awaitTask("second-approval", sample);
    }
    JsonNode decisions = jar.json("/api/audits/" + sample).get("decisions");
    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).get("who").asText()).isEqualTo("rita");
    assertThat(decisions.get(0).toString()).contains("watch young applicants");
    assertThat(decisions.get(0).get("dispositions"))
        .isNotEmpty()
        .allSatisfy(d -> assertThat(d.get("answer").asText()).isEqualTo("waived"));
  }

  @Test
  @Order(4)
  void whoReviewedMayNotApproveAsWell() throws IOException {
    String second = desk.awaitTask("second-approval", sample).get("id").asText();
    desk.join("rita", "approver");
    HttpResponse<byte[]> refused =
        desk.tryToComplete("rita", SECRET, second, Map.of("secondDecision", "approve"));
    assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("rita");
    assertThat(desk.task("second-approval", sample)).isEqualTo(second);
  }

  @Test
  @Order(5)
  void theSecondApprovalSealsTheReport() throws Exception {
    desk.complete(
        "anton",
        SECRET,
        desk.task("second-approval", sample),
        Map.of("secondDecision", "approve", "secondComment", "agreed"));
    desk.awaitState(sample, "approved-with-conditions");

    try (XSSFWorkbook workbook = workbook(sample)) {
      String approvals = text(workbook.getSheet("Approvals"));
      assertThat(approvals).contains("rita").contains("anton").contains("watch young applicants");
    }
    byte[] pack = jar.get("/api/audits/" + sample + "/files/" + sample + "-evidence.zip").body();
    Map<String, byte[]> files = unzip(pack);
    assertThat(files).containsKeys("report.xlsx", "model/model.yaml", "record.json");
    assertThat(files.keySet()).anyMatch(n -> n.endsWith("model-audit.bpmn"));
    assertThat(files.keySet()).anyMatch(n -> n.endsWith("domain-rules.dmn"));
    JsonNode hashes = new ObjectMapper().readTree(files.get("manifest.json")).get("sha256");
    assertThat(hashes.size()).isEqualTo(files.size() - 1);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!file.getKey().equals("manifest.json")) {
        assertThat(hashes.get(file.getKey()).asText())
            .as(file.getKey())
            .isEqualTo(
                HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file.getValue())));
      }
    }
  }

  @Test
  @Order(6)
  void aReviewerSendsAnAuditBackAndRejectsItThen() throws IOException {
    String id = desk.start("stella", SECRET, "german-scorecard", "yearly");
    desk.awaitTask("review", id);
    desk.complete(
        "rita",
        SECRET,
        desk.task("review", id),
        Map.of(
            "decision",
            "rework",
            "comment",
            "finer curves, please",
            "reworkStage",
            "explain",
            "reworkParameters",
            "pdp-ice.grid=7"));
    JsonNode again = desk.awaitTask("review", id);
    JsonNode audit = jar.json("/api/audits/" + id);
    assertThat(audit.get("audit").get("round").asInt()).isEqualTo(2);
    assertThat(audit.toString()).contains("\"grid\":\"7\"");
    desk.complete(
        "rita", SECRET, again.get("id").asText(), Map.of("decision", "reject", "comment", "no"));
    desk.awaitState(id, "rejected");
  }

  @Test
  @Order(7)
  void whoStartedMayNotReview() throws IOException {
    desk.join("stella", "reviewer");
    String id = desk.start("stella", SECRET, "german-scorecard", "mine");
    String task = desk.awaitTask("review", id).get("id").asText();
    HttpResponse<byte[]> refused =
        desk.tryToComplete(
            "stella", SECRET, task, Map.of("decision", "approve", "comment", "it is good"));
    assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
    desk.approve("rita", SECRET, task, id, Map.of("decision", "approve", "comment", "fine"));
    desk.awaitState(id, "approved");
  }

  @Test
  @Order(8)
  void aMalformedUploadGoesToAPersonWithWordsAndCanBeMended() throws IOException {
    String broken =
        jar.upload("stella", SECRET, "applicants.csv", "application,duration\n1,twelve\n");
    String id = desk.start("stella", SECRET, "german-scorecard", "broken upload", broken);
    String task = desk.awaitTask("mend-data", id).get("id").asText();
    String refusal = jar.json("/engine-rest/task/" + task + "/variables/refusal").toString();
    assertThat(refusal).contains("applicants.csv").contains("checking_status");
    desk.complete("stella", SECRET, task, Map.of("mend", "cancel"));
    desk.awaitState(id, "withdrawn");
  }

  @Test
  @Order(9)
  void aModelFileThatIsGoneIsRefusedAtTheDoorInWords() throws IOException {
    Path packed = home.resolve("data/packed-models/german-scorecard/scorecard.yaml");
    Path away = home.resolve("away.yaml");
    Files.move(packed, away);
    HttpResponse<byte[]> refused =
        jar.post(
            "stella",
            SECRET,
            "/api/audits",
            Map.of("model", "german-scorecard", "reason", "no model"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8))
        .contains("there is no model file")
        .contains("scorecard.yaml");
    Files.move(away, packed);
    desk.awaitTask("review", desk.start("stella", SECRET, "german-scorecard", "it is back"));
  }

  private static XSSFWorkbook workbook(String audit) throws IOException {
    HttpResponse<byte[]> file = jar.get("/api/audits/" + audit + "/files/" + audit + ".xlsx");
    assertThat(file.statusCode()).isEqualTo(200);
    return new XSSFWorkbook(new ByteArrayInputStream(file.body()));
  }

  private static String text(Sheet sheet) {
    StringBuilder text = new StringBuilder();
    sheet.forEach(row -> row.forEach(cell -> text.append(cell).append('\n')));
    return text.toString();
  }

  private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        files.put(e.getName(), in.readAllBytes());
      }
    }
    return files;
  }
}
