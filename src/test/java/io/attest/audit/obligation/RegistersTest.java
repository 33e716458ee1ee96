package io.attest.audit.obligation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The registers that come with Attest, and what is said of a wrong one. */
class RegistersTest {

  private static List<Register> packed() throws IOException {
    TreeMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> found = Files.list(Path.of("config/obligations"))) {
      for (Path file : (Iterable<Path>) found::iterator) {
        files.put("config/obligations/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
    return RegisterReader.read(files);
  }

  private static List<String> named(Function<Register.Evidence, List<String>> of)
      throws IOException {
    List<String> out = new ArrayList<>();
    packed().forEach(r -> r.obligations().forEach(o -> out.addAll(of.apply(o.evidence()))));
    return out;
  }

  private static Set<String> all(Path file, String pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void thePackedOnesCanBeRead() throws IOException {
    assertThat(packed())
        .extracting(Register::id)
        .containsExactly(
            "ecoa-reg-b", "eu-ai-act", "gdpr", "iso-42001", "nist-ai-rmf", "nyc-ll144", "sr-26-2");
  }

  @Test
  void everyStepIsAnElementOfTheProcess() throws IOException {
    assertThat(all(Path.of("bpmn/model-audit.bpmn"), " id=\"([a-z-]+)\""))
        .containsAll(named(Register.Evidence::steps));
  }

  @Test
  void everyFactIsOneThatIsMeasured() throws IOException {
    String facts = Files.readString(Path.of("docs/facts.md"));
    assertThat(named(Register.Evidence::facts))
        .isNotEmpty()
        .allSatisfy(
            f -> assertThat(facts).contains("`" + (f.endsWith("*") ? f.replace("*", "") : f)));
  }

  @Test
  void everyFindingIsOfAFactAndWhatRunsIsKnown() throws IOException {
    String facts = Files.readString(Path.of("docs/facts.md"));
    assertThat(named(Register.Evidence::findings))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(facts).contains("`" + f.replace("*", "")));
    assertThat(named(Register.Evidence::running)).isNotEmpty().isSubsetOf("watch", "schedule");
  }

  @Test
  void everySheetIsOneOfTheWorkbook() throws IOException {
    assertThat(all(Path.of("docs/report.md"), "(?m)^\\| ([A-Z][a-z-]+) \\|"))
        .containsAll(named(Register.Evidence::sheets));
  }

  @Test
  void everyDeclarationIsKnown() throws IOException {
    assertThat(ControlMatrix.declarations()).containsAll(named(Register.Evidence::declared));
  }

  private static String gdpr(String text) {
    return """
        id: gdpr
        name: General Data Protection Regulation
        issuer: European Union
        status: in-force
        source: somewhere
        checked: {on: 2026-11-22, how: read}
        obligations:
        """
        + text;
  }

  private static void refused(String content, String... words) {
    assertThatThrownBy(
            () ->
                RegisterReader.read(
                    new TreeMap<>(
                        Map.of(
                            "config/obligations/gdpr.yaml",
                            content.getBytes(StandardCharsets.UTF_8)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("config/obligations/gdpr.yaml")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void wrongOnesAreToldWithFileAndLine() {
    refused(gdpr("  - {id: A, txt: x, outside: y}\n"), "line 8", "unknown key txt", "text");
    refused(gdpr("  - {id: A, text: x}\n"), "A has neither evidence nor a word");
    refused(gdpr("  - {id: A, text: x, outside: y}\n  - {id: A, text: z, outside: y}\n"), "Two");
    refused(gdpr("  []\n"), "obligations is missing or empty");
    refused(
        gdpr("  - {id: A, text: x, outside: y}\n").replace("in-force", "soon"),
        "'soon' is not known. Maybe one of [");
    refused(gdpr("  - {id: A, text: x, outside: y}\n").replace("in-force", "adopted"), "applies");
    refused(
        gdpr("  - {id: A, text: x, outside: y}\n").replace("id: gdpr", "id: dsgvo"),
        "the id is dsgvo");
    refused(
        gdpr("  - {id: A, text: x, outside: y}\n").replace("2026-11-22", "yesterday"), "line 6");
  }
}
