package io.attest.stage.decision;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.BlocksRead;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.ReadOptions;
import io.attest.data.Reject;
import io.attest.data.TableReader;
import io.attest.data.UnreadableTable;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.model.ModelSpec;
import io.attest.report.letter.ReasonsTable;
import io.attest.stage.Models;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of cases that become files of reasons while people do something else: one at a time, by the
 * model, the method and the background of an approved audit, in the words of the declaration as it
 * is now.
 *
 * <p>Nothing is written: cases and reasons are of persons, and stay in memory, of each person the
 * newest file, for an hour at most. A restart forgets them. Thread-safe.
 */
public class ReasonRuns {
  private static final Logger LOG = LoggerFactory.getLogger(ReasonRuns.class);
  private static final int BLOCK = 100;
  private static final int WAITING = 8;

  /** A remote model is asked for so many rows by one search, as for a single case. */
  private static final String REMOTE_BUDGET = "2000";

  private static final Duration KEPT = Duration.ofHours(1);

  private final AuditStore audits;
  private final Models models;
  private final CaseExplanations cases;
  private final Clock clock;
  private final int mostRows;
  private final Duration limit;
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          30,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          work -> {
            Thread thread = new Thread(work, "reasons");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param mostRows how many cases a file may have
   * @param limit how long one file may take
   */
  public ReasonRuns(
      AuditStore audits,
      Models models,
      CaseExplanations cases,
      Clock clock,
      int mostRows,
      Duration limit) {
    this.audits = audits;
    this.models = models;
    this.cases = cases;
    this.clock = clock;
    this.mostRows = mostRows;
    this.limit = limit;
    worker.allowCoreThreadTimeOut(true);
  }

  /**
   * What somebody asks for.
   *
   * @param model its id; may be empty where there is an audit
   * @param audit an approved one; the last approved one of the model if absent
   * @param fileName the name of the file of cases, which says its format
   * @param changes whether to look for what would have changed unfavourable outcomes
   */
  public record Asked(String model, Optional<String> audit, String fileName, boolean changes) {}

  /** How many cases a file may have. */
  public int mostRows() {
    return mostRows;
  }

  /** How long one file may take. */
  public Duration limit() {
    return limit;
  }

  /** Approved audits that cases can be explained by, newest first. */
  public List<Audit> offered() {
    return audits.list(Optional.empty(), Optional.empty()).stream()
        .filter(a -> AuditStore.APPROVED.contains(a.state()))
        .sorted(Comparator.comparing(ReasonRuns::ended).reversed())
        .toList();
  }

  private static Instant ended(Audit audit) {
    return audit.endedAt().orElse(audit.startedAt());
  }

  /**
   * Reads a file of cases and begins with it. What the person asked for before is forgotten.
   *
   * @param file read before this returns
   * @throws IllegalArgumentException if there is no approved audit, or the file cannot be read, or
   *     has too many rows, none, or one that is no row
   * @throws CaseUnanswered if too many others wait
   */
  public ReasonRun begin(Asked asked, Path file, String person) {
    Audit audit = audit(asked);
    if (audits.section(audit.id(), Section.Ingested.class).isEmpty()) {
      throw new IllegalArgumentException("The audit " + audit.id() + " has no data any more.");
    }
    CaseBench bench = cases.bench(audit.id());
    ModelSpec spec = bench.snapshot().spec();
    List<Frame> blocks = new ArrayList<>();
    BlocksRead read;
    try {
      read = read(asked, file, spec, blocks);
    } catch (UnreadableTable e) {
      // Where the copy lay tells nobody anything.
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).replace(file.toString(), asked.fileName()), e);
    }
    Work work =
        new Work(
            UUID.randomUUID().toString(),
            person,
            asked.fileName(),
            audit,
            asked.changes(),
            blocks,
            read.rows(),
            read.notes());
    synchronized (works) {
      forget();
      drop(w -> w.person.equals(person));
      try {
        worker.execute(() -> run(work, bench));
      } catch (RejectedExecutionException e) {
        throw new CaseUnanswered(
            true, WAITING + " files of cases wait already. Try again when one of them is done.");
      }
      works.put(work.id, work);
    }
    LOG.info(
        "{} asks for the reasons of {} cases by the audit {}.", person, read.rows(), audit.id());
    return work.now();
  }

  private Audit audit(Asked asked) {
    List<Audit> offered =
        offered().stream()
            .filter(a -> asked.model().isBlank() || a.model().equals(asked.model()))
            .filter(a -> asked.audit().isEmpty() || a.id().equals(asked.audit().get()))
            .toList();
    if (asked.model().isBlank() && asked.audit().isEmpty()) {
      throw new IllegalArgumentException("Say which model, or which approved audit.");
    }
    if (offered.isEmpty()) {
      throw new IllegalArgumentException(
          asked
              .audit()
              .map(
                  id ->
                      "\""
                          + id
                          + "\" is no approved audit"
                          + (asked.model().isBlank() ? "" : " of the model " + asked.model())
                          + ". Maybe leave it out: then the last approved one counts.")
              .orElseGet(
                  () ->
                      "No audit of the model "
                          + asked.model()
                          + " was approved, so there is no audited method to explain cases with."
                          + " Audit the model first."));
    }
    return offered.get(0);
  }

  private BlocksRead read(Asked asked, Path file, ModelSpec spec, List<Frame> blocks) {
    List<Field> texts = new ArrayList<>();
    spec.fields().forEach(f -> texts.add(Field.text(f.name())));
    spec.rowId()
        .filter(id -> texts.stream().noneMatch(f -> f.name().equals(id)))
        .ifPresent(id -> texts.add(Field.text(id)));
    ModelSpec.Csv csv = spec.audit().csv();
    BlocksRead read =
        TableReader.readBlocks(
            file,
            format(asked.fileName()),
            ReadOptions.of(
                csv.delimiter(), csv.encoding(), csv.decimal(), csv.missing(), csv.sheet()),
            texts,
            spec.fields().stream().map(Field::name).toList(),
            BLOCK,
            (rows, rejected) -> {
              blocks.add(rows);
              if (blocks.size() * (long) BLOCK > mostRows + (long) BLOCK) {
                throw tooMany("more than " + mostRows);
              }
            });
    if (read.rejected() > 0) {
      throw new IllegalArgumentException(
          read.rejected()
              + " of "
              + read.rows()
              + " rows are no rows: "
              + read.rejects().stream().map(Reject::toString).collect(Collectors.joining("; "))
              + ". Mend them, or take them out.");
    }
    if (read.rows() > mostRows) {
      throw tooMany(Long.toString(read.rows()));
    }
    if (read.rows() == 0) {
      throw new IllegalArgumentException("The file has no cases.");
    }
    return read;
  }

  private static Format format(String name) {
    return Format.ofFile(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The name of the file must end in .csv, .xlsx, .parquet or .jsonl."));
  }

  private IllegalArgumentException tooMany(String rows) {
    return new IllegalArgumentException(
        "The file has "
            + rows
            + " rows; here it may have "
            + mostRows
            + " (attest.reasons.rows). Maybe split it, or use the command attest reasons, which has"
            + " no limit.");
  }

  /** A person's own run; those of others are not told to exist. */
  public Optional<ReasonRun> find(String id, String person) {
    return work(id, person).map(Work::now);
  }

  /** What a person asked for last, if it is still there. */
  public Optional<ReasonRun> of(String person) {
    synchronized (works) {
      forget();
      return works.values().stream()
          .filter(w -> w.person.equals(person))
          .findFirst()
          .map(Work::now);
    }
  }

  /** The reasons, one line for each case; empty until the run is done. */
  public Optional<List<ReasonsTable.Line>> lines(String id, String person) {
    return work(id, person).filter(w -> w.now().state().equals("done")).map(Work::lines);
  }

  /** Ends a run and forgets its cases; nothing happens if it is not there. */
  public void cancel(String id, String person) {
    synchronized (works) {
      drop(w -> w.id.equals(id) && w.person.equals(person));
    }
  }

  private Optional<Work> work(String id, String person) {
    synchronized (works) {
      forget();
      return Optional.ofNullable(works.get(id)).filter(w -> w.person.equals(person));
    }
  }

  /** Ends and forgets some; those that are at work find out by themselves. */
  private void drop(Predicate<Work> some) {
    List<Work> gone = works.values().stream().filter(some).toList();
    gone.forEach(w -> w.cancelled = true);
    works.values().removeAll(gone);
  }

  private void forget() {
    Instant then = clock.instant().minus(KEPT);
    works.values().removeIf(w -> w.endedBefore(then));
  }

  private void run(Work work, CaseBench bench) {
    try {
      Progress progress = work.begin(System.nanoTime() + limit.toNanos());
      ReasonsOfCases reasons = reasons(work, bench, progress);
      long before = 0;
      for (Frame block : work.blocks) {
        progress.check();
        work.add(reasons.of(block, before));
        before += block.rows();
      }
      work.end("done", "");
    } catch (CancellationException e) {
      work.end(
          work.cancelled ? "cancelled" : "failed",
          work.cancelled
              ? ""
              : "Not done within "
                  + limit.toMinutes()
                  + " minutes (attest.reasons.time). Maybe leave out what would have changed the"
                  + " outcome, split the file, or use the command attest reasons.");
    } catch (IllegalArgumentException e) {
      work.end("failed", String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      LOG.error("The reasons of the cases in {} were not found.", work.id, e);
      work.end("failed", "Something failed. The log of Attest says what.");
    }
  }

  private ReasonsOfCases reasons(Work work, CaseBench bench, Progress progress) {
    CaseBench.Attributor with =
        bench
            .attributor()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "No method that tells what each feature added fits this model. "
                            + String.join(" ", bench.attempts())));
    work.method(
        with.name(),
        with.ofAudit()
            ? List.of()
            : List.of("The audit has no contributions; these are by " + with.name() + "."));
    Optional<Function<Dataset, Counterfactuals>> search = Optional.empty();
    if (work.changes) {
      CaseBench.Data data = bench.data();
      if (data.sampled()) {
        work.note(
            "What would have changed an outcome was looked for among "
                + data.chosen().length
                + " of "
                + data.all()
                + " rows, drawn by the seed of the audit.");
      }
      search = Optional.of(some -> changes(bench, data, some, progress));
    } else {
      work.note("What would have changed an outcome was not looked for, as asked.");
    }
    return new ReasonsOfCases(
        bench.snapshot().declared(),
        models.spec(work.audit.model()),
        with.name(),
        some ->
            ReasonsOfCases.attribution(with.name(), with.prepared().explain(some.rows(), progress)),
        search);
  }

  private static Counterfactuals changes(
      CaseBench bench, CaseBench.Data data, Dataset some, Progress progress) {
    Parameters parameters =
        ReasonsOfCases.every(bench.parameters(CounterfactualSearch.NAME), some.size());
    if (bench.remote()) {
      parameters = parameters.with(new Parameters(Map.of("budget", REMOTE_BUDGET)));
    }
    return (Counterfactuals)
        bench
            .explainer(CounterfactualSearch.NAME)
            .explain(
                new Request(
                    bench.model(),
                    some,
                    data.rows(),
                    Optional.of(data.rows()),
                    parameters,
                    bench.seed()),
                progress);
  }

  @PreDestroy
  void close() {
    synchronized (works) {
      drop(w -> true);
    }
    worker.shutdown();
  }

  /** What is known of a run. All of it changes under its own lock. */
  private final class Work {
    private final String id;
    private final String person;
    private final String file;
    private final Audit audit;
    private final boolean changes;
    private final List<Frame> blocks;
    private final long rows;
    private final Instant begun = clock.instant();
    private final List<String> notes;
    private final List<ReasonsTable.Line> lines = new ArrayList<>();
    private String method = "";
    private String state = "waiting";
    private String why = "";
    private Optional<Instant> ended = Optional.empty();
    private volatile boolean cancelled;

    Work(
        String id,
        String person,
        String file,
        Audit audit,
        boolean changes,
        List<Frame> blocks,
        long rows,
        List<String> notes) {
      this.id = id;
      this.person = person;
      this.file = file;
      this.audit = audit;
      this.changes = changes;
      this.blocks = blocks;
      this.rows = rows;
      this.notes = new ArrayList<>(notes);
    }

    synchronized Progress begin(long until) {
      state = "working";
      return new Progress() {
        @Override
        public void report(long done, long total) {}

        @Override
        public boolean cancelled() {
          return cancelled || System.nanoTime() - until > 0;
        }
      };
    }

    synchronized void method(String name, List<String> noted) {
      method = name;
      notes.addAll(noted);
    }

    synchronized void note(String note) {
      notes.add(note);
    }

    synchronized void add(List<ReasonsTable.Line> more) {
      lines.addAll(more);
    }

    synchronized void end(String how, String reason) {
      state = how;
      why = reason;
      ended = Optional.of(clock.instant());
      blocks.clear();
      if (!how.equals("done")) {
        lines.clear();
      }
    }

    synchronized boolean endedBefore(Instant then) {
      return ended.isPresent() && ended.get().isBefore(then);
    }

    synchronized List<ReasonsTable.Line> lines() {
      return List.copyOf(lines);
    }

    synchronized ReasonRun now() {
      return new ReasonRun(
          id,
          person,
          file,
          audit.model(),
          audit.id(),
          method,
          state,
          lines.size(),
          rows,
          lines.stream().filter(l -> !l.fault().isEmpty()).count(),
          lines.stream().filter(l -> !l.flags().isEmpty()).count(),
          notes,
          why,
          begun);
    }
  }
}
