package io.attest.stage.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.audit.Section;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogBeginning;
import io.attest.audit.log.LogEntry;
import io.attest.audit.log.LoggedAudits;
import io.attest.audit.log.LoggedRows;
import io.attest.audit.log.RememberedHeads;
import io.attest.audit.retention.Holds;
import io.attest.audit.retention.Removals;
import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import io.attest.stage.Snapshots;
import io.attest.stage.Uploads;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class RetentionTest {
  private static final Instant NOW = Instant.parse("2036-01-10T00:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  private JdbcClient jdbc;
  private EvidenceLog log;
  private LoggedAudits audits;
  private ArtifactStore artifacts;
  private Holds holds;
  private EnquiryStore enquiries;
  private Removals removals;
  private LogKeeper keeper;
  private JdbcTransactionManager manager;
  private final List<Uploads.Kept> kept = new ArrayList<>();
  private final List<String> forgotten = new ArrayList<>();

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = JdbcClient.create(source);
    manager = new JdbcTransactionManager(source);
    TransactionTemplate transactions = new TransactionTemplate(manager);
    log = new EvidenceLog(jdbc, transactions, CLOCK);
    transactions.executeWithoutResult(status -> LogBeginning.write(log, jdbc));
    audits = new LoggedAudits(jdbc, CLOCK, transactions, log);
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    LoggedRows recorder = new LoggedRows(jdbc, transactions, log);
    holds = new Holds(jdbc, transactions, recorder, CLOCK);
    enquiries = new EnquiryStore(jdbc, recorder, CLOCK);
    removals = new Removals(jdbc, transactions, log, CLOCK);
    keeper =
        new LogKeeper(
            log,
            new RememberedHeads(folder.resolve("heads.txt")),
            audits,
            artifacts,
            jdbc,
            manager,
            CLOCK);
  }

  private Retention retention(boolean enabled, Optional<Period> keep) {
    Models models =
        new Models() {
          @Override
          public List<String> ids() {
            return List.of();
          }

          @Override
          public ModelSpec spec(String id) {
            throw new IllegalArgumentException("none");
          }
        };
    Uploads uploads =
        new Uploads() {
          @Override
          public String keep(String fileName, InputStream content) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Optional<Path> find(String name) {
            return Optional.empty();
          }

          @Override
          public List<Kept> list() {
            return List.copyOf(kept);
          }

          @Override
          public void remove(String name) {
            kept.removeIf(k -> k.name().equals(name));
          }
        };
    return new Retention(
        audits,
        artifacts,
        new Snapshots(audits, artifacts),
        models,
        uploads,
        holds,
        removals,
        keeper,
        log,
        new Retention.Settings(enabled, keep, Optional.of(Period.ofDays(90))),
        CLOCK);
  }

  private static final Optional<Period> TEN = Optional.of(Period.ofYears(10));

  /** An audit with a file of its own and one that all share. */
  private Artifact audit(String id, String model, String ended, Optional<String> data)
      throws Exception {
    Artifact own = old(artifacts.put("own.xlsx", "x", ("of " + id).getBytes()));
    Artifact shared = old(artifacts.put("shared.zip", "x", "shared".getBytes()));
    audits.create(
        new Audit(
            id,
            model,
            model,
            "standard",
            "",
            "",
            "rest",
            "ada",
            Instant.parse("2020-01-01T00:00:00Z"),
            ended.isEmpty() ? "running" : "approved",
            Optional.empty(),
            data,
            1,
            Optional.of(ended).filter(e -> !e.isEmpty()).map(Instant::parse)));
    audits.save(id, new Section.Reported(own));
    audits.save(id, new Section.Published(own, shared, "approved", NOW));
    return own;
  }

  private Artifact old(Artifact artifact) throws Exception {
    Files.setLastModifiedTime(
        artifacts.path(artifact), FileTime.from(NOW.minus(Duration.ofDays(30))));
    return artifact;
  }

  private boolean there(Artifact artifact) {
    try {
      return Files.exists(artifacts.path(artifact));
    } catch (java.io.UncheckedIOException gone) {
      return false;
    }
  }

  @Test
  void whatIsOverGoesAndWhatIsHeldStays() throws Exception {
    Artifact over = audit("A-1", "m", "2025-06-01T00:00:00Z", Optional.empty());
    Artifact held = audit("A-2", "m", "2025-06-01T00:00:00Z", Optional.empty());
    Artifact byModel = audit("A-3", "held-model", "2025-06-01T00:00:00Z", Optional.empty());
    Artifact young = audit("A-4", "m", "2030-06-01T00:00:00Z", Optional.empty());
    Artifact open = audit("A-5", "m", "", Optional.of("upload:needed.csv"));
    holds.set("audit", "A-2", "olga", "a claim before the court");
    holds.set("model", "held-model", "olga", "the regulator asks");
    kept.add(new Uploads.Kept("upload:old.csv", NOW.minus(Duration.ofDays(91)), 5, "ab"));
    kept.add(new Uploads.Kept("upload:needed.csv", NOW.minus(Duration.ofDays(400)), 5, "cd"));
    kept.add(new Uploads.Kept("upload:new.csv", NOW.minus(Duration.ofDays(89)), 5, "ef"));

    Retention.Plan plan = retention(false, TEN).plan();
    assertThat(plan.going()).extracting(d -> d.audit().id()).containsExactly("A-1");
    assertThat(plan.audits()).hasSize(3);
    assertThat(plan.audits().get(1).kept()).contains("legal hold on the audit by olga: a claim");
    assertThat(plan.notYet()).isEqualTo(2);
    assertThat(plan.coming())
        .singleElement()
        .satisfies(d -> assertThat(d.audit().id()).isEqualTo("A-4"))
        .satisfies(d -> assertThat(d.due()).isEqualTo("2040-06-01T00:00:00Z"));
    assertThat(plan.uploads()).extracting(u -> u.upload().name()).containsExactly("upload:old.csv");
    assertThat(there(over)).as("a plan removes nothing").isTrue();
    assertThat(retention(false, TEN).run(forgotten::add).refused()).contains("enabled");
    assertThat(removals.list()).isEmpty();

    // The packs here are no zip files: the log is not sound, and nothing may go.
    assertThat(retention(true, TEN).run(forgotten::add).refused()).contains("evidence pack");
    assertThat(there(over)).isTrue();
    jdbc.sql("delete from attest_section where stage = 'publish'").update();
    assertThat(retention(true, TEN).run(forgotten::add).refused())
        .contains("no longer in the record");
  }

  @Test
  void removingLeavesATombstoneAndWhatOthersNeed() throws Exception {
    Artifact over = reported("A-1", "2025-06-01T00:00:00Z");
    Artifact held = reported("A-2", "2025-06-01T00:00:00Z");
    Artifact shared = artifacts.put("shared.xlsx", "x", "shared".getBytes());
    holds.set("audit", "A-2", "olga", "a claim");
    Retention retention = retention(true, TEN);

    Retention.Done done = retention.run(forgotten::add);
    assertThat(done.refused()).isEmpty();
    assertThat(done.audits()).isEqualTo(1);
    assertThat(done.files()).isEqualTo(1);
    assertThat(forgotten).containsExactly("A-1");
    assertThat(there(over)).isFalse();
    assertThat(there(shared)).as("A-2 needs it, too").isTrue();
    assertThat(there(held)).isTrue();
    assertThat(audits.sections("A-1")).isEmpty();
    assertThat(audits.get("A-1").state()).isEqualTo("approved");
    LogEntry tombstone =
        log.about("A-1").stream().filter(e -> e.what().equals("audit-removed")).findFirst().get();
    assertThat(tombstone.detail()).contains(over.sha256(), "P10Y after the end");
    assertThat(removals.list()).extracting(Removals.Removed::audit).containsExactly("A-1");
    assertThat(keeper.checkAll().faults()).isEmpty();

    assertThat(retention.run(forgotten::add).audits()).as("once").isZero();
    holds.release("audit", "A-2", "olga", "the claim is settled");
    assertThat(retention.run(forgotten::add).audits()).isEqualTo(1);
    assertThat(there(held)).isFalse();
    assertThat(log.about("A-2"))
        .extracting(LogEntry::what)
        .contains("hold-set", "hold-released", "audit-removed");
    assertThat(keeper.checkAll().faults()).isEmpty();
  }

  @Test
  void whatALetterRestsOnStays() throws Exception {
    Artifact waited = reported("A-1", "2025-06-01T00:00:00Z");
    Artifact quoted = reported("A-2", "2025-06-01T00:00:00Z");
    enquiry("DEC-1", "A-1", false);
    enquiry("DEC-2", "A-2", true);
    enquiries.file("DEC-2", quoted, "The letter");
    Retention retention = retention(true, TEN);
    retention.run(forgotten::add);
    assertThat(there(waited)).as("somebody waits for an answer that rests on A-1").isTrue();
    assertThat(audits.sections("A-1")).isNotEmpty();
    assertThat(audits.sections("A-2")).isEmpty();
    assertThat(there(quoted)).as("DEC-2 keeps it").isTrue();
  }

  private void enquiry(String id, String audit, boolean ended) {
    LocalDate day = LocalDate.parse("2036-01-10");
    enquiries.create(
        new Enquiry(
            id,
            "m",
            "m",
            audit,
            "1",
            Optional.empty(),
            "",
            "EU",
            "",
            "rest",
            "ada",
            NOW,
            day,
            day,
            "running",
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    if (ended) {
      enquiries.end(id, "answered");
    }
  }

  private Artifact reported(String id, String ended) throws Exception {
    Artifact own = old(artifacts.put("own.xlsx", "x", ("of " + id).getBytes()));
    old(artifacts.put("shared.xlsx", "x", "shared".getBytes()));
    audits.create(
        new Audit(
            id,
            "m",
            "m",
            "standard",
            "",
            "",
            "rest",
            "ada",
            Instant.parse("2020-01-01T00:00:00Z"),
            "approved",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.of(Instant.parse(ended))));
    audits.save(id, new Section.Reported(own));
    audits.save(
        id, new Section.Judged("pass " + ArtifactStore.sha256("shared".getBytes()), List.of()));
    return own;
  }

  @Test
  void aFileThatWasStoredAgainJustNowStays() {
    Artifact again = artifacts.put("a", "x", "a".getBytes());
    assertThat(artifacts.remove(again.sha256(), Instant.now().minus(Duration.ofDays(2)))).isFalse();
    assertThat(there(again)).isTrue();
  }

  @Test
  void withoutARuleNothingEverGoes() throws Exception {
    reported("A-1", "1999-06-01T00:00:00Z");
    Retention.Plan plan = retention(true, Optional.empty()).plan();
    assertThat(plan.audits()).isEmpty();
    assertThat(plan.forEver()).isEqualTo(1);
  }

  @Test
  void aHoldNeedsSomethingToHoldAndAReason() throws Exception {
    reported("A-1", "2025-06-01T00:00:00Z");
    assertThatThrownBy(() -> holds.set("audit", "A-9", "olga", "why"))
        .hasMessageContaining("There is no audit A-9");
    assertThatThrownBy(() -> holds.set("audit", "A-1", "olga", " "))
        .hasMessageContaining("Say why");
    assertThatThrownBy(() -> holds.set("page", "A-1", "olga", "x")).hasMessageContaining("'page'");
    holds.set("audit", "A-1", "olga", "x");
    assertThatThrownBy(() -> holds.set("audit", "A-1", "eve", "x")).hasMessageContaining("already");
    assertThatThrownBy(() -> holds.release("model", "m", "eve", "x"))
        .hasMessageContaining("not held");
  }
}
