package io.attest.bench;

import java.util.ArrayList;
import java.util.List;

/** The Markdown that a run writes, shown as it grows. */
final class Sheet {
  private final List<String> lines = new ArrayList<>();

  void line(String line) {
    lines.add(line);
    System.out.println(line);
    System.out.flush();
  }

  void head(String title) {
    line("");
    line("### " + title);
    line("");
  }

  void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  void columns(String... names) {
    row(names);
    line("|" + "---|".repeat(names.length));
  }

  void duelColumns() {
    columns("what", "library", "rows a call", "rows/s", "Attest is faster by", "largest difference");
  }

  void duel(String what, List<Duel.Result> results) {
    for (int i = 0; i < results.size(); i++) {
      Duel.Result result = results.get(i);
      row(
          i == 0 ? what : "",
          result.name(),
          String.format(java.util.Locale.ROOT, "%,d", result.rows()),
          result.rate().toString(),
          i == 0 ? "" : result.ratio().toString(),
          i == 0 || Double.isNaN(result.difference()) ? "" : Range.figure(result.difference()));
    }
  }

  List<String> lines() {
    return lines;
  }
}
