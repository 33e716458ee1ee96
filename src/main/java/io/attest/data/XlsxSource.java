package io.attest.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.ss.usermodel.DateUtil;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.util.XMLHelper;
import org.apache.poi.xssf.eventusermodel.ReadOnlySharedStringsTable;
import org.apache.poi.xssf.eventusermodel.XSSFReader;
import org.apache.poi.xssf.model.StylesTable;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads a sheet of a workbook as a stream of events, so that a large sheet needs no large memory.
 *
 * <p>Values come as they are stored, not as they are shown: a number with all its digits, a formula
 * with the value that was stored with it, a date as ISO 8601.
 */
final class XlsxSource {
  private final Path file;
  private final Optional<String> sheet;

  XlsxSource(Path file, Optional<String> sheet) {
    this.file = file;
    this.sheet = sheet;
  }

  void read(TableBuilder builder) {
    try {
      // POI reads on where a zip file is cut off; whoever reads a table wants all of it.
      new ZipFile(file.toFile()).close();
    } catch (IOException e) {
      throw broken(e);
    }
    try (OPCPackage workbook = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
      XSSFReader reader = new XSSFReader(workbook);
      boolean from1904 = from1904(reader);
      ReadOnlySharedStringsTable strings = new ReadOnlySharedStringsTable(workbook);
      StylesTable styles = reader.getStylesTable();
      try (InputStream in = sheet(reader, builder)) {
        Rows rows = new Rows(builder, strings, styles, from1904);
        parse(in, rows);
        rows.tell();
      }
    } catch (UnreadableTable | TableBuilder.NotTaken e) {
      throw e;
    } catch (OpenXML4JException
        | SAXException
        | ParserConfigurationException
        | IOException
        | RuntimeException e) {
      // POI answers a damaged file with almost any exception.
      throw broken(e);
    }
  }

  private UnreadableTable broken(Exception e) {
    return new UnreadableTable(
        file
            + ": this is not a workbook that can be read ("
            + e.getMessage()
            + "). Maybe it was cut off on its way: open it in Excel and save it again as .xlsx.",
        e);
  }

  private static void parse(InputStream in, DefaultHandler handler)
      throws SAXException, ParserConfigurationException, IOException {
    XMLReader xml = XMLHelper.newXMLReader();
    xml.setContentHandler(handler);
    xml.parse(new InputSource(in));
  }

  private static boolean from1904(XSSFReader reader)
      throws OpenXML4JException, SAXException, ParserConfigurationException, IOException {
    boolean[] found = new boolean[1];
    try (InputStream in = reader.getWorkbookData()) {
      parse(
          in,
          new DefaultHandler() {
            @Override
            public void startElement(String uri, String name, String qName, Attributes is) {
              String value = name.equals("workbookPr") ? is.getValue("date1904") : null;
              found[0] |= "1".equals(value) || "true".equals(value);
            }
          });
    }
    return found[0];
  }

  private InputStream sheet(XSSFReader reader, TableBuilder builder)
      throws OpenXML4JException, IOException {
    Map<String, InputStream> sheets = new LinkedHashMap<>();
    XSSFReader.SheetIterator each = (XSSFReader.SheetIterator) reader.getSheetsData();
    while (each.hasNext()) {
      InputStream in = each.next();
      sheets.put(each.getSheetName(), in);
    }
    List<String> names = new ArrayList<>(sheets.keySet());
    if (names.isEmpty()) {
      throw new UnreadableTable(file + ": the workbook has no sheet with cells.");
    }
    String chosen = sheet.orElse(names.get(0));
    InputStream in = sheets.remove(chosen);
    for (InputStream other : sheets.values()) {
      other.close();
    }
    if (in == null) {
      throw new UnreadableTable(
          file
              + ": there is no sheet "
              + chosen
              + "."
              + Nearest.hint(chosen, names)
              + " The sheets are "
              + Nearest.list(names)
              + ".");
    }
    if (sheet.isEmpty() && names.size() > 1) {
      builder.note(
          "The workbook has "
              + names.size()
              + " sheets ("
              + Nearest.list(names)
              + "); the first one was read.");
    }
    return in;
  }

  /** Puts the cells of each row together. */
  private static final class Rows extends DefaultHandler {
    private final TableBuilder builder;
    private final ReadOnlySharedStringsTable strings;
    private final StylesTable styles;
    private final boolean from1904;
    private final Map<Integer, Boolean> dates = new java.util.HashMap<>();

    private final List<Object> cells = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private long row;
    private int column;
    private String type = "";
    private int style;
    private boolean collecting;
    private boolean phonetic;
    private boolean formula;
    private boolean value;
    private long blank;
    private long hidden;
    private boolean merged;

    Rows(
        TableBuilder builder,
        ReadOnlySharedStringsTable strings,
        StylesTable styles,
        boolean from1904) {
      this.builder = builder;
      this.strings = strings;
      this.styles = styles;
      this.from1904 = from1904;
    }

    @Override
    public void startElement(String uri, String name, String qName, Attributes is) {
      switch (name) {
        case "row" -> {
          String number = is.getValue("r");
          row = number == null ? row + 1 : Long.parseLong(number);
          String hide = is.getValue("hidden");
          hidden += "1".equals(hide) || "true".equals(hide) ? 1 : 0;
          column = -1;
          cells.clear();
        }
        case "c" -> {
          String at = is.getValue("r");
          column = at == null ? column + 1 : new CellReference(at).getCol();
          type = is.getValue("t") == null ? "n" : is.getValue("t");
          style = is.getValue("s") == null ? 0 : Integer.parseInt(is.getValue("s"));
          text.setLength(0);
          formula = false;
          value = false;
        }
        case "f" -> formula = true;
        case "v" -> {
          value = true;
          collecting = true;
        }
        case "t" -> collecting = type.equals("inlineStr") && !phonetic;
        case "rPh" -> phonetic = true;
        case "mergeCell" -> merged = true;
        default -> {
          // Everything else says how the sheet looks.
        }
      }
    }

    @Override
    public void characters(char[] chars, int start, int length) {
      if (collecting) {
        text.append(chars, start, length);
      }
    }

    @Override
    public void endElement(String uri, String name, String qName) {
      switch (name) {
        case "v", "t" -> collecting = false;
        case "rPh" -> phonetic = false;
        case "c" -> {
          Object cell = cell();
          if (cell != null) {
            while (cells.size() <= column) {
              cells.add(null);
            }
            cells.set(column, cell);
          }
        }
        case "row" -> row();
        default -> {
          // Everything else says how the sheet looks.
        }
      }
    }

    private Object cell() {
      String raw = text.toString();
      if (formula && !value) {
        return new Cell.Fault("", "is a formula without a stored value; save the file in Excel");
      }
      return switch (type) {
        case "s" -> filled(strings.getItemAt(Integer.parseInt(raw.strip())).getString());
        case "str", "inlineStr" -> filled(raw);
        case "b" -> new Cell.Truth(raw.equals("1") ? "TRUE" : "FALSE", raw.equals("1"));
        case "e" -> new Cell.Fault(raw, "is an error in the workbook");
        case "d" -> new Cell.Moment(raw);
        default -> raw.isBlank() ? null : number(raw.strip());
      };
    }

    private static String filled(String text) {
      return text.isEmpty() ? null : text;
    }

    private Object number(String raw) {
      double number = Numbers.parse(raw, '.');
      if (dates.computeIfAbsent(style, this::isDate) && DateUtil.isValidExcelDate(number)) {
        LocalDateTime moment = DateUtil.getLocalDateTime(number, from1904, true);
        return new Cell.Moment(
            moment.toLocalTime().equals(LocalTime.MIDNIGHT)
                ? moment.toLocalDate().toString()
                : moment.toString());
      }
      return new Cell.Number(new NumericColumn("", new double[] {number}).text(0), number);
    }

    private boolean isDate(int index) {
      if (index < 0 || index >= styles.getNumCellStyles()) {
        return false;
      }
      XSSFCellStyle cellStyle = styles.getStyleAt(index);
      return DateUtil.isADateFormat(cellStyle.getDataFormat(), cellStyle.getDataFormatString());
    }

    private void row() {
      if (cells.isEmpty()) {
        blank++;
      } else if (!builder.hasHeader()) {
        blank = 0;
        builder.header(cells.stream().map(Rows::shown).toList());
      } else if (cells.size() > builder.width()) {
        builder.reject(
            row,
            "has more cells than there are column names (" + builder.width() + ")",
            shown(cells.get(cells.size() - 1)));
      } else {
        while (cells.size() < builder.width()) {
          cells.add(null);
        }
        builder.row(row, cells.toArray());
      }
    }

    private static String shown(Object cell) {
      return cell instanceof Cell c ? c.text() : cell == null ? "" : (String) cell;
    }

    void tell() {
      if (blank > 0) {
        builder.note(blank + (blank == 1 ? " empty row was" : " empty rows were") + " skipped.");
      }
      if (hidden > 0) {
        builder.note(
            hidden + (hidden == 1 ? " row is" : " rows are") + " hidden; read all the same.");
      }
      if (merged) {
        builder.note("The sheet has merged cells; only the first cell of each holds its value.");
      }
    }
  }
}
