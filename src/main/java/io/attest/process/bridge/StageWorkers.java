package io.attest.process.bridge;

import io.attest.process.AttestProperties;
import io.attest.process.Node;
import io.attest.stage.ProgressBoard;
import io.attest.stage.StageRefused;
import io.attest.stage.StageTask;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.ExternalTaskQueryTopicBuilder;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Carries out external tasks: one thread fetches them, a bounded pool works on them, and one thread
 * keeps their locks and notices when they are no longer wanted.
 *
 * <p>A task is never interrupted, because an interrupt inside H2 closes the database: it is told by
 * its {@link io.attest.explain.Progress} flag and its outcome is dropped.
 */
@Component
class StageWorkers implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(StageWorkers.class);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final int OUTCOME_TRIES = 20;

  private final ExternalTaskService tasks;
  private final RuntimeService runtime;
  private final ProgressBoard board;
  private final MeterRegistry meters;
  private final String worker;
  private final Duration lock;
  private final Duration poll;
  private final Retries retries;
  private final int count;

  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final Map<String, RunningStage> running = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Instant> retryTimes = new ConcurrentSkipListSet<>();
  private final Random jitter = new Random();

  private volatile boolean active;
  private volatile WakeUp wakeUp;
  private Thread fetcher;
  private Semaphore free;
  private ExecutorService pool;
  private ScheduledExecutorService watch;

  StageWorkers(
      ExternalTaskService tasks,
      RuntimeService runtime,
      ObjectProvider<ProgressBoard> board,
      ObjectProvider<MeterRegistry> meters,
      AttestProperties properties,
      Node node) {
    this.tasks = tasks;
    this.runtime = runtime;
    this.board = board.getIfAvailable(() -> (audit, stage, part, done, total) -> {});
    this.meters = meters.getIfAvailable(SimpleMeterRegistry::new);
    this.worker = node.name();
    this.lock = properties.lock();
    this.poll = properties.poll();
    this.retries = new Retries(properties.retries());
    this.count = properties.workerCount();
  }

  /**
   * Begins to fetch the tasks of a topic.
   *
   * @throws IllegalStateException if the topic already has a handler
   */
  void subscribe(String topic, Handler handler) {
    if (handlers.putIfAbsent(topic, handler) != null) {
      throw new IllegalStateException(
          "Two routes begin with stage:" + topic + ". Maybe one of them is a copy.");
    }
    wake();
  }

  /** Ends that: fetches no more tasks of the topic and gives those in work back. */
  void unsubscribe(String topic) {
    handlers.remove(topic);
    running.values().stream()
        .filter(stage -> stage.topic().equals(topic))
        .forEach(stage -> stage.end(RunningStage.End.STOPPING));
  }

  @Override
  public void start() {
    active = true;
    free = new Semaphore(count);
    pool = Executors.newFixedThreadPool(count, threads("stage-"));
    fetcher = threads("stage-fetch-").newThread(this::fetch);
    fetcher.start();
    long tick = Math.max(50, Math.min(1000, lock.toMillis() / 6));
    watch = Executors.newSingleThreadScheduledExecutor(threads("stage-watch-"));
    watch.scheduleWithFixedDelay(this::watch, tick, tick, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    active = false;
    wake();
    running.values().forEach(stage -> stage.end(RunningStage.End.STOPPING));
    pool.shutdown();
    try {
      fetcher.join(STOP.toMillis());
      if (!pool.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Stages did not stop in time and will be repeated: {}.", running.values());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watch.shutdown();
    running.values().forEach(this::giveBack);
  }

  @Override
  public boolean isRunning() {
    return active;
  }

  /** After the deployment, and stopped before the engine goes. */
  @Override
  public int getPhase() {
    return 100;
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private void wake() {
    WakeUp now = wakeUp;
    if (now != null) {
      now.wake();
    }
  }

  // --- fetching -------------------------------------------------------------------------------

  private void fetch() {
    try (WakeUp own = new WakeUp()) {
      wakeUp = own;
      boolean wasWell = true;
      while (active) {
        Duration pause;
        try {
          pause = fetchOnce();
          wasWell = true;
        } catch (RuntimeException e) {
          if (wasWell) {
            LOG.warn("Cannot look for work, will keep trying: {}", e.toString());
          }
          wasWell = false;
          pause = poll;
        }
        if (!pause.isZero() && active) {
          own.sleep(pause);
        }
      }
    }
  }

  /** Fetches what there is room for, and answers how long to sleep. */
  private Duration fetchOnce() {
    int room = free.availablePermits();
    Collection<String> topics = List.copyOf(handlers.keySet());
    if (room == 0 || topics.isEmpty()) {
      return poll; // a worker that is done wakes us, and so does a new route
    }
    ExternalTaskQueryTopicBuilder builder =
        tasks
            .fetchAndLock()
            .maxTasks(room)
            .workerId(worker)
            .usePriority(true)
            .orderByCreateTime()
            .asc()
            .subscribe();
    for (String topic : topics) {
      // Without variables: one that cannot be read must fail its own task, not all fetching.
      builder = builder.topic(topic, lock.toMillis()).variables("auditId");
    }
    List<LockedExternalTask> fetched = builder.execute();
    fetched.forEach(this::begin);
    if (!fetched.isEmpty()) {
      return Duration.ZERO;
    }
    if (someWaiting(topics)) {
      // Another node took what this one reached for; with the same pace they would collide again.
      return Duration.ofMillis(20 + jitter.nextInt(130));
    }
    return untilNextRetry();
  }

  private boolean someWaiting(Collection<String> topics) {
    return tasks
        .createExternalTaskQuery()
        .notLocked()
        .withRetriesLeft()
        .active()
        .listPage(0, 100)
        .stream()
        .anyMatch(task -> topics.contains(task.getTopicName()));
  }

  private Duration untilNextRetry() {
    Instant now = Instant.now();
    retryTimes.headSet(now, true).clear();
    if (retryTimes.isEmpty()) {
      return poll;
    }
    Duration wait = Duration.between(now, retryTimes.first()).plusMillis(20);
    return wait.compareTo(poll) < 0 ? wait : poll;
  }

  private void begin(LockedExternalTask task) {
    RunningStage stage = new RunningStage(task, board);
    if (running.putIfAbsent(task.getId(), stage) != null) {
      // The lock ran out while this node was asleep; the fetch renewed it, the work goes on.
      running.get(task.getId()).locked();
      return;
    }
    Handler handler = handlers.get(task.getTopicName());
    if (!active || handler == null) {
      running.remove(task.getId());
      giveBack(stage);
      return;
    }
    free.acquireUninterruptibly();
    pool.execute(
        () -> {
          Timer.Sample begun = Timer.start(meters);
          try {
            work(stage, handler);
          } finally {
            begun.stop(meters.timer("attest.stage", "stage", task.getTopicName()));
            running.remove(task.getId());
            free.release();
            wake();
          }
        });
  }

  // --- one task -------------------------------------------------------------------------------

  private void work(RunningStage stage, Handler handler) {
    Map<String, Object> outcome;
    try {
      Map<String, Object> variables =
          TaskVariables.plain(runtime.getVariablesTyped(stage.task().getExecutionId(), false));
      String businessKey =
          stage.task().getBusinessKey() == null ? "" : stage.task().getBusinessKey();
      String auditId = variables.getOrDefault("auditId", businessKey).toString();
      stage.isFor(auditId, variables.getOrDefault("explainer", "").toString());
      outcome =
          handler.handle(
              new Work(
                  stage.id(),
                  stage.topic(),
                  stage.task().getProcessInstanceId(),
                  businessKey,
                  new StageTask(auditId, variables, stage)));
    } catch (NullValueException gone) {
      if (!exists(stage)) {
        return;
      }
      failed(stage, gone);
      return;
    } catch (Throwable thrown) {
      if (!dropped(stage)) {
        Optional<StageRefused> refused = refusal(thrown);
        if (refused.isPresent()) {
          refused(stage, refused.get());
        } else {
          failed(stage, thrown);
        }
      }
      return;
    }
    if (!dropped(stage)) {
      stage.over(true);
      try {
        outcome(stage, () -> tasks.complete(stage.id(), worker, outcome));
      } catch (RuntimeException e) {
        failed(stage, e);
      }
    }
  }

  private boolean exists(RunningStage stage) {
    return tasks.createExternalTaskQuery().externalTaskId(stage.id()).count() > 0;
  }

  /** Whether the outcome is not wanted; gives the task back if it is wanted elsewhere. */
  private boolean dropped(RunningStage stage) {
    RunningStage.End end = stage.end();
    if (end == null) {
      return false;
    }
    if (end == RunningStage.End.STOPPING) {
      giveBack(stage);
    }
    LOG.info("Dropped the outcome of {}: {}.", stage, end.name().toLowerCase(Locale.ROOT));
    return true;
  }

  private void refused(RunningStage stage, StageRefused refused) {
    LOG.info("{} refused with {}: {}", stage, refused.code(), refused.getMessage());
    stage.over(false);
    String message = TaskVariables.fitting(refused.getMessage());
    try {
      outcome(
          stage,
          () ->
              tasks.handleBpmnError(
                  stage.id(), worker, refused.code(), message, Map.of("refusal", message)));
    } catch (RuntimeException e) {
      failed(stage, e);
    }
  }

  private void failed(RunningStage stage, Throwable thrown) {
    Retries.Next next = retries.after(stage.task().getRetries());
    if (next.left() == 0) {
      stage.over(false);
      LOG.error("{} failed and is not tried again: {}", stage, thrown.toString(), thrown);
    } else {
      LOG.warn("{} failed, next try in {}: {}", stage, next.pause(), thrown.toString());
    }
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    String message =
        thrown.getMessage() == null ? thrown.getClass().getName() : thrown.getMessage();
    try {
      outcome(
          stage,
          () ->
              tasks.handleFailure(
                  stage.id(),
                  worker,
                  message,
                  trace.toString(),
                  next.left(),
                  next.pause().toMillis()));
      if (next.left() > 0) {
        retryTimes.add(Instant.now().plus(next.pause())); // never before the lock ends
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot record that {} failed; it is repeated after {}.", stage, lock, e);
    }
  }

  /** Tells the engine an outcome; again where another transaction of the instance came between. */
  private void outcome(RunningStage stage, Runnable call) {
    for (int i = 1; ; i++) {
      try {
        call.run();
        return;
      } catch (OptimisticLockingException e) {
        if (i == OUTCOME_TRIES) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + jitter.nextInt(130)));
      } catch (SuspendedEntityInteractionException e) {
        LOG.warn("{} is done but its process is suspended; it is repeated afterwards.", stage);
        return;
      } catch (BadUserRequestException e) {
        LOG.info("Dropped the outcome of {}: {}", stage, e.getMessage());
        return;
      }
    }
  }

  private void giveBack(RunningStage stage) {
    try {
      tasks.unlock(stage.id());
    } catch (RuntimeException gone) {
      LOG.debug("{} needs no giving back: {}", stage, gone.toString());
    }
  }

  // --- keeping the locks ----------------------------------------------------------------------

  private void watch() {
    // Whatever begins after the question was asked would look as if it were gone.
    List<RunningStage> watched = List.copyOf(running.values());
    if (watched.isEmpty()) {
      return;
    }
    try {
      Map<String, ExternalTask> known =
          tasks
              .createExternalTaskQuery()
              .externalTaskIdIn(watched.stream().map(RunningStage::id).collect(Collectors.toSet()))
              .list()
              .stream()
              .collect(Collectors.toMap(ExternalTask::getId, Function.identity()));
      for (RunningStage stage : watched) {
        ExternalTask task = known.get(stage.id());
        if (task == null) {
          stage.end(RunningStage.End.CANCELLED);
        } else if (!worker.equals(task.getWorkerId())) {
          stage.end(RunningStage.End.LOST);
        } else if (stage.end() == null && stage.lockedFor(lock.dividedBy(3))) {
          keep(stage);
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot look after the stages in work, will try again: {}", e.toString());
    }
  }

  private void keep(RunningStage stage) {
    try {
      tasks.lock(stage.id(), worker, lock.toMillis());
      stage.locked();
    } catch (NotFoundException e) {
      stage.end(RunningStage.End.CANCELLED);
    } catch (BadUserRequestException e) {
      stage.end(RunningStage.End.LOST);
    } catch (OptimisticLockingException e) {
      LOG.debug("The lock of {} is extended at the next look.", stage);
    }
  }

  private static Optional<StageRefused> refusal(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof StageRefused refused) {
        return Optional.of(refused);
      }
    }
    return Optional.empty();
  }
}
