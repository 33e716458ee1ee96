package io.attest.process.evidence;

import io.attest.process.AttestProperties;
import io.attest.stage.evidence.LogKeeper;
import io.attest.stage.evidence.Retention;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Once a day: checks the whole log, and removes what need not be kept, if that is switched on. */
@Component
class DailyRetention implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(DailyRetention.class);

  private final Retention retention;
  private final LogKeeper keeper;
  private final HistoryKept history;
  private final LocalTime time;
  private final boolean enabled;
  private final Clock clock;
  private ScheduledExecutorService thread;

  DailyRetention(
      Retention retention,
      LogKeeper keeper,
      HistoryKept history,
      AttestProperties properties,
      Clock clock) {
    this.retention = retention;
    this.keeper = keeper;
    this.history = history;
    this.time = properties.retention().time();
    this.enabled = properties.retention().enabled();
    this.clock = clock;
  }

  @Override
  public void start() {
    history.keepUnsealed();
    thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread daemon = new Thread(work, "retention");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.scheduleAtFixedRate(
        this::run,
        untilNext(ZonedDateTime.now(clock.withZone(ZoneId.systemDefault())), time).toMillis(),
        Duration.ofDays(1).toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** How long it is until the clock shows this time again. */
  static Duration untilNext(ZonedDateTime now, LocalTime time) {
    ZonedDateTime today = now.with(time);
    return Duration.between(now, today.isAfter(now) ? today : today.plusDays(1));
  }

  private void run() {
    try {
      if (enabled) {
        Retention.Done done = retention.run(history::forget);
        LOG.info(
            "Retention: {} audits, {} files and {} uploads removed{}.",
            done.audits(),
            done.files(),
            done.uploads(),
            done.refused().isEmpty() ? "" : "; refused, because " + done.refused());
      } else {
        keeper.checkAll();
      }
      if (!keeper.state().sound()) {
        LOG.error("THE EVIDENCE LOG IS BROKEN: {}.", String.join("; ", keeper.state().faults()));
      }
    } catch (RuntimeException e) {
      LOG.error("Retention did not run, and is tried again tomorrow.", e);
    }
  }

  @Override
  public void stop() {
    thread.shutdown();
  }

  @Override
  public boolean isRunning() {
    return thread != null && !thread.isShutdown();
  }

  /** After the deployment. */
  @Override
  public int getPhase() {
    return 50;
  }
}
