package io.attest.audit.log;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.RecordTable;
import io.attest.audit.Recorder;
import io.attest.audit.Section;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The record of audits, of which every change that matters is in the evidence log. */
public class LoggedAudits extends AuditStore {
  private final EvidenceLog log;
  private final RecordedFacts facts;
  private final TransactionOperations transactions;
  private final Recorder ended;

  public LoggedAudits(
      JdbcClient jdbc, Clock clock, TransactionOperations transactions, EvidenceLog log) {
    super(jdbc, clock);
    this.log = log;
    this.facts = new RecordedFacts(jdbc);
    this.transactions = transactions;
    this.ended = new LoggedRows(jdbc, transactions, log);
  }

  @Override
  public void create(Audit audit) {
    transactions.executeWithoutResult(
        status -> {
          if (find(audit.id()).isEmpty()) {
            Map<String, String> detail = new TreeMap<>();
            detail.put("model", audit.model());
            detail.put("tier", audit.tier());
            detail.put("trigger", audit.trigger());
            audit.data().ifPresent(data -> detail.put("data", data));
            log.record("audit-started", audit.id(), audit.startedBy(), detail);
          }
          // One that comes with its end is held from here on.
          recordEnded(
              audit.id(), "audit-ended", Map.of("state", audit.state()), () -> super.create(audit));
        });
  }

  @Override
  public void end(String id, String state) {
    Map<String, String> detail = new TreeMap<>(Map.of("state", state));
    find(id).flatMap(Audit::verdict).ifPresent(v -> detail.put("verdict", v));
    recordEnded(id, "audit-ended", detail, () -> super.end(id, state));
  }

  /** Of an audit that has ended: it was superseded or withdrawn. */
  @Override
  public void state(String id, String state) {
    recordEnded(id, "audit-state", Map.of("state", state), () -> super.state(id, state));
  }

  @Override
  public void verdict(String id, String verdict) {
    recordEnded(id, "audit-verdict", Map.of("verdict", verdict), () -> super.verdict(id, verdict));
  }

  /** While an audit goes on, its line is not in the log. */
  private void recordEnded(String id, String what, Map<String, String> detail, Runnable write) {
    ended.record(
        RecordTable.AUDIT.rows(id), new Recorder.Change(what, id, Recorder.ATTEST, detail), write);
  }

  @Override
  public void round(String id, int round) {
    transactions.executeWithoutResult(
        status -> {
          super.round(id, round);
          log.record("round-begun", id, Recorder.ATTEST, Map.of("round", Integer.toString(round)));
        });
  }

  @Override
  public void data(String id, String data) {
    transactions.executeWithoutResult(
        status -> {
          super.data(id, data);
          log.record("data-replaced", id, Recorder.ATTEST, Map.of("data", data));
        });
  }

  @Override
  public void save(String auditId, Section section) {
    transactions.executeWithoutResult(
        status -> {
          super.save(auditId, section);
          log.record(
              "section-saved",
              auditId,
              Recorder.ATTEST,
              Map.of(
                  "stage",
                  section.stage(),
                  "part",
                  section.part(),
                  "sha256",
                  facts.section(auditId, section.stage(), section.part()).orElseThrow()));
          if (section instanceof Section.Published published) {
            log.record(
                "report-published",
                auditId,
                Recorder.ATTEST,
                Map.of(
                    "outcome",
                    published.outcome(),
                    "workbook",
                    published.workbook().sha256(),
                    "pack",
                    published.pack().sha256()));
          }
        });
  }

  @Override
  public void keepExplained(String auditId, List<String> explainers) {
    transactions.executeWithoutResult(
        status -> {
          List<String> before =
              explained(auditId).stream().map(Section.Explained::explainer).toList();
          super.keepExplained(auditId, explainers);
          before.stream()
              .filter(name -> !explainers.contains(name))
              .forEach(
                  name ->
                      log.record(
                          "section-dropped",
                          auditId,
                          Recorder.ATTEST,
                          Map.of("stage", "explain", "part", name)));
        });
  }

  @Override
  public void decide(String auditId, DecisionRecord decision) {
    transactions.executeWithoutResult(
        status -> {
          boolean fresh = facts.decision(auditId, decision.taskId()).isEmpty();
          super.decide(auditId, decision);
          if (fresh) {
            log.record(
                "decision-made",
                auditId,
                decision.who(),
                Map.of(
                    "task",
                    decision.task(),
                    "taskId",
                    decision.taskId(),
                    "decision",
                    decision.decision(),
                    "round",
                    Integer.toString(decision.round()),
                    "sha256",
                    facts.decision(auditId, decision.taskId()).orElseThrow()));
          }
        });
  }
}
