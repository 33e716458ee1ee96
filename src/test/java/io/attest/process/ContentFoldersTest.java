package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentFoldersTest {
  @TempDir Path temp;

  @Test
  void aJarAndAFolderGiveTheSameNames() throws Exception {
    try (URLClassLoader jar = jar("bpmn/a.bpmn", "bpmn/forms/b.html", "other/c.txt")) {
      Path home = temp.resolve("home");
      write(home.resolve("bpmn/a.bpmn"), "outside");
      write(home.resolve("bpmn/forms/b.html"), "outside");
      ContentFolders packed = new ContentFolders(jar, List.of());
      ContentFolders outside =
          new ContentFolders(new URLClassLoader(new URL[0], null), List.of(home));
      assertThat(packed.list("bpmn").keySet())
          .containsExactly("bpmn/a.bpmn", "bpmn/forms/b.html")
          .isEqualTo(outside.list("bpmn").keySet());
    }
  }

  @Test
  void aFileOutsideWinsOverThePackedOneAndOthersStay() throws Exception {
    try (URLClassLoader jar = jar("bpmn/a.bpmn", "bpmn/b.bpmn")) {
      Path near = temp.resolve("near");
      Path far = temp.resolve("far");
      write(near.resolve("bpmn/a.bpmn"), "near");
      write(far.resolve("bpmn/a.bpmn"), "far");
      write(far.resolve("bpmn/c.bpmn"), "far");
      write(near.resolve("bpmn/.a.bpmn.swp"), "an editor's");
      ContentFolders folders = new ContentFolders(jar, List.of(near, far));
      assertThat(folders.list("bpmn").keySet())
          .containsExactly("bpmn/a.bpmn", "bpmn/b.bpmn", "bpmn/c.bpmn");
      assertThat(text(folders.list("bpmn").get("bpmn/a.bpmn"))).isEqualTo("near");
      assertThat(text(folders.get("bpmn/a.bpmn"))).isEqualTo("near");
      assertThat(text(folders.get("bpmn/b.bpmn"))).isEqualTo("packed bpmn/b.bpmn");
      assertThat(text(folders.list("bpmn").get("bpmn/b.bpmn"))).isEqualTo("packed bpmn/b.bpmn");
      assertThat(text(folders.get("bpmn/c.bpmn"))).isEqualTo("far");
    }
  }

  @Test
  void noNameLeadsOutOfTheFolders() throws Exception {
    write(temp.resolve("secret"), "secret");
    write(temp.resolve("home/bpmn/a.bpmn"), "a");
    ContentFolders folders =
        new ContentFolders(getClass().getClassLoader(), List.of(temp.resolve("home")));
    assertThat(folders.find("../secret")).isEmpty();
    assertThat(folders.find("bpmn/../../secret")).isEmpty();
    assertThatThrownBy(() -> folders.get("bpmn/none.bpmn"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("bpmn/none.bpmn");
  }

  @Test
  void aFolderThatIsNowhereIsEmpty() {
    assertThat(new ContentFolders(new URLClassLoader(new URL[0], null), List.of(temp)).list("bpmn"))
        .isEmpty();
  }

  private URLClassLoader jar(String... names) throws IOException {
    Path file = temp.resolve("packed.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      for (String folder : List.of("bpmn/", "bpmn/forms/")) {
        out.putNextEntry(new JarEntry(folder));
      }
      for (String name : names) {
        out.putNextEntry(new JarEntry(name));
        out.write(("packed " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    return new URLClassLoader(new URL[] {file.toUri().toURL()}, null);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String text(ContentFolders.Content content) {
    return new String(content.bytes(), StandardCharsets.UTF_8);
  }
}
