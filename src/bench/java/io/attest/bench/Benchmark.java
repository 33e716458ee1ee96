package io.attest.bench;

import io.attest.explain.tree.CostMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the benchmark, whole or in parts, prints its tables and writes them to {@code
 * target/benchmarks.md}.
 *
 * <p>{@code ./mvnw -q -Pbench test-compile exec:exec}, with {@code -Dattest.bench=depth6,latency}
 * for some parts only and {@code -Dattest.bench.scale=0.05} for a quick look at all of them.
 */
public final class Benchmark {
  private Benchmark() {}

  private interface Part {
    void run(Sheet sheet) throws IOException;
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    // One library tells how it unpacks itself.
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    double scale = Double.parseDouble(System.getProperty("attest.bench.scale", "1"));
    String chosen = System.getProperty("attest.bench", "all");
    Path folder =
        Files.createDirectories(Path.of(System.getProperty("attest.bench.folder", "target/bench")));
    Trials trials = new Trials(folder, scale);
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("depth6", sheet -> trials.shape(sheet, 500, 6, 20_000));
    parts.put("prediction", trials::prediction);
    parts.put("interventional", trials::interventional);
    parts.put("interactions", trials::interactions);
    parts.put("latency", trials::latency);
    parts.put("threads", trials::threads);
    parts.put("million", new Million(folder, scale, trials)::run);
    parts.put("depth4", sheet -> trials.shape(sheet, 500, 4, 20_000));
    parts.put("depth8", sheet -> trials.shape(sheet, 500, 8, 20_000));
    parts.put("depth12", sheet -> trials.shape(sheet, 200, 12, 10_000));
    parts.put("depth16", sheet -> trials.shape(sheet, 100, 16, 5_000));
    parts.put("deep-interventional", trials::deepInterventional);
    parts.put("multiclass", trials::multiclass);
    parts.put("categorical", trials::categorical);
    parts.put("lightgbm", trials::lightgbm);
    parts.put("kernel", trials::kernel);
    parts.put("black-box", new BlackBox(folder, scale)::run);
    parts.put("cost", sheet -> cost(sheet, trials));
    List<String> names = chosen.equals("all") ? List.copyOf(parts.keySet()) : names(chosen, parts);
    Sheet sheet = new Sheet();
    Machine.describe(
        sheet,
        "./mvnw -q -Pbench test-compile exec:exec"
            + (chosen.equals("all") ? "" : " -Dattest.bench=" + chosen)
            + (scale == 1 ? "" : " -Dattest.bench.scale=" + scale));
    Path out = folder.resolveSibling("benchmarks.md");
    for (String name : names) {
      parts.get(name).run(sheet);
      Files.write(out, sheet.lines());
    }
    System.err.println("Written to " + out);
    // Native libraries may leave threads behind.
    System.exit(0);
  }

  private static List<String> names(String chosen, Map<String, Part> parts) {
    List<String> names = List.of(chosen.split(","));
    for (String name : names) {
      if (!parts.containsKey(name)) {
        throw new IllegalArgumentException(
            "The benchmark has no part '" + name + "'. Its parts are " + parts.keySet() + ".");
      }
    }
    return names;
  }

  private static void cost(Sheet sheet, Trials trials) {
    sheet.head("Constants of the cost model, in nanoseconds");
    sheet.columns("constant", "in use", "measured");
    for (CostMeasure.Constant constant :
        CostMeasure.all(
            trials.credit(500, 6).model().trees(),
            trials.credit(200, 12).model().trees(),
            trials.rows().batch())) {
      sheet.row(
          constant.name(),
          Range.figure(constant.inUse()),
          Range.of(constant.measured()).toString());
    }
  }
}
