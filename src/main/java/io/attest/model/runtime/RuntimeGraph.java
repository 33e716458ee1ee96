package io.attest.model.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A graph in ONNX Runtime: rows in, numbers out. Works on the thread that asks, on one thread alone
 * and without optimisations, so that answers depend on nothing but the rows. Thread-safe.
 *
 * <p>What runs longer than the time limit for {@value #ROWS} rows is ended. Its memory lies outside
 * of Java's; it is given back by {@link #close()}, or else when nobody refers to the graph any
 * more.
 */
public final class RuntimeGraph implements AutoCloseable {
  /** Most rows that the library gets at a time. */
  static final int ROWS = 1024;

  /**
   * The library gets a multiple of this many rows, the last of them again and again: it computes
   * one row, and the last rows of many, in another way than the others, with other roundings.
   */
  private static final int FULL = 16;

  /** How long that may take. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Cleaner CLEANER = Cleaner.create();

  private final String file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Cleaner.Cleanable cleanable;
  private final Duration limit;
  private final List<Input> inputs;
  private final List<Feature> features;
  private final boolean named;

  /** How many rows each run must have; 0 if any number will do. */
  private final int fixedRows;

  private final String output;
  private final int outputs;

  /**
   * @param declared the features, where somebody declared them
   */
  private RuntimeGraph(
      String file,
      OrtEnvironment environment,
      OrtSession session,
      Duration limit,
      Optional<List<Feature>> declared)
      throws OrtException {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.limit = limit;
    Layout layout = layout(session.getInputInfo(), declared);
    this.inputs = layout.inputs();
    this.fixedRows = layout.rows();
    this.named = inputs.size() > 1 && inputs.stream().allMatch(i -> i.width() == 1);
    int p = own().size();
    // How many there are, and their names, is held against the declaration by the caller.
    boolean fits = declared.map(d -> d.size() == p).orElse(true);
    this.features = fits ? declared.orElseGet(this::own) : own();
    this.output = output(session.getOutputInfo());
    if (fits) {
      checkKinds();
    }
    this.outputs = fits ? width() : 1;
    this.cleanable = CLEANER.register(this, new Closing(session));
  }

  private record Layout(List<Input> inputs, int rows) {}

  /** What gives the native memory back. Must not know the graph, or that would never be free. */
  private record Closing(OrtSession session) implements Runnable {
    @Override
    public void run() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime cannot close a session.", e);
      }
    }
  }

  /**
   * Opens a graph.
   *
   * @param file its name, for messages
   * @throws InvalidModelException if the library cannot run it, or its inputs or outputs are of
   *     another kind than rows of features and rows of numbers
   */
  public static RuntimeGraph open(String file, byte[] bytes, Optional<List<Feature>> declared) {
    return open(file, bytes, declared, LIMIT);
  }

  /**
   * As above, with another time limit.
   *
   * @param limit for {@value #ROWS} rows
   */
  public static RuntimeGraph open(
      String file, byte[] bytes, Optional<List<Feature>> declared, Duration limit) {
    OrtEnvironment environment = environment(file);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setDeterministicCompute(true);
      // Folding constants would run parts of the graph here, where no time limit ends them.
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      // Memory of a large batch is given back after it.
      options.setCPUArenaAllocator(false);
      options.setMemoryPatternOptimization(false);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      OrtSession session = environment.createSession(bytes, options);
      try {
        return new RuntimeGraph(file, environment, session, limit, declared);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new InvalidModelException(
          file + ": ONNX Runtime cannot load the graph: " + reason(e) + ".", e);
    }
  }

  private static OrtEnvironment environment(String file) {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError | RuntimeException e) {
      throw new InvalidModelException(
          file
              + " needs ONNX Runtime, whose native library does not load on this machine ("
              + e
              + "). It is there for Linux, macOS and Windows on x64, and Linux and macOS on ARM.",
          e);
    }
  }

  /** The library's message without its codes and the places in its source. */
  private static String reason(OrtException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    int start = message.indexOf("message:");
    String text =
        (start < 0 ? message : message.substring(start + 8))
            .replaceAll("/\\S+:\\d+ [^()]*\\([^)]*\\)( \\[with [^]]*\\])? ", "")
            .strip();
    return text.length() > 300 ? text.substring(0, 300) + "..." : text.replaceAll("\\.+$", "");
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** The inputs; where they are {@link #named()}, by the names of the file. */
  public List<Feature> own() {
    List<Feature> out = new ArrayList<>();
    for (int j = 0; j < inputs.stream().mapToInt(Input::width).sum(); j++) {
      out.add(Feature.numeric(named ? inputs.get(j).name() : "f" + j));
    }
    return out;
  }

  /** True if the file itself names the features: each has an input of its own. */
  public boolean named() {
    return named;
  }

  /** How many numbers there are for each row. */
  public int outputs() {
    return outputs;
  }

  private Layout layout(Map<String, NodeInfo> infos, Optional<List<Feature>> declared) {
    List<Input> found = new ArrayList<>();
    int first = 0;
    int rows = 0;
    for (NodeInfo info : infos.values()) {
      String what = file + ": the input " + info.getName();
      if (!(info.getInfo() instanceof TensorInfo tensor)
          || !Set.of(
                  OnnxJavaType.FLOAT,
                  OnnxJavaType.DOUBLE,
                  OnnxJavaType.INT64,
                  OnnxJavaType.INT32,
                  OnnxJavaType.STRING)
              .contains(tensor.type)) {
        throw new InvalidModelException(
            what
                + " is no table of numbers or texts (float, double, int64, int32, string). Maybe"
                + " export the model with one of these.");
      }
      long[] shape = tensor.getShape();
      if (shape.length < 1 || shape.length > 2) {
        throw new InvalidModelException(
            what
                + " has "
                + shape.length
                + " axes where rows x features have 2. Attest audits models of rows in a table.");
      }
      long width = shape.length == 1 ? 1 : shape[1];
      if (width < 1) {
        // Not said in the file: then the only input takes all features, and of many each takes one.
        width = infos.size() > 1 ? 1 : declared.map(List::size).orElse(0);
      }
      if (width < 1 || width > 100_000) {
        throw new InvalidModelException(
            what
                + " does not say how many columns it has. Maybe declare the features, or export"
                + " with a fixed number.");
      }
      if (shape[0] > 0) {
        if (rows > 0 && rows != shape[0] || shape[0] > ROWS) {
          throw new InvalidModelException(
              what
                  + " takes "
                  + shape[0]
                  + " rows at a time. Maybe export it for any number (dynamic_axes).");
        }
        rows = (int) shape[0];
      }
      found.add(new Input(info.getName(), tensor.type, shape.length == 2, (int) width, first));
      first += (int) width;
    }
    if (found.isEmpty()) {
      throw new InvalidModelException(file + " has no input. Maybe the file is cut off.");
    }
    return new Layout(List.copyOf(found), rows);
  }

  private void checkKinds() {
    for (Input input : inputs) {
      for (int j = input.first(); j < input.first() + input.width(); j++) {
        if (input.type() == OnnxJavaType.STRING && !features.get(j).categorical()) {
          throw new InvalidModelException(
              file
                  + ": the input "
                  + input.name()
                  + " takes text, but the feature "
                  + features.get(j).name()
                  + " has no levels. Declare it categorical, with its levels.");
        }
      }
    }
  }

  /**
   * The output with the scores: the one of floating-point numbers, or of these the one so named.
   */
  private String output(Map<String, NodeInfo> infos) {
    Map<String, TensorInfo> numbers = new LinkedHashMap<>();
    infos.forEach(
        (name, info) -> {
          if (info.getInfo() instanceof TensorInfo tensor
              && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.DOUBLE)
              && tensor.getShape().length <= 2) {
            numbers.put(name, tensor);
          }
        });
    List<String> probabilities =
        numbers.keySet().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).contains("probab"))
            .toList();
    List<String> chosen = numbers.size() == 1 ? List.copyOf(numbers.keySet()) : probabilities;
    if (chosen.size() != 1) {
      throw new InvalidModelException(
          file
              + (numbers.isEmpty()
                  ? " gives no probabilities or other numbers, only " + infos.keySet()
                  : " gives several outputs, " + numbers.keySet())
              + ". Maybe export it with one output of numbers, or call one of them"
              + " 'probabilities'.");
    }
    return chosen.get(0);
  }

  /** How many numbers it gives for a row; asked of it, because files need not say. */
  private int width() {
    double[] zero = new double[features.size()];
    try {
      return run(new Batch(1, zero.length, zero), 0, 1).length;
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(e.getMessage(), e);
    }
  }

  /**
   * Asks for predictions.
   *
   * @param out rows x outputs, row-major, written
   * @throws IllegalArgumentException if a value does not fit an input, the library fails, or takes
   *     longer than the limit
   */
  public void ask(Batch rows, double[] out) {
    if (rows.features() != features.size()) {
      throw new IllegalArgumentException(
          "The rows have "
              + rows.features()
              + " features, but the model takes "
              + features.size()
              + ".");
    }
    int block = fixedRows > 0 ? fixedRows : ROWS;
    for (int from = 0; from < rows.rows(); from += block) {
      int to = Math.min(rows.rows(), from + block);
      double[] part = run(rows, from, to);
      System.arraycopy(part, 0, out, from * outputs, (to - from) * outputs);
    }
  }

  private double[] run(Batch rows, int from, int to) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      int size = fixedRows > 0 ? fixedRows : (to - from + FULL - 1) / FULL * FULL;
      for (Input input : inputs) {
        tensors.put(input.name(), input.tensor(environment, features, rows, from, to, size));
      }
      return answer(tensors, size, to - from);
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          file + ": ONNX Runtime cannot compute the graph: " + reason(e) + ".", e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      Reference.reachabilityFence(this);
    }
  }

  private double[] answer(Map<String, OnnxTensor> tensors, int size, int wanted)
      throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      CompletableFuture<Void> running = new CompletableFuture<>();
      running
          .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((done, late) -> terminate(options, late));
      try (OrtSession.Result result = session.run(tensors, Set.of(output), options)) {
        return numbers(result.get(0), size, wanted);
      } catch (OrtException e) {
        if (running.isCompletedExceptionally()) {
          throw new IllegalArgumentException(
              file
                  + " takes more than "
                  + limit.toSeconds()
                  + " seconds for "
                  + size
                  + " rows, and was ended. Maybe the graph has a loop that does not stop.",
              e);
        }
        throw e;
      } finally {
        synchronized (options) {
          running.complete(null);
        }
      }
    }
  }

  /** Under the lock: who waits for it finds the run finished, and leaves the options alone. */
  private static void terminate(OrtSession.RunOptions options, Throwable late) {
    if (late == null) {
      return;
    }
    synchronized (options) {
      try {
        options.setTerminate(true);
      } catch (OrtException | IllegalStateException e) {
        // Closed: it has just come to its end by itself.
      }
    }
  }

  private double[] numbers(OnnxValue value, int size, int wanted) throws OrtException {
    OnnxTensor tensor = (OnnxTensor) value;
    long[] shape = tensor.getInfo().getShape();
    long width = shape.length == 2 ? shape[1] : 1;
    if (shape.length < 1 || shape.length > 2 || shape[0] != size || width < 1) {
      throw new IllegalArgumentException(
          file
              + ": the output "
              + output
              + " has the shape "
              + java.util.Arrays.toString(shape)
              + " for "
              + size
              + " rows, where one row of numbers a row is expected.");
    }
    if (outputs > 0 && width != outputs) {
      throw new IllegalArgumentException(
          file + " gives " + width + " numbers a row here, and " + outputs + " elsewhere.");
    }
    double[] out = new double[(int) (wanted * width)];
    if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer numbers = tensor.getDoubleBuffer();
      numbers.get(out);
    } else {
      FloatBuffer numbers = tensor.getFloatBuffer();
      for (int i = 0; i < out.length; i++) {
        out[i] = numbers.get(i);
      }
    }
    return out;
  }
}
