package io.attest.cli;

import io.attest.data.Frame;
import io.attest.explain.Progress;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a model. */
@Command(
    name = "predict",
    description = {
      "Asks a model, and writes row,raw_<k>...,out_<k>... as CSV: the raw output and the response of"
          + " each output k."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Runnable {
  private static final int BLOCK = 1 << 14;
  private static final int UNIT = 1 << 10;

  @Mixin private ModelInput input;

  @Option(names = "--data", required = true, paramLabel = "<file>", description = "The rows.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "<file>",
      description = "Where to write; the terminal if absent.")
  private Path out;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Quiet.logs();
    int workers = threads.number();
    PrintWriter err = spec.commandLine().getErr();
    Clock clock = new Clock();
    ModelInput.Loaded loaded =
        clock.time("loading", () -> input.load(data, spec.commandLine().getErr()));
    try (ResultFile result =
        new ResultFile(Optional.ofNullable(out), spec.commandLine().getOut())) {
      Answers answers = new Answers(loaded, workers, result.csv(), clock);
      long rows = clock.time("loading", () -> loaded.blocks(data, BLOCK, err, answers::add));
      clock.run("writing", result::publish);
      err.println(rows + " rows: " + clock);
    }
  }

  /** Writes block after block. */
  private static final class Answers {
    private final ModelInput.Loaded loaded;
    private final Model model;
    private final int workers;
    private final CsvText csv;
    private final Clock clock;
    private final int outputs;
    private long done;

    Answers(ModelInput.Loaded loaded, int workers, CsvText csv, Clock clock) {
      this.loaded = loaded;
      this.model = loaded.model();
      this.workers = workers;
      this.csv = csv;
      this.clock = clock;
      this.outputs = model.info().outputs().size();
      csv.text("row");
      for (String prefix : new String[] {"raw_", "out_"}) {
        for (int k = 0; k < outputs; k++) {
          csv.text(prefix + k);
        }
      }
      csv.end();
    }

    void add(Frame frame) {
      try {
        Batch batch = loaded.batch(frame);
        double[] raw = clock.time("predicting", () -> predict(batch, OutputSpace.RAW));
        double[] response =
            model.info().link() == Link.IDENTITY
                ? raw
                : clock.time("predicting", () -> predict(batch, OutputSpace.RESPONSE));
        clock.run("writing", () -> write(batch.rows(), raw, response));
        done += batch.rows();
      } catch (IllegalArgumentException e) {
        throw done == 0
            ? e
            : new IllegalArgumentException(
                "Counted from row " + (done + 1) + " on: " + e.getMessage(), e);
      }
    }

    private double[] predict(Batch batch, OutputSpace space) {
      double[] all = new double[batch.rows() * outputs];
      Units.overRows(
          workers,
          batch.rows(),
          UNIT,
          Progress.NONE,
          (from, to) -> {
            Batch part = batch.select(IntStream.range(from, to).toArray());
            double[] some = model.predict(part, space);
            System.arraycopy(some, 0, all, from * outputs, some.length);
          });
      return all;
    }

    private void write(int rows, double[] raw, double[] response) {
      for (int i = 0; i < rows; i++) {
        csv.whole(done + i);
        for (int k = i * outputs; k < (i + 1) * outputs; k++) {
          csv.number(raw[k]);
        }
        for (int k = i * outputs; k < (i + 1) * outputs; k++) {
          csv.number(response[k]);
        }
        csv.end();
      }
    }
  }
}
