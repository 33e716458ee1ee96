package io.attest.report;

/** Text from outside, made harmless for files that people open. */
public final class PlainText {
  private PlainText() {}

  /**
   * The text without what XML forbids or a reader cannot see: control characters (a tab becomes a
   * space, line feeds stay), lone surrogates, and the marks that turn the direction of text, with
   * which {@code reject} can be made to look like something else. Right-to-left scripts need none
   * of them.
   */
  public static String of(String raw) {
    if (raw == null) {
      return "";
    }
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); ) {
      int c = raw.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\t') {
        out.append(' ');
      } else if (c == '\n' || !unwanted(c)) {
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  private static boolean unwanted(int c) {
    return Character.isISOControl(c)
        || (c >= 0xD800 && c <= 0xDFFF)
        || (c & 0xFFFE) == 0xFFFE
        || (c >= 0xFDD0 && c <= 0xFDEF)
        || c == 0xFEFF
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
