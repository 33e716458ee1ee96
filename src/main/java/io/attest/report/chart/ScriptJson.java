package io.attest.report.chart;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.attest.report.PlainText;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;

/**
 * JSON that cannot end the {@code script} element around it. Numbers have six digits, which is more
 * than a screen shows; what is no number is null; texts are without what cannot be seen.
 */
final class ScriptJson {
  private static final ObjectMapper JSON = mapper();
  private static final MathContext SIX = new MathContext(6);

  private ScriptJson() {}

  static Optional<String> of(Map<String, Object> data) {
    try {
      return Optional.of(JSON.writeValueAsString(data));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A chart cannot be written as JSON.", e);
    }
  }

  private static ObjectMapper mapper() {
    ObjectMapper json =
        JsonMapper.builder()
            .addModule(
                new SimpleModule()
                    .addSerializer(Double.class, new Numbers())
                    .addSerializer(Double.TYPE, new Numbers())
                    .addSerializer(double[].class, new Arrays())
                    .addSerializer(String.class, new Texts()))
            .build();
    json.getFactory().setCharacterEscapes(new ForScript());
    return json;
  }

  private static void number(double value, JsonGenerator out) throws IOException {
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(new BigDecimal(value).round(SIX).stripTrailingZeros().toString());
    }
  }

  private static final class Numbers extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      number(value, out);
    }
  }

  private static final class Arrays extends JsonSerializer<double[]> {
    @Override
    public void serialize(double[] values, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      for (double value : values) {
        number(value, out);
      }
      out.writeEndArray();
    }
  }

  private static final class Texts extends JsonSerializer<String> {
    @Override
    public void serialize(String value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(PlainText.of(value));
    }
  }

  private static final class ForScript extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private final int[] ascii = standardAsciiEscapesForJSON();

    ForScript() {
      for (char c : new char[] {'<', '>', '&', '\''}) {
        ascii[c] = ESCAPE_STANDARD;
      }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii.clone();
    }

    @Override
    public SerializableString getEscapeSequence(int c) {
      // Line ends that JSON allows and scripts do not.
      return c == 0x2028 || c == 0x2029 ? new SerializedString(String.format("\\u%04x", c)) : null;
    }
  }
}
