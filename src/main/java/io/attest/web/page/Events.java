package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.report.page.Words;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages how far their audit is. One thread looks once a second for all of them, and only
 * at audits that somebody watches; it sends what changed.
 */
@Controller
class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** The browser comes back after this time and is then asked again who it is. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final int MOST_WATCHERS = 500;

  /** So often something is sent even if nothing changed, or proxies would cut the line. */
  private static final int BEATS_BETWEEN_SIGNS_OF_LIFE = 15;

  private final AuditStore store;
  private final Words words;
  private final Pace pace;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "audit-events");
            thread.setDaemon(true);
            return thread;
          });

  private static final class Watcher {
    final String auditId;
    final SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
    Live told;
    int silent;

    Watcher(String auditId) {
      this.auditId = auditId;
    }
  }

  Events(AuditStore store, Words words, Pace pace) {
    this.store = store;
    this.pace = pace;
    this.words = words;
    clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  @GetMapping(path = "/audits/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  ResponseEntity<SseEmitter> events(@PathVariable String id) {
    Live now = live(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    if (watchers.size() >= MOST_WATCHERS) {
      throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
    }
    Watcher watcher = new Watcher(id);
    Runnable gone = () -> watchers.remove(watcher);
    watcher.emitter.onCompletion(gone);
    watcher.emitter.onTimeout(
        () -> {
          gone.run();
          watcher.emitter.complete();
        });
    watcher.emitter.onError(e -> gone.run());
    watchers.add(watcher);
    tell(watcher, now);
    return ResponseEntity.ok().header("X-Accel-Buffering", "no").body(watcher.emitter);
  }

  private Optional<Live> live(String id) {
    Optional<Audit> audit = store.find(id);
    return audit.map(a -> Live.of(a, store.sections(id), store.progress(id), words, pace));
  }

  private void look() {
    try {
      Map<String, Optional<Live>> seen = new HashMap<>();
      for (Watcher watcher : new ArrayList<>(watchers)) {
        seen.computeIfAbsent(watcher.auditId, this::live).ifPresent(now -> tell(watcher, now));
      }
    } catch (RuntimeException e) {
      // An exception would end the clock for good; the next look may go well.
      LOG.warn("Looking at the progress of audits failed.", e);
    }
  }

  private void tell(Watcher watcher, Live now) {
    try {
      synchronized (watcher) {
        if (!now.equals(watcher.told)) {
          watcher.emitter.send(
              SseEmitter.event().name("progress").data(now, MediaType.APPLICATION_JSON));
          watcher.told = now;
          watcher.silent = 0;
          if (now.ended()) {
            watcher.emitter.send(SseEmitter.event().name("end").data("ended"));
            watcher.emitter.complete();
          }
        } else if (++watcher.silent >= BEATS_BETWEEN_SIGNS_OF_LIFE) {
          watcher.emitter.send(SseEmitter.event().comment("still here"));
          watcher.silent = 0;
        }
      }
    } catch (IOException | IllegalStateException e) {
      // The page was closed.
      watchers.remove(watcher);
    }
  }

  /** Before the server waits for open requests to end: these never would by themselves. */
  @EventListener(ContextClosedEvent.class)
  void closing() {
    clock.shutdown();
    watchers.forEach(w -> w.emitter.complete());
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
  }
}
