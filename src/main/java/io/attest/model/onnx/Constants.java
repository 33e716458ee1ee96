package io.attest.model.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Constants of a graph, and what is made of them alone: turned matrices, casts. */
final class Constants {
  private final Graph graph;
  private final Map<String, Optional<Constant>> known = new HashMap<>();

  Constants(Graph graph) {
    this.graph = graph;
  }

  /**
   * @param shape length along each axis; none for a single number
   */
  record Constant(long[] shape, double[] values) {

    int rank() {
      return shape.length;
    }

    /** Length along the last axis; 1 for a single number. */
    int width() {
      return shape.length == 0 ? 1 : (int) shape[shape.length - 1];
    }

    /** True if it is one row: all axes but the last have the length 1. */
    boolean row() {
      return values.length == width();
    }
  }

  /** The constant that a value is; absent if it depends on the inputs. */
  Optional<Constant> of(String value) {
    return of(value, 0);
  }

  private Optional<Constant> of(String value, int step) {
    Optional<Constant> found = known.get(value);
    if (found == null) {
      found = made(value, step);
      known.put(value, found);
    }
    return found;
  }

  private Optional<Constant> made(String value, int step) {
    Optional<Tensor> tensor = graph.tensor(value);
    if (tensor.isPresent()) {
      return tensor.map(t -> new Constant(t.shape(), t.values()));
    }
    Operator operator = graph.producer(value).orElse(null);
    if (operator == null || operator.inputs().isEmpty() || step > Graph.MAX_STEPS) {
      return Optional.empty();
    }
    Optional<Constant> from =
        switch (operator.type()) {
          case "Identity", "Cast", "Transpose" -> of(operator.inputs().get(0), step + 1);
          default -> Optional.empty();
        };
    return from.flatMap(c -> made(operator, c));
  }

  private static Optional<Constant> made(Operator operator, Constant from) {
    return switch (operator.type()) {
      case "Identity" -> Optional.of(from);
      case "Cast" -> {
        long to = operator.integer("to", 0);
        yield to == Tensor.DOUBLE || to == Tensor.FLOAT ? Optional.of(from) : Optional.empty();
      }
      default -> {
        long[] turn = operator.integers("perm");
        boolean swap = turn.length == 0 || turn.length == 2 && turn[0] == 1 && turn[1] == 0;
        yield from.rank() == 2 && swap ? Optional.of(turned(from)) : Optional.empty();
      }
    };
  }

  static Constant turned(Constant from) {
    int rows = (int) from.shape()[0];
    int columns = (int) from.shape()[1];
    double[] out = new double[from.values().length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[j * rows + i] = from.values()[i * columns + j];
      }
    }
    return new Constant(new long[] {columns, rows}, out);
  }
}
