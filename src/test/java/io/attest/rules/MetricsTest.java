package io.attest.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The metrics that rules may name are those that are documented and made. */
class MetricsTest {
  private static final Pattern LISTED = Pattern.compile("`([a-z_0-9]+(?:\\.[a-z_0-9]+)*)`");

  @Test
  void everyMetricIsDocumented() throws Exception {
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs/facts.md"))) {
      if (line.startsWith("| `")) {
        Matcher name = LISTED.matcher(line.substring(0, line.indexOf('|', 2)));
        while (name.find()) {
          documented.add(name.group(1));
        }
      }
    }
    assertThat(documented).containsExactlyInAnyOrderElementsOf(Metrics.names());
  }

  /** Names that facts are made with, read from the source: a new one must be listed here. */
  @Test
  void everyFactHasAListedMetric() throws Exception {
    String facts = "";
    for (String name : List.of("Facts", "FairnessFacts", "WeakSpotFacts")) {
      Path file = Path.of("src/main/java/io/attest/stage/" + name + ".java");
      facts += Files.readString(file);
    }
    Matcher made = Pattern.compile("add\\(\\s*\"([a-z_0-9.]+)\"\\s*,").matcher(facts);
    Set<String> names = new TreeSet<>();
    while (made.find()) {
      names.add(made.group(1));
    }
    assertThat(names).hasSizeGreaterThan(45);
    assertThat(Metrics.names()).containsAll(names);
  }
}
