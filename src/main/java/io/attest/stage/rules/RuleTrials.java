package io.attest.stage.rules;

import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.UnreadableRules;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Tests tables of rules on the audits of this installation, for pages and programs: one at a time,
 * since a test takes a processor for itself.
 */
@Component
public class RuleTrials {
  private final RuleBench bench;
  private final RuleVersions versions;
  private final JudgedAudits judged;
  private final Semaphore free = new Semaphore(1);

  public RuleTrials(RuleBench bench, RuleVersions versions, JudgedAudits judged) {
    this.bench = bench;
    this.versions = versions;
    this.judged = judged;
  }

  /**
   * Tests an uploaded table.
   *
   * @param name of the file; for messages only
   * @throws IllegalArgumentException if it is too large, or another test runs
   */
  public RuleTest upload(String name, InputStream content) throws IOException {
    byte[] dmn = content.readNBytes(RuleTableReader.MOST_BYTES + 1);
    if (dmn.length == 0) {
      throw new IllegalArgumentException("Choose a file: nothing was uploaded.");
    }
    return test(dmn, name.replaceAll(".*[/\\\\]", ""));
  }

  /**
   * Tests a deployed version.
   *
   * @throws IllegalArgumentException if there is none of this number, or another test runs
   */
  public RuleTest version(int version) {
    return test(versions.file(version), "version " + version);
  }

  private RuleTest test(byte[] dmn, String name) {
    if (!free.tryAcquire()) {
      throw new IllegalArgumentException("Another table is being tested. Try again in a minute.");
    }
    try {
      List<String> notes = new ArrayList<>();
      return bench.test(dmn, name, judged.list(Optional.empty(), notes), notes);
    } finally {
      free.release();
    }
  }

  /** The table that judges new audits; empty if none is deployed or it cannot be read. */
  public Optional<RuleTable> current() {
    return versions.list().stream()
        .filter(RuleVersions.Version::current)
        .findFirst()
        .flatMap(
            version -> {
              try {
                return Optional.of(
                    RuleTableReader.read(
                        versions.file(version.number()), "version " + version.number()));
              } catch (UnreadableRules e) {
                return Optional.empty();
              }
            });
  }

  /** Newest first. */
  public List<RuleVersions.Version> versions() {
    return versions.list();
  }
}
