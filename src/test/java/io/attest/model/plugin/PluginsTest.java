package io.attest.model.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.LinearModel;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real jars, compiled here. */
class PluginsTest {
  private static final List<Feature> TWO = List.of(Feature.numeric("a"), Feature.numeric("b"));

  @TempDir Path temp;

  private ModelPlugin.Declaration declared() {
    return new ModelPlugin.Declaration(TWO, Task.REGRESSION, List.of("y"), "ab".repeat(32));
  }

  private Path folder() throws IOException {
    return Files.createDirectories(temp.resolve("plugins"));
  }

  /** A model that adds up its features and multiplies by what is in the file. */
  private static String source(String type, String name, String info) {
    return """
        package sample;

        import io.attest.model.*;
        import io.attest.model.plugin.ModelPlugin;
        import java.io.IOException;
        import java.nio.file.*;

        public class %s implements ModelPlugin {
          public String name() { return "%s"; }

          public Model open(Path file, Declaration declared) throws IOException {
            double factor = Double.parseDouble(Files.readString(file).strip());
            ModelInfo own = %s;
            return new Model() {
              public ModelInfo info() { return own; }
              public void predict(Batch rows, OutputSpace space, double[] out) {
                for (int i = 0; i < rows.rows(); i++) {
                  out[i] = Later.times(factor, rows.at(i, 0) + rows.at(i, 1));
                }
              }
            };
          }
        }

        class Later {
          static double times(double a, double b) { return a * b; }
        }
        """
        .formatted(type, name, info);
  }

  private Path jar(String jarName, String type, String source) throws IOException {
    Path sources = Files.createDirectories(temp.resolve("src-" + jarName));
    Path classes = Files.createDirectories(temp.resolve("classes-" + jarName));
    Path file = Files.writeString(sources.resolve(type + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(
            compiler.run(
                null,
                OutputStream.nullOutputStream(),
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                file.toString()))
        .isZero();
    Path jar = folder().resolve(jarName);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> compiled = Files.list(classes.resolve("sample"))) {
      for (Path c : compiled.sorted().toList()) {
        out.putNextEntry(new JarEntry("sample/" + c.getFileName()));
        out.write(Files.readAllBytes(c));
      }
      out.putNextEntry(new JarEntry("META-INF/services/" + ModelPlugin.class.getName()));
      out.write(("sample." + type).getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static final String RIGHT = "declared.info(Link.IDENTITY)";

  @Test
  void aModelIsReadByAClassFromAJar() throws IOException {
    jar("adder-1.0.jar", "Adder", source("Adder", "adder", RIGHT));
    Path file = Files.writeString(temp.resolve("model.txt"), "2.5\n");
    Model model = Plugins.in(folder()).open("adder", file, declared());
    assertThat(model.predict(new Batch(2, 2, new double[] {1, 2, -1, 0}), OutputSpace.RESPONSE))
        .containsExactly(7.5, -2.5);
    assertThat(model.info().format()).isEqualTo("plugin");
    assertThat(model.info().libraryVersion())
        .matches("adder of adder-1\\.0\\.jar, sha256 [0-9a-f]{64}");
    assertThat(model).isNotInstanceOf(LinearModel.class);
  }

  @Test
  void modelYamlNamesThePluginAndWithoutItsFolderNoCodeRuns() throws IOException {
    jar("adder.jar", "Adder", source("Adder", "adder", RIGHT));
    Files.writeString(temp.resolve("model.txt"), "2");
    Path yaml =
        Files.writeString(
            temp.resolve("model.yaml"),
            """
            id: sum
            name: Sum
            version: 1
            owner: Nobody
            purpose: Adds.
            tier: standard
            task: regression
            model: {format: plugin, plugin: adder, file: model.txt}
            target: {column: y}
            data: {audit: audit.csv}
            features: [a, b]
            """);
    ModelSpec spec = ModelSpecReader.parse(Files.readAllBytes(yaml), yaml);
    assertThat(spec.withModelFile(Path.of("/elsewhere")).model().plugin()).contains("adder");
    Model model = ModelReader.read(spec, Plugins.in(folder()));
    assertThat(model.predict(new Batch(1, 2, new double[] {1, 2}), OutputSpace.RAW))
        .containsExactly(6);
    assertThatThrownBy(() -> ModelReader.read(spec))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("plugins are off")
        .hasMessageContaining("attest.plugins");
  }

  @Test
  void aPluginThatIsNotThereIsSaidWithThoseThatAre() throws IOException {
    Plugins none = Plugins.in(temp.resolve("absent"));
    assertThatThrownBy(() -> none.open("adder", temp, declared()))
        .hasMessageContaining("Cannot read the folder of plugins");
    Plugins empty = Plugins.in(folder());
    assertThatThrownBy(() -> empty.open("adder", temp, declared()))
        .hasMessageContaining("No jar there has a plugin");
    jar("adder.jar", "Adder", source("Adder", "adder", RIGHT));
    assertThatThrownBy(() -> Plugins.in(folder()).open("ader", temp, declared()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("There is no plugin ader")
        .hasMessageContaining("adder");
  }

  @Test
  void whatThePluginDoesWrongIsSaidWithItsName() throws IOException {
    jar("adder.jar", "Adder", source("Adder", "adder", RIGHT));
    Path file = Files.writeString(temp.resolve("model.txt"), "two");
    assertThatThrownBy(() -> Plugins.in(folder()).open("adder", file, declared()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("The plugin adder of adder.jar, sha256")
        .hasMessageContaining("cannot open model.txt")
        .hasMessageContaining("\"two\"");
    String other =
        "new ModelInfo(\"mine\", \"\", Task.REGRESSION, declared.features(), declared.outputs(),"
            + " Link.IDENTITY, \"\")";
    jar("adder.jar", "Adder", source("Adder", "adder", other));
    Path sound = Files.writeString(temp.resolve("sound.txt"), "2");
    assertThatThrownBy(() -> Plugins.in(folder()).open("adder", sound, declared()))
        .hasMessageContaining("must answer info() with what the declaration's info(link) gives");
  }

  @Test
  void twoOfOneNameAndJarsThatCannotBeLoadedAreRefused() throws IOException {
    jar("a.jar", "Adder", source("Adder", "adder", RIGHT));
    jar("b.jar", "Other", source("Other", "adder", RIGHT));
    assertThatThrownBy(() -> Plugins.in(folder()).open("adder", temp, declared()))
        .hasMessageContaining("Two plugins")
        .hasMessageContaining("a.jar")
        .hasMessageContaining("b.jar");
    Files.delete(folder().resolve("a.jar"));
    try (JarOutputStream out =
        new JarOutputStream(Files.newOutputStream(folder().resolve("b.jar")))) {
      out.putNextEntry(new JarEntry("META-INF/services/" + ModelPlugin.class.getName()));
      out.write("sample.Absent".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Plugins.in(folder()).open("adder", temp, declared()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("cannot be loaded")
        .hasMessageContaining("sample.Absent");
  }
}
