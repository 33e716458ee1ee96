package io.attest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** How long each part of a command took. A part inside another one is not counted twice. */
final class Clock {
  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private String running = "";
  private long since = System.nanoTime();

  /** Counts what is done as this part. */
  <T> T time(String part, Supplier<T> work) {
    String before = change(part);
    try {
      return work.get();
    } finally {
      change(before);
    }
  }

  /** Counts what is done as this part. */
  void run(String part, Runnable work) {
    time(
        part,
        () -> {
          work.run();
          return part;
        });
  }

  private String change(String part) {
    long now = System.nanoTime();
    nanos.merge(running, now - since, Long::sum);
    since = now;
    String before = running;
    running = part;
    return before;
  }

  /** {@code loading 1.20 s, explaining 3.00 s}. */
  @Override
  public String toString() {
    StringJoiner out = new StringJoiner(", ");
    nanos.forEach(
        (part, time) -> {
          if (!part.isEmpty()) {
            out.add(part + " " + String.format(Locale.ROOT, "%.2f s", time / 1e9));
          }
        });
    return out.toString();
  }
}
