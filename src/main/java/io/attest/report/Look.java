package io.attest.report;

import java.util.Locale;

/** How a cell looks: each has a sample on the template's sheet of styles, by the name below. */
enum Look {
  TITLE,
  HEADING,
  NOTE,
  HEAD,
  HEAD_TURNED,
  TEXT,
  WRAP,
  COUNT,
  NUMBER,
  SIGNED,
  PERCENT,
  DATE,
  HASH,
  LINK,
  MUTED,
  ABSENT,
  PASS,
  WARN,
  BLOCK,
  UNKNOWN;

  /** The name of the sample cell. */
  String sample() {
    return "style_" + name().toLowerCase(Locale.ROOT);
  }
}
