package io.attest.model.h2o;

import io.attest.model.InvalidModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The files inside a MOJO, and what its {@code model.ini} says.
 *
 * @param entries content by path
 * @param info keys and values of the section {@code [info]}
 * @param columns lines of {@code [columns]}: the inputs, and last what is predicted
 * @param domains lines of {@code [domains]} by column: number of levels, blank, name of a file
 */
record Mojo(
    String file,
    Map<String, byte[]> entries,
    Map<String, String> info,
    List<String> columns,
    Map<Integer, String> domains) {

  /** Trees do not pack a hundredfold: a zip file that does is made to fill the memory. */
  private static long most(byte[] bytes) {
    return Math.min(1L << 30, (1L << 24) + 100L * bytes.length);
  }

  static Mojo open(String file, byte[] bytes) {
    Map<String, byte[]> entries = new HashMap<>();
    long left = most(bytes);
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals("model.ini") || name.startsWith("trees/") || name.startsWith("domains/")) {
          byte[] content = zip.readNBytes((int) left);
          left -= content.length;
          if (left <= 0) {
            throw new InvalidModelException(
                file + " unpacks to more than " + most(bytes) + " bytes, which no model does.");
          }
          entries.put(name, content);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      if (e instanceof InvalidModelException known) {
        throw known;
      }
      throw new InvalidModelException(
          file + " is not a sound zip file: " + e.getMessage() + ". Maybe it is cut off.", e);
    }
    byte[] ini = entries.get("model.ini");
    if (ini == null) {
      throw new InvalidModelException(
          file + " is no MOJO: it holds no model.ini. Maybe it is cut off, or another zip file.");
    }
    Mojo mojo = new Mojo(file, entries, new HashMap<>(), new ArrayList<>(), new HashMap<>());
    mojo.parse(new String(ini, StandardCharsets.UTF_8));
    return mojo;
  }

  private void parse(String ini) {
    String section = "";
    for (String raw : ini.lines().toList()) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.equals("[info]") || line.equals("[columns]") || line.equals("[domains]")) {
        section = line;
      } else if (section.equals("[info]")) {
        String[] parts = line.split("\\s*=\\s*", 2);
        info.put(parts[0], parts.length > 1 ? parts[1] : "");
      } else if (section.equals("[columns]")) {
        columns.add(line);
      } else if (section.equals("[domains]")) {
        String[] parts = line.split(":\\s*", 2);
        domains.put(integer("[domains]", parts[0]), parts.length > 1 ? parts[1] : "");
      }
    }
    if (columns.size() != integer("n_columns")) {
      throw wrong("names " + columns.size() + " columns where n_columns is " + text("n_columns"));
    }
  }

  /** A value; absent also where it is written as null. */
  Optional<String> find(String key) {
    return Optional.ofNullable(info.get(key)).filter(v -> !v.isEmpty() && !v.equals("null"));
  }

  String text(String key) {
    return find(key).orElseThrow(() -> wrong("has no '" + key + "'"));
  }

  boolean flag(String key) {
    return find(key).map("true"::equals).orElse(false);
  }

  int integer(String key) {
    return integer(key, text(key));
  }

  private int integer(String key, String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw wrong("has '" + text + "' for " + key + ", which is no whole number");
    }
  }

  double number(String key) {
    return number(key, text(key));
  }

  private double number(String key, String text) {
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw wrong("has '" + text + "' for " + key + ", which is no number");
  }

  /** A list of numbers: {@code [0.3, 0.7]}. */
  double[] numbers(String key) {
    String text = text(key);
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw wrong("has '" + text + "' for " + key + ", which is no list");
    }
    String[] parts = text.substring(1, text.length() - 1).split(",");
    double[] out = new double[parts.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = number(key, parts[i]);
    }
    return out;
  }

  /** The levels of a column, in the order of their codes; empty for a number. */
  List<String> levels(int column) {
    String written = domains.get(column);
    if (written == null) {
      return List.of();
    }
    String[] parts = written.split(" ", 2);
    byte[] bytes = parts.length < 2 ? null : entries.get("domains/" + parts[1]);
    if (bytes == null) {
      throw wrong("says '" + written + "' of the levels of column " + column);
    }
    boolean escaped = flag("escape_domain_values");
    List<String> levels =
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .map(line -> (escaped ? unescaped(line) : line).strip())
            .toList();
    if (levels.isEmpty() || levels.size() != integer("[domains]", parts[0])) {
      throw wrong("has " + levels.size() + " levels of column " + column + ", not " + parts[0]);
    }
    return levels;
  }

  private static String unescaped(String line) {
    StringBuilder out = new StringBuilder();
    boolean escape = false;
    for (char c : line.toCharArray()) {
      if (!escape && c == '\\') {
        escape = true;
      } else {
        out.append(escape && c == 'n' ? '\n' : c);
        escape = false;
      }
    }
    return out.toString();
  }

  InvalidModelException wrong(String what) {
    return new InvalidModelException(
        file
            + " is not a sound MOJO: it "
            + what
            + ". Maybe the file is cut off or damaged; download the MOJO again.");
  }
}
