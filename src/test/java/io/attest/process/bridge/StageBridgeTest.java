package io.attest.process.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attest.process.ProcessTest;
import io.attest.stage.StageRefused;
import io.attest.stage.StageTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.impl.persistence.entity.ExternalTaskEntity;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class StageBridgeTest extends ProcessTest {
  @Autowired RuntimeService runtime;
  @Autowired RepositoryService repository;
  @Autowired HistoryService history;
  @Autowired ManagementService management;
  @Autowired ExternalTaskService tasks;
  @Autowired CamelContext camel;
  @Autowired EarlierRun earlierRun;

  private final ConcurrentLinkedQueue<String> routes = new ConcurrentLinkedQueue<>();
  private String deployment;

  @AfterEach
  void clear() throws Exception {
    for (String route : routes) {
      camel.getRouteController().stopRoute(route);
      camel.removeRoute(route);
    }
    if (deployment != null) {
      undeploy(repository, deployment);
    }
  }

  @Test
  void aMapAtTheEndBecomesVariablesAndTheNextStageIsWokenAtOnce() throws Exception {
    ConcurrentLinkedQueue<Long> ends = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Long> begins = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 6; i++) {
      route(
          "t-hop-" + i,
          exchange -> {
            begins.add(System.nanoTime());
            StageTask task = exchange.getMessage().getBody(StageTask.class);
            int sum = (Integer) task.variables().get("sum");
            exchange.getMessage().setBody(Map.of("sum", sum + 1));
            ends.add(System.nanoTime());
          });
    }
    AbstractFlowNodeBuilder<?, ?> process =
        Bpmn.createExecutableProcess("t-hops").camundaHistoryTimeToLive(1).startEvent();
    for (int i = 0; i < 6; i++) {
      process = process.serviceTask("s" + i).camundaExternalTask("t-hop-" + i);
    }
    deploy(process.endEvent().done());
    for (int warm = 0; warm < 4; warm++) {
      begins.clear();
      ends.clear();
      ProcessInstance instance = runtime.startProcessInstanceByKey("t-hops", Map.of("sum", 0));
      await().until(() -> ended(instance));
      assertThat(variable(instance, "sum")).isEqualTo(6);
    }
    List<Long> b = List.copyOf(begins);
    List<Long> e = List.copyOf(ends);
    double mean = 0;
    for (int i = 1; i < 6; i++) {
      mean += (b.get(i) - e.get(i - 1)) / 1e6 / 5;
    }
    System.out.printf("hop latency: %.1f ms%n", mean);
    // A stage that nobody wakes is found by the poll, here after 5 s.
    assertThat(mean).as("milliseconds between two stages").isLessThan(1000);
  }

  @Test
  void theStageSeesItsAuditAndPlainVariables() throws Exception {
    ConcurrentLinkedQueue<StageTask> seen = new ConcurrentLinkedQueue<>();
    route("t-see", exchange -> seen.add(exchange.getMessage().getBody(StageTask.class)));
    deploy(oneTask("t-see"));
    runtime.startProcessInstanceByKey(
        "t-see",
        "ATT-x-1",
        Map.of("auditId", "ATT-m-1", "list", List.of("a", "b"), "n", 3, "text", "hello"));
    await().until(() -> !seen.isEmpty());
    assertThat(seen.peek().auditId()).isEqualTo("ATT-m-1");
    assertThat(seen.peek().variables())
        .containsEntry("list", List.of("a", "b"))
        .containsEntry("n", 3)
        .containsEntry("text", "hello");
  }

  @Test
  void aFailureIsTriedAgainAndThenBecomesAnIncident() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    route(
        "t-fail",
        exchange -> {
          tries.incrementAndGet();
          throw new IllegalStateException("The disk is full.");
        });
    deploy(oneTask("t-fail"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-fail");
    await()
        .untilAsserted(
            () -> {
              Incident incident =
                  runtime.createIncidentQuery().processInstanceId(instance.getId()).singleResult();
              assertThat(incident).isNotNull();
              assertThat(incident.getIncidentMessage()).isEqualTo("The disk is full.");
            });
    assertThat(tries).as("the first try and one for each wait").hasValue(3);
    String task =
        tasks.createExternalTaskQuery().processInstanceId(instance.getId()).singleResult().getId();
    assertThat(tasks.getExternalTaskErrorDetails(task)).contains("StageBridgeTest");
    tasks.setRetries(task, 1);
    await().untilAsserted(() -> assertThat(tries).hasValue(4));
  }

  @Test
  void aRefusalTakesTheBoundaryEventOfItsCode() throws Exception {
    route(
        "t-refuse",
        exchange -> {
          throw new StageRefused("data-refused", "Row 7: \"abc\" is no number.");
        });
    deploy(
        Bpmn.createExecutableProcess("t-refuse")
            .camundaHistoryTimeToLive(1)
            .startEvent()
            .serviceTask("s")
            .camundaExternalTask("t-refuse")
            .boundaryEvent("caught")
            .error("data-refused")
            .endEvent("mended")
            .moveToActivity("s")
            .endEvent("fine")
            .done());
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-refuse");
    await().until(() -> ended(instance));
    assertThat(passed(instance, "mended")).isTrue();
    assertThat(variable(instance, "refusal")).isEqualTo("Row 7: \"abc\" is no number.");
  }

  @Test
  void aRefusalThatNobodyCatchesIsAnIncidentAndNotTheEnd() throws Exception {
    route(
        "t-uncaught",
        exchange -> {
          throw new StageRefused("unknown", "Nobody expects this.");
        });
    deploy(oneTask("t-uncaught"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-uncaught");
    await()
        .until(
            () -> runtime.createIncidentQuery().processInstanceId(instance.getId()).count() == 1);
    assertThat(ended(instance)).isFalse();
  }

  @Test
  void aLongStageKeepsItsLock() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    route(
        "t-long",
        exchange -> {
          runs.incrementAndGet();
          Thread.sleep(4000); // the lock is 1.5 s
          exchange.getMessage().setBody(Map.of("done", true));
        });
    deploy(oneTask("t-long"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-long");
    await().until(() -> runs.get() == 1);
    ExternalTaskEntity task =
        (ExternalTaskEntity)
            tasks.createExternalTaskQuery().processInstanceId(instance.getId()).singleResult();
    Thread.sleep(2500);
    ExternalTaskEntity later =
        (ExternalTaskEntity)
            tasks.createExternalTaskQuery().processInstanceId(instance.getId()).singleResult();
    assertThat(later.getLockExpirationTime()).isAfter(task.getLockExpirationTime());
    await().until(() -> ended(instance));
    assertThat(runs).hasValue(1);
    assertThat(variable(instance, "done")).isEqualTo(true);
  }

  @Test
  void aCancelledInstanceEndsTheWorkByItsFlagAndTheOutcomeIsDropped() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch noticed = new CountDownLatch(1);
    route(
        "t-cancel",
        exchange -> {
          StageTask task = exchange.getMessage().getBody(StageTask.class);
          begun.countDown();
          while (!task.progress().cancelled()) {
            Thread.sleep(10);
          }
          interrupted.set(Thread.currentThread().isInterrupted());
          noticed.countDown();
          task.progress().check();
        });
    deploy(oneTask("t-cancel"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-cancel");
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    runtime.deleteProcessInstance(instance.getId(), "not wanted");
    assertThat(noticed.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(interrupted).isFalse();
  }

  @Test
  void aStoppedRouteGivesItsTaskBackWithoutCountingAFailure() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    route(
        "t-stop",
        exchange -> {
          begun.countDown();
          StageTask task = exchange.getMessage().getBody(StageTask.class);
          while (true) {
            Thread.sleep(10);
            task.progress().check();
          }
        });
    deploy(oneTask("t-stop"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-stop");
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    camel.getRouteController().stopRoute("t-stop");
    await()
        .atMost(Duration.ofSeconds(3))
        .untilAsserted(
            () -> {
              ExternalTaskEntity task =
                  (ExternalTaskEntity)
                      tasks
                          .createExternalTaskQuery()
                          .processInstanceId(instance.getId())
                          .singleResult();
              assertThat(task.getWorkerId()).isNull();
              assertThat(task.getRetries()).isNull();
            });
  }

  @Test
  void locksOfAnEarlierRunAreGivenBackAtStart() {
    deploy(oneTask("t-crashed"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-crashed");
    tasks.fetchAndLock(1, "test").topic("t-crashed", 600_000).execute();
    assertThat(tasks.createExternalTaskQuery().topicName("t-crashed").locked().count()).isOne();
    earlierRun.giveBack();
    assertThat(
            tasks.createExternalTaskQuery().processInstanceId(instance.getId()).notLocked().count())
        .isOne();
  }

  @Test
  void aTextThatIsTooLongIsRefusedWithItsName() throws Exception {
    route("t-large", exchange -> exchange.getMessage().setBody(Map.of("page", "x".repeat(5000))));
    deploy(oneTask("t-large"));
    ProcessInstance instance = runtime.startProcessInstanceByKey("t-large");
    await()
        .untilAsserted(
            () ->
                assertThat(runtime.createIncidentQuery().processInstanceId(instance.getId()).list())
                    .singleElement()
                    .extracting(Incident::getIncidentMessage, InstanceOfAssertFactories.STRING)
                    .contains("page", "5000"));
  }

  private void route(String topic, Processor work) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("stage:" + topic).routeId(topic).process(work);
          }
        });
    routes.add(topic);
  }

  private static BpmnModelInstance oneTask(String topic) {
    return Bpmn.createExecutableProcess(topic)
        .camundaHistoryTimeToLive(1)
        .startEvent()
        .serviceTask("s")
        .camundaExternalTask(topic)
        .endEvent()
        .done();
  }

  private void deploy(BpmnModelInstance model) {
    deployment = repository.createDeployment().addModelInstance("t.bpmn", model).deploy().getId();
  }

  private boolean ended(ProcessInstance instance) {
    return runtime.createProcessInstanceQuery().processInstanceId(instance.getId()).count() == 0;
  }

  private boolean passed(ProcessInstance instance, String activity) {
    return history
            .createHistoricActivityInstanceQuery()
            .processInstanceId(instance.getId())
            .activityId(activity)
            .count()
        > 0;
  }

  private Object variable(ProcessInstance instance, String name) {
    HistoricVariableInstance variable =
        history
            .createHistoricVariableInstanceQuery()
            .processInstanceId(instance.getId())
            .variableName(name)
            .singleResult();
    return variable == null ? null : variable.getValue();
  }
}
