package io.attest.process;

import io.attest.Attest;
import io.attest.model.ModelFolder;
import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The models in {@code config/models}: those of the installation, and those packed in the jar.
 *
 * <p>A model is a folder and wins or loses as a whole: nothing packed is mixed into a folder of the
 * installation. Readers need files, so packed models are copied to {@code <data>/packed-models} at
 * the start.
 */
@Component
class DeclaredModels implements Models {

  private static final String FOLDER = "config/models";

  private final ModelFolder models;

  DeclaredModels(AttestProperties properties) {
    Path unpacked = properties.dataFolder().resolve("packed-models");
    try {
      ContentFolders packed = new ContentFolders(getClass().getClassLoader(), List.of());
      for (ContentFolders.Content file : packed.list(FOLDER).values()) {
        unpack(file, unpacked.resolve(file.name().substring(FOLDER.length() + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot unpack the packed models to " + unpacked + ". Maybe the disk is full.", e);
    }
    List<Path> places = new ArrayList<>();
    places.add(properties.homeFolder().resolve(FOLDER));
    Attest.jarFolder().map(folder -> folder.resolve(FOLDER)).ifPresent(places::add);
    places.add(unpacked);
    this.models = new ModelFolder(places.stream().distinct().toList());
  }

  @Override
  public List<String> ids() {
    return models.ids();
  }

  @Override
  public ModelSpec spec(String id) {
    return models.spec(id);
  }

  /** Writes a packed file unless the same bytes are there; moved into place, so never half. */
  private static void unpack(ContentFolders.Content file, Path target) throws IOException {
    byte[] bytes = file.bytes();
    if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), bytes)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path temporary = Files.createTempFile(target.getParent(), "unpack", ".tmp");
    Files.write(temporary, bytes);
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
