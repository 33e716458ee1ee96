package io.attest.stage;

import java.io.IOException;
import java.io.InputStream;

/** The folder {@code templates}: what people read is made from these files. */
@FunctionalInterface
public interface Templates {

  /**
   * Opens a template: the installation's own, or else the packed one.
   *
   * @param name relative to the folder, for instance {@code audit-report.xlsx}
   */
  InputStream open(String name) throws IOException;
}
