package io.attest.rules;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads the rows of {@code domain-rules} from a DMN file. The file may come from anybody: it is
 * bounded in size, and may not refer to anything outside itself.
 */
public final class RuleTableReader {

  /** Larger files are refused. */
  public static final int MOST_BYTES = 1_000_000;

  static final int MOST_ROWS = 2_000;

  private RuleTableReader() {}

  /**
   * Reads a table.
   *
   * @param name for messages
   * @throws UnreadableRules if it is none
   */
  public static RuleTable read(byte[] dmn, String name) {
    if (dmn.length > MOST_BYTES) {
      throw new UnreadableRules(
          name
              + " has "
              + dmn.length
              + " bytes; a table of rules may have "
              + MOST_BYTES
              + ". Maybe it is another file.");
    }
    Element root = parse(dmn, name);
    List<Element> decisions = all(root, "decision");
    Element decision =
        decisions.stream()
            .filter(d -> d.getAttribute("id").equals(RuleTable.KEY))
            .findFirst()
            .orElseThrow(
                () ->
                    new UnreadableRules(
                        name
                            + " has no decision with the id "
                            + RuleTable.KEY
                            + (decisions.isEmpty()
                                ? ". Maybe it is not a DMN file."
                                : ", but "
                                    + String.join(
                                        ", ",
                                        decisions.stream().map(d -> d.getAttribute("id")).toList())
                                    + ". Maybe the id was changed: the process asks for "
                                    + RuleTable.KEY
                                    + ".")));
    Element table =
        child(decision, "decisionTable")
            .orElseThrow(
                () ->
                    new UnreadableRules(
                        name + ": the decision " + RuleTable.KEY + " is not a decision table."));
    languages(root, name);
    List<String> inputs =
        all(table, "input").stream()
            .map(i -> child(i, "inputExpression").map(e -> text(e)).orElse(""))
            .toList();
    List<String> outputs = all(table, "output").stream().map(o -> o.getAttribute("name")).toList();
    List<Element> rows = all(table, "rule");
    if (rows.size() > MOST_ROWS) {
      throw new UnreadableRules(
          name + " has " + rows.size() + " rows; a table may have " + MOST_ROWS + ".");
    }
    List<RuleTable.Rule> rules = new ArrayList<>();
    for (Element row : rows) {
      rules.add(
          new RuleTable.Rule(
              rules.size() + 1,
              row.getAttribute("id"),
              child(row, "description").map(d -> d.getTextContent().strip()).orElse(""),
              cells(all(row, "inputEntry"), inputs),
              cells(all(row, "outputEntry"), outputs)));
    }
    String policy = table.getAttribute("hitPolicy");
    return new RuleTable(
        decision.getAttribute("name"),
        (policy.isEmpty() ? "UNIQUE" : policy)
            + (table.getAttribute("aggregation").isEmpty()
                ? ""
                : " " + table.getAttribute("aggregation")),
        inputs,
        outputs,
        List.copyOf(rules));
  }

  private static Element parse(byte[] dmn, String name) {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    try {
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      // No document type, so no entities: neither files of this machine nor bombs.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Strict());
      return builder.parse(new ByteArrayInputStream(dmn)).getDocumentElement();
    } catch (SAXParseException e) {
      throw new UnreadableRules(
          name
              + ", line "
              + e.getLineNumber()
              + ": this is not XML that is read here: "
              + e.getMessage()
              + (String.valueOf(e.getMessage()).contains("DOCTYPE")
                  ? " Take the document type out."
                  : " Maybe the file was cut."),
          e);
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new UnreadableRules(name + " cannot be read as XML: " + e.getMessage(), e);
    }
  }

  /** A table is data: it may ask nothing but FEEL, which cannot reach out of itself. */
  private static void languages(Element root, String name) {
    var every = root.getElementsByTagName("*");
    for (int i = 0; i < every.getLength(); i++) {
      Element element = (Element) every.item(i);
      language(element, element.getAttribute("expressionLanguage"), name);
    }
    language(root, root.getAttribute("expressionLanguage"), name);
    if (root.getElementsByTagNameNS("*", "import").getLength() > 0) {
      throw new UnreadableRules(name + " imports other files. A table of rules stands alone.");
    }
  }

  private static void language(Element element, String language, String name) {
    String plain = language.strip().toLowerCase(java.util.Locale.ROOT);
    if (!plain.isEmpty() && !plain.equals("feel") && !plain.matches(".*/feel/?")) {
      throw new UnreadableRules(
          name
              + ": "
              + element.getLocalName()
              + " "
              + element.getAttribute("id")
              + " is written in "
              + language
              + ". Rules are written in FEEL only.");
    }
  }

  private static Map<String, String> cells(List<Element> entries, List<String> names) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(entries.size(), names.size()); i++) {
      cells.put(names.get(i), text(entries.get(i)));
    }
    return cells;
  }

  private static String text(Element element) {
    return child(element, "text").map(t -> t.getTextContent().strip()).orElse("");
  }

  private static Optional<Element> child(Element element, String name) {
    return all(element, name).stream().findFirst();
  }

  private static List<Element> all(Element element, String name) {
    List<Element> found = new ArrayList<>();
    for (Node n = element.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && name.equals(e.getLocalName())) {
        found.add(e);
      }
    }
    return found;
  }

  /** The parser's own handler writes to standard error. */
  private static final class Strict implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {
      // Nothing that would change what the table says.
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
