package io.attest.web.api;

import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import java.util.List;
import java.util.Locale;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The models of this installation, for programs. */
@RestController
class ModelsApi {
  private final Models models;

  ModelsApi(Models models) {
    this.models = models;
  }

  /**
   * @param error why its declaration cannot be used; empty if it can
   */
  record Entry(
      String id,
      String name,
      String version,
      String tier,
      String task,
      String owner,
      String purpose,
      String error) {}

  @GetMapping("/api/models")
  List<Entry> list() {
    return models.ids().stream().map(this::entry).toList();
  }

  private Entry entry(String id) {
    try {
      ModelSpec spec = models.spec(id);
      return new Entry(
          spec.id(),
          spec.name(),
          spec.version(),
          spec.tier(),
          spec.task().name().toLowerCase(Locale.ROOT),
          spec.owner(),
          spec.purpose(),
          "");
    } catch (IllegalArgumentException e) {
      // One wrong declaration must not hide the others.
      return new Entry(id, "", "", "", "", "", "", String.valueOf(e.getMessage()));
    }
  }
}
