package io.attest.process.audit;

import io.attest.audit.EngineRecord;
import io.attest.process.AsNobody;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.UnreadableRules;
import io.attest.stage.EngineHistory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.history.HistoricDecisionInstance;
import org.camunda.bpm.engine.history.HistoricDecisionOutputInstance;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.Resource;
import org.springframework.stereotype.Component;

/** Reads from the engine's history how an audit was run and what its tables answered. */
@Component
class RecordedHistory implements EngineHistory {
  private static final String LOOP = "#multiInstanceBody";

  private final HistoryService history;
  private final RepositoryService repository;
  private final RuntimeService runtime;
  private final TaskService tasks;
  private final AsNobody asNobody;

  /** By the id of the definition: what is deployed never changes, and each page asks for it. */
  private final Map<String, Optional<RuleTable>> tables = new ConcurrentHashMap<>();

  RecordedHistory(
      HistoryService history,
      RepositoryService repository,
      RuntimeService runtime,
      TaskService tasks,
      AsNobody asNobody) {
    this.history = history;
    this.repository = repository;
    this.runtime = runtime;
    this.tasks = tasks;
    this.asNobody = asNobody;
  }

  @Override
  public EngineRecord of(String auditId) {
    return asNobody.call(
        () -> {
          HistoricProcessInstance instance = instance(auditId);
          List<HistoricDecisionInstance> decisions = decisions(instance.getId());
          return new EngineRecord(
              definitions(instance, decisions),
              steps(instance.getId()),
              evaluated(decisions),
              rules(decisions));
        });
  }

  @Override
  public Map<String, byte[]> files(String auditId) {
    return asNobody.call(
        () -> {
          String deployment =
              repository
                  .getProcessDefinition(instance(auditId).getProcessDefinitionId())
                  .getDeploymentId();
          SortedMap<String, byte[]> files = new TreeMap<>();
          for (Resource resource : repository.getDeploymentResources(deployment)) {
            files.put(resource.getName(), bytes(deployment, resource.getName()));
          }
          return files;
        });
  }

  @Override
  public String parameters(String auditId) {
    return asNobody.call(
        () ->
            history
                .createHistoricVariableInstanceQuery()
                .processInstanceId(instance(auditId).getId())
                .variableName("reworkParameters")
                .list()
                .stream()
                .map(variable -> variable.getValue() == null ? "" : variable.getValue().toString())
                .findFirst()
                .orElse(""));
  }

  @Override
  public List<Judgement> judgements(String auditId) {
    return asNobody.call(() -> judgements(instance(auditId)));
  }

  private List<Judgement> judgements(HistoricProcessInstance instance) {
    Map<String, HistoricDecisionInstance> byActivity =
        history
            .createHistoricDecisionInstanceQuery()
            .processInstanceId(instance.getId())
            .decisionDefinitionKey(RuleTable.KEY)
            .includeOutputs()
            .list()
            .stream()
            .collect(
                Collectors.toMap(
                    HistoricDecisionInstance::getActivityInstanceId, Function.identity()));
    List<Judgement> judgements = new ArrayList<>();
    Map<String, String> versions = new LinkedHashMap<>();
    for (HistoricActivityInstance turn : lastLoop(instance.getId())) {
      HistoricDecisionInstance decision = byActivity.get(turn.getId());
      if (decision != null) {
        judgements.add(
            new Judgement(
                judgements.size(),
                decision.getId(),
                versions.computeIfAbsent(
                    decision.getDecisionDefinitionId(),
                    id -> String.valueOf(repository.getDecisionDefinition(id).getVersion())),
                answers(decision)));
      }
    }
    return judgements;
  }

  /** The turns of the last loop over the facts; earlier loops belong to earlier rounds. */
  private List<HistoricActivityInstance> lastLoop(String instance) {
    List<HistoricActivityInstance> turns =
        history
            .createHistoricActivityInstanceQuery()
            .processInstanceId(instance)
            .activityId("judge")
            .orderPartiallyByOccurrence() // begin times are too coarse
            .asc()
            .list();
    Optional<String> last =
        history
            .createHistoricActivityInstanceQuery()
            .processInstanceId(instance)
            .activityId("judge" + LOOP)
            .orderPartiallyByOccurrence()
            .desc()
            .list()
            .stream()
            .findFirst()
            .map(HistoricActivityInstance::getId);
    return turns.stream()
        .filter(turn -> last.isPresent() && last.get().equals(turn.getParentActivityInstanceId()))
        .toList();
  }

  private static List<Map<String, String>> answers(HistoricDecisionInstance decision) {
    SortedMap<Integer, Map<String, String>> rules = new TreeMap<>();
    for (HistoricDecisionOutputInstance output : decision.getOutputs()) {
      if (output.getValue() != null) {
        rules
            .computeIfAbsent(output.getRuleOrder(), rule -> new LinkedHashMap<>())
            .put(output.getVariableName(), output.getValue().toString());
      }
    }
    return List.copyOf(rules.values());
  }

  @Override
  public List<String> obstacles(String auditId) {
    return asNobody.call(
        () -> {
          String instance = instance(auditId).getId();
          List<String> obstacles = new ArrayList<>();
          if (tasks
                  .createTaskQuery()
                  .processInstanceId(instance)
                  .taskDefinitionKey("mend-data")
                  .count()
              > 0) {
            obstacles.add(String.valueOf(runtime.getVariable(instance, "refusal")));
          }
          runtime
              .createIncidentQuery()
              .processInstanceId(instance)
              .list()
              .forEach(i -> obstacles.add(i.getActivityId() + ": " + i.getIncidentMessage()));
          return obstacles;
        });
  }

  private HistoricProcessInstance instance(String auditId) {
    List<HistoricProcessInstance> instances =
        history
            .createHistoricProcessInstanceQuery()
            .processDefinitionKey("model-audit")
            .processInstanceBusinessKey(auditId)
            .list();
    if (instances.isEmpty()) {
      throw new IllegalArgumentException(
          "The engine has no history of the audit " + auditId + ". Maybe it was cleaned up.");
    }
    return instances.get(0);
  }

  private List<HistoricDecisionInstance> decisions(String instance) {
    return history
        .createHistoricDecisionInstanceQuery()
        .processInstanceId(instance)
        .orderByEvaluationTime()
        .asc()
        .list();
  }

  private List<EngineRecord.Definition> definitions(
      HistoricProcessInstance instance, List<HistoricDecisionInstance> decisions) {
    ProcessDefinition process = repository.getProcessDefinition(instance.getProcessDefinitionId());
    List<EngineRecord.Definition> definitions = new ArrayList<>();
    definitions.add(
        new EngineRecord.Definition(
            "process",
            process.getKey(),
            process.getId(),
            process.getVersion(),
            process.getResourceName(),
            sha256(bytes(process.getDeploymentId(), process.getResourceName()))));
    decisions.stream()
        .map(HistoricDecisionInstance::getDecisionDefinitionId)
        .distinct()
        .map(repository::getDecisionDefinition)
        .sorted(
            Comparator.comparing(DecisionDefinition::getKey)
                .thenComparing(DecisionDefinition::getVersion))
        .forEach(
            table ->
                definitions.add(
                    new EngineRecord.Definition(
                        "decision",
                        table.getKey(),
                        table.getId(),
                        table.getVersion(),
                        table.getResourceName(),
                        sha256(bytes(table.getDeploymentId(), table.getResourceName())))));
    return definitions;
  }

  private List<EngineRecord.Step> steps(String instance) {
    Map<String, String> owners =
        history.createHistoricTaskInstanceQuery().processInstanceId(instance).list().stream()
            .filter(task -> task.getAssignee() != null)
            .collect(
                Collectors.toMap(HistoricTaskInstance::getId, HistoricTaskInstance::getAssignee));
    return history
        .createHistoricActivityInstanceQuery()
        .processInstanceId(instance)
        .orderByHistoricActivityInstanceStartTime()
        .asc()
        .orderPartiallyByOccurrence()
        .asc()
        .list()
        .stream()
        .filter(step -> !step.getActivityId().endsWith(LOOP))
        .filter(step -> !step.getActivityId().equals("judge")) // one for each fact
        .map(
            step ->
                new EngineRecord.Step(
                    step.getActivityId(),
                    Objects.requireNonNullElse(step.getActivityName(), ""),
                    step.getTaskId() == null ? "" : owners.getOrDefault(step.getTaskId(), ""),
                    step.getStartTime().toInstant(),
                    time(step.getEndTime())))
        .toList();
  }

  /** The last evaluation of each table but the rules, whose evaluations are the judgements. */
  private List<EngineRecord.EvaluatedDecision> evaluated(List<HistoricDecisionInstance> decisions) {
    Map<String, HistoricDecisionInstance> last = new TreeMap<>();
    decisions.forEach(decision -> last.put(decision.getDecisionDefinitionKey(), decision));
    return last.values().stream()
        .filter(decision -> !decision.getDecisionDefinitionKey().equals(RuleTable.KEY))
        .map(
            decision ->
                new EngineRecord.EvaluatedDecision(
                    decision.getDecisionDefinitionKey(),
                    decision.getId(),
                    repository
                        .getDecisionDefinition(decision.getDecisionDefinitionId())
                        .getVersion(),
                    decision.getEvaluationTime().toInstant()))
        .toList();
  }

  /** The table that judged last; a hand-made one that cannot be read is not listed. */
  private Optional<RuleTable> rules(List<HistoricDecisionInstance> decisions) {
    return decisions.stream()
        .filter(decision -> decision.getDecisionDefinitionKey().equals(RuleTable.KEY))
        .reduce((a, b) -> b)
        .map(HistoricDecisionInstance::getDecisionDefinitionId)
        .flatMap(id -> tables.computeIfAbsent(id, this::table));
  }

  private Optional<RuleTable> table(String definition) {
    DecisionDefinition table = repository.getDecisionDefinition(definition);
    try {
      return Optional.of(
          RuleTableReader.read(
              bytes(table.getDeploymentId(), table.getResourceName()), table.getResourceName()));
    } catch (UnreadableRules e) {
      return Optional.empty();
    }
  }

  private byte[] bytes(String deployment, String resource) {
    try (InputStream in = repository.getResourceAsStream(deployment, resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the deployed file " + resource + ".", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Instant time(Date date) {
    return date == null ? null : date.toInstant();
  }
}
