package io.attest.report.pdf;

import com.ibm.icu.text.Bidi;
import com.openhtmltopdf.bidi.BidiSplitter;
import com.openhtmltopdf.bidi.BidiTextRun;

/** Splits text into runs of one direction each, as the Unicode standard has it (UAX 9). */
final class Directions implements BidiSplitter {
  private final Bidi bidi = new Bidi();

  @Override
  public void setParagraph(String paragraph, byte direction) {
    bidi.setPara(paragraph, direction == RTL ? Bidi.RTL : Bidi.LTR, null);
  }

  @Override
  public int countTextRuns() {
    return bidi.countRuns();
  }

  @Override
  public BidiTextRun getVisualRun(int run) {
    var found = bidi.getVisualRun(run);
    return new BidiTextRun(found.getStart(), found.getLength(), found.isEvenRun() ? LTR : RTL);
  }

  @Override
  public byte getBaseDirection(String paragraph) {
    return switch (Bidi.getBaseDirection(paragraph)) {
      case Bidi.LTR -> LTR;
      case Bidi.RTL -> RTL;
      default -> NEUTRAL;
    };
  }
}
