package io.attest.process.door;

import io.attest.process.AttestProperties;
import io.attest.stage.Audits;
import io.attest.stage.Models;
import io.attest.stage.StartRequest;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** On an empty database, audits the sample model, so that a newcomer finds something to read. */
@Component
class Sample {
  private static final Logger LOG = LoggerFactory.getLogger(Sample.class);
  private static final String MODEL = "german-credit";

  private final Audits audits;
  private final Models models;
  private final HistoryService history;
  private final boolean wanted;

  Sample(Audits audits, Models models, HistoryService history, AttestProperties properties) {
    this.audits = audits;
    this.models = models;
    this.history = history;
    this.wanted = properties.sample();
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    if (!wanted
        || !models.ids().contains(MODEL)
        || history.createHistoricProcessInstanceQuery().processDefinitionKey("model-audit").count()
            > 0) {
      return;
    }
    try {
      String id =
          audits.start(
              new StartRequest(
                  MODEL,
                  "The sample that comes with Attest",
                  "",
                  Optional.empty(),
                  "sample",
                  "attest",
                  Optional.of("sample")));
      LOG.info("Started the audit of the sample model: {}.", id);
    } catch (RuntimeException e) {
      // A broken sample must not keep an installation from serving its own models.
      LOG.error("The sample model cannot be audited: {}", e.getMessage(), e);
    }
  }
}
