package io.attest.stage.decision;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.CaseExplanation;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.explain.Progress;
import io.attest.stage.Snapshots;
import io.attest.stage.decision.CaseRequest.Depth;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Explains single cases by the model, the background and the parameters of an audit. Nothing is
 * written: the audit stays as it is.
 *
 * <p>The cost is bounded: a few audits are kept loaded, a few cases are worked on at a time, and
 * work that takes too long is given up. Thread-safe; the same audit and case give the same answer.
 */
@Component
public class CaseExplanations {
  /** Audits whose model and background are kept. */
  private static final int LOADED = 4;

  private static final int WAITING = 32;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration QUICK_LIMIT = Duration.ofSeconds(8);

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;
  private final Duration limit;
  private final Duration quickLimit;
  private final ThreadPoolExecutor thorough = pool("case", 2);
  private final ThreadPoolExecutor quick = pool("what-if", 2);
  private final Map<String, Shelf> shelves =
      new LinkedHashMap<>(8, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Shelf> eldest) {
          return size() > LOADED;
        }
      };

  @Autowired
  public CaseExplanations(AuditStore audits, ArtifactStore artifacts, Snapshots snapshots) {
    this(audits, artifacts, snapshots, LIMIT, QUICK_LIMIT);
  }

  /**
   * @param limit how long everything about a case may take
   * @param quickLimit how long prediction and contributions may take
   */
  CaseExplanations(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      Duration limit,
      Duration quickLimit) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots = snapshots;
    this.limit = limit;
    this.quickLimit = quickLimit;
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** One audit, loaded once by whoever comes first. */
  private static final class Shelf {
    private final String stamp;
    private CaseBench bench;

    Shelf(String stamp) {
      this.stamp = stamp;
    }

    synchronized CaseBench bench(Function<String, CaseBench> load, String auditId) {
      if (bench == null) {
        bench = load.apply(auditId);
      }
      return bench;
    }
  }

  /**
   * Explains a case.
   *
   * @throws IllegalArgumentException if there is no such audit, or the model cannot predict the
   *     case
   * @throws CaseRefused if the audit has no data yet, there is no such row, or a value is wrong:
   *     everything at once
   * @throws CaseUnanswered if it takes too long, or too many others wait
   */
  public CaseExplanation explain(String auditId, CaseRequest request) {
    boolean whatIf = request.depth() == Depth.PREDICTION;
    return within(
        whatIf,
        progress -> {
          CaseBench bench = bench(auditId);
          CaseParts parts =
              new CaseParts(bench, bench.reader().read(request), request.output(), progress);
          return whatIf ? parts.prediction(auditId) : parts.full(auditId);
        });
  }

  /**
   * What can be typed for a case of this audit: the declared features that its model reads.
   *
   * @throws IllegalArgumentException if there is no such audit
   * @throws CaseRefused if the audit has no data yet
   */
  public List<Field> fields(String auditId) {
    return within(true, progress -> bench(auditId).reader().fields());
  }

  /** What cases of this audit are explained with; loading it counts against nobody's time. */
  CaseBench bench(String auditId) {
    audits.get(auditId);
    String stamp = audits.stamp(auditId);
    Shelf shelf;
    synchronized (shelves) {
      shelf = shelves.get(auditId);
      if (shelf == null || !shelf.stamp.equals(stamp)) {
        shelf = new Shelf(stamp);
        shelves.put(auditId, shelf);
      }
    }
    return shelf.bench(this::load, auditId);
  }

  private CaseBench load(String auditId) {
    if (audits.section(auditId, Section.Ingested.class).isEmpty()) {
      throw new CaseRefused(
          "",
          "The audit "
              + auditId
              + " has not read its data yet. Maybe wait until the first stage is done.");
    }
    return new CaseBench(audits, artifacts, snapshots, auditId);
  }

  /** Never by an interrupt, which would close a file database. */
  private <T> T within(boolean whatIf, Function<Progress, T> work) {
    AtomicBoolean over = new AtomicBoolean();
    Progress progress =
        new Progress() {
          @Override
          public void report(long done, long total) {}

          @Override
          public boolean cancelled() {
            return over.get();
          }
        };
    Duration time = whatIf ? quickLimit : limit;
    try {
      Future<T> answer = (whatIf ? quick : thorough).submit(() -> work.apply(progress));
      return answer.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      over.set(true);
      throw late(time);
    } catch (RejectedExecutionException e) {
      throw new CaseUnanswered(
          true, "Too many cases are being explained at this moment. Try again in a minute.");
    } catch (InterruptedException e) {
      over.set(true);
      Thread.currentThread().interrupt();
      throw late(time);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CancellationException) {
        throw late(time);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("A case was not explained.", e.getCause());
    }
  }

  private static CaseUnanswered late(Duration time) {
    return new CaseUnanswered(
        false,
        "The case was not explained within "
            + time.toSeconds()
            + " seconds. Maybe the model is on a server that is slow to answer, or much else is at"
            + " work here: try again later.");
  }

  @PreDestroy
  void close() {
    thorough.shutdown();
    quick.shutdown();
  }
}
