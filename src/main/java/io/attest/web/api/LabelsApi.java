package io.attest.web.api;

import io.attest.stage.Account;
import io.attest.stage.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Takes outcomes that come after an audit, and starts the audit that judges them. */
@RestController
class LabelsApi {
  private final Labels labels;

  LabelsApi(Labels labels) {
    this.labels = labels;
  }

  /**
   * @param id of the audit that began
   * @param matched rows of the first audit that got an outcome
   * @param unmatched rows that still have none from this file
   */
  record Attached(String id, int matched, int unmatched) {}

  @PostMapping(path = "/api/audits/{id}/labels", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  Attached attach(
      @PathVariable String id,
      @RequestPart("file") MultipartFile file,
      @AuthenticationPrincipal Account account)
      throws IOException {
    String name = file.getOriginalFilename() == null ? "" : file.getOriginalFilename();
    if (!name.toLowerCase(Locale.ROOT).matches(".+\\.(csv|xlsx|parquet|jsonl)")) {
      throw new IllegalArgumentException(
          "The name of the file must end in one of .csv, .xlsx, .parquet, .jsonl.");
    }
    try (InputStream in = file.getInputStream()) {
      Labels.Attached attached = labels.attach(id, name, in, account.name());
      return new Attached(attached.id(), attached.matched(), attached.rows() - attached.matched());
    }
  }
}
