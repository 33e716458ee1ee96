package io.attest.web.api;

import io.attest.report.letter.ReasonsTable;
import io.attest.stage.Account;
import io.attest.stage.decision.CaseUnanswered;
import io.attest.stage.decision.ReasonRun;
import io.attest.stage.decision.ReasonRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** A file of cases gives a file of reasons, for programs and for the page of decisions. */
@RestController
class ReasonsApi {
  private static final MediaType WORKBOOK =
      MediaType.parseMediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

  private final ReasonRuns runs;

  ReasonsApi(ReasonRuns runs) {
    this.runs = runs;
  }

  /**
   * Takes a file and begins with it.
   *
   * @param model its id; {@code audit} an approved one in place of the last one
   * @param changes whether to look for what would have changed unfavourable outcomes
   */
  @PostMapping(path = "/api/reasons", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  ReasonRun begin(
      @RequestPart("file") MultipartFile file,
      @RequestParam(defaultValue = "") String model,
      @RequestParam(defaultValue = "") String audit,
      @RequestParam(defaultValue = "true") boolean changes,
      @AuthenticationPrincipal Account account)
      throws IOException {
    String name = Optional.ofNullable(file.getOriginalFilename()).orElse("");
    if (file.isEmpty()) {
      throw new IllegalArgumentException("The file is empty.");
    }
    Path copy = Files.createTempFile("attest-cases", "");
    try {
      file.transferTo(copy);
      return runs.begin(
          new ReasonRuns.Asked(
              model.strip(),
              Optional.of(audit.strip()).filter(a -> !a.isEmpty()),
              name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1),
              changes),
          copy,
          account.name());
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  @GetMapping("/api/reasons/{id}")
  ReasonRun one(@PathVariable String id, @AuthenticationPrincipal Account account) {
    return runs.find(id, account.name()).orElseThrow(ReasonsApi::gone);
  }

  @DeleteMapping("/api/reasons/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void cancel(@PathVariable String id, @AuthenticationPrincipal Account account) {
    runs.cancel(id, account.name());
  }

  @GetMapping("/api/reasons/{id}/reasons.{format:csv|xlsx}")
  ResponseEntity<StreamingResponseBody> download(
      @PathVariable String id,
      @PathVariable String format,
      @AuthenticationPrincipal Account account) {
    ReasonRun run = runs.find(id, account.name()).orElseThrow(ReasonsApi::gone);
    List<ReasonsTable.Line> lines =
        runs.lines(id, account.name())
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.CONFLICT,
                        "There are no reasons: the file is " + run.state() + ". " + run.why()));
    boolean csv = format.equals("csv");
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename("reasons-" + run.model() + "." + format, StandardCharsets.UTF_8)
                .build()
                .toString())
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .contentType(csv ? new MediaType("text", "csv", StandardCharsets.UTF_8) : WORKBOOK)
        .body(
            out -> {
              if (csv) {
                ReasonsTable.csv(lines, out);
              } else {
                ReasonsTable.workbook(lines, out);
              }
            });
  }

  private static ResponseStatusException gone() {
    return new ResponseStatusException(
        HttpStatus.NOT_FOUND,
        "There is no such file of yours here. It is kept for an hour, and not over a restart.");
  }

  @ExceptionHandler
  ProblemDetail busy(CaseUnanswered e) {
    return ProblemDetail.forStatusAndDetail(
        HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
