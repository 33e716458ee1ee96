package io.attest.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFTable;

/**
 * Writes a list as an Excel table: one header row, one row an item, no merged cells, numbers as
 * numbers. Columns are declared one by one, in order.
 *
 * @param <T> what a row is made from
 */
final class TableWriter<T> {

  /** Puts the value of one item into its cell. */
  interface Put<T> {
    void into(XSSFCell cell, T item);
  }

  private record Column<T>(String name, Look head, boolean right, Put<T> put) {}

  private final Page page;
  private final String name;
  private final List<T> rows;
  private final List<Column<T>> columns = new ArrayList<>();
  private int most = Integer.MAX_VALUE;
  private String elsewhere = "";

  TableWriter(Page page, String name, List<T> rows) {
    this.page = page;
    this.name = name;
    this.rows = rows;
  }

  /** Any other column. */
  TableWriter<T> column(String name, Put<T> put) {
    columns.add(new Column<>(name, Look.HEAD, false, put));
    return this;
  }

  private TableWriter<T> right(String name, Put<T> put) {
    columns.add(new Column<>(name, Look.HEAD, true, put));
    return this;
  }

  /** A narrow column with its name turned: for matrices. */
  TableWriter<T> turned(String name, ToDoubleFunction<T> value) {
    columns.add(
        new Column<>(
            name,
            Look.HEAD_TURNED,
            false,
            (cell, item) -> page.cells().hundredths(cell, value.applyAsDouble(item))));
    return this;
  }

  /** A narrow column of shares with its name turned: for matrices. */
  TableWriter<T> turnedPercent(String name, ToDoubleFunction<T> value) {
    columns.add(
        new Column<>(
            name,
            Look.HEAD_TURNED,
            false,
            (cell, item) -> page.cells().number(cell, value.applyAsDouble(item), Look.PERCENT)));
    return this;
  }

  TableWriter<T> text(String name, Function<T, String> value) {
    return column(name, (c, item) -> page.cells().textOrDash(c, value.apply(item), Look.TEXT));
  }

  /** Text that may be long: broken into lines. */
  TableWriter<T> wrap(String name, Function<T, String> value) {
    return column(name, (c, item) -> page.cells().textOrDash(c, value.apply(item), Look.WRAP));
  }

  TableWriter<T> hash(String name, Function<T, String> value) {
    return column(name, (c, item) -> page.cells().textOrDash(c, value.apply(item), Look.HASH));
  }

  TableWriter<T> mark(String name, Function<T, Mark> value) {
    return column(name, (c, item) -> page.cells().mark(c, value.apply(item)));
  }

  TableWriter<T> count(String name, ToLongFunction<T> value) {
    return right(name, (c, item) -> page.cells().count(c, value.applyAsLong(item)));
  }

  TableWriter<T> number(String name, ToDoubleFunction<T> value) {
    return number(name, value, Look.NUMBER);
  }

  TableWriter<T> percent(String name, ToDoubleFunction<T> value) {
    return number(name, value, Look.PERCENT);
  }

  TableWriter<T> signed(String name, ToDoubleFunction<T> value) {
    return number(name, value, Look.SIGNED);
  }

  private TableWriter<T> number(String name, ToDoubleFunction<T> value, Look look) {
    return right(name, (c, item) -> page.cells().number(c, value.applyAsDouble(item), look));
  }

  TableWriter<T> date(String name, Function<T, Instant> value) {
    return column(name, (c, item) -> page.cells().date(c, value.apply(item)));
  }

  /**
   * Writes the first rows only, and says how many are left out.
   *
   * @param elsewhere where the rest is, as the end of a sentence: {@code in the file x.parquet}
   */
  TableWriter<T> most(int rows, String elsewhere) {
    this.most = rows;
    this.elsewhere = elsewhere;
    return this;
  }

  /**
   * Writes the table; without rows, only the sentence that says why there are none.
   *
   * @return where it stands; empty if there were no rows
   */
  Optional<Area> write(String whenEmpty) {
    if (rows.isEmpty()) {
      page.missing(whenEmpty);
      return Optional.empty();
    }
    int shown = Math.min(most, rows.size());
    if (shown < rows.size()) {
      page.note(
          "The first "
              + shown
              + " of "
              + rows.size()
              + " rows; "
              + Figures.count(rows.size() - shown, "row")
              + " left out. All of them are "
              + elsewhere
              + ".");
    }
    int top = page.row();
    int left = page.column();
    heads(top, left);
    for (int i = 0; i < shown; i++) {
      XSSFRow row = page.row(top + 1 + i);
      for (int c = 0; c < columns.size(); c++) {
        columns.get(c).put().into(row.createCell(left + c), rows.get(i));
      }
      page.grow(row, left, left + columns.size());
    }
    Area area = new Area(page.sheet(), left, top + 1, top + shown);
    table(top, left, top + shown);
    page.to(top + shown + 1);
    return Optional.of(area);
  }

  /** Writes the head alone, over rows that are written later. */
  Area headOf(int count) {
    int top = page.row();
    heads(top, page.column());
    table(top, page.column(), top + count);
    page.to(top + count + 1);
    return new Area(page.sheet(), page.column(), top + 1, top + count);
  }

  private void heads(int top, int left) {
    Set<String> taken = new HashSet<>();
    XSSFRow row = page.row(top);
    int longest = 0;
    for (int c = 0; c < columns.size(); c++) {
      XSSFCell cell = row.createCell(left + c);
      page.cells().text(cell, distinct(columns.get(c).name(), taken), columns.get(c).head());
      if (columns.get(c).right()) {
        cell.setCellStyle(page.styles().right(cell.getCellStyle()));
      }
      if (columns.get(c).head() == Look.HEAD_TURNED) {
        longest = Math.max(longest, columns.get(c).name().length());
      }
    }
    page.grow(row, left, left + columns.size());
    if (longest > 0) {
      row.setHeightInPoints(Math.max(row.getHeightInPoints(), 14 + 6.2f * Math.min(30, longest)));
    }
  }

  /** Excel wants the heads of a table distinct, on one line, and at most 255 characters long. */
  private static String distinct(String name, Set<String> taken) {
    String plain = PlainText.of(name).replace('\n', ' ').replace("_x", "_ x").strip();
    if (plain.isEmpty()) {
      plain = "(no name)";
    }
    plain = plain.length() > 240 ? plain.substring(0, 240) : plain;
    String free = plain;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = plain + " (" + i + ")";
    }
    return free;
  }

  private void table(int top, int left, int bottom) {
    AreaReference area =
        new AreaReference(
            new CellReference(top, left),
            new CellReference(bottom, left + columns.size() - 1),
            SpreadsheetVersion.EXCEL2007);
    XSSFTable table = page.sheet().createTable(area);
    String unique = page.tableName(name);
    table.setName(unique);
    table.setDisplayName(unique);
    table.updateHeaders();
    table.getCTTable().addNewAutoFilter().setRef(area.formatAsString());
  }
}
