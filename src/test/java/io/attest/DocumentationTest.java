package io.attest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentationTest {

  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#]+)");
  private static final Pattern NAMED = Pattern.compile("`(docs/[a-z0-9/-]+\\.md)`");

  /** A page that names another one which is not there sends its reader nowhere. */
  @Test
  void everyPageThatIsNamedIsThere() throws IOException {
    List<String> lost = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        if (!Files.exists(page.toAbsolutePath().getParent().resolve(link.group(1).strip()))) {
          lost.add(page + " -> " + link.group(1));
        }
      }
      Matcher named = NAMED.matcher(text);
      while (named.find()) {
        if (!Files.exists(Path.of(named.group(1)))) {
          lost.add(page + " -> " + named.group(1));
        }
      }
    }
    assertThat(lost).isEmpty();
  }

  @Test
  void everyExplainerHasItsPage() {
    assertThat(io.attest.explain.Explainers.all().byName().keySet())
        .allSatisfy(name -> assertThat(Path.of("docs/explainers", name + ".md")).exists());
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> root = Files.list(Path.of("."));
        Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(root, docs).filter(p -> p.toString().endsWith(".md")).toList();
    }
  }
}
