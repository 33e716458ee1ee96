package io.attest.model;

import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.model.catboost.CatboostFile;
import io.attest.model.h2o.MojoFile;
import io.attest.model.lightgbm.LightgbmFile;
import io.attest.model.network.Dense;
import io.attest.model.network.Layer;
import io.attest.model.network.Network;
import io.attest.model.network.NetworkFile;
import io.attest.model.onnx.OnnxFile;
import io.attest.model.onnx.UnsupportedGraphException;
import io.attest.model.plugin.ModelPlugin;
import io.attest.model.plugin.Plugins;
import io.attest.model.remote.RemoteFile;
import io.attest.model.runtime.RuntimeGraph;
import io.attest.model.runtime.RuntimeModel;
import io.attest.model.scorecard.Scorecard;
import io.attest.model.scorecard.ScorecardFile;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.TreeFile;
import io.attest.model.xgboost.LinearFile;
import io.attest.model.xgboost.XgboostFile;
import io.attest.model.xgboost.XgboostFile.Rounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a model file of any format that Attest knows, and holds it against what its owner declares.
 */
public final class ModelReader {
  private ModelReader() {}

  /**
   * Formats by the name that {@code model.yaml} gives them. {@code xgboost} asks back where
   * training stopped early; the two others say which trees count.
   */
  private static final List<String> FORMATS =
      List.of(
          "xgboost",
          "xgboost-best",
          "xgboost-all",
          "lightgbm",
          "onnx",
          "onnx-runtime",
          "catboost",
          "h2o-mojo",
          "scorecard",
          "remote",
          "plugin");

  /** The same as {@link #read(ModelSpec, Plugins)} with plugins off. */
  public static Model read(ModelSpec spec) {
    return read(spec, Plugins.OFF);
  }

  /**
   * Reads the model that {@code model.yaml} declares.
   *
   * @param plugins whose code may run to read it, if its format is {@code plugin}
   * @throws InvalidModelException if the file cannot be read, or its features, task, classes or
   *     hash are not as declared
   * @throws java.io.UncheckedIOException if it is a remote model whose server cannot be reached
   */
  public static Model read(ModelSpec spec, Plugins plugins) {
    List<Feature> features = spec.fields().stream().map(ModelReader::feature).toList();
    List<String> outputs =
        switch (spec.task()) {
          case BINARY -> List.of(spec.target().positive().orElse(spec.target().column()));
          case REGRESSION -> List.of(spec.target().column());
          case MULTICLASS -> spec.target().classes();
        };
    ModelFile file = new ModelFile(spec.model().path(), spec.model().sha256(), spec.model().link());
    return switch (spec.model().format()) {
      case "remote" -> file.remote(features, spec.task(), outputs);
      case "plugin" -> file.plugin(plugins, spec.model().plugin(), features, spec.task(), outputs);
      default ->
          file.read(
              Optional.of(spec.model().format()),
              Optional.of(features),
              Optional.of(spec.task()),
              outputs);
    };
  }

  /**
   * Reads a model file that nobody declared anything about.
   *
   * @param format one of {@code xgboost, xgboost-best, xgboost-all, lightgbm, onnx, onnx-runtime,
   *     catboost, h2o-mojo, scorecard}; told by the content if absent
   * @param features inputs in the model's order; taken from the file if absent, where an unnamed
   *     feature is {@code f0, f1, ...} and the levels of an unnamed category are its codes
   * @throws InvalidModelException as above
   */
  public static Model read(Path file, Optional<String> format, Optional<List<Feature>> features) {
    return new ModelFile(file, Optional.empty(), Optional.empty())
        .read(format, features, Optional.empty(), List.of());
  }

  private static Feature feature(Field field) {
    if (field.type() == FieldType.TEXT) {
      throw new InvalidModelException(
          "The feature "
              + field.name()
              + " is declared as text, which no model reads. Maybe declare it categorical, with"
              + " its levels.");
    }
    return new Feature(field.name(), field.levels());
  }

  /** One file, with what was declared about it. */
  private record ModelFile(Path path, Optional<String> pinned, Optional<Link> told) {

    private String name() {
      return String.valueOf(path.getFileName());
    }

    Model remote(List<Feature> features, Task task, List<String> outputs) {
      byte[] bytes = bytes();
      return RemoteFile.open(name(), bytes, pinned(bytes), features, task, outputs);
    }

    Model plugin(
        Plugins plugins,
        Optional<String> plugin,
        List<Feature> features,
        Task task,
        List<String> outputs) {
      return plugins.open(
          plugin.orElseThrow(
              () ->
                  new InvalidModelException(
                      "model.yaml gives the format plugin, but not which one. Write its name under"
                          + " model.plugin.")),
          path,
          new ModelPlugin.Declaration(features, task, outputs, pinned(bytes())));
    }

    private String pinned(byte[] bytes) {
      String sha256 = sha256(bytes);
      if (pinned.isPresent() && !pinned.get().equalsIgnoreCase(sha256)) {
        throw new InvalidModelException(
            name()
                + " hashes to "
                + sha256
                + ", but model.yaml pins "
                + pinned.get()
                + ". Maybe the model was replaced; if that is right, pin the new hash.");
      }
      return sha256;
    }

    Model read(
        Optional<String> format,
        Optional<List<Feature>> features,
        Optional<Task> task,
        List<String> outputs) {
      byte[] bytes = bytes();
      String sha256 = pinned(bytes);
      String chosen = format.orElseGet(() -> detected(bytes));
      if (told.isPresent() && !chosen.startsWith("onnx")) {
        throw new InvalidModelException(
            name() + " says itself how scores become responses. Leave link out of model.yaml.");
      }
      return switch (chosen) {
        case "xgboost" -> xgboost(bytes, Rounds.UNAMBIGUOUS, sha256, features, task, outputs);
        case "xgboost-best" -> xgboost(bytes, Rounds.BEST, sha256, features, task, outputs);
        case "xgboost-all" -> xgboost(bytes, Rounds.ALL, sha256, features, task, outputs);
        case "lightgbm" -> trees(LightgbmFile.read(name(), bytes), sha256, features, task, outputs);
        case "onnx" -> onnx(OnnxFile.open(name(), bytes), sha256, features, task, outputs);
        case "onnx-runtime" ->
            runtime(OnnxFile.open(name(), bytes), sha256, features, task, outputs);
        case "catboost" ->
            trees(CatboostFile.read(name(), bytes, features), sha256, features, task, outputs);
        case "h2o-mojo" -> trees(MojoFile.read(name(), bytes), sha256, features, task, outputs);
        case "scorecard" -> scorecard(bytes, sha256, features, task, outputs);
        case "remote", "plugin" ->
            throw new InvalidModelException(
                "A model of the format "
                    + chosen
                    + " does not say what its features and task are. Give the model.yaml that"
                    + " declares it, not "
                    + name()
                    + " alone.");
        default ->
            throw new InvalidModelException(
                "There is no model format " + chosen + ". There are " + FORMATS + ".");
      };
    }

    private byte[] bytes() {
      try {
        return Files.readAllBytes(path);
      } catch (NoSuchFileException e) {
        throw new InvalidModelException(
            "There is no model file "
                + path
                + ". Maybe the path in model.yaml is not relative to its own folder.",
            e);
      } catch (IOException e) {
        throw new InvalidModelException("Cannot read the model file " + path + ": " + e, e);
      }
    }

    private static String sha256(byte[] bytes) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java has SHA-256.", e);
      }
    }

    private String detected(byte[] bytes) {
      if (LightgbmFile.looksLike(bytes)) {
        return "lightgbm";
      }
      String head = new String(bytes, 0, Math.min(bytes.length, 4096), StandardCharsets.UTF_8);
      if (head.matches("(?s).*\"?format\"?\\s*:\\s*\"?scorecard\\b.*")) {
        return "scorecard";
      }
      if (head.matches("(?s).*\"?format\"?\\s*:\\s*\"?remote\\b.*")) {
        return "remote";
      }
      if (MojoFile.looksLike(bytes)) {
        return "h2o-mojo";
      }
      if (CatboostFile.looksLike(bytes)) {
        return "catboost";
      }
      if (XgboostFile.looksLike(bytes) || head.startsWith("binf") || head.startsWith("\u0080")) {
        return "xgboost";
      }
      if (OnnxFile.looksLike(bytes)) {
        return "onnx";
      }
      throw new InvalidModelException(
          name()
              + " is in no format that Attest knows: XGBoost JSON or UBJ, LightGBM text, CatBoost"
              + " JSON, ONNX, an H2O MOJO, or a scorecard.");
    }

    private Model xgboost(
        byte[] bytes,
        Rounds rounds,
        String sha256,
        Optional<List<Feature>> features,
        Optional<Task> task,
        List<String> outputs) {
      XgboostFile file = XgboostFile.open(name(), bytes);
      return file.linear()
          ? linear(file.weights(), sha256, features, task, outputs)
          : trees(file.trees(rounds), sha256, features, task, outputs);
    }

    private Model linear(
        LinearFile read,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      List<Feature> features = declared.orElse(read.features());
      checkFeatures(
          read.features(),
          read.named(),
          Collections.nCopies(read.features().size(), false),
          features);
      for (Feature feature : features) {
        if (feature.categorical()) {
          throw new InvalidModelException(
              "Feature "
                  + feature.name()
                  + " is declared categorical, but "
                  + name()
                  + " is a linear model with one weight for it. Maybe declare it numeric.");
        }
      }
      Task chosen = chosen(task, read.task(), read.link(), 1);
      return new Scorecard(
          new ModelInfo(
              read.format(),
              read.version(),
              chosen,
              features,
              outputs(outputs, chosen, 1, List.of()),
              read.link(),
              sha256),
          read.intercept(),
          Arrays.stream(read.weights())
              .mapToObj(weight -> new Scorecard.Weights(weight, new double[0], 0))
              .toList(),
          0,
          false);
    }

    /** reg:logistic is binary:logistic under another name. */
    private Task chosen(Optional<Task> declared, Task read, Link link, int outputs) {
      Task chosen =
          declared.filter(t -> t == Task.BINARY && link == Link.LOGIT && outputs == 1).orElse(read);
      checkTask(declared, chosen);
      return chosen;
    }

    private Model trees(
        TreeFile read,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      declared.ifPresent(d -> checkFeatures(read.features(), read.named(), read.levelsKnown(), d));
      int n = read.trees().outputs();
      Task chosen = chosen(task, read.task(), read.link(), n);
      return new EnsembleModel(
          new ModelInfo(
              read.format(),
              read.version(),
              chosen,
              declared.orElse(read.features()),
              outputs(outputs, chosen, n, read.classes()),
              read.link(),
              sha256),
          read.trees());
    }

    /** Trees, layers, or else whatever ONNX Runtime makes of it. */
    private Model onnx(
        OnnxFile file,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      try {
        if (file.hasTrees()) {
          TreeFile trees = file.trees();
          checkLink(trees.link());
          return trees(trees, sha256, declared, task, outputs);
        }
        NetworkFile network = file.network();
        // A code of a level is no number that a gradient could follow.
        if (declared.stream().flatMap(List::stream).noneMatch(Feature::categorical)) {
          return network(network, sha256, declared, task, outputs);
        }
        return runtime(file, sha256, declared, task, outputs);
      } catch (UnsupportedGraphException unread) {
        try {
          return runtime(file, sha256, declared, task, outputs);
        } catch (InvalidModelException e) {
          throw new InvalidModelException(
              e.getMessage() + "\nNor can it be read as trees or layers: " + unread.getMessage(),
              e);
        }
      }
    }

    private Model network(
        NetworkFile read,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      declared.ifPresent(d -> checkFeatures(read.features(), read.named(), numbers(d), d));
      List<Layer> layers = new ArrayList<>(read.layers());
      int n = read.outputs();
      Link link = link(read.link());
      if (n == 2 && link == Link.SOFTMAX) {
        layers.add(Dense.difference());
        link = Link.LOGIT;
        n = 1;
      }
      ModelInfo info =
          info(
              "onnx-network",
              read.version(),
              task(task, Optional.of(link), n),
              declared.orElse(read.features()),
              n,
              read.classes(),
              link,
              sha256,
              outputs);
      Network network = new Network(info, layers);
      return n == 1 && read.linear() && link != Link.SHARE ? linear(network) : network;
    }

    /**
     * Layers that do not bend are one sum: its constant is what 0 gives, its weights the slopes.
     */
    private static Model linear(Network network) {
      int p = network.info().features().size();
      Batch zero = new Batch(1, p, new double[p]);
      ModelInfo info = network.info();
      return new Scorecard(
          new ModelInfo(
              "onnx-linear",
              info.libraryVersion(),
              info.task(),
              info.features(),
              info.outputs(),
              info.link(),
              info.sha256()),
          network.predict(zero, OutputSpace.RAW)[0],
          Arrays.stream(network.gradients(zero, OutputSpace.RAW))
              .mapToObj(w -> new Scorecard.Weights(w, new double[0], Double.NaN))
              .toList(),
          0,
          false);
    }

    private Model runtime(
        OnnxFile file,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      RuntimeGraph graph = file.runtime(declared);
      try {
        declared.ifPresent(d -> checkFeatures(graph.own(), graph.named(), numbers(d), d));
        int n = graph.outputs();
        Optional<Link> link = told;
        if (n == 2 && task.orElse(Task.BINARY) == Task.BINARY) {
          if (link.equals(Optional.of(Link.LOGIT))) {
            throw noProbability("softmax");
          }
          // Two probabilities, of which the second says it all; of two scores, their difference.
          link = link.map(l -> l == Link.SOFTMAX ? Link.LOGIT : l);
          n = 1;
        }
        Task chosen = graph.outputs() == 2 && n == 1 ? Task.BINARY : task(task, link, n);
        return new RuntimeModel(
            info(
                "onnx-runtime",
                file.version(),
                chosen,
                declared.orElse(graph.own()),
                n,
                file.classes(),
                link.orElse(Link.IDENTITY),
                sha256,
                outputs),
            graph);
      } catch (RuntimeException e) {
        graph.close();
        throw e;
      }
    }

    private static List<Boolean> numbers(List<Feature> features) {
      return Collections.nCopies(features.size(), false);
    }

    private ModelInfo info(
        String format,
        String version,
        Task task,
        List<Feature> features,
        int n,
        List<String> classes,
        Link link,
        String sha256,
        List<String> outputs) {
      return new ModelInfo(
          format, version, task, features, outputs(outputs, task, n, classes), link, sha256);
    }

    /** The file's own link, or where it has none, the declared one. */
    private Link link(Link read) {
      Link link = told.orElse(read);
      if (read != Link.IDENTITY) {
        checkLink(read);
      }
      return link;
    }

    private void checkLink(Link read) {
      if (told.isPresent() && told.get() != read) {
        throw new InvalidModelException(
            name()
                + " says itself how scores become responses ("
                + word(read)
                + "), but model.yaml declares link: "
                + word(told.get())
                + ". Leave link out.");
      }
    }

    private static String word(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What a model is for whose file says no more than how many numbers it gives.
     *
     * @param link that is known to be the last function; absent if the numbers may be anything
     */
    private Task task(Optional<Task> declared, Optional<Link> link, int n) {
      boolean classes =
          link.map(l -> l == Link.SOFTMAX || l == Link.SHARE || l == Link.LOGIT && n == 1)
              .orElse(n > 1);
      Task usual = !classes ? Task.REGRESSION : n == 1 ? Task.BINARY : Task.MULTICLASS;
      Task task = declared.orElse(usual);
      boolean unmade = link.equals(Optional.of(Link.IDENTITY)) && told.isEmpty();
      boolean impossible =
          link.equals(Optional.of(Link.SOFTMAX)) && n == 1 || link.equals(Optional.of(Link.LOG));
      if (task != Task.REGRESSION && (unmade || impossible)) {
        throw noProbability(n == 1 ? "logit" : "softmax");
      }
      if (n == 1 && task == Task.MULTICLASS || n > 1 && task == Task.REGRESSION && classes) {
        checkTask(declared, usual);
      }
      return task;
    }

    private InvalidModelException noProbability(String link) {
      return new InvalidModelException(
          name()
              + " does not make probabilities of its scores at the end. Maybe export it with its"
              + " last function (Sigmoid, Softmax), or write link: "
              + link
              + " under model: in model.yaml; link: identity, if the scores are probabilities.");
    }

    private void checkTask(Optional<Task> declared, Task read) {
      if (declared.isPresent() && declared.get() != read) {
        throw new InvalidModelException(
            name()
                + " is a model for "
                + read.name().toLowerCase(Locale.ROOT)
                + ", but model.yaml declares the task "
                + declared.get().name().toLowerCase(Locale.ROOT)
                + ".");
      }
    }

    /**
     * @param classes as the file names them; of two, the second is the one it predicts
     */
    private List<String> outputs(List<String> declared, Task task, int n, List<String> classes) {
      String kind = task == Task.REGRESSION ? "target" : "class";
      List<String> own = n == 1 && classes.size() == 2 ? classes.subList(1, 2) : classes;
      if (declared.isEmpty()) {
        List<String> out = new ArrayList<>();
        for (int k = 0; k < n; k++) {
          // Names that are numbers are codes, and say nothing alone.
          boolean code = own.size() != n || own.get(k).matches("-?\\d+");
          out.add(
              !code
                  ? own.get(k)
                  : n == 1 ? "prediction" : kind + " " + (own.size() == n ? own.get(k) : k));
        }
        return out;
      }
      // Where the file's names are the declared ones, they must be in the same place.
      if (classes.containsAll(declared) && declared.size() == n && !own.equals(declared)) {
        throw new InvalidModelException(
            name()
                + " predicts "
                + own
                + (n == 1 ? ", but model.yaml calls " : " in this order, but model.yaml declares ")
                + declared
                + (n == 1
                    ? " positive. Maybe the other class is meant."
                    : ". List the same, in the same order."));
      }
      if (declared.size() != n) {
        throw new InvalidModelException(
            name()
                + " predicts "
                + n
                + (n == 1 ? " output" : kind.equals("class") ? " classes" : " targets")
                + ", but model.yaml declares "
                + declared
                + "."
                + (task == Task.REGRESSION ? " Maybe train one model a target." : ""));
      }
      return declared;
    }

    private void checkFeatures(
        List<Feature> read, boolean named, List<Boolean> levelsKnown, List<Feature> declared) {
      List<String> inFile = read.stream().map(Feature::name).toList();
      List<String> names = declared.stream().map(Feature::name).toList();
      if (inFile.size() != names.size()) {
        throw new InvalidModelException(
            name()
                + " was trained on "
                + inFile.size()
                + " features, but "
                + names.size()
                + " are declared."
                + (named ? difference(inFile, names) : ""));
      }
      for (int j = 0; j < names.size(); j++) {
        Feature own = read.get(j);
        Feature said = declared.get(j);
        if (named && !sameName(own.name(), said.name())) {
          throw new InvalidModelException(
              "Feature "
                  + (j + 1)
                  + " is "
                  + own.name()
                  + " in "
                  + name()
                  + ", but "
                  + said.name()
                  + " is declared there. Maybe the features are listed in another order than the"
                  + " model's."
                  + difference(inFile, names));
        }
        if (own.categorical() && !said.categorical()) {
          throw new InvalidModelException(
              "Feature "
                  + said.name()
                  + " is categorical in "
                  + name()
                  + ", but declared numeric. Maybe declare it categorical, with its levels in the"
                  + " order of the codes it was trained with.");
        }
        if (levelsKnown.get(j) && !own.levels().equals(said.levels())) {
          throw new InvalidModelException(
              "Feature "
                  + said.name()
                  + " has the levels "
                  + own.levels()
                  + " in "
                  + name()
                  + ", but "
                  + said.levels()
                  + " are declared. List the same, in the same order.");
        }
        if (own.levels().size() > said.levels().size()) {
          throw new InvalidModelException(
              "Feature "
                  + said.name()
                  + " has "
                  + own.levels().size()
                  + " levels or more in "
                  + name()
                  + ", but only "
                  + said.levels()
                  + " are declared.");
        }
      }
    }

    /** LightGBM writes a blank in a name as an underscore. */
    private static boolean sameName(String own, String said) {
      return own.equals(said) || own.equals(said.replace(' ', '_'));
    }

    private static String difference(List<String> inFile, List<String> declared) {
      List<String> absent = new ArrayList<>(inFile);
      absent.removeAll(declared);
      List<String> extra = new ArrayList<>(declared);
      extra.removeAll(inFile);
      return (absent.isEmpty() ? "" : " Not declared: " + absent + ".")
          + (extra.isEmpty() ? "" : " Not in the model: " + extra + ".");
    }

    private Model scorecard(
        byte[] bytes,
        String sha256,
        Optional<List<Feature>> declared,
        Optional<Task> task,
        List<String> outputs) {
      ScorecardFile read = ScorecardFile.read(name(), bytes);
      checkTask(task, read.task());
      List<Feature> own = new ArrayList<>();
      for (String feature : read.order()) {
        own.add(
            new Feature(
                feature, List.copyOf(read.levels().getOrDefault(feature, Map.of()).keySet())));
      }
      List<Feature> features = declared.orElse(own);
      List<String> names = features.stream().map(Feature::name).toList();
      String difference = difference(read.order(), names);
      if (!difference.isEmpty()) {
        throw new InvalidModelException(
            name() + " has other features than are declared." + difference);
      }
      List<Scorecard.Weights> weights = new ArrayList<>();
      for (Feature feature : features) {
        weights.add(weights(read, feature));
      }
      return new Scorecard(
          new ModelInfo(
              "scorecard",
              "",
              read.task(),
              features,
              outputs(outputs, read.task(), 1, List.of()),
              read.link(),
              sha256),
          read.intercept(),
          weights,
          read.l2(),
          read.interceptPenalised());
    }

    private Scorecard.Weights weights(ScorecardFile read, Feature feature) {
      Map<String, Double> levels = read.levels().getOrDefault(feature.name(), Map.of());
      if (feature.categorical() == levels.isEmpty()) {
        throw new InvalidModelException(
            "Feature "
                + feature.name()
                + " is "
                + (levels.isEmpty() ? "a number" : "categorical")
                + " in "
                + name()
                + ", but declared otherwise.");
      }
      String difference = difference(List.copyOf(levels.keySet()), feature.levels());
      if (!difference.isEmpty()) {
        throw new InvalidModelException(
            "The levels of "
                + feature.name()
                + " in "
                + name()
                + " are not those declared."
                + difference
                + " A level without effect has the weight 0.");
      }
      return new Scorecard.Weights(
          read.numbers().getOrDefault(feature.name(), 0.0),
          feature.levels().stream().mapToDouble(levels::get).toArray(),
          read.missing().getOrDefault(feature.name(), Double.NaN));
    }
  }
}
