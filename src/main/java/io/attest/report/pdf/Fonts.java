package io.attest.report.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.lang.Character.UnicodeScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.OTFParser;
import org.apache.fontbox.ttf.OpenTypeFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;

/**
 * Fonts that an installation adds, for signs that the packed ones lack: asked in the order of their
 * file names, sign by sign. The fonts of the machine are never asked, so the same folder gives the
 * same bytes everywhere. Immutable.
 */
public final class Fonts {

  /** No font but the packed ones. */
  public static final Fonts NONE = new Fonts(List.of());

  private static final int SHOWN = 12;
  private static final int NOT_TO_EMBED = 2;

  /** Signs that say how others are set, and are never drawn. */
  private static final Set<Integer> CATEGORIES_UNSEEN =
      Set.of((int) Character.CONTROL, (int) Character.FORMAT, (int) Character.SURROGATE);

  /**
   * Scripts whose letters change their shape or place by their neighbours, by rules that are in the
   * font and that nothing here follows.
   */
  private static final Set<UnicodeScript> SHAPED =
      EnumSet.of(
          UnicodeScript.DEVANAGARI,
          UnicodeScript.BENGALI,
          UnicodeScript.GURMUKHI,
          UnicodeScript.GUJARATI,
          UnicodeScript.ORIYA,
          UnicodeScript.TAMIL,
          UnicodeScript.TELUGU,
          UnicodeScript.KANNADA,
          UnicodeScript.MALAYALAM,
          UnicodeScript.SINHALA,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR,
          UnicodeScript.TIBETAN);

  private final List<Face> faces;

  private Fonts(List<Face> faces) {
    this.faces = List.copyOf(faces);
  }

  /** A font, and which signs it has. */
  public static final class Face {
    private final String name;
    private final Path file;
    private final CmapLookup signs;

    private Face(String name, Path file, CmapLookup signs) {
      this.name = name;
      this.file = file;
      this.signs = signs;
    }

    /** The name of its file. */
    public String name() {
      return name;
    }

    /** Where it is; not to be asked of packed ones. */
    public Path file() {
      return file;
    }

    /** Whether it can draw this code point. */
    public boolean has(int sign) {
      return signs.getGlyphId(sign) > 0;
    }
  }

  /**
   * The fonts in a folder: all its files that end in {@code .ttf} or {@code .otf}.
   *
   * @throws IllegalArgumentException if there is no such folder, or one of them cannot be put into
   *     a PDF
   */
  public static Fonts in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "attest.report.fonts is " + folder + ", which is no folder. Maybe it is not there yet.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Face> faces = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".ttf") || lower.endsWith(".otf")) {
          faces.add(face(name, file));
        } else if (lower.endsWith(".ttc")) {
          throw unusable(name, "it is a collection. Take the fonts out of it, as .ttf files.");
        }
      }
      if (faces.isEmpty()) {
        throw new IllegalArgumentException(
            "attest.report.fonts is " + folder + ", where no .ttf or .otf file is.");
      }
      return new Fonts(faces);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "attest.report.fonts is " + folder + ", which cannot be read: " + e.getMessage(), e);
    }
  }

  private static Face face(String name, Path file) {
    try (TrueTypeFont font = parsed(file)) {
      if (font instanceof OpenTypeFont open && open.isPostScript()) {
        throw unusable(
            name, "its outlines are those of PostScript (CFF). Take its TrueType version (.ttf).");
      }
      if (font.getOS2Windows() != null
          && (font.getOS2Windows().getFsType() & 0xf) == NOT_TO_EMBED) {
        throw unusable(name, "its maker does not allow it to be put into documents.");
      }
      return new Face(name, file, font.getUnicodeCmapLookup());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The font " + name + " cannot be read: " + e.getMessage() + ". Maybe it is damaged.", e);
    }
  }

  private static TrueTypeFont parsed(Path file) throws IOException {
    boolean open = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".otf");
    return (open ? new OTFParser() : new TTFParser()).parse(new RandomAccessReadBufferedFile(file));
  }

  private static IllegalArgumentException unusable(String name, String why) {
    return new IllegalArgumentException("The font " + name + " cannot be used: " + why);
  }

  /** A packed font. */
  public static Face packed(String resource) {
    String name = resource.substring(resource.lastIndexOf('/') + 1);
    try (InputStream in = Fonts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("it is not in the program. Maybe a jar is gone");
      }
      try (TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(in))) {
        return new Face(name, Path.of(name), font.getUnicodeCmapLookup());
      }
    } catch (IOException e) {
      throw new IllegalStateException("The font " + name + " cannot be read: " + e, e);
    }
  }

  /** All of them, in the order in which they are asked. */
  public List<Face> faces() {
    return faces;
  }

  /** The first one that has this sign. */
  public Optional<Face> of(int sign) {
    return faces.stream().filter(f -> f.has(sign)).findFirst();
  }

  /** The signs of a text that neither these fonts nor a packed one can draw. */
  public Set<Integer> missing(String text, Face packed) {
    return text.codePoints()
        .filter(
            c -> !Character.isWhitespace(c) && !CATEGORIES_UNSEEN.contains(Character.getType(c)))
        .distinct()
        .filter(c -> !packed.has(c) && of(c).isEmpty())
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The scripts of a text whose letters would stand in wrong shapes or places, by name. */
  public static List<String> misshaped(String text) {
    return text.codePoints()
        .mapToObj(UnicodeScript::of)
        .filter(SHAPED::contains)
        .distinct()
        .sorted()
        .map(Fonts::name)
        .toList();
  }

  private static String name(UnicodeScript script) {
    String name = script.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** Names signs by script: "Han: 日 (U+65E5), 本 (U+672C); Thai: ...", and how many more. */
  public static String named(Collection<Integer> signs) {
    TreeMap<String, List<String>> byScript = new TreeMap<>();
    signs.stream()
        .limit(SHOWN)
        .forEach(
            c ->
                byScript
                    .computeIfAbsent(name(UnicodeScript.of(c)), k -> new ArrayList<>())
                    .add(Character.toString(c) + String.format(Locale.ROOT, " (U+%04X)", c)));
    String shown =
        byScript.entrySet().stream()
            .map(e -> e.getKey() + ": " + String.join(", ", e.getValue()))
            .collect(Collectors.joining("; "));
    return signs.size() > SHOWN ? shown + "; and " + (signs.size() - SHOWN) + " more" : shown;
  }
}
