package io.attest.report;

import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFSheet;

/** Where the rows of a table stand (without its head): rows and columns counted from 0. */
record Area(XSSFSheet sheet, int left, int first, int last) {

  int rows() {
    return last - first + 1;
  }

  /** The cells of one column. */
  CellRangeAddress column(int index) {
    return new CellRangeAddress(first, last, left + index, left + index);
  }

  /** The first rows. */
  Area head(int rows) {
    return new Area(sheet, left, first, Math.min(last, first + rows - 1));
  }

  /** Rows {@code from} to {@code to}, exclusive, counted from the first one. */
  Area part(int from, int to) {
    return new Area(sheet, left, first + from, first + to - 1);
  }
}
