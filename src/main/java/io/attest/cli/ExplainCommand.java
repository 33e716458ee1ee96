package io.attest.cli;

import io.attest.data.Nearest;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Effects;
import io.attest.explain.Explainer;
import io.attest.explain.Explanation;
import io.attest.explain.Importance;
import io.attest.explain.Influence;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.effect.PartialDependence;
import io.attest.explain.importance.PermutationImportance;
import io.attest.explain.influence.LinearInfluence;
import io.attest.explain.shap.LinearShap;
import io.attest.explain.shap.TreeShap;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Explains a model with one method. */
@Command(
    name = "explain",
    description = {
      "Explains a model with one method, and writes the result as CSV:",
      "  contributions  row,output,base_value,phi_<feature>...",
      "  effects        feature,grid,value",
      "  importance     feature,value,low,high",
      "  influence      row,leverage,residual,studentized,cook,dffits,loo_loss,dfbeta_<term>..."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
  private static final List<Explainer<?>> METHODS =
      List.of(
          new TreeShap(),
          new LinearShap(),
          new PartialDependence(),
          new PermutationImportance(),
          new LinearInfluence());

  @Mixin private ModelInput input;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "<file>",
      description = "The rows to explain.")
  private Path data;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "<name>",
      description = "tree-shap, linear-shap, pdp-ice, permutation-importance, influence.")
  private String method;

  @Option(
      names = "--background",
      paramLabel = "<file>",
      description = "Rows that stand for \"in general\"; the data if absent.")
  private Path background;

  @Option(
      names = "--training",
      paramLabel = "<file>",
      description = "The rows that the model was trained on, for methods that need them.")
  private Path training;

  @Option(
      names = "--param",
      paramLabel = "<name=value>",
      description = "A parameter of the method; can be repeated.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(names = "--seed", description = "Seed of everything random; ${DEFAULT-VALUE} if absent.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "<file>",
      description = "Where to write; the terminal if absent.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Quiet.logs();
    PrintWriter err = spec.commandLine().getErr();
    Explainer<?> explainer = explainer();
    ModelInput.Loaded loaded = input.load();
    Dataset rows = loaded.rows(data, true, err);
    Optional<Dataset> trained = Optional.ofNullable(training).map(f -> loaded.rows(f, true, err));
    Explanation result =
        explainer.explain(
            new Request(
                loaded.model(),
                rows,
                background == null ? rows : loaded.rows(background, false, err),
                trained,
                new Parameters(parameters),
                seed),
            Progress.NONE);
    result.provenance().notes().forEach(err::println);
    ResultFile.write(
        Optional.ofNullable(out), spec.commandLine().getOut(), csv -> write(result, csv));
  }

  private Explainer<?> explainer() {
    List<String> names = METHODS.stream().map(Explainer::name).toList();
    return METHODS.stream()
        .filter(m -> m.name().equals(method))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no method "
                        + method
                        + "."
                        + Nearest.hint(method, names)
                        + " The methods are "
                        + Nearest.list(names)
                        + "."));
  }

  private static void write(Explanation result, ResultFile.Rows csv) {
    if (result instanceof Attribution attribution) {
      attribution(attribution, csv);
    } else if (result instanceof Effects effects) {
      effects(effects, csv);
    } else if (result instanceof Importance importance) {
      csv.accept(List.of("feature", "value", "low", "high"));
      for (Importance.Item item : importance.items()) {
        csv.accept(
            List.of(
                item.feature(),
                ResultFile.number(item.value()),
                ResultFile.number(item.low()),
                ResultFile.number(item.high())));
      }
    } else if (result instanceof Influence influence) {
      influence(influence, csv);
    }
  }

  private static void attribution(Attribution of, ResultFile.Rows csv) {
    List<String> header = new ArrayList<>(List.of("row", "output", "base_value"));
    of.features().forEach(f -> header.add("phi_" + f));
    csv.accept(header);
    for (int i = 0; i < of.rows(); i++) {
      for (int k = 0; k < of.outputs().size(); k++) {
        List<String> line = new ArrayList<>();
        line.add(Integer.toString(i));
        line.add(Integer.toString(k));
        line.add(ResultFile.number(of.baseValues()[k]));
        for (int j = 0; j < of.features().size(); j++) {
          line.add(ResultFile.number(of.value(i, j, k)));
        }
        csv.accept(line);
      }
    }
  }

  private static void effects(Effects of, ResultFile.Rows csv) {
    boolean one = of.curves().stream().map(Effects.Curve::output).distinct().count() <= 1;
    csv.accept(
        one ? List.of("feature", "grid", "value") : List.of("feature", "output", "grid", "value"));
    for (Effects.Curve curve : of.curves()) {
      for (int g = 0; g < curve.grid().length; g++) {
        List<String> line = new ArrayList<>();
        line.add(curve.feature());
        if (!one) {
          line.add(curve.output());
        }
        line.add(curve.categorical() ? curve.labels().get(g) : ResultFile.number(curve.grid()[g]));
        line.add(ResultFile.number(curve.mean()[g]));
        csv.accept(line);
      }
    }
  }

  private static void influence(Influence of, ResultFile.Rows csv) {
    List<String> header =
        new ArrayList<>(
            List.of("row", "leverage", "residual", "studentized", "cook", "dffits", "loo_loss"));
    of.terms().forEach(t -> header.add("dfbeta_" + t));
    csv.accept(header);
    for (int i = 0; i < of.rows(); i++) {
      List<String> line = new ArrayList<>();
      line.add(Integer.toString(i));
      for (double[] column :
          List.of(
              of.leverage(),
              of.residual(),
              of.studentized(),
              of.cook(),
              of.dffits(),
              of.looLoss())) {
        line.add(column.length == 0 ? "" : ResultFile.number(column[i]));
      }
      for (int t = 0; t < of.terms().size(); t++) {
        line.add(ResultFile.number(of.dfbeta(i, t)));
      }
      csv.accept(line);
    }
  }
}
