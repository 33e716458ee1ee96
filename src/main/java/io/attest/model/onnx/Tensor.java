package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.attest.model.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A constant in the file. */
record Tensor(String file, TensorProto proto) {
  static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  static final int DOUBLE = TensorProto.DataType.DOUBLE_VALUE;
  static final int INT32 = TensorProto.DataType.INT32_VALUE;
  static final int INT64 = TensorProto.DataType.INT64_VALUE;
  private static final int UINT8 = TensorProto.DataType.UINT8_VALUE;

  /** The name of a type of elements, for messages. */
  static String typeName(int type) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type);
    return known == null ? "number " + type : known.name();
  }

  /** All its numbers, whatever its shape. */
  double[] values() {
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw wrong("lies in another file. Maybe save the model with its data in one file");
    }
    long n = 1;
    for (long dim : proto.getDimsList()) {
      if (dim < 0 || dim > Integer.MAX_VALUE || n * dim > Integer.MAX_VALUE) {
        throw wrong("has the impossible shape " + proto.getDimsList());
      }
      n *= dim;
    }
    double[] out = proto.hasRawData() ? raw((int) n) : typed();
    if (out.length != n) {
      throw wrong("has " + out.length + " numbers where its shape says " + n);
    }
    return out;
  }

  private double[] raw(int n) {
    int type = proto.getDataType();
    int width = type == FLOAT || type == INT32 ? 4 : type == UINT8 ? 1 : 8;
    ByteBuffer bytes = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() != (long) n * width) {
      throw wrong("has " + bytes.remaining() + " bytes where its shape says " + (long) n * width);
    }
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      if (type == FLOAT) {
        out[i] = bytes.getFloat();
      } else if (type == DOUBLE) {
        out[i] = bytes.getDouble();
      } else if (type == INT64) {
        out[i] = bytes.getLong();
      } else if (type == INT32) {
        out[i] = bytes.getInt();
      } else if (type == UINT8) {
        out[i] = bytes.get() & 0xFF;
      } else {
        throw wrongType();
      }
    }
    return out;
  }

  private double[] typed() {
    int type = proto.getDataType();
    if (type == FLOAT) {
      return proto.getFloatDataList().stream().mapToDouble(Float::doubleValue).toArray();
    } else if (type == DOUBLE) {
      return proto.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
    } else if (type == INT64) {
      return proto.getInt64DataList().stream().mapToDouble(Long::doubleValue).toArray();
    } else if (type == INT32 || type == UINT8) {
      return proto.getInt32DataList().stream().mapToDouble(Integer::doubleValue).toArray();
    }
    throw wrongType();
  }

  private InvalidModelException wrongType() {
    return new UnsupportedGraphException(
        file
            + ": the tensor '"
            + proto.getName()
            + "' holds "
            + typeName(proto.getDataType())
            + ", which is no number Attest reads.");
  }

  /** The length along each axis. */
  long[] shape() {
    return proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private InvalidModelException wrong(String what) {
    return new InvalidModelException(file + ": the tensor '" + proto.getName() + "' " + what + ".");
  }
}
