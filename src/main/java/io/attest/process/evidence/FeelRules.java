package io.attest.process.evidence;

import io.attest.audit.Section.Fact;
import io.attest.stage.PackedRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The decision engine alone, as the process engine uses it. */
public final class FeelRules implements PackedRules {
  private static final String TABLE = "domain-rules";

  @Override
  public List<List<Map<String, String>>> judge(byte[] dmn, List<Fact> facts, String tier) {
    onlyFeel(dmn);
    DmnEngine engine = DmnEngineConfiguration.createDefaultDmnEngineConfiguration().buildEngine();
    DmnDecision table = engine.parseDecision(TABLE, new ByteArrayInputStream(dmn));
    List<List<Map<String, String>>> answers = new ArrayList<>();
    for (Fact fact : facts) {
      VariableMap inputs =
          Variables.createVariables()
              .putValue("metric", fact.metric())
              .putValue("subject", fact.subject())
              .putValue("value", fact.value())
              .putValue("tier", tier);
      List<Map<String, String>> rules = new ArrayList<>();
      for (DmnDecisionRuleResult rule : engine.evaluateDecisionTable(table, inputs)) {
        Map<String, String> outputs = new LinkedHashMap<>();
        rule.getEntryMap()
            .forEach(
                (name, value) -> {
                  if (value != null) {
                    outputs.put(name, value.toString());
                  }
                });
        rules.add(outputs);
      }
      answers.add(rules);
    }
    return answers;
  }

  /** Any other language of expressions could run code, and the pack came from outside. */
  private static void onlyFeel(byte[] dmn) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(dmn));
      NodeList all = document.getElementsByTagName("*");
      for (int i = 0; i < all.getLength(); i++) {
        String language = ((Element) all.item(i)).getAttribute("expressionLanguage");
        if (!language.isEmpty()
            && !language.equalsIgnoreCase("feel")
            && !language.endsWith("/FEEL/")) {
          throw new IllegalArgumentException(
              "The rules in the pack use the expression language '"
                  + language
                  + "'. Only FEEL is run here.");
        }
      }
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalArgumentException(
          "The rules in the pack are no decision table: " + e.getMessage(), e);
    }
  }
}
