package io.attest.model.h2o;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.tree.Tree;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one tree.
 *
 * <p>A node is: type (1 byte), column (2), where a missing value goes (1), then a threshold (32-bit
 * float) or a set of levels, then the size of the left subtree (1 to 4 bytes, unless it is a leaf),
 * the left subtree, the right one. A leaf is its 32-bit value alone. Bits 0 to 1 of the type are
 * the bytes of the size less one, bits 4 and 5 say that the left child is a leaf, 6 and 7 that the
 * right one is, bits 2 and 3 that the split is a set (4 bytes of it, or with a length). The column
 * 65535 stands for a tree that is one leaf.
 *
 * <p>Beside it stands a table of 40 bytes a split: its number, a field of changing use, the weights
 * of the training rows that went left and right, their predictions, their squared errors, the
 * numbers of the left and the right child.
 */
final class CompressedTree {
  private static final int LEAF_ALONE = 65535;
  private static final int MAX_DEPTH = 1000;

  private static final int NA_VERSUS_REST = 1;
  private static final int NA_LEFT = 2;
  private static final int LEFT = 4;

  private final Mojo mojo;
  private final String name;
  private final ByteBuffer in;
  private final Map<Integer, Split> table;
  private final List<Feature> features;

  private final List<Integer> feature = new ArrayList<>();
  private final List<Double> threshold = new ArrayList<>();
  private final List<long[]> sets = new ArrayList<>();
  private final List<int[]> children = new ArrayList<>();
  private final List<Boolean> missingYes = new ArrayList<>();
  private final List<Double> value = new ArrayList<>();
  private final List<Double> cover = new ArrayList<>();

  /** What the table says of a split. */
  private record Split(double left, double right, int leftNumber, int rightNumber) {}

  /**
   * @param name of the file of the tree, without {@code .bin}
   */
  CompressedTree(Mojo mojo, String name, List<Feature> features) {
    this.mojo = mojo;
    this.name = name;
    this.features = features;
    this.in = buffer(mojo.entries().get(name + ".bin"));
    this.table = table();
  }

  private ByteBuffer buffer(byte[] bytes) {
    boolean big = mojo.find("endianness").map("BIG_ENDIAN"::equals).orElse(false);
    return ByteBuffer.wrap(bytes).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private Map<Integer, Split> table() {
    Map<Integer, Split> out = new HashMap<>();
    byte[] bytes = mojo.entries().get(name + "_aux.bin");
    if (bytes == null) {
      return out;
    }
    if (bytes.length % 40 != 0) {
      throw wrong("has a table of " + bytes.length + " bytes");
    }
    ByteBuffer from = buffer(bytes);
    for (int start = 0; start < bytes.length; start += 40) {
      double left = from.getFloat(start + 8);
      double right = from.getFloat(start + 12);
      if (!(left >= 0) || !(right >= 0) || Double.isInfinite(left + right)) {
        throw wrong("has the weights " + left + " and " + right + " in its table");
      }
      out.put(
          from.getInt(start),
          new Split(left, right, from.getInt(start + 32), from.getInt(start + 36)));
    }
    return out;
  }

  /**
   * Reads the tree.
   *
   * @param scale of the leaves
   * @param output index of the raw output that the tree adds to
   */
  Tree read(double scale, int output) {
    try {
      Split root = table.get(0);
      node(0, root == null ? 0 : root.left() + root.right(), 0);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw wrong("ends too early");
    }
    if (in.hasRemaining()) {
      throw wrong("goes on after its end");
    }
    return new Tree(
        feature.stream().mapToInt(Integer::intValue).toArray(),
        threshold.stream().mapToDouble(Double::doubleValue).toArray(),
        sets.toArray(long[][]::new),
        children.stream().mapToInt(c -> c[0]).toArray(),
        children.stream().mapToInt(c -> c[1]).toArray(),
        booleans(missingYes),
        value.stream().mapToDouble(v -> scale * v).toArray(),
        cover.stream().mapToDouble(Double::doubleValue).toArray(),
        output);
  }

  private static boolean[] booleans(List<Boolean> list) {
    boolean[] out = new boolean[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = list.get(i);
    }
    return out;
  }

  private int add(int column, double weight) {
    feature.add(column);
    threshold.add(0.0);
    sets.add(null);
    children.add(new int[2]);
    missingYes.add(false);
    value.add(0.0);
    cover.add(weight);
    return feature.size() - 1;
  }

  private int leaf(double weight) {
    int own = add(-1, weight);
    double read = in.getFloat();
    if (!Double.isFinite(read)) {
      throw wrong("has the leaf value " + read);
    }
    value.set(own, read);
    return own;
  }

  /**
   * Reads the subtree that starts here.
   *
   * @param number of the node in the table
   * @param weight of the training rows that reached it; 0 if the file does not say
   */
  private int node(int number, double weight, int depth) {
    if (depth > MAX_DEPTH) {
      throw wrong("is deeper than " + MAX_DEPTH + " splits");
    }
    int type = in.get() & 0xff;
    int column = in.getShort() & 0xffff;
    if (column == LEAF_ALONE) {
      return leaf(weight);
    }
    if (column >= features.size()) {
      throw wrong("splits on column " + column + " of " + features.size());
    }
    int own = add(column, weight);
    question(own, type, column);
    Split split = table.get(number);
    if (split == null && !table.isEmpty()) {
      throw wrong("has no line for node " + number + " in its table");
    }
    int left;
    int right;
    int leftBits = type & 0x33;
    if (leftBits == 0x30) {
      left = leaf(split == null ? 0 : split.left());
    } else if (leftBits <= 3) {
      int size = size(leftBits + 1);
      int start = in.position();
      left =
          node(split == null ? 0 : split.leftNumber(), split == null ? 0 : split.left(), depth + 1);
      if (in.position() - start != size) {
        throw wrong("has a left branch of another size than it says");
      }
    } else {
      throw wrong("has a node of the type " + type);
    }
    int rightBits = (type & 0xc0) >> 2;
    if ((rightBits & 0x10) != 0) {
      right = leaf(split == null ? 0 : split.right());
    } else {
      right =
          node(
              split == null ? 0 : split.rightNumber(),
              split == null ? 0 : split.right(),
              depth + 1);
    }
    // A number below the threshold goes left; a level in the set, and what is asked for being
    // missing, goes right.
    boolean below = sets.get(own) == null && !Double.isInfinite(threshold.get(own));
    children.get(own)[0] = below ? left : right;
    children.get(own)[1] = below ? right : left;
    return own;
  }

  private int size(int bytes) {
    int size = 0;
    for (int b = 0; b < bytes; b++) {
      int read = in.get() & 0xff;
      size |=
          in.order() == ByteOrder.LITTLE_ENDIAN ? read << (8 * b) : read << (8 * (bytes - 1 - b));
    }
    return size;
  }

  /** Reads what a split asks, and where a missing value goes. */
  private void question(int own, int type, int column) {
    int direction = in.get() & 0xff;
    if (direction < NA_VERSUS_REST || direction > 5) {
      throw wrong("has the direction " + direction + " of missing values");
    }
    boolean missingLeft = direction == NA_LEFT || direction == LEFT;
    int kind = type & 12;
    if (kind == 4 || direction == NA_VERSUS_REST && kind != 0) {
      throw wrong("has a split of the kind " + kind);
    }
    if (direction == NA_VERSUS_REST) {
      // Nothing is below minus infinity, so that all but the missing values go left.
      threshold.set(own, Double.NEGATIVE_INFINITY);
      missingYes.set(own, true);
    } else if (kind == 0) {
      double read = in.getFloat();
      if (!Double.isFinite(read)) {
        throw wrong("has the threshold " + read);
      }
      threshold.set(own, read);
      missingYes.set(own, missingLeft);
    } else {
      sets.set(own, set(kind, column, missingLeft));
      missingYes.set(own, !missingLeft);
    }
  }

  /** The levels that go right. One outside the bits that the split holds goes as if missing. */
  private long[] set(int kind, int column, boolean missingLeft) {
    int first = kind == 8 ? 0 : in.getShort() & 0xffff;
    int bits = kind == 8 ? 32 : in.getInt();
    int bytes = bits <= 0 ? 0 : ((bits - 1) >> 3) + 1;
    if (bits < 0 || bytes > in.remaining()) {
      throw wrong("has a set of " + bits + " levels");
    }
    int levels = features.get(column).levels().size();
    if (levels == 0) {
      throw wrong("asks for levels of " + features.get(column).name() + ", which is a number");
    }
    byte[] held = new byte[bytes];
    in.get(held);
    BitSet right = new BitSet();
    for (int level = 0; level < levels; level++) {
      int bit = level - first;
      boolean inside = bit >= 0 && bit < bits;
      right.set(level, inside ? (held[bit >> 3] >> (bit & 7) & 1) != 0 : !missingLeft);
    }
    return right.toLongArray();
  }

  private InvalidModelException wrong(String what) {
    return mojo.wrong("has a tree (" + name + ") that " + what);
  }
}
