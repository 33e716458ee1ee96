package io.attest.model.remote;

import java.util.Arrays;
import java.util.Optional;

/** The protocol's types of values that can be sent as JSON. */
enum Datatype {
  FP64,
  FP32,
  INT64(-0x1p63, 0x1p63),
  INT32(-0x1p31, 0x1p31),
  INT16(-0x1p15, 0x1p15),
  INT8(-0x1p7, 0x1p7),
  UINT64(0, 0x1p64),
  UINT32(0, 0x1p32),
  UINT16(0, 0x1p16),
  UINT8(0, 0x1p8),
  BOOL(0, 2),
  /** Texts: the names of levels. */
  BYTES;

  private final double least;
  private final double below;

  Datatype() {
    this(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  Datatype(double least, double below) {
    this.least = least;
    this.below = below;
  }

  static Optional<Datatype> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  boolean whole() {
    return below < Double.POSITIVE_INFINITY;
  }

  /** True if a number can be sent as this type without being changed, but for rounding of FP32. */
  boolean holds(double value) {
    return switch (this) {
      case BYTES -> false;
      case FP64 -> Double.isFinite(value);
      case FP32 -> Float.isFinite((float) value);
      default -> value == Math.rint(value) && value >= least && value < below;
    };
  }

  /** A number that the type {@link #holds}, as JSON. */
  String json(double value) {
    return switch (this) {
      case FP32 -> Float.toString((float) value);
      case BOOL -> value == 1 ? "true" : "false";
      default ->
          whole()
              ? new java.math.BigDecimal(value).toBigInteger().toString()
              : Double.toString(value);
    };
  }
}
