package io.attest.stage.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what was found then with what is found now, number by number. The difference of two
 * numbers is relative to the larger of them; two that are nearer than a floor are the same, since
 * what is left of rounding has no digits to compare.
 */
final class Numbers {
  private static final int BLOCK = 8192;
  private static final Set<String> INCIDENTAL = Set.of("millis");

  private final double floor;
  private long compared;
  private double largest;
  private String where = "";
  private String other = "";

  /**
   * @param floor absolute difference below which two numbers are the same, at least 0
   */
  Numbers(double floor) {
    this.floor = floor;
  }

  /** How many numbers were compared. */
  long compared() {
    return compared;
  }

  /** The largest difference, 0 if there is none; infinite where one of two is no number. */
  double largest() {
    return largest;
  }

  /** Where the largest difference is; empty if there is none. */
  String where() {
    return where;
  }

  /** The first thing that is no number and differs, in words; empty if there is none. */
  Optional<String> other() {
    return Optional.of(other).filter(o -> !o.isEmpty());
  }

  private void differs(String text) {
    if (other.isEmpty()) {
      other = text;
    }
  }

  /** Two numbers. */
  void number(String path, double then, double now) {
    compared++;
    double difference = difference(then, now);
    if (difference > largest) {
      largest = difference;
      where = path + ": " + then + " then, " + now + " now";
    }
  }

  private double difference(double then, double now) {
    if (Double.compare(then, now) == 0 || then == now) {
      return 0;
    }
    double apart = Math.abs(then - now);
    if (Double.isNaN(apart) || Double.isInfinite(apart)) {
      return Double.POSITIVE_INFINITY;
    }
    return apart <= floor ? 0 : apart / Math.max(Math.abs(then), Math.abs(now));
  }

  /** Two trees; their numbers, and everything else for being the same. */
  void tree(String path, JsonNode then, JsonNode now) {
    if (then.isNumber() && now.isNumber()) {
      number(path, then.asDouble(), now.asDouble());
    } else if (then.isObject() && now.isObject()) {
      Set<String> keys = new TreeSet<>();
      then.fieldNames().forEachRemaining(keys::add);
      now.fieldNames().forEachRemaining(keys::add);
      keys.removeAll(INCIDENTAL);
      for (String key : keys) {
        // An absent key and an empty one are the same: newer versions know more of them.
        tree(path + "." + key, then.path(key), now.path(key));
      }
    } else if (then.isArray() && now.isArray()) {
      if (then.size() != now.size()) {
        differs(path + " had " + then.size() + " entries then, and has " + now.size() + " now");
      } else {
        for (int i = 0; i < then.size(); i++) {
          tree(path + "[" + i + "]", then.get(i), now.get(i));
        }
      }
    } else if (!empty(then) || !empty(now)) {
      if (!then.equals(now)) {
        differs(path + " was " + then + " then, and is " + now + " now");
      }
    }
  }

  private static boolean empty(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** Two tables. */
  void parquet(String name, Path then, Path now) throws IOException {
    try (ParquetReader old = new ParquetReader(then, BLOCK);
        ParquetReader fresh = new ParquetReader(now, BLOCK)) {
      if (old.rows() != fresh.rows()) {
        differs(name + " had " + old.rows() + " rows then, and has " + fresh.rows() + " now");
        return;
      }
      long first = 0;
      for (Optional<Frame> block = old.next(); block.isPresent(); block = old.next()) {
        Optional<Frame> same = fresh.next();
        if (same.isEmpty() || same.get().rows() != block.get().rows()) {
          differs(name + " ends early");
          return;
        }
        frame(name, first, block.get(), same.get());
        first += block.get().rows();
      }
    }
  }

  private void frame(String name, long first, Frame then, Frame now) {
    Set<String> columns = new TreeSet<>();
    then.columns().forEach(c -> columns.add(c.name()));
    now.columns().forEach(c -> columns.add(c.name()));
    for (String column : columns) {
      Optional<Column> old = then.find(column);
      Optional<Column> fresh = now.find(column);
      if (old.isEmpty() || fresh.isEmpty()) {
        differs(
            name + ": the column " + column + " is only there " + (old.isEmpty() ? "now" : "then"));
      } else if (old.get() instanceof NumericColumn a && fresh.get() instanceof NumericColumn b) {
        for (int i = 0; i < a.size(); i++) {
          number(name + ", " + column + ", row " + (first + i), a.values()[i], b.values()[i]);
        }
      } else {
        texts(name + ", " + column, first, old.get(), fresh.get());
      }
    }
  }

  private void texts(String place, long first, Column then, Column now) {
    for (int i = 0; i < then.size(); i++) {
      boolean same =
          then.isMissing(i)
              ? now.isMissing(i)
              : !now.isMissing(i) && text(then, i).equals(text(now, i));
      if (!same) {
        differs(
            place
                + ", row "
                + (first + i)
                + " was '"
                + text(then, i)
                + "' then, and is '"
                + text(now, i)
                + "' now");
        return;
      }
    }
  }

  private static String text(Column column, int row) {
    return column instanceof CategoricalColumn c && c.isMissing(row) ? "" : column.text(row);
  }
}
