package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.Section;
import io.attest.web.WebTest;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The inventory and a model card as people use them, and the same as JSON and as a workbook. */
class ModelsInBrowserTest extends WebTest {
  private static final String GONE = "gone";
  private static final String ATTACK = "=cmd|' /C calc'!A0<img src=x onerror=alert(1)>{{7*7}}";
  private Browser browser;

  @BeforeEach
  void open() {
    // Two audits of a model that is declared no longer; the second is worse.
    audit("ATT-gone-1", Instant.parse("2026-09-01T09:00:00Z"), 0.8, 0.9, "warn");
    audit("ATT-gone-2", Instant.parse("2026-10-01T09:00:00Z"), 0.75, 0.7, "block");
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
  }

  private void audit(String id, Instant then, double auc, double ratio, String verdict) {
    if (store.find(id).isPresent()) {
      return;
    }
    store.create(
        new Audit(
            id,
            GONE,
            ATTACK,
            "high",
            "r",
            "a",
            "page",
            "stan",
            then,
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
    store.save(
        id,
        new Section.Validated(
            Optional.empty(),
            Optional.empty(),
            List.of(
                new Section.Fact("performance.auc", "audit data", auc),
                new Section.Fact("fairness.impact_ratio", ATTACK, ratio)),
            List.of("No training rows were at hand.")));
    store.save(
        id,
        new Section.Judged(
            verdict,
            List.of(
                new Section.Finding(
                    "F-01",
                    "impact",
                    verdict,
                    "fairness.impact_ratio",
                    ATTACK,
                    ratio,
                    ATTACK,
                    "",
                    "d",
                    "1"))));
    store.verdict(id, verdict);
    store.end(id, "approved-with-conditions");
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private void isOpenToEverybody(String what) {
    for (int width : new int[] {1280, 390}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.size(width, 1800).dark(dark);
        assertThat(browser.barriers()).as(what + " at " + width + dark).isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
            .as("width of " + what)
            .isLessThanOrEqualTo(width);
        browser.picture(what + "-" + width + (dark ? "-dark" : ""));
      }
    }
    browser.width(1280).dark(false);
  }

  private String main() {
    return browser.shown("main").getText();
  }

  @Test
  void anAuditorFindsAModelAndReadsItsCard() throws Exception {
    browser.login("olga", PASSWORD).go("/models");
    assertThat(main())
        .contains("German credit, boosted trees")
        .contains("Its model.yaml is wrong:")
        .contains("unknown key <b>onwer</b>. Maybe owner.")
        .contains("No longer declared: only its audits are left.")
        .contains("1 of 8 met")
        .contains("Never audited");
    isOpenToEverybody("models");

    browser.go("/models?q=no-such-model");
    assertThat(main()).contains("No model is like this.");
    browser.go("/models?verdict=block&sort=findings");
    assertThat(main()).contains("1 blocks");
    assertThat(browser.driver().findElements(org.openqa.selenium.By.cssSelector("tbody tr")))
        .as("gone and german-credit block; broken and the hostile one do not")
        .hasSize(2);

    browser.go("/models/" + GONE);
    assertThat(main())
        .contains("{{7*7}}")
        .contains("It is no longer declared.")
        .contains("down 10")
        .contains("60 → 50")
        .contains("fairness.impact_ratio of")
        .contains("is 0.7; the target needs 0.8 or more.")
        .contains("Drift was not measured.")
        .contains("No training rows were at hand.")
        .contains("Approved with conditions");
    assertThat(browser.shown("#quality-fairness").getText()).contains("Breached");
    assertThat(browser.has("img[src=x]")).isFalse();
    isOpenToEverybody("model-gone");
    browser.go("/models/german-credit");
    assertThat(main())
        .contains("Decides on consumer credit", "The owner declares no prohibited use.");
    isOpenToEverybody("model");
    browser.go("/models/broken");
    assertThat(main()).contains("so it cannot be audited").contains("Nothing was measured yet");
    isOpenToEverybody("model-broken");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void programsGetTheSameAsJsonAndAsAWorkbook() throws Exception {
    String card = text(rest("olga", "/api/models/" + GONE));
    assertThat(card)
        .contains("\"declared\":false")
        .contains("\"dimension\":\"fairness\",\"status\":\"breached\",\"points\":70.0")
        .contains("\"dimension\":\"drift\",\"status\":\"not-measured\",\"points\":null")
        .contains("\"openFindings\":{\"block\":1,\"warn\":0}")
        .contains("\"told\":[]");
    assertThat(text(rest("olga", "/api/models"))).contains("\"error\":\"model.yaml, line 3");
    assertThat(rest("olga", "/api/models/none").statusCode()).isEqualTo(404);
    assertThat(rest("nobody", "/api/models").statusCode()).isEqualTo(403);
    assertThat(rest("nobody", "/models").statusCode()).isEqualTo(403);
    assertThat(rest("rita", "/actuator/prometheus").statusCode()).isEqualTo(403);

    HttpResponse<byte[]> all = rest("olga", "/api/models/inventory.xlsx");
    assertThat(all.statusCode()).isEqualTo(200);
    Files.createDirectories(Path.of("target/pictures"));
    Files.write(Path.of("target/pictures/models.xlsx"), all.body());
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(all.body()))) {
      assertThat(workbook.getNumberOfSheets()).isEqualTo(5);
      Map<String, Row> models = byFirstCell(workbook.getSheet("Models"));
      assertThat(models).containsKeys("broken", "german-credit", GONE);
      assertThat(models.get(GONE).getCell(5).getStringCellValue()).isEqualTo("✕ Block");
      assertThat(models.get(GONE).getCell(14).getNumericCellValue()).isEqualTo(1);
      assertThat(models.get("broken").getCell(20).getStringCellValue()).contains("line 3");
      for (Sheet sheet : workbook) {
        assertThat(sheet.getNumMergedRegions()).isZero();
        for (Row row : sheet) {
          for (Cell cell : row) {
            assertThat(cell.getCellType()).isNotEqualTo(CellType.FORMULA);
          }
        }
      }
    }
    try (XSSFWorkbook one =
        new XSSFWorkbook(
            new ByteArrayInputStream(rest("olga", "/api/models/" + GONE + "/card.xlsx").body()))) {
      assertThat(byFirstCell(one.getSheet("Models"))).doesNotContainKey("german-credit");
      assertThat(byFirstCell(one.getSheet("Audits"))).containsKey(GONE);
    }
  }

  private static Map<String, Row> byFirstCell(Sheet sheet) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : sheet) {
      if (row.getCell(0) != null && row.getCell(0).getCellType() == CellType.STRING) {
        rows.put(row.getCell(0).getStringCellValue(), row);
      }
    }
    return rows;
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> rest(String who, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (who + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }
}
