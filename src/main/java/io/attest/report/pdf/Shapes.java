package io.attest.report.pdf;

import com.ibm.icu.text.ArabicShaping;
import com.ibm.icu.text.ArabicShapingException;
import com.ibm.icu.text.Bidi;
import com.openhtmltopdf.bidi.BidiReorderer;

/** Joins Arabic letters, and turns a run of right-to-left text so that it can be set from left. */
final class Shapes implements BidiReorderer {
  private final ArabicShaping joined = new ArabicShaping(ArabicShaping.LETTERS_SHAPE);
  private final ArabicShaping single = new ArabicShaping(ArabicShaping.LETTERS_UNSHAPE);

  @Override
  public String reorderRTLTextToLTR(String text) {
    return Bidi.writeReverse(text, Bidi.DO_MIRRORING | Bidi.REMOVE_BIDI_CONTROLS);
  }

  @Override
  public String shapeText(String text) {
    return shaped(joined, text);
  }

  @Override
  public String deshapeText(String text) {
    return shaped(single, text);
  }

  private static String shaped(ArabicShaping by, String text) {
    try {
      return by.shape(text);
    } catch (ArabicShapingException e) {
      // It does not fit into the space it has: letters stand apart, and none is lost.
      return text;
    }
  }

  @Override
  public boolean isLiveImplementation() {
    return true;
  }
}
