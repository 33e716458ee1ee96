package io.attest.cli;

import io.attest.explain.Dataset;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  @Mixin private ModelInput input;

  @Option(names = "--data", required = true, paramLabel = "<file>", description = "The rows.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "<file>",
      description = "Where to write; the terminal if absent.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Quiet.logs();
    PrintWriter terminal = spec.commandLine().getOut();
    ModelInput.Loaded loaded = input.load();
    Dataset rows = loaded.rows(data, false, spec.commandLine().getErr());
    Model model = loaded.model();
    int n = model.info().outputs().size();
    double[] raw = model.predict(rows.rows(), OutputSpace.RAW);
    boolean linked = model.info().link() != Link.IDENTITY;
    double[] response = linked ? model.predict(rows.rows(), OutputSpace.RESPONSE) : raw;
    ResultFile.write(
        Optional.ofNullable(out),
        terminal,
        csv -> {
          List<String> header = new ArrayList<>(List.of("row"));
          names(header, "raw_", n);
          names(header, "out_", n);
          csv.accept(header);
          for (int i = 0; i < rows.size(); i++) {
            List<String> line = new ArrayList<>(List.of(Integer.toString(i)));
            values(line, raw, i * n, n);
            values(line, response, i * n, n);
            csv.accept(line);
          }
        });
  }

  private static void names(List<String> header, String prefix, int n) {
    for (int k = 0; k < n; k++) {
      header.add(prefix + k);
    }
  }

  private static void values(List<String> line, double[] from, int start, int n) {
    for (int k = start; k < start + n; k++) {
      line.add(ResultFile.number(from[k]));
    }
  }
}
