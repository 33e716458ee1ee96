package io.attest.report;

import java.io.IOException;
import org.apache.poi.xssf.streaming.SXSSFSheet;

/** Rows of a sheet that are too many to keep: written one after another, after all else. */
@FunctionalInterface
interface Rest {

  /**
   * Writes the rows below those that are there, in order.
   *
   * @param sheet keeps only its last rows in memory
   */
  void write(SXSSFSheet sheet) throws IOException;
}
