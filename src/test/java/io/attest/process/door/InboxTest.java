package io.attest.process.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.ProcessTest;
import io.attest.process.Stubs;
import io.attest.stage.DropFolder;
import io.attest.stage.Sources;
import io.attest.stage.StageTask;
import io.attest.stage.Uploads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.util.FileSystemUtils;

class InboxTest extends ProcessTest {
  private static final Path INBOX = Path.of("target/process-test/inbox");

  @Autowired AuditStore store;
  @Autowired RuntimeService runtime;
  @Autowired Stubs.Behaviour behaviour;
  @Autowired Stubs.KnownModels models;
  @Autowired Uploads uploads;
  @Autowired Inbox inbox;
  @Autowired DropFolder dropFolder;
  @Autowired Sources sources;

  @AfterEach
  void clear() {
    behaviour.clear();
    end(runtime, "model-audit");
  }

  @Test
  void aDataFileStartsOneAuditHoweverOftenItIsDropped() throws Exception {
    hold();
    long before = audits("scorecard").size();
    drop("scorecard-2026-11.csv", "a,b\n1," + System.nanoTime() + "\n");
    await().until(() -> audits("scorecard").size() == before + 1);
    Audit audit = audits("scorecard").get(0);
    assertThat(audit.trigger()).isEqualTo("inbox");
    assertThat(audit.startedBy()).isEqualTo("inbox");
    String data = audit.data().orElseThrow();
    assertThat(data).matches("upload:[0-9a-f]{16}-scorecard-2026-11.csv");
    await().until(() -> !Files.exists(INBOX.resolve("scorecard-2026-11.csv")));
    Path done = only(".done", "scorecard-2026-11.csv");
    assertThat(done).hasSameBinaryContentAs(uploads.find(data).orElseThrow());
    assertThat(Files.readString(Path.of(done + ".audit.txt"))).contains(audit.id());

    // As after a crash between starting the audit and moving the file away.
    Files.copy(done, INBOX.resolve("scorecard-2026-11.csv"));
    await().until(() -> !Files.exists(INBOX.resolve("scorecard-2026-11.csv")));
    assertThat(audits("scorecard")).hasSize((int) before + 1);
  }

  @Test
  void aFileOfNoModelGoesToFailedWithTheReason() throws Exception {
    drop("mystery-data.csv", "a\n1\n");
    await().until(() -> !Files.exists(INBOX.resolve("mystery-data.csv")));
    assertThat(Files.readString(Path.of(only(".failed", "mystery-data.csv") + ".reason.txt")))
        .contains("mystery-data.csv begins with no model", "scorecard");
    drop("scorecard.exe", "MZ");
    await().until(() -> !Files.exists(INBOX.resolve("scorecard.exe")));
    assertThat(Files.readString(Path.of(only(".failed", "scorecard.exe") + ".reason.txt")))
        .contains("no kind of file");
  }

  @Test
  void whatLiesInTheFolderDataStartsNothingAndCanBeChosen() throws Exception {
    Path folder = Files.createDirectories(INBOX.resolve("data"));
    try {
      Files.writeString(folder.resolve("scorecard-old.csv"), "a,b\n1,2\n");
      Files.writeString(folder.resolve("model.yaml"), "id: intruder\n");
      Files.writeString(folder.resolve(".hidden.csv"), "x");
      Files.createSymbolicLink(folder.resolve("link.csv"), Path.of("/etc/passwd"));
      assertThat(dropFolder.files())
          .extracting(DropFolder.Lying::data)
          .containsExactly("drop:scorecard-old.csv");
      assertThat(dropFolder.find("drop:scorecard-old.csv")).isPresent();
      for (String name :
          new String[] {
            "drop:link.csv", "drop:../data/scorecard-old.csv", "drop:", "drop:\0.csv"
          }) {
        assertThat(dropFolder.find(name)).as(name).isEmpty();
      }
      Path copy = Files.createTempDirectory("drop").resolve("copy");
      sources.copy("drop:scorecard-old.csv", Path.of("."), copy);
      assertThat(copy).hasContent("a,b\n1,2\n");
      assertThatThrownBy(() -> sources.copy("drop:gone.csv", Path.of("."), copy))
          .hasMessageContaining("gone.csv lies no longer in the drop folder");
      // Longer than the watch needs to take a file.
      Thread.sleep(3500);
      assertThat(folder.resolve("scorecard-old.csv")).exists();
      assertThat(folder.resolve("model.yaml")).exists();
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  @Test
  void aFileThatIsStillWrittenIsLeftAlone() throws Exception {
    hold();
    Files.createDirectories(INBOX);
    String name;
    int attempt = 0;
    do {
      name = "scorecard-growing-" + attempt++ + ".csv";
    } while (!grownWithoutPause(INBOX.resolve(name)));
    Path grown = INBOX.resolve(name);
    await().until(() -> !Files.exists(grown));
    assertThat(Files.readAllLines(only(".done", name))).hasSize(30);
  }

  /** False if this machine itself held the writing up for about as long as a file is left alone. */
  private static boolean grownWithoutPause(Path file) throws Exception {
    for (int i = 0; i < 30; i++) {
      long before = System.nanoTime();
      Files.writeString(
          file,
          i + "," + System.nanoTime() + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
      Thread.sleep(100);
      boolean there = Files.exists(file);
      if (System.nanoTime() - before > 200_000_000L) {
        return false;
      }
      assertThat(there).as("line %d", i).isTrue();
    }
    return true;
  }

  @Test
  void aFolderWithAModelIsInstalledAndAudited() throws Exception {
    hold();
    models.add(Stubs.model("dropped", "standard", Optional.empty()));
    Path staged = Path.of("target/process-test/staged/my model");
    Files.createDirectories(staged);
    Files.writeString(staged.resolve("model.yaml"), "id: dropped\n# " + System.nanoTime());
    Files.writeString(staged.resolve("model.json"), "{}");
    Files.createDirectories(INBOX);
    Files.move(staged, INBOX.resolve("my model"));
    await().until(() -> !audits("dropped").isEmpty());
    await().until(() -> !Files.exists(INBOX.resolve("my model")));
    assertThat(Path.of("target/process-test/home/config/models/dropped/model.json")).exists();
    assertThat(only(".done", "my model").resolve("model.yaml")).exists();
  }

  @Test
  void aModelThatIsNoneIsNotInstalled() throws Exception {
    drop("bad/model.yaml", "id: Not An Id\n");
    await().until(() -> !Files.exists(INBOX.resolve("bad")));
    assertThat(Files.readString(Path.of(only(".failed", "bad") + ".reason.txt")))
        .contains("no usable id");
    drop("unknown/model.yaml", "id: never-heard\n");
    await().until(() -> !Files.exists(INBOX.resolve("unknown")));
    assertThat(Path.of("target/process-test/home/config/models/never-heard")).doesNotExist();
  }

  @Test
  void aNameOutsideIsMadePlain() throws IOException {
    assertThat(KeptUploads.plain("../../etc/passwd")).isEqualTo("passwd");
    assertThat(KeptUploads.plain("C:\\x\\..hidden.csv")).isEqualTo("hidden.csv");
    assertThat(KeptUploads.plain("a b\n\u202e.csv")).isEqualTo("a_b__.csv");
    assertThat(KeptUploads.plain("")).isEqualTo("data");
    assertThat(uploads.find("upload:../../../pom.xml")).isEmpty();
    String kept = uploads.keep("../x.csv", new java.io.ByteArrayInputStream(new byte[] {1}));
    assertThat(uploads.keep("x.csv", new java.io.ByteArrayInputStream(new byte[] {1})))
        .isEqualTo(kept);
    assertThat(uploads.find(kept)).isPresent();
  }

  /** Keeps audits at their first stage, so that nothing but their start matters. */
  private void hold() {
    behaviour.put(
        "ingest",
        (StageTask task) -> {
          while (!task.progress().cancelled()) {
            sleep();
          }
          return Map.of();
        });
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Audit> audits(String model) {
    return store.list(Optional.of(model), Optional.empty());
  }

  private static void drop(String name, String content) throws IOException {
    Path file = INBOX.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static Path only(String folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(INBOX.resolve(folder))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-" + name))
          .reduce((a, b) -> b)
          .orElseThrow();
    }
  }
}
