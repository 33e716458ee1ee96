package io.attest.model;

import io.attest.data.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The models of an installation: {@code <folder>/<id>/model.yaml}.
 *
 * <p>Looks anew at each call, so that a model that is added or mended needs no restart.
 *
 * @param places folders such as {@code config/models}; where two have a model of one id, the first
 *     wins, as a whole
 */
public record ModelFolder(List<Path> places) {

  /**
   * A model that was found.
   *
   * @param spec absent if the declaration is wrong
   * @param fault what is wrong with it; absent if nothing is
   */
  public record Entry(String id, Path file, Optional<ModelSpec> spec, Optional<String> fault) {}

  public ModelFolder {
    places = List.copyOf(places);
  }

  /** All models, by id; a wrong declaration does not hide the others. */
  public List<Entry> list() {
    TreeMap<String, Path> files = new TreeMap<>();
    for (Path place : places) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (var folders = Files.list(place)) {
        folders
            .filter(f -> Files.isRegularFile(f.resolve("model.yaml")))
            .forEach(f -> files.putIfAbsent(f.getFileName().toString(), f.resolve("model.yaml")));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list the models in " + place + ".", e);
      }
    }
    return files.entrySet().stream().map(e -> entry(e.getKey(), e.getValue())).toList();
  }

  private static Entry entry(String id, Path file) {
    try {
      ModelSpec spec = ModelSpecReader.read(file);
      if (!spec.id().equals(id)) {
        throw new InvalidModelException(
            file
                + ": the id is "
                + spec.id()
                + ", but the folder is named "
                + id
                + ". Give both the same name.");
      }
      return new Entry(id, file, Optional.of(spec), Optional.empty());
    } catch (InvalidModelException e) {
      return new Entry(id, file, Optional.empty(), Optional.of(e.getMessage()));
    }
  }

  /** The ids of all models, sorted; of wrong declarations too. */
  public List<String> ids() {
    return list().stream().map(Entry::id).toList();
  }

  /**
   * The declaration of one model.
   *
   * @throws InvalidModelException if there is none, or it is wrong
   */
  public ModelSpec spec(String id) {
    for (Path place : places) {
      Path folder = place.resolve(id).normalize();
      // An id can come from an address: it must not lead out of the folder.
      if (place.normalize().equals(folder.getParent())
          && folder.getFileName().toString().equals(id)
          && Files.isRegularFile(folder.resolve("model.yaml"))) {
        Entry entry = entry(id, folder.resolve("model.yaml"));
        return entry
            .spec()
            .orElseThrow(() -> new InvalidModelException(entry.fault().orElseThrow()));
      }
    }
    List<String> ids = ids();
    throw new InvalidModelException(
        "There is no model "
            + id
            + "."
            + Nearest.hint(id, ids)
            + " The models are "
            + Nearest.list(ids)
            + ".");
  }
}
