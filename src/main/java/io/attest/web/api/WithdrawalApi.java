package io.attest.web.api;

import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.stage.Account;
import io.attest.stage.Withdrawals;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Takes published reports back, for programs: one person asks, another confirms. */
@RestController
@RequestMapping("/api/audits/{id}/withdrawal")
class WithdrawalApi {
  private final WithdrawalStore store;
  private final Withdrawals withdrawals;

  WithdrawalApi(WithdrawalStore store, Withdrawals withdrawals) {
    this.store = store;
    this.withdrawals = withdrawals;
  }

  /** What a program sends to ask; absent is null here and nowhere else. */
  record Request(String reason, String supersededBy) {}

  /** What a program sends to confirm; absent is null here and nowhere else. */
  record Answer(Boolean confirm, String comment) {}

  @GetMapping
  Withdrawal one(@PathVariable String id) {
    return store
        .of(id)
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "No report of this audit was withdrawn or superseded."));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  void request(
      @PathVariable String id,
      @RequestBody Request request,
      @AuthenticationPrincipal Account account) {
    withdrawals.request(
        id,
        account.name(),
        request.reason() == null ? "" : request.reason().strip(),
        Optional.ofNullable(request.supersededBy()).filter(other -> !other.isBlank()));
  }

  @PostMapping("/confirm")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void confirm(
      @PathVariable String id,
      @RequestBody Answer answer,
      @AuthenticationPrincipal Account account) {
    if (answer.confirm() == null) {
      throw new IllegalArgumentException("Say whether: {\"confirm\": true} or false.");
    }
    withdrawals.confirm(
        id, account, answer.confirm(), answer.comment() == null ? "" : answer.comment().strip());
  }
}
