package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.Attest;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.explain.Progress;
import io.attest.stage.Ingest;
import io.attest.stage.StageTask;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.util.FileSystemUtils;

/**
 * Why a case was decided so, with the real samples, engine, stages and forms. In a JVM of its own:
 * Camunda's web applications know one application in each.
 */
@DirtiesContext // its server would work on beside the tests that follow
@SpringBootTest(
    classes = Attest.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:decisions;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "attest.home=target/decisions-test/home",
      "attest.data=target/decisions-test/data",
      "attest.inbox.folder=target/decisions-test/inbox",
      "attest.inbox.settle=PT0.3S",
      "attest.sample=false",
      "attest.poll=PT1S",
      "attest.worker=decisions-test"
    })
class DecisionsInBrowserIT {
  private static final String PASSWORD = "Long-horse-battery-71";
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    FileSystemUtils.deleteRecursively(new File("target/decisions-test"));
  }

  @LocalServerPort int port;
  @Autowired ProcessEngine engine;
  @Autowired AuditStore audits;
  @Autowired EnquiryStore enquiries;
  @Autowired ArtifactStore artifacts;
  @Autowired Ingest ingest;

  @BeforeEach
  void people() {
    engine.getIdentityService().clearAuthentication();
    if (engine.getIdentityService().createUserQuery().userId("stan").count() == 0) {
      for (Map.Entry<String, String> one :
          Map.of("stan", "starter", "rita", "reviewer", "olga", "auditor").entrySet()) {
        User user = engine.getIdentityService().newUser(one.getKey());
        user.setFirstName("Per");
        user.setLastName("Son");
        user.setPassword(PASSWORD);
        engine.getIdentityService().saveUser(user);
        engine.getIdentityService().createMembership(one.getKey(), one.getValue());
      }
    }
  }

  /** An audit that was approved: its model and data are frozen, which is all that cases need. */
  private String approved(String model) {
    String id = "ATT-" + model + "-20261101-1";
    if (audits.find(id).isEmpty()) {
      audits.create(
          new Audit(
              id,
              model,
              "Model " + model,
              "standard",
              "test",
              "",
              "rest",
              "stan",
              Instant.parse("2026-11-01T09:00:00Z"),
              "running",
              Optional.empty(),
              Optional.empty(),
              1,
              Optional.empty()));
      ingest.run(new StageTask(id, Map.of("model", model), Progress.NONE));
      audits.end(id, "approved");
    }
    return id;
  }

  private HttpResponse<byte[]> call(String method, String path, String who, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (who + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<byte[]> answer = call("GET", path, "olga", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private String ask(String body) throws Exception {
    HttpResponse<byte[]> answer = call("POST", "/api/decisions", "stan", body);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    return JSON.readTree(answer.body()).get("id").asText();
  }

  private Task task(String enquiry, String kind) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInSameThread()
        .until(
            () ->
                engine
                    .getTaskService()
                    .createTaskQuery()
                    .processInstanceBusinessKey(enquiry)
                    .taskDefinitionKey(kind)
                    .list()
                    .stream()
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void complete(Task task, String who, Map<String, String> answers) {
    try {
      engine.getIdentityService().setAuthentication(who, List.of("reviewer", "starter"));
      var variables = Variables.createVariables();
      answers.forEach(
          (name, value) ->
              variables.putValueTyped(
                  name, Variables.stringValue(value, name.equals("answerChanges"))));
      engine.getTaskService().complete(task.getId(), variables);
    } finally {
      engine.getIdentityService().clearAuthentication();
    }
  }

  private Enquiry awaitState(String id, String state) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> enquiries.get(id), e -> e.state().equals(state));
  }

  private String letter(String id) throws Exception {
    HttpResponse<byte[]> word =
        call("GET", "/api/decisions/" + id + "/files/" + id + ".docx", "olga", "");
    assertThat(word.statusCode()).isEqualTo(200);
    try (XWPFWordExtractor words =
        new XWPFWordExtractor(new XWPFDocument(new ByteArrayInputStream(word.body())))) {
      return words.getText();
    }
  }

  @Test
  void aProgramAsksAPersonChecksAndTheLetterIsThere() throws Exception {
    assertThat(
            text(
                call(
                    "POST",
                    "/api/decisions",
                    "stan",
                    "{\"model\":\"german-credit\",\"case\":\"A0002\"}")))
        .contains("No audit of the model german-credit was approved");
    approved("german-scorecard");
    assertThat(call("POST", "/api/decisions", "olga", "{}").statusCode()).isEqualTo(403);
    assertThat(
            text(
                call(
                    "POST",
                    "/api/decisions",
                    "stan",
                    "{\"model\":\"german-scorecard\",\"case\":\"A0002\",\"jurisdiction\":\"XX\"}")))
        .contains("no jurisdiction XX");
    assertThat(
            text(
                call(
                    "POST",
                    "/api/decisions",
                    "stan",
                    "{\"model\":\"german-scorecard\",\"case\":\"A0002\",\"receivedOn\":\"2999-01-01\"}")))
        .contains("in the future");
    String id =
        ask(
            "{\"model\":\"german-scorecard\",\"case\":\"A0002\",\"recipient\":\"Erika <b>Beispiel</b>\"}");
    Task task = task(id, "check-decision");
    Enquiry enquiry = enquiries.get(id);
    assertThat(enquiry.dueOn()).isEqualTo(enquiry.receivedOn().plusDays(30));
    assertThat(task.getDueDate()).isNotNull();
    assertThat(
            engine
                .getManagementService()
                .createJobQuery()
                .processInstanceId(task.getProcessInstanceId())
                .timers()
                .count())
        .isEqualTo(2);
    JsonNode draft = get("/api/decisions/" + id).get("draft");
    assertThat(draft.get("favourable").asBoolean()).isFalse();
    List<String> keys = new ArrayList<>();
    draft.get("reasons").forEach(r -> keys.add(r.get("key").asText()));
    assertThat(keys).hasSizeGreaterThanOrEqualTo(4).startsWith("R02", "R01");
    assertThat(get("/api/decisions/" + id + "/preview?struck=R02").get("lines").toString())
        .doesNotContain("Size and length")
        .contains("State of your current account");

    assertThatThrownBy(() -> complete(task, "stan", Map.of("answerDecision", "approve")))
        .hasMessageContaining("stan is in none of the groups");
    engine.getIdentityService().createMembership("stan", "reviewer");
    try {
      assertThatThrownBy(() -> complete(task, "stan", Map.of("answerDecision", "approve")))
          .hasMessageContaining("stan entered the request");
    } finally {
      engine.getIdentityService().deleteMembership("stan", "reviewer");
    }
    assertThatThrownBy(() -> complete(task, "rita", Map.of("answerDecision", "back")))
        .hasMessageContaining("Say why");
    assertThatThrownBy(
            () -> complete(task, "rita", Map.of("answerDecision", "approve", "auditId", "DEC-x-1")))
        .hasMessageContaining("cannot be changed");
    complete(
        task,
        "rita",
        Map.of(
            "answerDecision",
            "approve",
            "answerChanges",
            "{\"answers\":[{\"reason\":\"R01\",\"answer\":\"strike\",\"why\":\"wrong in our books\"}]}"));
    Enquiry done = awaitState(id, "answered");
    assertThat(letter(id))
        .contains("Size and length of the credit you asked for: 5951 DM over 48 months")
        .doesNotContain("State of your current account with us")
        .contains("Erika <b>Beispiel</b>")
        .contains("GDPR")
        .doesNotContain("female", "{");
    assertThat(done.checked().orElseThrow()).contains("wrong in our books");
    assertThat(enquiries.files(id))
        .extracting(f -> f.artifact().name())
        .containsExactlyInAnyOrder(id + ".docx", id + ".pdf", id + "-explanation.json");
    assertThat(text(call("GET", "/decisions?q=A0002", "olga", ""))).contains(id, "Answered");
    assertThat(text(call("GET", "/decisions/" + id, "olga", "")))
        .contains("wrong in our books")
        .doesNotContain("<b>Beispiel");
    assertThat(
            engine
                .getHistoryService()
                .createHistoricVariableInstanceQuery()
                .variableName("recipient")
                .count())
        .isZero();
    assertThat(call("GET", "/api/decisions/DEC-x", "olga", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aCaseThatIsNotThereIsMendedAndSentBackIsExplainedAgain() throws Exception {
    approved("german-scorecard");
    String id = ask("{\"model\":\"german-scorecard\",\"case\":\"A9999\"}");
    Task mend = task(id, "mend-request");
    assertThat(engine.getTaskService().getVariable(mend.getId(), "refusal").toString())
        .contains("A9999");
    complete(mend, "stan", Map.of("mend", "resubmit", "caseName", "A0009"));
    Task check = task(id, "check-decision");
    assertThat(get("/api/decisions/" + id).get("draft").get("favourable").asBoolean()).isTrue();
    complete(check, "rita", Map.of("answerDecision", "back", "answerComment", "once more"));
    Task again = task(id, "check-decision");
    assertThat(again.getName()).endsWith("(round 2)");
    complete(again, "rita", Map.of("answerDecision", "approve"));
    awaitState(id, "answered");
    assertThat(letter(id)).contains("was favourable").doesNotContain("What would have changed");

    String taken = ask("{\"model\":\"german-scorecard\",\"case\":\"A9999\"}");
    complete(task(taken, "mend-request"), "stan", Map.of("mend", "cancel"));
    awaitState(taken, "withdrawn");
  }

  @Test
  void whatRestsOnAProtectedFeatureIsDecidedByAPerson() throws Exception {
    approved("german-credit");
    String id = ask("{\"model\":\"german-credit\",\"case\":\"A0002\",\"jurisdiction\":\"US\"}");
    Task task = task(id, "check-decision");
    assertThatThrownBy(() -> complete(task, "rita", Map.of("answerDecision", "approve")))
        .hasMessageContaining("R12 is flagged");
    assertThat(get("/api/decisions/" + id + "/preview").get("lines").toString())
        .doesNotContain("Your age");
    complete(
        task,
        "rita",
        Map.of("answerDecision", "refuse", "answerComment", "Not the person concerned"));
    awaitState(id, "refused");
    assertThat(enquiries.files(id)).noneMatch(f -> f.artifact().name().endsWith(".docx"));
  }

  @Test
  void aRequestInTheDropFolderIsTaken() throws Exception {
    approved("german-scorecard");
    Path folder = Files.createDirectories(Path.of("target/decisions-test/inbox/decisions"));
    String row =
        "values: {checking_status: overdrawn, duration: 36, credit_history: delays in the past,"
            + " purpose: new car, credit_amount: 9000, savings_status: below 100 DM, employment:"
            + " below 1 year, installment_commitment: 4, other_parties: nobody, property_magnitude:"
            + " car or other, other_payment_plans: no others, housing: rent, existing_credits: 1}\n";
    Files.writeString(folder.resolve("one.yaml"), "model: german-scorecard\ncase: \"\"\n" + row);
    Files.writeString(folder.resolve("bad.json"), "{\"modle\": \"german-scorecard\"}");
    Enquiry taken =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    enquiries.list(Optional.empty(), Optional.empty()).stream()
                        .filter(e -> e.trigger().equals("inbox"))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    task(taken.id(), "check-decision");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(folder.resolve(".failed").toFile().list())
                    .anyMatch(name -> name.endsWith(".reason.txt")));
  }

  // --- as a person does it ----------------------------------------------------------------------

  @Test
  void aFileOfCasesIsUploadedAndTheReasonsAreDownloaded() throws Exception {
    approved("german-scorecard");
    assertThat(text(call("GET", "/decisions", "olga", ""))).doesNotContain("Many cases at once");
    List<String> lines =
        Files.readAllLines(Path.of("config/models/german-scorecard/audit.csv")).subList(0, 6);
    Path cases = Files.write(Path.of("target/decisions-test/cases.csv"), lines);
    Path bad = Files.writeString(Path.of("target/decisions-test/bad.csv"), "a,b\n1,2\n");
    Path downloads = Files.createDirectories(Path.of("target/decisions-test/downloads"));
    try (Browser browser = Browser.open("http://localhost:" + port)) {
      browser
          .driver()
          .executeCdpCommand(
              "Browser.setDownloadBehavior",
              Map.of("behavior", "allow", "downloadPath", downloads.toAbsolutePath().toString()));
      browser.login("stan", PASSWORD).go("/decisions");
      WebElement form = browser.shown("form[data-reasons]");
      form.findElement(By.name("file")).sendKeys(bad.toAbsolutePath().toString());
      browser.click(form.findElement(By.tagName("button")));
      Awaitility.await()
          .until(
              () ->
                  browser
                      .shown("[data-reasons-said]")
                      .getText()
                      .startsWith("bad.csv: there is no column"));
      form.findElement(By.name("file")).sendKeys(cases.toAbsolutePath().toString());
      browser.click(form.findElement(By.tagName("button")));
      WebElement file = browser.shown("[data-reasons-files] [data-format=xlsx]");
      assertThat(browser.shown("[data-reasons-state]").getText())
          .startsWith("5 cases by linear-shap: 0 with a fault");
      for (int width : new int[] {1280, 390}) {
        browser.size(width, 1300).picture("decisions-many-" + width);
        assertThat(browser.barriers("document")).isEmpty();
      }
      browser.click(file);
      Path workbook = downloads.resolve("reasons-german-scorecard.xlsx");
      Awaitility.await().until(() -> Files.exists(workbook));
      try (XSSFWorkbook opened = new XSSFWorkbook(workbook.toFile())) {
        assertThat(opened.getSheetAt(0).getLastRowNum()).isEqualTo(5);
        assertThat(opened.getSheetAt(0).getRow(1).getCell(4).getStringCellValue())
            .startsWith("Size and length of the credit");
      }
      // Coming back finds it again; nobody else does.
      String id = browser.shown("[data-reasons-run]").getDomAttribute("data-run");
      browser.go("/decisions");
      assertThat(browser.shown("[data-reasons-files]").isDisplayed()).isTrue();
      assertThat(text(call("GET", "/api/reasons/" + id + "/reasons.csv", "stan", "")))
          .startsWith("case,response,decision,reason_1");
      assertThat(call("GET", "/api/reasons/" + id, "rita", "").statusCode()).isEqualTo(404);
      assertThat(call("POST", "/api/reasons", "rita", "").statusCode()).isEqualTo(403);
      browser.click(browser.shown("[data-reasons-stop]"));
      Awaitility.await()
          .until(() -> call("GET", "/api/reasons/" + id, "stan", "").statusCode() == 404);
    }
  }

  @Test
  void askedInTasklistCheckedAndDownloaded() throws Exception {
    approved("german-scorecard");
    String id;
    try (Browser browser = Browser.open("http://localhost:" + port)) {
      browser.login("stan", PASSWORD).tasklist("");
      browser.click(By.partialLinkText("Start process"));
      browser.click(By.linkText("Explain a decision"));
      WebElement model = browser.shown("#attest-model");
      Awaitility.await().until(() -> new Select(model).getOptions().size() > 2);
      new Select(model).selectByVisibleText("Retail credit, probability of default (scorecard)");
      browser.shown("#attest-case").sendKeys("A0010");
      browser.shown("#attest-recipient").sendKeys("Max Muster");
      browser.size(1360, 1300).picture("form-ask-decision");
      assertThat(browser.barriers("document.querySelector('.attest-form')")).isEmpty();
      browser.press("Start");
      id =
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      enquiries.list(Optional.empty(), Optional.empty()).stream()
                          .filter(e -> e.caseName().equals("A0010"))
                          .findFirst(),
                  Optional::isPresent)
              .orElseThrow()
              .id();
    }
    Task task = task(id, "check-decision");
    try (Browser browser = Browser.open("http://localhost:" + port)) {
      browser.login("rita", PASSWORD).tasklist("?task=" + task.getId());
      assertThat(browser.shown(".attest-reasons li").getText()).contains("Leave it out");
      browser.claim();
      browser.click(browser.shown("#attest-preview"));
      assertThat(browser.shown(".attest-letter").getText()).contains("Max Muster", "Your rights");
      for (int width : new int[] {1360, 480}) {
        browser.size(width, 2400);
        Thread.sleep(700);
        browser.picture("form-check-decision-" + width);
      }
      browser.size(1360, 2400);
      assertThat(browser.barriers("document.querySelector('.attest-form')")).isEmpty();
      browser.click(browser.shown("input[value=approve]"));
      browser.press("Complete");
      awaitState(id, "answered");
      browser.complaints(); // those about Tasklist's own frames
      browser.go("/decisions/" + id);
      assertThat(browser.shown("main").getText()).contains(id + ".docx", id + ".pdf", "Answered");
      assertThat(browser.barriers()).isEmpty();
      assertThat(browser.complaints()).isEmpty();
      for (int width : new int[] {1280, 390}) {
        browser.size(width, 1800).picture("decision-" + width);
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
            .isLessThanOrEqualTo(width);
      }
      browser.go("/decisions").size(1280, 800).picture("decisions-1280");
      assertThat(browser.barriers()).isEmpty();
      browser.size(390, 800).picture("decisions-390");
      Object bytes =
          browser
              .driver()
              .executeAsyncScript(
                  "const done = arguments[arguments.length - 1]; fetch('/api/decisions/"
                      + id
                      + "/files/"
                      + id
                      + ".pdf').then(r => r.arrayBuffer()).then(b => done(b.byteLength))");
      assertThat((Long) bytes).isGreaterThan(10_000);
    }
    assertThat(letter(id)).contains("Max Muster");
  }
}
