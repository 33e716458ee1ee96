package io.attest.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The content folders {@code bpmn}, {@code routes}, {@code templates} and {@code config}: packed in
 * the jar, replaced file by file by folders of the same name outside.
 *
 * <p>A file has one name wherever it lies: the folder and the path below it, with slashes, for
 * instance {@code bpmn/model-audit.bpmn}.
 */
public final class ContentFolders {

  /** One content file: its short name, and where the winning copy lies. */
  public record Content(String name, URL place) {

    /** Opens the file. */
    public InputStream open() throws IOException {
      URLConnection connection = place.openConnection();
      connection.setUseCaches(false);
      return connection.getInputStream();
    }

    /** The whole file. */
    public byte[] bytes() {
      try (InputStream in = open()) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + name + " at " + place + ".", e);
      }
    }
  }

  private final ClassLoader packed;
  private final List<Path> outside;

  /**
   * @param packed where the packed folders are found
   * @param outside folders beside which content folders may lie; the first one wins
   */
  public ContentFolders(ClassLoader packed, List<Path> outside) {
    this.packed = packed;
    this.outside = outside.stream().map(p -> p.toAbsolutePath().normalize()).distinct().toList();
  }

  /**
   * The files of one folder, by name, each from the place that wins.
   *
   * @param folder one of the content folders, for instance {@code bpmn}
   */
  public SortedMap<String, Content> list(String folder) {
    SortedMap<String, Content> found = new TreeMap<>();
    try {
      for (URL place : Collections.list(packed.getResources(folder))) {
        addPacked(folder, place, found);
      }
      for (int i = outside.size() - 1; i >= 0; i--) {
        addFiles(folder, outside.get(i).resolve(folder), found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the folder " + folder + ".", e);
    }
    return found;
  }

  /** The file of this name, for instance {@code templates/mail/review.txt}, if there is one. */
  public Optional<Content> find(String name) {
    if (List.of(name.split("/")).contains("..")) {
      return Optional.empty();
    }
    try {
      for (Path home : outside) {
        Path file = home.resolve(name).normalize();
        if (Files.isRegularFile(file)) {
          return Optional.of(new Content(name, file.toUri().toURL()));
        }
      }
      return Optional.ofNullable(packed.getResource(name)).map(url -> new Content(name, url));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for " + name + ".", e);
    }
  }

  /**
   * The file of this name.
   *
   * @throws NoSuchElementException if it is neither packed nor outside
   */
  public Content get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    name + " is neither in the jar nor in " + outside + ". Maybe it was renamed."));
  }

  /** Whether this is, byte for byte, the packed file of the name. */
  boolean isPacked(String name, byte[] content) {
    URL place = packed.getResource(name);
    return place != null && Arrays.equals(new Content(name, place).bytes(), content);
  }

  private static void addPacked(String folder, URL place, SortedMap<String, Content> found)
      throws IOException {
    if (place.getProtocol().equals("file")) {
      try {
        addFiles(folder, Path.of(place.toURI()), found);
      } catch (URISyntaxException e) {
        throw new IOException("Cannot understand the place " + place + ".", e);
      }
      return;
    }
    if (place.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false);
      String base = connection.getEntryName();
      base = base.endsWith("/") ? base : base + "/";
      // The address of the entry ends with its name; what precedes is the way into the jar.
      String address = place.toString();
      String jar = address.substring(0, address.lastIndexOf(connection.getEntryName()));
      try (JarFile file = connection.getJarFile()) {
        for (Enumeration<JarEntry> e = file.entries(); e.hasMoreElements(); ) {
          JarEntry entry = e.nextElement();
          if (entry.getName().startsWith(base) && !entry.isDirectory()) {
            String name = folder + "/" + entry.getName().substring(base.length());
            found.put(name, new Content(name, new URL(jar + entry.getName())));
          }
        }
      }
    }
  }

  private static void addFiles(String folder, Path place, SortedMap<String, Content> found)
      throws IOException {
    if (!Files.isDirectory(place)) {
      return;
    }
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path below = place.relativize(file);
        boolean hidden = false;
        for (Path part : below) {
          hidden |= part.toString().startsWith(".");
        }
        if (!hidden) { // editors and file managers leave such files
          String name = folder + "/" + below.toString().replace('\\', '/');
          found.put(name, new Content(name, file.toUri().toURL()));
        }
      }
    }
  }
}
