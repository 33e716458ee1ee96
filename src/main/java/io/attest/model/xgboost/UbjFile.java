package io.attest.model.xgboost;

import io.attest.model.InvalidModelException;
import io.attest.model.json.Node;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Universal Binary JSON (draft 12, big-endian) into {@link Node}s, optimised containers
 * ({@code $} type, {@code #} count) included. No length in the file is believed beyond the bytes
 * that are there.
 */
final class UbjFile {
  private static final int MAX_NESTING = 100;

  private final String file;
  private final ByteBuffer in;

  private UbjFile(String file, byte[] bytes) {
    this.file = file;
    this.in = ByteBuffer.wrap(bytes);
  }

  static Node read(String file, byte[] bytes) {
    UbjFile reader = new UbjFile(file, bytes);
    try {
      Object value = reader.value(reader.marker(), 0);
      if (reader.in.hasRemaining()) {
        throw reader.wrong("there are bytes after its end");
      }
      return new Node("XGBoost", file, "", value);
    } catch (BufferUnderflowException e) {
      throw reader.wrong("the file ends too early");
    }
  }

  private InvalidModelException wrong(String what) {
    return new InvalidModelException(
        file
            + " is not valid Universal Binary JSON: "
            + what
            + " (byte "
            + in.position()
            + "). Maybe the file is cut off or damaged; save the model again.");
  }

  /** The next type marker; no-ops are skipped. */
  private byte marker() {
    byte m;
    do {
      m = in.get();
    } while (m == 'N');
    return m;
  }

  private Object value(byte type, int nesting) {
    if (nesting > MAX_NESTING) {
      throw wrong("it is nested too deep");
    }
    return switch (type) {
      case '{' -> object(nesting);
      case '[' -> array(nesting);
      case 'S' -> string();
      case 'C' -> String.valueOf((char) (in.get() & 0xff));
      case 'H' -> string();
      case 'Z' -> null;
      default -> number(type);
    };
  }

  private double number(byte type) {
    return switch (type) {
      case 'T' -> 1;
      case 'F' -> 0;
      case 'i' -> in.get();
      case 'U' -> in.get() & 0xff;
      case 'I' -> in.getShort();
      case 'u' -> in.getShort() & 0xffff;
      case 'l' -> in.getInt();
      case 'm' -> in.getInt() & 0xffffffffL;
      case 'L', 'M' -> in.getLong();
      case 'd' -> in.getFloat();
      case 'D' -> in.getDouble();
      default -> throw wrong("unknown type " + (type & 0xff));
    };
  }

  private static boolean isNumber(byte type) {
    return "TFiUIulmLMdD".indexOf(type) >= 0;
  }

  /** Bytes of one value of a type whose marker is given once for all. */
  private static int width(byte type) {
    return switch (type) {
      case 'i', 'U' -> 1;
      case 'I', 'u' -> 2;
      case 'l', 'm', 'd' -> 4;
      case 'L', 'M', 'D' -> 8;
      default -> 0;
    };
  }

  /** A length; each counted thing takes at least {@code bytes} bytes. */
  private int length(int bytes) {
    byte type = in.get();
    if (!isNumber(type) || type == 'd' || type == 'D' || type == 'T' || type == 'F') {
      throw wrong("a length is not a whole number");
    }
    double n = number(type);
    if (n < 0 || n * Math.max(1, bytes) > in.remaining()) {
      throw wrong("it announces more than the file holds");
    }
    return (int) n;
  }

  private String string() {
    byte[] bytes = new byte[length(1)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Map<String, Object> object(int nesting) {
    Map<String, Object> map = new LinkedHashMap<>();
    byte type = 0;
    byte m = marker();
    if (m == '$') {
      type = in.get();
      m = in.get();
      if (m != '#') {
        throw wrong("a typed object has no count");
      }
    }
    int count = -1;
    if (m == '#') {
      count = length(1);
    } else {
      in.position(in.position() - 1);
    }
    while (count < 0 || map.size() < count) {
      if (count < 0) {
        if (marker() == '}') {
          break;
        }
        in.position(in.position() - 1);
      }
      int before = map.size();
      String name = string();
      map.put(name, value(type != 0 ? type : marker(), nesting + 1));
      if (map.size() == before) {
        throw wrong("the name '" + name + "' is there twice");
      }
    }
    return map;
  }

  private Object array(int nesting) {
    byte m = marker();
    byte type = 0;
    if (m == '$') {
      type = in.get();
      m = in.get();
      if (m != '#') {
        throw wrong("a typed list has no count");
      }
    }
    if (m != '#') {
      in.position(in.position() - 1);
      return untyped(-1, nesting);
    }
    int count = length(type == 0 ? 1 : width(type));
    if (type == 0) {
      return untyped(count, nesting);
    }
    if (!isNumber(type)) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        list.add(value(type, nesting + 1));
      }
      return list;
    }
    double[] out = new double[count];
    for (int i = 0; i < count; i++) {
      out[i] = number(type);
    }
    return out;
  }

  private Object untyped(int count, int nesting) {
    List<Object> list = new ArrayList<>();
    boolean numbers = true;
    while (count < 0 || list.size() < count) {
      byte type = marker();
      if (count < 0 && type == ']') {
        break;
      }
      numbers &= isNumber(type);
      list.add(value(type, nesting + 1));
    }
    return numbers ? list.stream().mapToDouble(v -> (double) v).toArray() : list;
  }
}
