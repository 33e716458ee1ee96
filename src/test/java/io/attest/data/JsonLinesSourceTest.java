package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesSourceTest {
  private static final List<Field> WANTED =
      List.of(
          Field.text("id"),
          Field.numeric("age"),
          Field.categorical("job", List.of("none", "1", "true")));

  @TempDir Path folder;

  private TableRead read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("people.jsonl"), text);
    return TableReader.read(file, Format.JSONL, ReadOptions.NONE, WANTED, List.of("age"));
  }

  @Test
  void readsTypedValues() throws IOException {
    TableRead read =
        read(
            """
            {"age": 41, "job": "none"}

            {"id": 12345678901234567890, "job": 1, "age": 1.5e1, "extra": {"a": 1}}
            {"id": "x", "age": null, "job": true}
            {"age": "7", "job": 1.0}
            {"age": false}
            """);
    assertThat(read.rejects()).isEmpty();
    assertThat(((NumericColumn) read.frame().column("age")).values())
        .containsExactly(41, 15, Double.NaN, 7, 0);
    assertThat(((CategoricalColumn) read.frame().column("job")).codes())
        .containsExactly(0, 1, 2, 1, -1);
    assertThat(((TextColumn) read.frame().column("id")).values())
        .containsExactly("", "12345678901234567890", "x", "", "");
    assertThat(read.notes()).contains("Columns not used: extra.");
  }

  @Test
  void rejectsBrokenLinesByNumber() throws IOException {
    TableRead read =
        read(
            """
            {"age": 1, "job": "none"}
            {"age": 2, "job":
            {"age": 3, "age": 4}
            {"age": [5]}
            [6]
            {"age": 7} {"age": 8}
            {"age": 1e999}
            {"age": 9}
            """);
    assertThat(((NumericColumn) read.frame().column("age")).values()).containsExactly(1, 9);
    assertThat(read.rejects())
        .extracting(r -> r.rows() + " " + r.column() + " " + r.reason())
        .containsExactly(
            "4  is not a JSON object with each key once",
            "1 age is a list or an object, not a single value",
            "1 age is not a finite number");
    assertThat(read.rejects().get(0).examples())
        .extracting(Reject.Example::line)
        .containsExactly(2L, 3L, 5L, 6L);
  }

  @Test
  void tellsFilesThatAreNoJsonLines() {
    assertThatThrownBy(() -> read("[{\"age\": 1}]\n"))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("one object a line");
    assertThatThrownBy(() -> read("{\"Age\": 1}\n"))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("Maybe you meant Age");
  }
}
