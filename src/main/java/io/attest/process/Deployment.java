package io.attest.process;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Recorder;
import io.attest.audit.log.EvidenceLog;
import io.attest.stage.rules.RuleGate;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Gives the engine what lies in the content folder {@code bpmn}: processes, tables and forms.
 *
 * <p>All files go in one deployment, and one changed file makes a new deployment of all: so a
 * process always finds the forms and tables that belong to it. Nothing changed, nothing deployed.
 */
@Component
class Deployment implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
  private static final Set<String> KINDS = Set.of("bpmn", "dmn", "form", "html");

  /** Before anything that starts processes, and before the web server answers. */
  static final int PHASE = 0;

  private final RepositoryService repository;
  private final ContentFolders folders;
  private final EvidenceLog log;
  private final RuleGate gate;
  private volatile boolean running;

  Deployment(RepositoryService repository, ContentFolders folders, EvidenceLog log, RuleGate gate) {
    this.repository = repository;
    this.folders = folders;
    this.log = log;
    this.gate = gate;
  }

  @Override
  public void start() {
    UnusableContent.unlessUsable(this::deploy);
    running = true;
  }

  /**
   * Deploys what changed.
   *
   * @throws IllegalArgumentException if the table of rules is broken; nothing is deployed then
   */
  void deploy() {
    SortedMap<String, ContentFolders.Content> files = folders.list("bpmn");
    files.keySet().removeIf(name -> !KINDS.contains(name.substring(name.lastIndexOf('.') + 1)));
    if (files.isEmpty()) {
      LOG.warn("The folder bpmn has no processes: nothing can be started.");
      return;
    }
    SortedMap<String, byte[]> bytes = new TreeMap<>();
    files.forEach((name, content) -> bytes.put(name, content.bytes()));
    // The packed table was checked when it was built; asking FEEL for each cell takes seconds.
    Map<String, byte[]> own = new TreeMap<>(bytes);
    own.entrySet().removeIf(file -> folders.isPacked(file.getKey(), file.getValue()));
    gate.check(own).forEach(hint -> LOG.warn("Rules: {}", hint));
    DeploymentBuilder builder =
        repository.createDeployment().name("attest").enableDuplicateFiltering(false);
    bytes.forEach(
        (name, content) -> builder.addInputStream(name, new ByteArrayInputStream(content)));
    org.camunda.bpm.engine.repository.Deployment deployment = builder.deploy();
    LOG.info(
        "Deployment {} of {} has {}.", deployment.getId(), deployment.getName(), files.keySet());
    record(deployment.getId(), bytes);
  }

  /** Once for each deployment: nothing changed, nothing deployed, nothing to record. */
  private void record(String id, SortedMap<String, byte[]> files) {
    if (log.about(id).isEmpty()) {
      Map<String, String> hashes = new TreeMap<>();
      files.forEach((name, content) -> hashes.put(name, ArtifactStore.sha256(content)));
      log.record("files-deployed", id, Recorder.ATTEST, hashes);
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
