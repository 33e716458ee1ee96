package io.attest.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads CSV; finds out delimiter and decimal sign where nobody said them. */
final class CsvSource {

  /** No honest row is longer; a quote that is never closed is. */
  private static final int LONGEST_ROW = 4 << 20;

  /** How much of the file is looked at to find out how it is written. */
  private static final int SAMPLE = 1 << 18;

  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final Pattern COMMA_NUMBER = Pattern.compile("[+-]?\\d+,\\d+([eE][+-]?\\d+)?");
  private static final Pattern POINT_NUMBER = Pattern.compile("[+-]?\\d*\\.\\d+([eE][+-]?\\d+)?");
  private static final Pattern THOUSANDS = Pattern.compile("[+-]?[1-9]\\d{0,2},\\d{3}");

  private final Path file;
  private final ReadOptions options;
  private final List<Field> wanted;

  CsvSource(Path file, ReadOptions options, List<Field> wanted) {
    this.file = file;
    this.options = options;
    this.wanted = wanted;
  }

  void read(TableBuilder builder) throws IOException {
    Encoding encoding = Encoding.of(file, options.encoding());
    encoding.note().ifPresent(builder::note);
    try {
      String sample = sample(encoding);
      char delimiter = options.delimiter().orElseGet(() -> delimiter(sample));
      if (options.delimiter().isEmpty()) {
        builder.note("The delimiter is " + word(delimiter) + ".");
      }
      char decimal = options.decimal().orElseGet(() -> decimal(sample, delimiter));
      if (options.decimal().isEmpty() && decimal == ',') {
        builder.note("The decimal sign is a comma.");
      }
      builder.untyped(decimal);
      try (Reader text = encoding.open(file);
          CsvReader<CsvRow> records = reader(delimiter).build(new CsvRow(), text)) {
        rows(records, builder);
      }
    } catch (CsvParseException e) {
      throw unreadable(e, encoding);
    } catch (CharacterCodingException e) {
      throw encoding.malformed(file);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw encoding.malformed(file);
      }
      throw e;
    }
  }

  private static CsvReader.CsvReaderBuilder reader(char delimiter) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .skipEmptyLines(false)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowExtraCharsAfterClosingQuote(false)
        .allowUnclosedQuote(false)
        .maxBufferSize(LONGEST_ROW);
  }

  private static void rows(Iterable<CsvRow> records, TableBuilder builder) {
    long blank = 0;
    String wrongWidth = "";
    for (CsvRow row : records) {
      int fields = row.fields();
      if (fields == 1 && builder.width() != 1 && row.at(0).isBlank()) {
        blank++;
      } else if (!builder.hasHeader()) {
        builder.header(IntStream.range(0, fields).mapToObj(row::at).toList());
        wrongWidth = "has another number of fields than the header (" + builder.width() + ")";
      } else if (fields != builder.width()) {
        builder.reject(
            row.line(), wrongWidth, fields + (fields == 1 ? " field: " : " fields: ") + row.at(0));
      } else {
        builder.row(row.line(), row);
      }
    }
    if (blank > 0) {
      builder.note(blank + (blank == 1 ? " empty line was" : " empty lines were") + " skipped.");
    }
  }

  private UnreadableTable unreadable(CsvParseException e, Encoding encoding) throws IOException {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return encoding.malformed(file);
      }
      if (cause != e
          && cause instanceof IOException io
          && !(io instanceof CharacterCodingException)) {
        String message = String.valueOf(io.getMessage());
        if (!message.contains("buffer")) {
          throw io;
        }
      }
    }
    String detail = e.getMessage() + (e.getCause() == null ? "" : " " + e.getCause().getMessage());
    return new UnreadableTable(
        file
            + ": "
            + detail.strip()
            + " Maybe a quote (\") was opened and never closed, or stands inside a field that is not"
            + " quoted.",
        e);
  }

  private String sample(Encoding encoding) throws IOException {
    try (Reader text = encoding.open(file)) {
      char[] buffer = new char[SAMPLE];
      int length = 0;
      int n;
      while (length < SAMPLE && (n = text.read(buffer, length, SAMPLE - length)) >= 0) {
        length += n;
      }
      return new String(buffer, 0, length);
    }
  }

  /** The first rows as this delimiter would divide them; what cannot be divided ends the list. */
  private static List<List<String>> divide(String sample, char delimiter, int rows) {
    List<List<String>> out = new ArrayList<>();
    try (CsvReader<CsvRecord> records =
        reader(delimiter).allowUnclosedQuote(true).ofCsvRecord(new StringReader(sample))) {
      for (CsvRecord row : records) {
        if (row.getFieldCount() > 1 || !row.getField(0).isBlank()) {
          out.add(row.getFields());
        }
        if (out.size() >= rows) {
          break;
        }
      }
    } catch (CsvParseException | IOException e) {
      // The reading proper will meet it again, and tell it.
      return out;
    }
    return out;
  }

  /**
   * The delimiter that gives most of the wanted names in the header; then the one with which most
   * rows are as wide as the header; then the one with most columns.
   */
  private char delimiter(String sample) {
    Set<String> names = new HashSet<>();
    wanted.forEach(f -> names.add(f.name()));
    char best = DELIMITERS[0];
    double bestScore = -1;
    for (char candidate : DELIMITERS) {
      List<List<String>> rows = divide(sample, candidate, 100);
      if (rows.isEmpty()) {
        continue;
      }
      int width = rows.get(0).size();
      long found =
          rows.get(0).stream().map(String::strip).distinct().filter(names::contains).count();
      double even = rows.stream().filter(r -> r.size() == width).count() / (double) rows.size();
      double score = found * 1e6 + (width > 1 ? even * 1e3 + Math.min(width, 999) / 1e3 : 0);
      if (score > bestScore) {
        bestScore = score;
        best = candidate;
      }
    }
    return best;
  }

  /**
   * A comma, if the numbers of the sample are written with one.
   *
   * @throws UnreadableTable if they could as well be thousands
   */
  private char decimal(String sample, char delimiter) {
    List<List<String>> rows = divide(sample, delimiter, 2000);
    if (rows.isEmpty()) {
      return '.';
    }
    List<String> header = rows.get(0).stream().map(String::strip).toList();
    String comma = null;
    boolean thousandsOnly = true;
    for (Field field : wanted) {
      int at = header.indexOf(field.name());
      if (field.type() != FieldType.NUMERIC || at < 0) {
        continue;
      }
      for (List<String> row : rows.subList(1, rows.size())) {
        String value = at < row.size() ? row.get(at).strip() : "";
        if (POINT_NUMBER.matcher(value).matches()) {
          return '.';
        }
        if (COMMA_NUMBER.matcher(value).matches()) {
          comma = value;
          thousandsOnly &= THOUSANDS.matcher(value).matches();
        }
      }
    }
    if (comma != null && thousandsOnly) {
      throw new UnreadableTable(
          file
              + ": a number is written "
              + comma
              + ", which may be a decimal comma or a sign for thousands. If it is a decimal comma,"
              + " say decimal: ','. Signs for thousands must be taken out of the file.");
    }
    return comma == null ? '.' : ',';
  }

  private static String word(char delimiter) {
    return switch (delimiter) {
      case ',' -> "a comma";
      case ';' -> "a semicolon";
      case '\t' -> "a tab";
      default -> "'" + delimiter + "'";
    };
  }
}
