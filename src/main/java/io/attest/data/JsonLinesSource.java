package io.attest.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON lines: an object a line, flat. The columns are the keys of all lines; a key that a
 * line does not have is a missing value there.
 */
final class JsonLinesSource {
  private static final String BROKEN = "is not a JSON object with each key once";

  private final Path file;
  private final Optional<Charset> declared;
  private final JsonFactory json =
      JsonFactory.builder()
          .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50).build())
          .build();

  JsonLinesSource(Path file, Optional<Charset> declared) {
    this.file = file;
    this.declared = declared;
  }

  void read(TableBuilder builder) throws IOException {
    Encoding encoding = Encoding.of(file, declared);
    encoding.note().ifPresent(builder::note);
    try {
      // Keys can come late, so the columns are known only at the end: the file is read twice.
      Map<String, Integer> columns = new LinkedHashMap<>();
      lines(
          encoding,
          (line, text) -> {
            try {
              values(text).keySet().forEach(k -> columns.putIfAbsent(k, columns.size()));
            } catch (JsonProcessingException e) {
              // Told in the second reading.
              return;
            }
          });
      if (columns.isEmpty()) {
        throw new UnreadableTable(
            file
                + ": no line is a JSON object, such as {\"age\": 41, \"job\": \"none\"}. Maybe the"
                + " file is one long JSON list: write one object a line.");
      }
      builder.header(new ArrayList<>(columns.keySet()));
      lines(encoding, (line, text) -> row(builder, columns, line, text));
    } catch (CharacterCodingException e) {
      throw encoding.malformed(file);
    }
  }

  private void row(TableBuilder builder, Map<String, Integer> columns, long line, String text)
      throws IOException {
    Object[] cells = new Object[columns.size()];
    try {
      values(text).forEach((key, cell) -> cells[columns.get(key)] = cell);
    } catch (JsonProcessingException e) {
      builder.reject(line, BROKEN, text);
      return;
    }
    builder.row(line, cells);
  }

  private interface Line {
    void at(long number, String text) throws IOException;
  }

  private void lines(Encoding encoding, Line each) throws IOException {
    try (BufferedReader in = new BufferedReader(encoding.open(file))) {
      long number = 0;
      String text;
      while ((text = in.readLine()) != null) {
        number++;
        if (!text.isBlank()) {
          each.at(number, text);
        }
      }
    }
  }

  /** The cells of one line; null stands for null. */
  private Map<String, Object> values(String text) throws IOException {
    Map<String, Object> out = new LinkedHashMap<>();
    try (JsonParser in = json.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new com.fasterxml.jackson.core.JsonParseException(in, BROKEN);
      }
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String key = in.currentName();
        JsonToken token = in.nextToken();
        out.put(
            key,
            switch (token) {
              case VALUE_NULL -> null;
              case VALUE_STRING -> in.getText();
              case VALUE_TRUE -> new Cell.Truth("true", true);
              case VALUE_FALSE -> new Cell.Truth("false", false);
              case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                  new Cell.Number(in.getText(), Numbers.parse(in.getText(), '.'));
              default -> {
                String shown = token == JsonToken.START_ARRAY ? "[...]" : "{...}";
                in.skipChildren();
                yield new Cell.Fault(shown, "is a list or an object, not a single value");
              }
            });
      }
      if (in.nextToken() != null) {
        throw new com.fasterxml.jackson.core.JsonParseException(in, BROKEN);
      }
    }
    return out;
  }
}
