package io.attest.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the packaged jar without warning at points all over an audit, starts it again on the same
 * folder, and looks whether anything that was acknowledged is lost, doubled or half-written.
 */
class KillIT {

  private static final String SECRET = "Bdf7-horse-battery";

  /**
   * Milliseconds after the start was acknowledged; an audit of the scorecard takes a few seconds.
   */
  private static final List<Integer> AFTER_START = List.of(0, 250, 600, 2200);

  /** Milliseconds after an approval was acknowledged. */
  private static final List<Integer> AFTER_APPROVAL = List.of(0, 60, 300);

  @TempDir Path home;

  private PackagedJar jar;
  private Desk desk;

  @BeforeEach
  void start() throws IOException {
    jar =
        new PackagedJar(home, "--attest.sample=false", "--attest.lock=PT10S")
            .withQuickScorecard()
            .start();
    desk = new Desk(jar);
    desk.person("stella", SECRET, "starter");
    desk.person("rita", SECRET, "reviewer");
  }

  @AfterEach
  void stop() {
    jar.close();
  }

  @Test
  void nothingAcknowledgedIsLostAndNothingIsDoubled() throws Exception {
    Deque<String> reviewed = new ArrayDeque<>();
    for (int delay : AFTER_START) {
      String audit = desk.start("stella", SECRET, "german-scorecard", "killed after " + delay);
      killAndRestart(delay);
      desk.awaitTask("review", audit);
      everyStageRanOnce(audit);
      reviewed.add(audit);
    }
    for (int delay : AFTER_APPROVAL) {
      String audit = reviewed.remove();
      String task = desk.awaitTask("review", audit).get("id").asText();
      desk.approve("rita", SECRET, task, audit, Map.of("decision", "approve", "comment", "fine"));
      killAndRestart(delay);
      desk.awaitState(audit, "approved");
      everyStageRanOnce(audit);
      JsonNode record = jar.json("/api/audits/" + audit);
      assertThat(record.get("decisions")).hasSize(1);
      assertThat(jar.get("/api/audits/" + audit + "/files/" + audit + "-evidence.zip").statusCode())
          .isEqualTo(200);
    }
    artefactsAreWhole();
  }

  private void killAndRestart(int delay) throws IOException, InterruptedException {
    Thread.sleep(delay);
    jar.kill();
    jar.start();
  }

  private void everyStageRanOnce(String audit) throws IOException {
    String instance =
        jar.json("/engine-rest/history/process-instance?processInstanceBusinessKey=" + audit)
            .get(0)
            .get("id")
            .asText();
    for (String stage :
        List.of("ingest", "correlate", "select", "drift", "validate", "verdict", "report")) {
      assertThat(
              jar.json(
                  "/engine-rest/history/activity-instance?finished=true&activityId="
                      + stage
                      + "&processInstanceId="
                      + instance))
          .as("completions of %s in %s", stage, audit)
          .hasSize(1);
    }
  }

  /** Whatever has its final name in the artefact store has the bytes of that name. */
  private void artefactsAreWhole() throws IOException, NoSuchAlgorithmException {
    Path store = home.resolve("data/artifacts");
    List<Path> files;
    try (var walk = Files.walk(store)) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(f -> !f.startsWith(store.resolve("tmp")))
              .toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = Files.newInputStream(file)) {
        digest.update(in.readAllBytes());
      }
      assertThat(HexFormat.of().formatHex(digest.digest()))
          .isEqualTo(file.getFileName().toString());
    }
  }
}
