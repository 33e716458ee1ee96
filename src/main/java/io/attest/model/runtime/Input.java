package io.attest.model.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * An input of a graph: a table of rows x width, or a list of rows.
 *
 * @param type of its elements: numbers, whole numbers or text
 * @param table false if it is a list
 * @param width columns
 * @param first index of its first column among the features
 */
record Input(String name, OnnxJavaType type, boolean table, int width, int first) {

  /**
   * The values of some rows.
   *
   * @param from index of the first of them
   * @param size how many rows the tensor has; after {@code to} the last row is repeated
   * @throws IllegalArgumentException naming the row and the feature of a value that does not fit
   */
  OnnxTensor tensor(
      OrtEnvironment environment, List<Feature> features, Batch rows, int from, int to, int size)
      throws OrtException {
    int n = size * width;
    double[] numbers = new double[n];
    for (int i = 0; i < size; i++) {
      int row = Math.min(from + i, to - 1);
      for (int j = 0; j < width; j++) {
        double value = rows.at(row, first + j);
        check(features.get(first + j), row, value);
        numbers[i * width + j] = value;
      }
    }
    long[] shape = table ? new long[] {size, width} : new long[] {size};
    return switch (type) {
      case FLOAT -> {
        FloatBuffer out = FloatBuffer.allocate(n);
        for (int i = 0; i < n; i++) {
          out.put(i, (float) numbers[i]);
        }
        yield OnnxTensor.createTensor(environment, out, shape);
      }
      case DOUBLE -> OnnxTensor.createTensor(environment, DoubleBuffer.wrap(numbers), shape);
      case INT64 -> {
        LongBuffer out = LongBuffer.allocate(n);
        for (int i = 0; i < n; i++) {
          out.put(i, (long) numbers[i]);
        }
        yield OnnxTensor.createTensor(environment, out, shape);
      }
      case INT32 -> {
        IntBuffer out = IntBuffer.allocate(n);
        for (int i = 0; i < n; i++) {
          out.put(i, (int) numbers[i]);
        }
        yield OnnxTensor.createTensor(environment, out, shape);
      }
      default -> {
        String[] texts = new String[n];
        for (int i = 0; i < n; i++) {
          texts[i] = features.get(first + i % width).levels().get((int) numbers[i]);
        }
        yield OnnxTensor.createTensor(environment, texts, shape);
      }
    };
  }

  private void check(Feature feature, int row, double value) {
    boolean whole = type != OnnxJavaType.FLOAT && type != OnnxJavaType.DOUBLE;
    if (whole && Double.isNaN(value)) {
      throw refused(
          row,
          feature,
          "is missing, and the model's input "
              + name
              + " has no place for that. Maybe fill it in as it was done in training, or drop such"
              + " rows");
    }
    if (whole && value != Math.rint(value)) {
      throw refused(
          row,
          feature,
          "is " + value + ", but the model's input " + name + " takes whole numbers alone");
    }
    if (type == OnnxJavaType.STRING && !(value >= 0 && value < feature.levels().size())) {
      throw refused(
          row,
          feature,
          "is the code " + value + ", but there are " + feature.levels().size() + " levels");
    }
  }

  private static IllegalArgumentException refused(int row, Feature feature, String what) {
    return new IllegalArgumentException(
        "Row " + (row + 1) + ", feature " + feature.name() + " " + what + ".");
  }
}
