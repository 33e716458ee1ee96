package io.attest.report;

import io.attest.audit.Artifact;
import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.streaming.SXSSFSheet;

/** Every case in one row, with what each feature added: as many as a sheet may hold. */
final class AllCasesSheet implements Sheet {

  /** Cells that spreadsheets still open in reasonable time. */
  private static final int MOST_CELLS = 6_000_000;

  /** Columns before the contributions. */
  private static final List<String> FIXED =
      List.of("Row", "Output", "Base value", "Prediction", "Difference");

  private static final int PRINTED = 60;
  private static final int WIDTH = 14 * 256;

  @Override
  public String anchor() {
    return "all_cases_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.main(record).isEmpty()
        ? Explanations.none(record)
        : Figures.count(Contributions.cases(record), "case")
            + " explained; the sheet says how many it lists.";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Explained> main = Explanations.main(record);
    if (main.isEmpty()) {
      Explanations.missing(record, page, "contributions to single cases");
      return;
    }
    try (Contributions cases = Contributions.open(record, page.files()).orElse(null)) {
      if (cases == null) {
        page.missing(
            "Not available here: the file with all cases cannot be read. "
                + Contributions.file(record).map(AllCasesSheet::pointer).orElse(""));
        return;
      }
      table(record, page, cases.features());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the contributions of all cases.", e);
    }
  }

  private static String pointer(Artifact file) {
    return "All of them are in the file " + file.name() + ", SHA-256 " + file.sha256() + ".";
  }

  private static void table(AuditRecord record, Page page, List<String> features) {
    int[] order = order(record, features);
    List<String> names = new ArrayList<>(FIXED);
    int room = SpreadsheetVersion.EXCEL2007.getMaxColumns() - page.column() - FIXED.size();
    int drawn = Math.min(order.length, room);
    for (int j = 0; j < drawn; j++) {
      names.add(features.get(order[j]));
    }
    long all = Contributions.cases(record);
    int most =
        Math.min(
            Math.min(page.files().most(), MOST_CELLS / names.size()),
            SpreadsheetVersion.EXCEL2007.getMaxRows() - page.row() - 20);
    int shown = (int) Math.min(all, most);
    page.note(Explanations.attributions(record).get(0).source());
    page.note(
        "One row for each case: base value plus contributions is the prediction, and \"Difference\" is"
            + " what is missing. \"Row\" counts the audited rows from 0, \"Output\" the outputs of the"
            + " model from 0; of several, it is that with the largest prediction. Features come"
            + " largest first.");
    page.note(
        shown < all
            ? "The first "
                + Figures.count(shown, "case")
                + " of "
                + all
                + "; "
                + Figures.count(all - shown, "case")
                + " left out here. "
                + Contributions.file(record).map(AllCasesSheet::pointer).orElse("")
            : "All "
                + Figures.count(all, "case")
                + ". The same is in the file "
                + Contributions.file(record)
                    .map(f -> f.name() + ", SHA-256 " + f.sha256())
                    .orElse("")
                + ".");
    if (drawn < order.length) {
      page.note(
          Figures.count(order.length - drawn, "feature")
              + " with the least contributions left out: a sheet has no room for them.");
    }
    if (shown == 0) {
      page.missing("No case is listed: the installation lists none, or there is none.");
      return;
    }
    page.note("When printed, the first " + Math.min(shown, PRINTED) + " rows appear.");
    Area area = page.streamed("all_cases", names, shown);
    page.freeze(1, area.first());
    for (int j = 0; j < drawn; j++) {
      page.sheet().setColumnWidth(area.left() + FIXED.size() + j, WIDTH);
    }
    page.print(area.first() + Math.min(shown, PRINTED) - 1, area.left() + names.size() - 1);
    colour(record, page, area, drawn);
    page.later(sheet -> rows(record, page, sheet, area, shown, order, drawn));
  }

  /** Features with the largest contributions first; those that are not known of last. */
  private static int[] order(AuditRecord record, List<String> features) {
    Map<String, Integer> rank = new HashMap<>();
    Explanations.attributions(record)
        .get(0)
        .result()
        .global()
        .forEach(g -> rank.putIfAbsent(g.feature(), rank.size()));
    List<Integer> order = new ArrayList<>();
    for (int j = 0; j < features.size(); j++) {
      order.add(j);
    }
    order.sort(Comparator.comparingInt(j -> rank.getOrDefault(features.get(j), Integer.MAX_VALUE)));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void colour(AuditRecord record, Page page, Area area, int features) {
    double scale =
        2
            * Explanations.attributions(record).get(0).result().global().stream()
                .mapToDouble(Section.GlobalShare::meanAbsolute)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    if (scale > 0 && features > 0) {
      ColourScale.of(
              ColourScale.Point.at(-scale, ColourScale.ORANGE),
              ColourScale.Point.at(0, ColourScale.WHITE),
              ColourScale.Point.at(scale, ColourScale.BLUE))
          .shade(
              page,
              new CellRangeAddress(
                  area.first(),
                  area.last(),
                  area.left() + FIXED.size(),
                  area.left() + FIXED.size() + features - 1));
    }
  }

  private static void rows(
      AuditRecord record, Page page, SXSSFSheet sheet, Area area, int shown, int[] order, int drawn)
      throws IOException {
    CellStyle count = page.styles().of(Look.COUNT);
    CellStyle number = page.styles().of(Look.NUMBER);
    CellStyle signed = page.styles().of(Look.SIGNED);
    CellStyle tiny = page.styles().formatted(page.styles().of(Look.NUMBER), "0.00E+00");
    CellStyle none = page.styles().right(page.styles().of(Look.MUTED));
    try (Contributions cases = Contributions.open(record, page.files()).orElseThrow()) {
      for (int i = 0; i < shown; i++) {
        Contributions.Line line =
            cases
                .next()
                .orElseThrow(
                    () ->
                        new IOException(
                            "The file of contributions has fewer cases than its record says."));
        Row row = sheet.createRow(area.first() + i);
        int c = area.left();
        put(row.createCell(c++), line.row(), count, none);
        put(row.createCell(c++), line.output(), count, none);
        put(row.createCell(c++), line.base(), number, none);
        put(row.createCell(c++), line.prediction(), number, none);
        put(row.createCell(c++), line.residual(), line.residual() == 0 ? number : tiny, none);
        for (int j = 0; j < drawn; j++) {
          put(row.createCell(c++), line.values()[order[j]], signed, none);
        }
      }
    }
  }

  private static void put(Cell cell, double value, CellStyle style, CellStyle none) {
    if (Double.isFinite(value)) {
      cell.setCellValue(value);
      cell.setCellStyle(style);
    } else {
      cell.setCellValue(Cells.NONE);
      cell.setCellStyle(none);
    }
  }
}
