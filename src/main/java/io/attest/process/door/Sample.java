package io.attest.process.door;

import io.attest.model.ModelSpec;
import io.attest.process.AttestProperties;
import io.attest.stage.Audits;
import io.attest.stage.Models;
import io.attest.stage.StartRequest;
import io.attest.stage.Uploads;
import io.attest.stage.watch.Watches;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * On an empty database, audits the sample model, so that a newcomer finds something to read. In a
 * demonstration it also begins the story of the scorecard whose data drift, has the model watched,
 * and lays the data of the later months ready.
 */
@Component
class Sample {
  private static final Logger LOG = LoggerFactory.getLogger(Sample.class);
  private static final String MODEL = "german-credit";
  private static final String DRIFTING = "german-scorecard-central";
  private static final String DATA = "../german-scorecard/";
  private static final String FIRST = "2026-03.csv";
  private static final String EVERY_DAY = "R/P1D";
  private static final List<String> LATER = List.of("2026-06.csv", "2026-09.csv");

  private final Audits audits;
  private final Models models;
  private final Uploads uploads;
  private final Watches watches;
  private final HistoryService history;
  private final AttestProperties properties;

  Sample(
      Audits audits,
      Models models,
      Uploads uploads,
      Watches watches,
      HistoryService history,
      AttestProperties properties) {
    this.audits = audits;
    this.models = models;
    this.uploads = uploads;
    this.watches = watches;
    this.history = history;
    this.properties = properties;
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    if (!properties.sample() && !properties.demo()
        || history.createHistoricProcessInstanceQuery().processDefinitionKey("model-audit").count()
            > 0) {
      return;
    }
    // A broken sample must not keep an installation from serving its own models.
    try {
      if (properties.demo()) {
        story();
      }
      if (properties.sample() && models.ids().contains(MODEL)) {
        audit(MODEL, "The sample that comes with Attest", Optional.empty());
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("The sample model cannot be audited: {}", e.getMessage(), e);
    }
  }

  private void story() throws IOException {
    ModelSpec spec = models.spec(DRIFTING);
    Path file = spec.folder().resolve(DATA + FIRST).normalize();
    try (InputStream in = Files.newInputStream(file)) {
      audit(
          DRIFTING,
          "The first of three dated data sets: " + FIRST,
          Optional.of(uploads.keep(DRIFTING + "-" + FIRST, in)));
    }
    watches.start(DRIFTING, EVERY_DAY, "attest");
    Path ready = Files.createDirectories(properties.dataFolder().resolve("demo"));
    for (String later : LATER) {
      Files.copy(
          spec.folder().resolve(DATA + later).normalize(),
          ready.resolve(DRIFTING + "-" + later),
          StandardCopyOption.REPLACE_EXISTING);
    }
    LOG.info("The data of the later months lie in {}.", ready);
  }

  private void audit(String model, String reason, Optional<String> data) {
    String id =
        audits.start(
            new StartRequest(
                model, reason, "", data, "sample", "attest", Optional.of("sample:" + model)));
    LOG.info("Started the audit of the sample model: {}.", id);
  }
}
