package io.attest.bpmn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Lane;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.Participant;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.Script;
import org.camunda.bpm.model.bpmn.instance.ScriptTask;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaExecutionListener;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaFailedJobRetryTimeCycle;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaScript;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.LiteralExpression;
import org.camunda.bpm.model.dmn.instance.UnaryTests;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold of every process: it can be run, read, drawn, and has somebody to do its work. */
class EveryProcessTest {

  /** Time to live in the engine; the engine reads days only, not P3Y. */
  private static final String THREE_YEARS = "P1095D";

  private static final Set<String> GROUPS =
      Set.of("starter", "reviewer", "approver", "auditor", "camunda-admin");

  private static final Set<String> BEANS =
      Set.of(
          "auditStart",
          "auditEnd",
          "selectFacts",
          "selectResult",
          "judgeFact",
          "people",
          "committeeVote",
          "withdrawalStart",
          "scheduleStart",
          "enquiryStart",
          "enquiryEnd",
          "watchStart",
          "watchEvent",
          "watchAnswer",
          "watchWait",
          "conditionStart",
          "approvalStanding",
          "closedConditions",
          "endFollowing");

  /** Where the engine commits beside its natural wait states: element to before/after. */
  private static final Map<String, Map<String, String>> SAVE_POINTS =
      Map.of(
          "model-audit.bpmn",
          new TreeMap<>(
              Map.of(
                  "select", "before",
                  "judge", "before",
                  "review", "before after",
                  "second-approval", "after",
                  "mend-data", "after",
                  "mend-explainer", "after",
                  "publish", "after")),
          "audit-schedule.bpmn",
          Map.of(),
          "explain-decision.bpmn",
          Map.of("check-decision", "before after", "mend-request", "after"),
          "watch-model.bpmn",
          Map.of("answer-suspension", "after"),
          "follow-approval.bpmn",
          Map.of("decided", "before", "meet-condition", "after", "extend-condition", "after"),
          "withdraw-report.bpmn",
          Map.of("confirm-withdrawal", "after"));

  static Stream<Path> processes() throws Exception {
    return Engine.files(".bpmn").stream();
  }

  static Stream<Path> decisions() throws Exception {
    return Engine.files(".dmn").stream();
  }

  private static BpmnModelInstance read(Path file) {
    return Bpmn.readModelFromFile(file.toFile());
  }

  private static Process process(BpmnModelInstance model) {
    Collection<Process> all = model.getModelElementsByType(Process.class);
    assertThat(all).hasSize(1);
    return all.iterator().next();
  }

  @Test
  void theProcessesAndTheTablesAreThere() throws Exception {
    assertThat(processes().map(Engine::name))
        .contains("audit-schedule.bpmn", "explain-decision.bpmn", "model-audit.bpmn");
    assertThat(decisions().map(Engine::name)).contains("domain-rules.dmn", "select-explainers.dmn");
  }

  @ParameterizedTest
  @MethodSource("processes")
  void isValidAndExecutable(Path file) {
    BpmnModelInstance model = read(file);
    Bpmn.validateModel(model);
    Process process = process(model);
    assertThat(process.isExecutable()).isTrue();
    assertThat(Engine.name(file)).isEqualTo(process.getId() + ".bpmn");
    assertThat(process.getCamundaHistoryTimeToLiveString()).isEqualTo(THREE_YEARS);
    assertThat(process.getCamundaVersionTag()).isNotBlank();
    assertThat(process.getCamundaCandidateStarterGroupsList()).isSubsetOf(GROUPS);
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everythingHasANameAndADocumentation(Path file) {
    BpmnModelInstance model = read(file);
    for (FlowNode node : model.getModelElementsByType(FlowNode.class)) {
      assertThat(node.getName()).as("name of " + node.getId()).isNotBlank();
      documented(node);
    }
    model.getModelElementsByType(Process.class).forEach(EveryProcessTest::documented);
    model.getModelElementsByType(Lane.class).forEach(EveryProcessTest::documented);
    model.getModelElementsByType(Participant.class).forEach(EveryProcessTest::documented);
    for (FlowNode node : model.getModelElementsByType(FlowNode.class)) {
      if (node.getOutgoing().size() > 1) {
        for (SequenceFlow way : node.getOutgoing()) {
          assertThat(way.getName()).as("name of the way " + way.getId()).isNotBlank();
          assertThat(way.getConditionExpression()).as("condition of " + way.getId()).isNotNull();
        }
      }
    }
  }

  private static void documented(BaseElement element) {
    assertThat(element.getDocumentations())
        .as("documentation of " + element.getId())
        .singleElement()
        .satisfies(d -> assertThat(d.getTextContent()).hasSizeGreaterThan(10));
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everythingIsDrawn(Path file) {
    BpmnModelInstance model = read(file);
    Map<String, Long> drawn =
        Stream.concat(
                model.getModelElementsByType(BpmnShape.class).stream()
                    .map(s -> s.getBpmnElement().getId()),
                model.getModelElementsByType(BpmnEdge.class).stream()
                    .map(e -> e.getBpmnElement().getId()))
            .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
    assertThat(drawn.values()).allMatch(n -> n == 1);
    for (FlowElement element : model.getModelElementsByType(FlowElement.class)) {
      assertThat(drawn).as("drawing").containsKey(element.getId());
    }
    for (BpmnEdge edge : model.getModelElementsByType(BpmnEdge.class)) {
      assertThat(edge.getWaypoints()).as(edge.getId()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everyNodeIsInOneLane(Path file) {
    BpmnModelInstance model = read(file);
    Collection<Lane> lanes = model.getModelElementsByType(Lane.class);
    List<String> placed =
        lanes.stream().flatMap(l -> l.getFlowNodeRefs().stream()).map(FlowNode::getId).toList();
    List<String> nodes =
        process(model).getFlowElements().stream()
            .filter(FlowNode.class::isInstance)
            .map(FlowElement::getId)
            .toList();
    assertThat(placed).containsExactlyInAnyOrderElementsOf(nodes);
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everyServiceTaskHasARoute(Path file) throws Exception {
    Set<String> topics = new TreeSet<>();
    for (ServiceTask task : read(file).getModelElementsByType(ServiceTask.class)) {
      assertThat(task.getCamundaType()).as(task.getId()).isEqualTo("external");
      topics.add(task.getCamundaTopic());
      if (!task.getCamundaTopic().equals("notify")) {
        assertThat(task.getId()).as("one name, five places").isEqualTo(task.getCamundaTopic());
      }
    }
    assertThat(topics)
        .isEqualTo(
            file.endsWith("model-audit.bpmn")
                ? Set.of(
                    "ingest",
                    "correlate",
                    "explain",
                    "drift",
                    "validate",
                    "verdict",
                    "report",
                    "publish",
                    "notify")
                : file.endsWith("explain-decision.bpmn")
                    ? Set.of("explain-case", "write-letter", "notify")
                    : file.endsWith("watch-model.bpmn")
                        ? Set.of("watch", "revalidate", "notify")
                        : file.endsWith("follow-approval.bpmn")
                            ? Set.of("tell-watch", "expire-approval", "fail-condition", "notify")
                            : file.endsWith("withdraw-report.bpmn")
                                ? Set.of("notify")
                                : Set.of("start-audit"));
    Path routes = Path.of("routes");
    assumeTrue(
        Files.isDirectory(routes) && routes.toFile().list().length > 0,
        "There are no routes in this working copy.");
    for (String topic : topics) {
      Path route = routes.resolve(topic + ".camel.yaml");
      assertThat(route).as("the route of topic " + topic).isRegularFile();
      assertThat(Files.readString(route)).contains("stage:" + topic);
    }
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everyFormIsThere(Path file) throws Exception {
    BpmnModelInstance model = read(file);
    Set<String> keys = new TreeSet<>();
    for (UserTask task : model.getModelElementsByType(UserTask.class)) {
      assertThat(task.getCamundaFormKey()).as("form of " + task.getId()).isNotNull();
      keys.add(task.getCamundaFormKey());
      assertThat(task.getCamundaAssignee()).as("groups only: " + task.getId()).isNull();
      if (task.getId().equals("vote")) {
        // A ballot is one person's and no group's.
        assertThat(task.getCamundaCandidateUsers()).isEqualTo("${member}");
        assertThat(task.getCamundaCandidateGroupsList()).isEmpty();
      } else {
        assertThat(task.getCamundaCandidateGroupsList()).isNotEmpty().isSubsetOf(GROUPS);
      }
    }
    for (StartEvent start : model.getModelElementsByType(StartEvent.class)) {
      if (start.getCamundaFormKey() != null) {
        keys.add(start.getCamundaFormKey());
      }
    }
    assertThat(keys).isNotEmpty();
    for (String key : keys) {
      assertThat(key).startsWith("embedded:deployment:bpmn/");
      assertThat(Path.of(key.substring("embedded:deployment:".length()))).isRegularFile();
    }
  }

  @Test
  void noFormIsLeftOver() throws Exception {
    String all = "";
    for (Path file : processes().toList()) {
      all += Files.readString(file);
    }
    for (Path form : Engine.files(".html")) {
      assertThat(all).contains("embedded:deployment:bpmn/" + Engine.name(form));
    }
  }

  @ParameterizedTest
  @MethodSource("processes")
  void everyTableIsThereAndOfTheSameDeployment(Path file) throws Exception {
    Set<String> known = new TreeSet<>();
    for (Path table : decisions().toList()) {
      Dmn.readModelFromFile(table.toFile())
          .getModelElementsByType(Decision.class)
          .forEach(d -> known.add(d.getId()));
    }
    for (BusinessRuleTask task : read(file).getModelElementsByType(BusinessRuleTask.class)) {
      assertThat(known).contains(task.getCamundaDecisionRef());
      assertThat(task.getCamundaDecisionRefBinding()).isEqualTo("deployment");
      assertThat(task.getCamundaMapDecisionResult()).isEqualTo("resultList");
    }
  }

  @ParameterizedTest
  @MethodSource("processes")
  void thereIsNoScriptAndNoUnknownBean(Path file) throws Exception {
    BpmnModelInstance model = read(file);
    assertThat(model.getModelElementsByType(ScriptTask.class)).isEmpty();
    assertThat(model.getModelElementsByType(Script.class)).isEmpty();
    assertThat(model.getModelElementsByType(CamundaScript.class)).isEmpty();
    String text = Files.readString(file);
    assertThat(text).doesNotContain("camunda:class=", "scriptFormat", "camunda:expression=");
    var beans =
        Pattern.compile("delegateExpression=\"\\$\\{([^}]*)}\"")
            .matcher(text)
            .results()
            .map(m -> m.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(beans).isSubsetOf(BEANS);
  }

  @ParameterizedTest
  @MethodSource("processes")
  void savePointsAreWhereTheyShouldBe(Path file) {
    BpmnModelInstance model = read(file);
    Map<String, String> found = new TreeMap<>();
    for (FlowNode node : model.getModelElementsByType(FlowNode.class)) {
      String at =
          ((node.isCamundaAsyncBefore() ? "before " : "")
                  + (node.isCamundaAsyncAfter() ? "after" : ""))
              .strip();
      if (!at.isEmpty()) {
        found.put(node.getId(), at);
        assertThat(
                extensions(node, CamundaFailedJobRetryTimeCycle.class).stream()
                    .map(ModelElementInstance::getTextContent))
            .as("waits between the tries of " + node.getId())
            .containsExactly("PT10S,PT1M,PT5M");
      }
    }
    assertThat(found).isEqualTo(SAVE_POINTS.getOrDefault(Engine.name(file), found));
  }

  @Test
  void peopleAndEndsOfTheAuditAreListenedTo() {
    BpmnModelInstance model = read(Engine.FOLDER.resolve("model-audit.bpmn"));
    for (UserTask task : model.getModelElementsByType(UserTask.class)) {
      assertThat(extensions(task, CamundaTaskListener.class))
          .as(task.getId())
          .extracting(l -> l.getCamundaEvent() + " " + l.getCamundaDelegateExpression())
          .containsExactly("create ${people}", "complete ${people}");
    }
    // On the process and not on its end events: a deletion in Cockpit is an end as well.
    assertThat(extensions(process(model), CamundaExecutionListener.class))
        .extracting(l -> l.getCamundaEvent() + " " + l.getCamundaDelegateExpression())
        .containsExactly("start ${auditStart}", "end ${auditEnd}");
    assertThat(model.getModelElementsByType(EndEvent.class))
        .extracting(EndEvent::getId)
        .contains(
            "approved",
            "approved-with-conditions",
            "rejected",
            "withdrawn",
            "withdrawn-on-request");
    assertThat(model.getModelElementsByType(Message.class))
        .extracting(Message::getName)
        .containsExactlyInAnyOrder("start-audit", "cancel-audit", "explainer-failed");
    assertThat(model.getModelElementsByType(SubProcess.class)).hasSize(2);
  }

  private static <T extends ModelElementInstance> Collection<T> extensions(
      BaseElement element, Class<T> type) {
    return element.getExtensionElements() == null
        ? List.of()
        : element.getExtensionElements().getElementsQuery().filterByType(type).list();
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void tablesAreKeptDrawnAndWrittenInFeel(Path file) throws Exception {
    var model = Dmn.readModelFromFile(file.toFile());
    Dmn.validateModel(model);
    for (Decision decision : model.getModelElementsByType(Decision.class)) {
      assertThat(Engine.name(file)).isEqualTo(decision.getId() + ".dmn");
      assertThat(decision.getName()).isNotBlank();
      assertThat(decision.getCamundaHistoryTimeToLiveString()).isEqualTo(THREE_YEARS);
      assertThat(decision.getVersionTag()).isNotBlank();
      assertThat(decision.getDescription().getTextContent()).isNotBlank();
      assertThat(Files.readString(file)).contains("dmnElementRef=\"" + decision.getId() + "\"");
    }
    assertThat(model.getModelElementsByType(UnaryTests.class))
        .allMatch(t -> t.getExpressionLanguage() == null);
    assertThat(model.getModelElementsByType(LiteralExpression.class))
        .allMatch(t -> t.getExpressionLanguage() == null);
  }

  @Test
  void whatFormsShareInsertsOnlyTheFragmentThatOurServerEscaped() throws Exception {
    String shared = Files.readString(Path.of("src/main/resources/static/assets/forms.js"));
    assertThat(shared.split("innerHTML").length - 1).isOne();
    assertThat(shared).contains("'/review'").doesNotContain("insertAdjacentHTML", "eval(");
    String given = shared.substring(shared.lastIndexOf("window.attestForms"));
    for (Path form : Engine.files(".html")) {
      Pattern.compile("forms\\.(\\w+)")
          .matcher(Files.readString(form))
          .results()
          .map(m -> m.group(1))
          .filter(name -> !name.equals("html"))
          .forEach(
              name ->
                  assertThat(given).as(Engine.name(form)).containsPattern("\\b" + name + "\\b"));
    }
  }

  /** A form may show what others wrote; it must stay text. */
  @Test
  void formsBindTextOnlyAsText() throws Exception {
    for (Path form : Engine.files(".html")) {
      String html = Files.readString(form);
      assertThat(html)
          .as(Engine.name(form))
          .doesNotContain(
              "ng-bind-html", "{{", "$compile", " style=", " onclick=", "trustAsHtml", "innerHTML");
      List<String> ids =
          Pattern.compile(" id=\"([^\"]+)\"").matcher(html).results().map(m -> m.group(1)).toList();
      assertThat(ids).doesNotHaveDuplicates();
      Pattern.compile(" for=\"([^\"]+)\"")
          .matcher(html)
          .results()
          .forEach(m -> assertThat(ids).contains(m.group(1)));
      var fields =
          Pattern.compile("<(?:select|textarea|input (?!type=\"(?:radio|checkbox)\"))[^>]*>")
              .matcher(html)
              .results()
              .map(m -> m.group())
              .toList();
      for (String field : fields) {
        var id = Pattern.compile(" id=\"([^\"]+)\"").matcher(field);
        assertThat(id.find()).as(field).isTrue();
        assertThat(html).as("label").contains("for=\"" + id.group(1) + "\"");
      }
    }
  }
}
