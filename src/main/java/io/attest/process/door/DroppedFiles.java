package io.attest.process.door;

import io.attest.process.AttestProperties;
import io.attest.stage.DropFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The folder {@code data} in the drop folder. What lies there starts nothing by itself. Found in a
 * list and never by a path that somebody wrote; links are not followed.
 */
@Component
class DroppedFiles implements DropFolder {
  private static final String PREFIX = "drop:";
  private static final Set<String> KINDS = Set.of("csv", "xlsx", "parquet", "jsonl");

  private final Path folder;

  DroppedFiles(AttestProperties properties) {
    this.folder = Path.of(properties.inbox().folder()).toAbsolutePath().normalize().resolve("data");
  }

  @Override
  public List<Lying> files() {
    return paths().stream()
        .map(DroppedFiles::lying)
        .sorted(Comparator.comparing(Lying::changed).reversed().thenComparing(Lying::name))
        .toList();
  }

  @Override
  public Optional<Path> find(String data) {
    return paths().stream().filter(path -> data.equals(PREFIX + path.getFileName())).findFirst();
  }

  private List<Path> paths() {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(DroppedFiles::isData)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look into the drop folder " + folder + ".", e);
    }
  }

  private static boolean isData(Path path) {
    String name = path.getFileName().toString();
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && KINDS.contains(kind);
  }

  private static Lying lying(Path path) {
    String name = path.getFileName().toString();
    try {
      return new Lying(
          PREFIX + name, name, Files.size(path), Files.getLastModifiedTime(path).toInstant());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + path + ".", e);
    }
  }
}
