package io.attest.rules;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tables of rules for tests. */
public final class Tables {
  private static final Path PACKED = Path.of("bpmn/domain-rules.dmn");

  private Tables() {}

  /** The packed table. */
  public static byte[] packed() throws Exception {
    return Files.readAllBytes(PACKED);
  }

  /** The packed table with a text in it replaced, which must be there. */
  public static byte[] packed(String text, String by) throws Exception {
    String table = Files.readString(PACKED);
    if (!table.contains(text)) {
      throw new AssertionError("The packed table has no " + text);
    }
    return table.replace(text, by).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A table of the given rows.
   *
   * @param rows each: id, metric, subject, value, tier, domain, rule, severity, message, reference
   */
  public static byte[] of(String[]... rows) {
    StringBuilder dmn =
        new StringBuilder(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Rules" namespace="n">
            <decision id="domain-rules" name="Rules"><decisionTable id="t" hitPolicy="RULE ORDER">
            """);
    String[] inputs = {"metric", "subject", "value", "tier", "domain"};
    for (String in : inputs) {
      dmn.append("<input id=\"i-").append(in).append("\"><inputExpression id=\"e-").append(in);
      dmn.append("\" typeRef=\"").append(in.equals("value") ? "double" : "string");
      dmn.append("\"><text>").append(in).append("</text></inputExpression></input>");
    }
    for (String out : new String[] {"rule", "severity", "message", "reference"}) {
      dmn.append("<output id=\"o-").append(out).append("\" name=\"").append(out);
      dmn.append("\" typeRef=\"string\"/>");
    }
    int row = 0;
    for (String[] cells : rows) {
      row++;
      dmn.append("<rule id=\"").append(cells[0]).append("\"><description>why</description>");
      for (int i = 1; i < cells.length; i++) {
        String kind = i <= inputs.length ? "inputEntry" : "outputEntry";
        dmn.append("<").append(kind).append(" id=\"c").append(row).append("-").append(i);
        dmn.append("\"><text>").append(escaped(cells[i])).append("</text></").append(kind);
        dmn.append(">");
      }
      dmn.append("</rule>");
    }
    return dmn.append("</decisionTable></decision></definitions>")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A row that warns. */
  public static String[] row(String id, String metric, String value, String... other) {
    String[] cells = {
      id,
      metric,
      "",
      value,
      "",
      "",
      "\"" + id + "\"",
      "\"warn\"",
      "\"It is \" + string(value)",
      "\"Policy\""
    };
    for (int i = 0; i + 1 < other.length; i += 2) {
      cells[Integer.parseInt(other[i])] = other[i + 1];
    }
    return cells;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
