package io.attest.process.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.dmn.feel.impl.FeelException;
import org.camunda.bpm.dmn.feel.impl.scala.ScalaFeelEngineFactory;
import org.camunda.bpm.engine.variable.Variables;

/** The short way answers as Camunda's own engine does. */
class PlainWordsTest {
  private static final FeelEngine CAMUNDA = new ScalaFeelEngineFactory().createInstance();

  private final FeelEngine ours = new PlainWords().createInstance();

  private static boolean ask(FeelEngine engine, String cell, Object value) {
    return engine.evaluateSimpleUnaryTests(
        cell, "cellInput", Variables.putValue("cellInput", value).asVariableContext());
  }

  @Property(tries = 300)
  void listsOfTexts(
      @ForAll("words") List<String> listed, @ForAll boolean but, @ForAll("word") String asked) {
    String texts = listed.stream().map(w -> '"' + w + '"').collect(Collectors.joining(" , "));
    String cell = but ? "not(" + texts + ")" : texts;
    assertThat(ask(ours, cell, asked)).as(cell).isEqualTo(ask(CAMUNDA, cell, asked));
  }

  @Provide
  Arbitrary<List<String>> words() {
    return word().list().ofMinSize(1).ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> word() {
    return Arbitraries.of("age", "Age", "", " age", "a, b", "not(x)", "-", "größe", "(", "א", "b");
  }

  @Example
  void everythingElseIsForTheEngine() {
    for (String cell :
        List.of("\"tab\\tbed\"", "\"say \\\"a\\\"\"", "starts with(?, \"a\")", "not(\"b\")", "-")) {
      for (String asked : List.of("tab\tbed", "say \"a\"", "abc", "b")) {
        assertThat(ask(ours, cell, asked)).as(cell).isEqualTo(ask(CAMUNDA, cell, asked));
      }
    }
    assertThat(ask(ours, "< 3, [5..7)", 6)).isTrue();
    assertThat(ask(ours, "< 3, [5..7)", 7)).isFalse();
    for (FeelEngine engine : List.of(ours, CAMUNDA)) {
      assertThat(ask(engine, "\"a\"", null)).isFalse();
      assertThatThrownBy(() -> ask(engine, "\"a\", < ", "a")).isInstanceOf(FeelException.class);
    }
  }
}
