package io.attest.process.door;

import io.attest.process.AttestProperties;
import io.attest.stage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Keeps uploads in the data folder, each under the beginning of its SHA-256 and its plain name. */
@Component
class KeptUploads implements Uploads {
  private static final Pattern NAME =
      Pattern.compile("upload:([0-9a-f]{16}-[A-Za-z0-9_][A-Za-z0-9._-]*)");
  private static final int LONGEST = 100;

  private final Path folder;

  KeptUploads(AttestProperties properties) {
    this.folder = properties.dataFolder().resolve("uploads");
  }

  @Override
  public String keep(String fileName, InputStream content) throws IOException {
    Files.createDirectories(folder);
    Path coming = Files.createTempFile(folder, ".coming-", "");
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DigestInputStream in = new DigestInputStream(content, digest)) {
        Files.copy(in, coming, StandardCopyOption.REPLACE_EXISTING);
      }
      String kept =
          HexFormat.of().formatHex(digest.digest()).substring(0, 16) + "-" + plain(fileName);
      Files.move(coming, folder.resolve(kept), StandardCopyOption.ATOMIC_MOVE);
      return "upload:" + kept;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    } finally {
      Files.deleteIfExists(coming);
    }
  }

  @Override
  public Optional<Path> find(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(folder.resolve(matcher.group(1))).filter(Files::isRegularFile)
        : Optional.empty();
  }

  @Override
  public List<Kept> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Kept> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        String name = "upload:" + file.getFileName();
        if (find(name).isPresent()) {
          all.add(
              new Kept(
                  name,
                  Files.getLastModifiedTime(file).toInstant(),
                  Files.size(file),
                  file.getFileName().toString().substring(0, 16)));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the uploads in " + folder + ".", e);
    }
  }

  @Override
  public void remove(String name) {
    try {
      Optional<Path> file = find(name);
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + name + ".", e);
    }
  }

  /** The last part of a name, in plain characters; the end, with the kind of file, is kept. */
  static String plain(String fileName) {
    String last =
        fileName.substring(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
    String plain = last.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]+", "");
    plain = plain.isEmpty() ? "data" : plain;
    return plain.length() <= LONGEST
        ? plain
        : plain.substring(plain.length() - LONGEST).replaceFirst("^[.-]+", "_");
  }
}
