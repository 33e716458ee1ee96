package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ModelSpecPropertiesTest {
  private final String whole;

  ModelSpecPropertiesTest() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/model/whole.yaml")) {
      whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Whatever is typed into a declaration, somewhere, gives a declaration or a message. */
  @Property(tries = 1000)
  void anySlipGivesADeclarationOrAMessage(
      @ForAll @IntRange(max = 1500) int at,
      @ForAll @IntRange(max = 12) int erased,
      @ForAll("slips") String typed) {
    int start = Math.min(at, whole.length());
    String text =
        whole.substring(0, start)
            + typed
            + whole.substring(Math.min(whole.length(), start + erased));
    try {
      ModelSpec spec =
          ModelSpecReader.parse(text.getBytes(StandardCharsets.UTF_8), Path.of("/m/model.yaml"));
      assertThat(spec.fields()).isNotEmpty();
    } catch (InvalidModelException e) {
      assertThat(e.getMessage()).startsWith("/m/model.yaml");
    }
  }

  @Provide
  Arbitrary<String> slips() {
    return Arbitraries.of(
            "",
            " ",
            "\n",
            "\t",
            ":",
            ": ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"",
            "'",
            "#",
            "*",
            "&a",
            "!!int",
            "|",
            ">",
            "?",
            "%",
            "@",
            "~",
            "null",
            "yes",
            "1",
            "1e999",
            ".nan",
            "0x1f",
            "2024-01-01",
            "ä",
            "\0",
            "\uFEFF",
            "<<: *a",
            "---\n",
            "...\n")
        .list()
        .ofMaxSize(3)
        .map(list -> String.join("", list));
  }
}
