package io.attest.web.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.attest.audit.Absence;
import io.attest.stage.Absences;
import io.attest.stage.Account;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
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

/** Absences for programs, for instance a calendar. */
@RestController
@RequestMapping("/api/absences")
class AbsencesApi {
  private final Absences absences;

  AbsencesApi(Absences absences) {
    this.absences = absences;
  }

  /** What a program sends; absent is null here and nowhere else. */
  record Entry(String person, String deputy, String from, String until) {}

  @GetMapping
  List<Absence> list() {
    return absences.all();
  }

  /**
   * @param left what the deputy cannot take over, a sentence each
   */
  record Entered(@JsonUnwrapped Absence absence, List<String> left) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Entered enter(@RequestBody Entry entry, @AuthenticationPrincipal Account account) {
    Absence entered =
        absences.enter(
            account,
            Optional.ofNullable(entry.person()).filter(p -> !p.isBlank()).orElse(account.name()),
            entry.deputy() == null ? "" : entry.deputy(),
            day("from", entry.from()),
            day("until", entry.until()));
    return new Entered(entered, absences.left(entered));
  }

  @PostMapping("/{id}/end")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(@PathVariable String id, @AuthenticationPrincipal Account account) {
    absences.end(account, id);
  }

  private static LocalDate day(String name, String value) {
    try {
      return LocalDate.parse(value == null ? "" : value);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          name + " must be a date such as 2026-12-24, not \"" + value + "\".", e);
    }
  }
}
