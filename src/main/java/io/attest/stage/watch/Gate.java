package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.stage.Fingerprint;
import io.attest.stage.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Says to a pipeline whether a model file may go on: approved, not expired, not suspended, no
 * condition failed, the same file.
 */
@Component
public class Gate {
  private final Standings standings;
  private final Models models;

  public Gate(Standings standings, Models models) {
    this.standings = standings;
    this.models = models;
  }

  /**
   * The answer.
   *
   * @param open whether it may go on
   * @param reasons why not, each for itself; or why, as one
   * @param audit the approval that was asked, if there is one
   */
  public record Answer(
      String model,
      boolean open,
      List<String> reasons,
      Optional<String> audit,
      Optional<String> validUntil,
      Optional<String> approvedSha256) {}

  /**
   * Asks.
   *
   * @param sha256 of the file that is to go on; absent: the file that this installation declares
   * @throws IllegalArgumentException if there is no such model
   */
  public Answer ask(String model, Optional<String> sha256) {
    Standing standing = standings.of(model);
    String file = sha256.map(h -> h.toLowerCase(Locale.ROOT)).orElseGet(() -> declared(model));
    List<String> reasons = new ArrayList<>();
    Optional<Approval> approval = standing.approval();
    if (approval.isEmpty()) {
      reasons.add("No audit of " + model + " was approved.");
    }
    approval
        .filter(a -> standing.daysLeft().orElse(0L) < 0)
        .ifPresent(a -> reasons.add("The approval expired: it held until " + a.validUntil() + "."));
    standing
        .suspension()
        .ifPresent(s -> reasons.add("The model is suspended (" + s.rule() + "): " + s.reason()));
    standing
        .failed()
        .forEach(
            c ->
                reasons.add(
                    "Condition "
                        + c.position()
                        + " of "
                        + c.auditId()
                        + " was not met: "
                        + c.text()));
    approval
        .filter(a -> !a.modelSha256().equals(file))
        .ifPresent(
            a ->
                reasons.add(
                    "The file is not the approved one: "
                        + (file.isEmpty() ? "it has no hash here" : file)
                        + ", not "
                        + (a.modelSha256().isEmpty() ? "known" : a.modelSha256())
                        + "."));
    boolean open = reasons.isEmpty();
    if (open) {
      reasons.add(
          "Approved by "
              + approval.orElseThrow().auditId()
              + " until "
              + approval.get().validUntil()
              + ".");
    }
    return new Answer(
        model,
        open,
        List.copyOf(reasons),
        approval.map(Approval::auditId),
        approval.map(a -> a.validUntil().toString()),
        approval.map(Approval::modelSha256));
  }

  private String declared(String model) {
    try {
      var path = models.spec(model).model().path();
      return Files.isRegularFile(path) ? Fingerprint.of(path) : "";
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The model file of " + model + " cannot be read: " + e.getMessage(), e);
    }
  }
}
