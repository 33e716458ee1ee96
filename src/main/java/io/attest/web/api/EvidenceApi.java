package io.attest.web.api;

import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogHead;
import io.attest.audit.retention.Hold;
import io.attest.audit.retention.Holds;
import io.attest.stage.Account;
import io.attest.stage.PackedLog;
import io.attest.stage.evidence.LogKeeper;
import io.attest.stage.evidence.Retention;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The log, the holds and retention, for programs of auditors and administrators. */
@RestController
@RequestMapping("/api/evidence")
class EvidenceApi {
  private final EvidenceLog log;
  private final LogKeeper keeper;
  private final Holds holds;
  private final Retention retention;

  EvidenceApi(EvidenceLog log, LogKeeper keeper, Holds holds, Retention retention) {
    this.log = log;
    this.keeper = keeper;
    this.holds = holds;
    this.retention = retention;
  }

  /** What a program sends to set or release a hold; absent is null here and nowhere else. */
  record HoldOrder(String kind, String subject, String reason) {}

  record State(LogHead head, boolean sound, LogKeeper.LogState lastCheck) {}

  record DueEntry(String audit, Instant due, String rule, String kept, int files) {}

  record UploadEntry(String upload, Instant since, long bytes, String rule) {}

  record PlanEntry(
      boolean enabled,
      List<DueEntry> audits,
      List<DueEntry> coming,
      List<UploadEntry> uploads,
      long notYet,
      long forEver) {}

  @GetMapping
  State state() {
    LogKeeper.LogState state = keeper.state();
    return new State(log.head(), state.sound(), state);
  }

  /** The log as JSON lines, one entry each: to keep elsewhere, and for attest log verify. */
  @GetMapping("/log")
  ResponseEntity<StreamingResponseBody> entries(@RequestParam(defaultValue = "0") long after) {
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("application/x-ndjson"))
        .header("Content-Disposition", "attachment; filename=\"evidence-log.jsonl\"")
        .body(
            out -> {
              Writer writer =
                  new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
              log.each(
                  after,
                  entry -> {
                    try {
                      writer.write(PackedLog.entry(entry) + "\n");
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
              writer.flush();
            });
  }

  /** Checks the whole log; 200 with its state also where it is broken. */
  @PostMapping("/check")
  LogKeeper.LogState check() {
    return keeper.checkAll();
  }

  @GetMapping("/holds")
  List<Hold> holds() {
    return holds.list();
  }

  @PostMapping("/holds")
  ResponseEntity<Void> hold(
      @RequestBody HoldOrder order, @AuthenticationPrincipal Account account) {
    holds.set(text(order.kind()), text(order.subject()), account.name(), text(order.reason()));
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/holds/release")
  ResponseEntity<Void> release(
      @RequestBody HoldOrder order, @AuthenticationPrincipal Account account) {
    holds.release(text(order.kind()), text(order.subject()), account.name(), text(order.reason()));
    return ResponseEntity.noContent().build();
  }

  /** What retention would remove now, and what will be due when; removes nothing. */
  @GetMapping("/retention")
  PlanEntry plan() {
    Retention.Plan plan = retention.plan();
    return new PlanEntry(
        plan.settings().enabled(),
        entries(plan.audits()),
        entries(plan.coming()),
        plan.uploads().stream()
            .map(
                u ->
                    new UploadEntry(
                        u.upload().name(), u.upload().since(), u.upload().bytes(), u.rule()))
            .toList(),
        plan.notYet(),
        plan.forEver());
  }

  private static List<DueEntry> entries(List<Retention.Due> due) {
    return due.stream()
        .map(d -> new DueEntry(d.audit().id(), d.due(), d.rule(), d.kept(), d.files()))
        .toList();
  }

  private static String text(String value) {
    return Optional.ofNullable(value).map(String::strip).orElse("");
  }
}
