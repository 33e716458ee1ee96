package io.attest.process.metrics;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EventStore;
import io.attest.audit.inventory.DimensionScore;
import io.attest.audit.inventory.ModelEntry;
import io.attest.process.AsNobody;
import io.attest.stage.inventory.Inventory;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.instance.Activity;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What a monitoring system may ask: how many audits, findings, tasks, incidents and deliveries
 * there are now. Read from the database when it asks, and not more often than twice a minute.
 */
@Component
class AuditFigures implements MultiCollector {
  private static final List<String> USES =
      List.of("approved", "suspended", "expired", "condition-failed", "none");

  private static final Duration FRESH = Duration.ofSeconds(30);

  private final AuditStore audits;
  private final EventStore events;
  private final Inventory inventory;
  private final TaskService tasks;
  private final RuntimeService runtime;
  private final RepositoryService repository;
  private final AsNobody asNobody;
  private final Clock clock;
  private MetricSnapshots last = new MetricSnapshots();
  private Instant lastAt = Instant.MIN;

  AuditFigures(
      ObjectProvider<PrometheusRegistry> registry,
      AuditStore audits,
      EventStore events,
      Inventory inventory,
      TaskService tasks,
      RuntimeService runtime,
      RepositoryService repository,
      AsNobody asNobody,
      Clock clock) {
    this.audits = audits;
    this.events = events;
    this.inventory = inventory;
    this.tasks = tasks;
    this.runtime = runtime;
    this.repository = repository;
    this.asNobody = asNobody;
    this.clock = clock;
    registry.ifAvailable(r -> r.register(this));
  }

  @Override
  public synchronized MetricSnapshots collect() {
    Instant now = clock.instant();
    if (lastAt.isBefore(now.minus(FRESH))) {
      List<MetricSnapshot> figures = new ArrayList<>();
      List<Audit> every = audits.list(Optional.empty(), Optional.empty());
      figures.add(audits(every));
      figures.add(durations(every));
      models(figures);
      asNobody.call(
          () -> {
            engine(figures, now);
            return null;
          });
      figures.add(
          gauge(
              "attest_deliveries",
              "What is told outside, by door and state: waiting, told, given-up.",
              List.of("door", "state"),
              events.tallies().stream()
                  .collect(
                      Collectors.toMap(
                          t -> List.of(t.door(), t.state()), t -> (double) t.count()))));
      last = new MetricSnapshots(figures);
      lastAt = now;
    }
    return last;
  }

  private static MetricSnapshot audits(List<Audit> every) {
    return gauge(
        "attest_audits",
        "Audits, by model, state and verdict.",
        List.of("model", "state", "verdict"),
        counted(every, (Audit a) -> List.of(a.model(), a.state(), a.verdict().orElse("none"))));
  }

  /** From the start to the decision of people; an audit that nobody decided has none. */
  private static MetricSnapshot durations(List<Audit> every) {
    SummarySnapshot.Builder summary =
        SummarySnapshot.builder()
            .name("attest_audit_decision_seconds")
            .help("From the start of an audit to its decision, by model: how many, and their sum.");
    every.stream()
        .filter(
            a ->
                AuditStore.DECIDED.contains(a.state())
                    || a.state().equals(AuditStore.WITHDRAWN_REPORT))
        .filter(a -> a.endedAt().isPresent())
        .collect(
            Collectors.groupingBy(
                Audit::model,
                TreeMap::new,
                Collectors.summarizingDouble(
                    a ->
                        Math.max(
                            0, Duration.between(a.startedAt(), a.endedAt().get()).toSeconds()))))
        .forEach(
            (model, all) ->
                summary.dataPoint(
                    SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .labels(Labels.of("model", model))
                        .count(all.getCount())
                        .sum(all.getSum())
                        .build()));
    return summary.build();
  }

  private void models(List<MetricSnapshot> figures) {
    Map<List<String>, Double> findings = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> points = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> met = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> use = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> conditions = new TreeMap<>(AuditFigures::compare);
    for (ModelEntry entry : inventory.list()) {
      USES.forEach(
          state ->
              use.put(List.of(entry.id(), state), entry.use().state().equals(state) ? 1.0 : 0.0));
      conditions.put(List.of(entry.id(), "open"), (double) entry.use().open());
      conditions.put(List.of(entry.id(), "failed"), (double) entry.use().failed());
      if (entry.judged().isPresent()) {
        findings.put(List.of(entry.id(), "block"), (double) entry.blocking());
        findings.put(List.of(entry.id(), "warn"), (double) entry.warning());
      }
      for (DimensionScore d : entry.score().dimensions()) {
        d.points().ifPresent(p -> points.put(List.of(entry.id(), d.id()), p));
        if (d.points().isPresent()) {
          met.put(List.of(entry.id(), d.id()), d.status().met() ? 1.0 : 0.0);
        }
      }
    }
    figures.add(
        gauge(
            "attest_model_use",
            "1 for whether a model may be used: approved, suspended, expired, condition-failed, none.",
            List.of("model", "state"),
            use));
    figures.add(
        gauge(
            "attest_conditions",
            "Conditions of the approval of each model that are open or failed.",
            List.of("model", "state"),
            conditions));
    figures.add(
        gauge(
            "attest_findings_open",
            "Open findings of the last judged audit of each model, by severity.",
            List.of("model", "severity"),
            findings));
    figures.add(
        gauge(
            "attest_quality_points",
            "Points of a model in a dimension of quality, 0 to 100; absent where nothing was measured.",
            List.of("model", "dimension"),
            points));
    figures.add(
        gauge(
            "attest_quality_met",
            "1 where a measured dimension reaches its target, 0 where it does not.",
            List.of("model", "dimension"),
            met));
  }

  private void engine(List<MetricSnapshot> figures, Instant now) {
    // A series that appears with its first case cannot be seen to rise: those that may come are 0.
    Map<List<String>, Double> tasksOpen = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> overdue = new TreeMap<>(AuditFigures::compare);
    Map<List<String>, Double> incidents = new TreeMap<>(AuditFigures::compare);
    elements(UserTask.class).forEach(id -> tasksOpen.put(List.of(id), 0.0));
    overdue.putAll(tasksOpen);
    elements(ServiceTask.class)
        .forEach(id -> incidents.put(List.of(id, Incident.EXTERNAL_TASK_HANDLER_TYPE), 0.0));
    List<Task> open = tasks.createTaskQuery().active().list();
    figures.add(
        gauge(
            "attest_tasks_open",
            "Tasks that wait for a person.",
            List.of("task"),
            with(tasksOpen, counted(open, (Task t) -> List.of(t.getTaskDefinitionKey())))));
    figures.add(
        gauge(
            "attest_tasks_overdue",
            "Tasks whose due date has passed.",
            List.of("task"),
            with(
                overdue,
                counted(
                    open.stream()
                        .filter(
                            t -> t.getDueDate() != null && t.getDueDate().before(Date.from(now)))
                        .toList(),
                    (Task t) -> List.of(t.getTaskDefinitionKey())))));
    figures.add(
        gauge(
            "attest_incidents",
            "Steps that failed for good and wait for somebody.",
            List.of("activity", "type"),
            with(
                incidents,
                counted(
                    runtime.createIncidentQuery().list(),
                    (Incident i) -> List.of(i.getActivityId(), i.getIncidentType())))));
  }

  private static Map<List<String>, Double> with(
      Map<List<String>, Double> none, Map<List<String>, Double> some) {
    none.putAll(some);
    return none;
  }

  /** The elements of a kind in the processes that are deployed. */
  private Set<String> elements(Class<? extends Activity> kind) {
    return repository.createProcessDefinitionQuery().latestVersion().list().stream()
        .flatMap(
            d -> repository.getBpmnModelInstance(d.getId()).getModelElementsByType(kind).stream())
        .map(Activity::getId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static <T> Map<List<String>, Double> counted(
      List<T> things, Function<T, List<String>> labels) {
    return things.stream()
        .collect(Collectors.groupingBy(labels, Collectors.summingDouble(thing -> 1)));
  }

  private static MetricSnapshot gauge(
      String name, String help, List<String> labels, Map<List<String>, Double> values) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (of, value) ->
            gauge.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(Labels.of(labels, of))
                    .value(value)
                    .build()));
    return gauge.build();
  }

  private static int compare(List<String> a, List<String> b) {
    return String.join("\n", a).compareTo(String.join("\n", b));
  }
}
