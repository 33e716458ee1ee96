package io.attest.web.api;

import io.attest.stage.rules.RuleTest;
import io.attest.stage.rules.RuleTrials;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Tests tables of rules, for programs. */
@RestController
class RulesApi {
  private final RuleTrials trials;

  RulesApi(RuleTrials trials) {
    this.trials = trials;
  }

  /** Tests an uploaded table, or a deployed version of it. */
  @PostMapping("/api/rules/test")
  RuleTest test(
      @RequestParam(required = false) MultipartFile file,
      @RequestParam(required = false) Integer version)
      throws IOException {
    if (file == null && version == null) {
      throw new IllegalArgumentException(
          "Send the table as the part \"file\", or name a deployed one with ?version=3.");
    }
    if (file == null) {
      return trials.version(version);
    }
    try (InputStream in = file.getInputStream()) {
      return trials.upload(Optional.ofNullable(file.getOriginalFilename()).orElse("the file"), in);
    }
  }
}
