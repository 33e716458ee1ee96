package io.attest.report.letter;

import io.attest.report.PlainText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands in one letter, by the names of {@code templates/decision-letter.docx}.
 *
 * @param fields {@code {name}}: one text each; line feeds become lines
 * @param lists a paragraph with <code>{reason}</code> is there once for each text
 * @param parts which of the parts between <code>{if name}</code> and <code>{end}</code> are there
 */
public record LetterText(
    Map<String, String> fields, Map<String, List<String>> lists, Set<String> parts) {

  /** The fields that a template may name. */
  public static final Set<String> FIELDS =
      Set.of(
          "recipient",
          "date",
          "reference",
          "case",
          "received",
          "model",
          "version",
          "owner",
          "purpose",
          "audit",
          "audited",
          "information");

  /** The lists. */
  public static final Set<String> LISTS = Set.of("reason", "change", "right");

  /** The parts. */
  public static final Set<String> PARTS =
      Set.of(
          "favourable", "unfavourable", "reasons", "no-reasons", "changes", "no-changes", "rights");

  public LetterText {
    Map<String, String> plain = new TreeMap<>();
    fields.forEach((name, text) -> plain.put(name, PlainText.of(text)));
    fields = java.util.Collections.unmodifiableMap(plain);
    Map<String, List<String>> listed = new LinkedHashMap<>();
    lists.forEach((name, texts) -> listed.put(name, texts.stream().map(PlainText::of).toList()));
    lists = java.util.Collections.unmodifiableMap(listed);
    parts = Set.copyOf(parts);
  }
}
