package io.attest.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes the cells of a file row by row, fits them to the wanted fields, and keeps the books on what
 * did not fit.
 */
final class TableBuilder {

  private static final Set<String> MISSING_WORDS =
      Set.of("na", "n/a", "nan", "null", "none", "nil", "?", "-", ".", "missing", "unknown");

  private final Path file;
  private final List<Field> wanted;
  private final Set<String> required;
  private final Set<String> missing;
  private final List<String> notes = new ArrayList<>();
  private final Map<Reason, Tally> rejects = new LinkedHashMap<>();
  private final boolean plainNumbers;
  private final Optional<InBlocks> blocks;

  private boolean typed = true;
  private char decimal = '.';
  private int width = -1;
  private final List<Growing> columns = new ArrayList<>();
  private List<String> names = List.of();
  private long rows;
  private long rejected;
  private int kept;

  /**
   * Where rows go that are not kept until the end.
   *
   * @param rows how many make a block
   */
  record InBlocks(int rows, TableReader.Blocks each) {}

  TableBuilder(
      Path file,
      ReadOptions options,
      List<Field> wanted,
      Set<String> required,
      Optional<InBlocks> blocks) {
    this.file = file;
    this.blocks = blocks;
    this.wanted = wanted;
    this.required = required;
    this.missing = new HashSet<>(options.missing());
    // Else -999 may be a number, or a missing value.
    this.plainNumbers =
        options.missing().stream()
            .noneMatch(m -> number(m, '.') || number(m, ',') || number(m.strip(), '.'));
    Set<String> names = new HashSet<>();
    for (Field field : wanted) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("The column " + field.name() + " is wanted twice.");
      }
    }
  }

  /** From here on all values are plain text, written with this decimal sign. */
  void untyped(char decimalSign) {
    typed = false;
    decimal = decimalSign;
  }

  void note(String sentence) {
    notes.add(sentence);
  }

  /**
   * Says which columns the file has.
   *
   * @throws UnreadableTable if a required one is absent, or one that is wanted is there twice
   */
  void header(List<String> names) {
    List<String> there = names.stream().map(String::strip).toList();
    this.names = there;
    width = there.size();
    for (Field field : wanted) {
      int at = there.indexOf(field.name());
      if (at >= 0 && there.lastIndexOf(field.name()) != at) {
        throw new UnreadableTable(
            file
                + ": two columns are named "
                + field.name()
                + " (columns "
                + (at + 1)
                + " and "
                + (there.lastIndexOf(field.name()) + 1)
                + "). Rename one of them.");
      }
      if (at >= 0) {
        columns.add(new Growing(field, at));
      } else if (required.contains(field.name())) {
        throw new UnreadableTable(
            file
                + ": there is no column "
                + field.name()
                + "."
                + (there.stream().allMatch(TableBuilder::number)
                    ? " Maybe the first line, which should name the columns, is absent."
                    : Nearest.hint(field.name(), there))
                + " The columns are "
                + Nearest.list(there)
                + ".");
      } else {
        note("The file has no column " + field.name() + ".");
      }
    }
    Set<String> used = new HashSet<>();
    wanted.forEach(f -> used.add(f.name()));
    List<String> extra = there.stream().filter(n -> !used.contains(n)).toList();
    if (!extra.isEmpty()) {
      note("Columns not used: " + Nearest.list(extra) + ".");
    }
  }

  private static boolean number(String text) {
    return text.isEmpty() || number(text, '.');
  }

  private static boolean number(String text, char sign) {
    return !Double.isNaN(Numbers.parse(text, sign));
  }

  boolean hasHeader() {
    return width >= 0;
  }

  /** Names of the file's columns; empty until {@link #header} was called. */
  List<String> names() {
    return names;
  }

  /** Number of columns of the file. */
  int width() {
    return width;
  }

  /** A row that cannot be taken as a whole. */
  void reject(long line, String reason, String value) {
    count();
    reject("", reason, line, value);
  }

  /**
   * Takes a row.
   *
   * @param cells one a column of the file: null, a {@code String} or a {@link Cell}
   */
  void row(long line, Object[] cells) {
    row(line, column -> cells[column]);
  }

  /** Takes a row. */
  void row(long line, Cells cells) {
    count();
    for (Growing column : columns) {
      String reason = column.take(cells);
      if (reason != null) {
        Object cell = cells.at(column.at);
        reject(
            column.field.name(), reason, line, cell instanceof Cell c ? c.text() : (String) cell);
        return;
      }
    }
    columns.forEach(Growing::keep);
    kept++;
    if (blocks.isPresent() && kept == blocks.get().rows()) {
      give(blocks.get());
    }
  }

  private void give(InBlocks to) {
    Frame block = new Frame(columns.stream().map(Growing::block).toList(), kept);
    kept = 0;
    try {
      to.each().take(block, rejected);
    } catch (RuntimeException e) {
      throw new NotTaken(e);
    }
  }

  /** What went wrong is no fault of the file, though it came up while it was read. */
  static final class NotTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTaken(RuntimeException cause) {
      super(cause);
    }

    @Override
    public synchronized RuntimeException getCause() {
      return (RuntimeException) super.getCause();
    }
  }

  private void count() {
    rows++;
    if (blocks.isEmpty() && rows > Integer.MAX_VALUE - 16) {
      throw new UnreadableTable(file + ": the file has more rows than can be held in memory.");
    }
  }

  private void reject(String column, String reason, long line, String value) {
    rejected++;
    rejects.computeIfAbsent(new Reason(column, reason), r -> new Tally()).add(line, value);
  }

  /** The end of a table that went in blocks. */
  BlocksRead finishBlocks() {
    requireHeader();
    if (kept > 0) {
      give(blocks.orElseThrow());
    }
    columns.forEach(Growing::tell);
    return new BlocksRead(rows, rejected, told(), notes);
  }

  private void requireHeader() {
    if (!hasHeader()) {
      throw new UnreadableTable(file + ": the file has no line that names the columns.");
    }
  }

  TableRead finish() {
    requireHeader();
    List<Column> done = new ArrayList<>();
    for (Growing column : columns) {
      done.add(column.block());
      column.tell();
    }
    Frame frame = new Frame(done, kept);
    return new TableRead(frame, rows, Duplicates.count(frame), told(), notes);
  }

  private List<Reject> told() {
    List<Reject> told = new ArrayList<>();
    rejects.forEach(
        (why, tally) -> told.add(new Reject(why.column, why.reason, tally.rows, tally.examples)));
    told.forEach(this::advise);
    return told;
  }

  /** A row is rejected for what it says; why it says so is often the same few things. */
  private void advise(Reject reject) {
    if (!reject.reason().equals(Growing.NOT_A_NUMBER)) {
      return;
    }
    String value = reject.examples().get(0).value();
    if (MISSING_WORDS.contains(value.strip().toLowerCase(java.util.Locale.ROOT))) {
      note(
          "Maybe '"
              + value.strip()
              + "' in column "
              + reject.column()
              + " means that the value is missing: then list it under missing.");
    } else if (value.indexOf(',') >= 0 || value.indexOf('.') >= 0) {
      note(
          "Numbers in column "
              + reject.column()
              + " look like '"
              + value
              + "'. The decimal sign was taken to be '"
              + decimal
              + "'; signs for thousands are not read.");
    }
  }

  private record Reason(String column, String reason) {}

  private static final class Tally {
    private long rows;
    private final List<Reject.Example> examples = new ArrayList<>();

    void add(long line, String value) {
      rows++;
      if (examples.size() < Reject.EXAMPLES) {
        String shown = value == null ? "" : value;
        examples.add(
            new Reject.Example(
                line, shown.length() > 80 ? shown.substring(0, 79) + "\u2026" : shown));
      }
    }
  }

  /** One column that grows. {@link #take} looks at a value, {@link #keep} adds it. */
  private final class Growing {
    static final String NOT_A_NUMBER = "is not a number";

    final Field field;
    final int at;
    private final Map<String, Integer> codes = new HashMap<>();
    private double[] numbers = new double[0];
    private int[] coded = new int[0];
    private List<String> texts = new ArrayList<>();
    private double number;
    private int code;
    private String text;
    private long truths;
    private long quoted;
    private final String below;
    private final String above;
    private final String unknown;

    Growing(Field field, int at) {
      this.field = field;
      this.at = at;
      for (String level : field.levels()) {
        codes.put(level, codes.size());
      }
      below = field.min().map(m -> "is below the declared minimum " + show(m)).orElse("");
      above = field.max().map(m -> "is above the declared maximum " + show(m)).orElse("");
      unknown = "is not a declared level (" + Nearest.list(field.levels()) + ")";
    }

    private static String show(double number) {
      return new NumericColumn("", new double[] {number}).text(0);
    }

    /** Looks at a value; answers what is wrong with it, or null. */
    String take(Cells cells) {
      if (plainNumbers && field.type() == FieldType.NUMERIC) {
        number = cells.number(at, decimal);
        if (!Double.isNaN(number)) {
          return outside();
        }
      }
      return take(cells.at(at));
    }

    private String take(Object cell) {
      if (cell instanceof Cell.Fault fault) {
        return fault.reason();
      }
      return switch (field.type()) {
        case NUMERIC -> takeNumber(cell);
        case CATEGORICAL -> takeLevel(cell);
        case TEXT -> {
          String raw = cell instanceof Cell c ? c.text() : (String) cell;
          text = raw == null || isMissing(raw.strip()) ? "" : raw;
          yield null;
        }
      };
    }

    private boolean isMissing(String stripped) {
      return stripped.isEmpty() || missing.contains(stripped);
    }

    private String takeNumber(Object cell) {
      number = Double.NaN;
      if (cell == null) {
        return null;
      } else if (cell instanceof Cell.Number n) {
        number = n.value();
        if (missing.contains(n.text())) {
          number = Double.NaN;
          return null;
        }
        if (Double.isNaN(number) || Double.isInfinite(number)) {
          return "is not a finite number";
        }
      } else if (cell instanceof Cell.Truth truth) {
        number = truth.value() ? 1 : 0;
        truths++;
      } else if (cell instanceof Cell.Moment) {
        return "is a date where a number is declared";
      } else {
        String stripped = ((String) cell).strip();
        if (isMissing(stripped)) {
          return null;
        }
        number = Numbers.parse(stripped, decimal);
        if (Double.isNaN(number)) {
          return NOT_A_NUMBER;
        }
        quoted++;
      }
      return outside();
    }

    private String outside() {
      if (field.min().isPresent() && number < field.min().get()) {
        return below;
      }
      return field.max().isPresent() && number > field.max().get() ? above : null;
    }

    private String takeLevel(Object cell) {
      code = CategoricalColumn.MISSING;
      text = null;
      if (cell == null) {
        return null;
      }
      String raw = cell instanceof Cell c ? c.text() : (String) cell;
      String level = raw.strip();
      // Declared levels come before missing markers: "none" may be a level of one column.
      Integer known = codes.get(raw);
      if (known == null) {
        known = codes.get(level);
      }
      if (known == null && isMissing(level)) {
        return null;
      }
      if (known == null && cell instanceof Cell.Number n) {
        level = show(n.value());
        known = codes.get(level);
      }
      if (known != null) {
        code = known;
        return null;
      }
      if (!field.levels().isEmpty()) {
        return unknown;
      }
      text = level;
      return null;
    }

    void keep() {
      switch (field.type()) {
        case NUMERIC -> {
          if (kept == numbers.length) {
            numbers = Arrays.copyOf(numbers, grown(kept));
          }
          numbers[kept] = number;
        }
        case CATEGORICAL -> {
          if (kept == coded.length) {
            coded = Arrays.copyOf(coded, grown(kept));
          }
          coded[kept] = text == null ? code : codes.computeIfAbsent(text, t -> codes.size());
        }
        case TEXT -> texts.add(text);
      }
    }

    private int grown(int size) {
      return (int) Math.min(Integer.MAX_VALUE - 16L, Math.max(64, size + (size >> 1)));
    }

    /** Tells what was met; once, at the end. */
    void tell() {
      if (truths > 0) {
        note(
            truths
                + " values of column "
                + field.name()
                + " are true or false; they are taken as 1 and 0.");
      }
      if (typed && quoted > 0) {
        note(
            quoted
                + " numbers of column "
                + field.name()
                + " are stored as text; they are taken as numbers.");
      }
      if (field.type() == FieldType.CATEGORICAL && field.levels().isEmpty()) {
        note(
            "Column "
                + field.name()
                + " declares no levels; "
                + codes.size()
                + " were found in the data.");
      }
    }

    /** The values kept since the last block. */
    Column block() {
      return switch (field.type()) {
        case NUMERIC -> {
          double[] out = kept == numbers.length ? numbers : Arrays.copyOf(numbers, kept);
          numbers = new double[room()];
          yield new NumericColumn(field.name(), out);
        }
        case TEXT -> {
          TextColumn out = new TextColumn(field.name(), texts);
          texts = new ArrayList<>();
          yield out;
        }
        case CATEGORICAL -> field.levels().isEmpty() ? sorted() : declared();
      };
    }

    private CategoricalColumn declared() {
      return new CategoricalColumn(field.name(), takeCodes(), field.levels());
    }

    private int[] takeCodes() {
      int[] out = kept == coded.length ? coded : Arrays.copyOf(coded, kept);
      coded = new int[room()];
      return out;
    }

    /** What the next block, if there is one, will need. */
    private int room() {
      return blocks.map(InBlocks::rows).orElse(0);
    }

    /** Of levels that nobody declared, those met so far. */
    private CategoricalColumn sorted() {
      Map<String, Integer> order = new TreeMap<>(codes);
      int[] place = new int[codes.size()];
      int next = 0;
      for (int met : order.values()) {
        place[met] = next++;
      }
      int[] out = takeCodes();
      for (int i = 0; i < kept; i++) {
        out[i] = out[i] < 0 ? out[i] : place[out[i]];
      }
      return new CategoricalColumn(field.name(), out, List.copyOf(order.keySet()));
    }
  }
}
