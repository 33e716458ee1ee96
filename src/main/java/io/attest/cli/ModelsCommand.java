package io.attest.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.model.ModelFolder;
import io.attest.model.ModelSpec;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the declared models of a folder. */
@Command(
    name = "models",
    description = {
      "Lists the models that are declared in a folder, and what is wrong with a declaration.",
      "What audits found about them is on the page /models and in GET /api/models.",
      "Exit code: 0 all are in order; 2 a declaration is wrong, or the folder is not there."
    },
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {

  enum Format {
    TABLE,
    JSON
  }

  @Parameters(
      paramLabel = "<folder>",
      arity = "0..1",
      description = "Folder of models; config/models if absent.")
  private Path folder = Path.of("config", "models");

  @Option(names = "--format", description = "table or json; table if absent.")
  private Format format = Format.TABLE;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "There is no folder "
              + folder.toAbsolutePath()
              + ". Say which one: attest models <folder>.");
    }
    List<ModelFolder.Entry> entries = new ModelFolder(List.of(folder.toAbsolutePath())).list();
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(entries.stream().map(ModelsCommand::row).toList()));
    } else {
      entries.forEach(e -> out.println(line(e)));
    }
    boolean wrong = entries.stream().anyMatch(e -> e.fault().isPresent());
    return wrong ? Cli.FAILED : Cli.DONE;
  }

  private static Map<String, String> row(ModelFolder.Entry entry) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("id", entry.id());
    entry
        .spec()
        .ifPresent(
            s -> {
              row.put("name", s.name());
              row.put("version", s.version());
              row.put("tier", s.tier());
              row.put("task", s.task().name().toLowerCase(Locale.ROOT));
              row.put("owner", s.owner());
            });
    entry.fault().ifPresent(f -> row.put("error", f));
    return row;
  }

  private static String line(ModelFolder.Entry entry) {
    return entry
        .spec()
        .map(
            (ModelSpec s) ->
                String.format(
                    Locale.ROOT,
                    "%-30s %-10s %-9s %-11s %s",
                    s.id(),
                    s.version(),
                    s.tier(),
                    s.task().name().toLowerCase(Locale.ROOT),
                    s.name()))
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT, "%-30s wrong: %s", entry.id(), entry.fault().orElse("")));
  }
}
