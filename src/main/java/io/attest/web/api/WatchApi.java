package io.attest.web.api;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.stage.Account;
import io.attest.stage.Models;
import io.attest.stage.watch.Gate;
import io.attest.stage.watch.Standing;
import io.attest.stage.watch.Standings;
import io.attest.stage.watch.Watches;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** How models stand, what happened to them, and the gate for pipelines. */
@RestController
class WatchApi {
  /** What others may tell; the rest is what Attest finds out by itself. */
  private static final Set<String> EVENTS =
      Set.of("look", "model-changed", "data-arrived", "incident");

  private final Models models;
  private final Watches watches;
  private final Standings standings;
  private final WatchStore decisions;
  private final ApprovalStore approvals;
  private final Gate gate;

  WatchApi(
      Models models,
      Watches watches,
      Standings standings,
      WatchStore decisions,
      ApprovalStore approvals,
      Gate gate) {
    this.models = models;
    this.watches = watches;
    this.standings = standings;
    this.decisions = decisions;
    this.approvals = approvals;
    this.gate = gate;
  }

  /** What a program sends; absent is null here and nowhere else. */
  record Tell(String event, String detail, String data) {}

  record Told(String told) {}

  record Begin(String cycle) {}

  /** How a model stands, and what was decided of it, newest first. */
  record View(Standing standing, List<Watched> decisions) {}

  record ConditionView(Condition condition, List<Condition.Step> steps) {}

  @GetMapping("/api/models/{id}/watch")
  View watch(@PathVariable String id) {
    known(id);
    return new View(standings.of(id), decisions.list(id));
  }

  /** Begins to watch a model. */
  @PostMapping("/api/models/{id}/watch")
  ResponseEntity<Standing> begin(
      @PathVariable String id, @RequestBody Begin begin, @AuthenticationPrincipal Account account) {
    known(id);
    watches.start(id, begin.cycle() == null ? "R/P1D" : begin.cycle(), account.name());
    return ResponseEntity.status(HttpStatus.CREATED).body(standings.of(id));
  }

  /** Tells what happened to a model; the same Idempotency-Key is one event. */
  @PostMapping("/api/models/{id}/events")
  ResponseEntity<Told> tell(
      @PathVariable String id,
      @RequestBody Tell tell,
      @RequestHeader(name = "Idempotency-Key") Optional<String> key,
      @AuthenticationPrincipal Account account) {
    known(id);
    if (tell.event() == null || !EVENTS.contains(tell.event())) {
      throw new IllegalArgumentException(
          "The event is '"
              + tell.event()
              + "', but must be one of "
              + EVENTS.stream().sorted().toList()
              + ".");
    }
    // Which data may be named is held against the rules where an audit starts; here only an upload.
    Optional<String> data = Optional.ofNullable(tell.data()).filter(d -> !d.isBlank());
    data.filter(d -> !d.startsWith("upload:"))
        .ifPresent(
            d -> {
              throw new IllegalArgumentException(
                  "The data '" + d + "' are no upload. Send the file to POST /api/uploads first.");
            });
    String detail = Optional.ofNullable(tell.detail()).orElse("").strip();
    Watches.Told told =
        watches.tell(
            new Watches.Event(
                id,
                tell.event(),
                (detail.isEmpty() ? "" : detail + " ") + "(told by " + account.name() + ")",
                data,
                "rest:"
                    + account.name()
                    + ":"
                    + id
                    + ":"
                    + key.filter(k -> !k.isBlank()).orElseGet(() -> UUID.randomUUID().toString())));
    if (told == Watches.Told.NOT_WATCHED) {
      throw new ResponseStatusException(
          HttpStatus.CONFLICT,
          "Nobody watches the model " + id + ". Maybe POST /api/models/" + id + "/watch first.");
    }
    return ResponseEntity.status(HttpStatus.ACCEPTED)
        .body(new Told(told == Watches.Told.TAKEN ? "taken" : "repeated"));
  }

  /**
   * Whether a model may go on: 200 if so, 409 if not, with the reasons.
   *
   * @param sha256 of the file that is to go on; absent for the one that this installation declares
   */
  @GetMapping("/api/models/{id}/gate")
  ResponseEntity<Gate.Answer> gate(
      @PathVariable String id, @RequestParam(name = "sha256") Optional<String> sha256) {
    known(id);
    sha256
        .filter(h -> !h.matches("[0-9a-fA-F]{64}"))
        .ifPresent(
            h -> {
              throw new IllegalArgumentException(
                  "The SHA-256 has 64 hexadecimal digits, not '" + h + "'.");
            });
    Gate.Answer answer = gate.ask(id, sha256);
    return ResponseEntity.status(answer.open() ? HttpStatus.OK : HttpStatus.CONFLICT).body(answer);
  }

  /** The conditions of an approval and what became of each. */
  @GetMapping("/api/audits/{id}/conditions")
  List<ConditionView> conditions(@PathVariable String id) {
    return approvals.conditions(id).stream()
        .map(c -> new ConditionView(c, approvals.steps(id, c.position())))
        .collect(Collectors.toList());
  }

  private void known(String id) {
    if (!models.ids().contains(id)) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no model of this id.");
    }
  }
}
