package io.attest.process;

import io.attest.audit.inventory.QualityTargets;
import io.attest.stage.inventory.QualityAims;
import org.springframework.stereotype.Component;

/**
 * The targets in {@code config/quality-targets.yaml}, packed or the installation's own. Read at the
 * start, so that a wrong file is told before anything runs, and whenever they are asked for.
 */
@Component
class DeclaredQuality implements QualityAims {
  private static final String FILE = "config/quality-targets.yaml";

  private final ContentFolders folders;

  DeclaredQuality(ContentFolders folders) {
    this.folders = folders;
    UnusableContent.unlessUsable(this::now);
  }

  @Override
  public QualityTargets now() {
    return QualityTargets.read(FILE, folders.get(FILE).bytes());
  }
}
