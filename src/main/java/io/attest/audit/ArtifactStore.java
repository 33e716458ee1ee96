package io.attest.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A folder of files named by the SHA-256 of their bytes.
 *
 * <p>A file is written under a temporary name, forced to the disk, and moved into place: what has
 * its final name is whole. Equal content is stored once, so a stage that runs twice changes
 * nothing.
 */
public final class ArtifactStore {

  private final Path root;

  /**
   * @param root the folder; made if it is not there
   * @throws UncheckedIOException if it cannot be made
   */
  public ArtifactStore(Path root) {
    this.root = root;
    try {
      Files.createDirectories(root.resolve("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot make the artefact folder "
              + root
              + ". Maybe the disk is full, or Attest may not write there.",
          e);
    }
  }

  /** Writes a file. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @param file where to write; does not exist yet
     */
    void write(Path file) throws IOException;
  }

  /**
   * Stores what a writer writes. Nothing is left behind if it fails.
   *
   * @throws UncheckedIOException if the disk does not take it
   */
  public Artifact put(String name, String mediaType, Writer writer) {
    try {
      Path temporary = Files.createTempDirectory(root.resolve("tmp"), "put");
      try {
        Path file = temporary.resolve("content");
        writer.write(file);
        force(file);
        String sha256 = sha256(file);
        long bytes = Files.size(file);
        Path target = locate(sha256);
        if (!Files.exists(target)) {
          Files.createDirectories(target.getParent());
          Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
          forceFolder(target.getParent());
        } else {
          // Somebody needs it again: it must not be removed for another who no longer does.
          Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
        }
        return new Artifact(name, sha256, bytes, mediaType);
      } finally {
        removeAll(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot store " + name + " under " + root + ". Maybe the disk is full.", e);
    }
  }

  /** Stores a copy of a file. */
  public Artifact put(String name, String mediaType, Path source) {
    return put(name, mediaType, file -> Files.copy(source, file));
  }

  /** Stores bytes. */
  public Artifact put(String name, String mediaType, byte[] bytes) {
    return put(name, mediaType, file -> Files.write(file, bytes));
  }

  /**
   * The file of an artefact, to be read only.
   *
   * @throws UncheckedIOException if it is no longer there
   */
  public Path path(Artifact artifact) {
    Path file = locate(artifact.sha256());
    if (!Files.isRegularFile(file)) {
      throw new UncheckedIOException(
          new IOException(
              "The artefact "
                  + artifact.name()
                  + " ("
                  + artifact.sha256()
                  + ") is not in "
                  + root
                  + ". Maybe the folder was moved or cleaned: restore it from the backup."));
    }
    return file;
  }

  /**
   * Removes a file that nothing refers to.
   *
   * @param untouchedSince a file that was stored again after this time stays: whoever did may not
   *     have said so in the record yet
   * @return whether it was there and is gone
   * @throws UncheckedIOException if it cannot be removed
   */
  public boolean remove(String sha256, Instant untouchedSince) {
    Path file = locate(sha256);
    try {
      return Files.isRegularFile(file)
          && Files.getLastModifiedTime(file).toInstant().isBefore(untouchedSince)
          && Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file + ".", e);
    }
  }

  /** The SHA-256 of a file's bytes, lower-case hex. */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  /** The SHA-256 of the bytes of a stream, which is read to its end, lower-case hex. */
  public static String sha256(InputStream from) throws IOException {
    MessageDigest digest = digest();
    new DigestInputStream(from, digest).transferTo(OutputStream.nullOutputStream());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The SHA-256 of bytes, lower-case hex. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  private Path locate(String sha256) {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("'" + sha256 + "' is no SHA-256.");
    }
    return root.resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** So that the name, too, survives a power cut; where a folder cannot be opened, it needs not. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open folders; its file system keeps names by itself.
      return;
    }
  }

  private static void removeAll(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
