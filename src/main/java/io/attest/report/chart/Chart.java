package io.attest.report.chart;

import java.util.Optional;

/**
 * A chart as plain data. Drawn as SVG it can be read anywhere: without script, in print, in
 * Tasklist, in a PDF. Where there is script, the page draws it anew from {@link #json()} with
 * figures at each point.
 */
public sealed interface Chart
    permits BarChart, Beeswarm, HeatMap, LineChart, TreeDrawing, Waterfall {

  /** What is shown, in a few words. */
  String title();

  /** The whole picture; the same text for the same values. */
  String svg();

  /**
   * What a script draws it from, safe inside a {@code script} element: a {@code kind}, the title,
   * and the values drawn. Empty where the drawing is as good as any script's.
   */
  Optional<String> json();
}
