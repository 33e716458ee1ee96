package io.attest.model.plugin;

import io.attest.data.Nearest;
import io.attest.model.InvalidModelException;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The plugins of an installation: the jars in a folder. Their code runs with all rights of Attest,
 * so they are off unless the administrator turns them on.
 *
 * <p>The jars are opened when the first model asks for one, all together with one class loader, and
 * stay open: a model may load classes as long as it lives. To change a jar, start again.
 */
public final class Plugins {
  /** No code but Attest's own runs. */
  public static final Plugins OFF = new Plugins(Optional.empty());

  private record Found(ModelPlugin plugin, String code) {}

  private final Optional<Path> folder;
  private Map<String, Found> byName;

  private Plugins(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Plugins are on. The folder is not looked at yet. */
  public static Plugins in(Path folder) {
    return new Plugins(Optional.of(folder));
  }

  /**
   * Opens a model with the plugin of this name.
   *
   * @throws InvalidModelException if plugins are off, there is no such plugin, its code fails, or
   *     the model is not as declared
   */
  public Model open(String name, Path file, ModelPlugin.Declaration declared) {
    Map<String, Found> plugins = found();
    Found found = plugins.get(name);
    if (found == null) {
      throw new InvalidModelException(
          "There is no plugin "
              + name
              + " in "
              + folder.orElseThrow()
              + "."
              + Nearest.hint(name, List.copyOf(plugins.keySet()))
              + (plugins.isEmpty()
                  ? " No jar there has a plugin."
                  : " The plugins are " + Nearest.list(List.copyOf(plugins.keySet())) + "."));
    }
    ModelPlugin.Declaration complete =
        new ModelPlugin.Declaration(
            declared.features(),
            declared.task(),
            declared.outputs(),
            declared.sha256(),
            found.code());
    Model model;
    try {
      model = found.plugin().open(file, complete);
    } catch (InvalidModelException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new InvalidModelException(
          "The plugin " + found.code() + " cannot open " + file.getFileName() + ": " + e, e);
    }
    check(found.code(), model, complete);
    return model;
  }

  private static void check(String code, Model model, ModelPlugin.Declaration declared) {
    ModelInfo info = model == null ? null : model.info();
    if (info == null || !info.equals(declared.info(info.link()))) {
      throw new InvalidModelException(
          "The plugin "
              + code
              + " gave "
              + (info == null ? "no model" : "a model that says of itself " + info)
              + ". A model must answer info() with what the declaration's info(link) gives.");
    }
  }

  private synchronized Map<String, Found> found() {
    if (byName == null) {
      byName =
          load(
              folder.orElseThrow(
                  () ->
                      new InvalidModelException(
                          "The model is of the format plugin, which runs code of others, and"
                              + " plugins are off. An administrator can turn them on with"
                              + " attest.plugins=true, or on the command line with --plugins"
                              + " <folder>.")));
    }
    return byName;
  }

  private static Map<String, Found> load(Path folder) {
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Every file has an address.", e);
    } catch (IOException e) {
      throw new InvalidModelException(
          "Cannot read the folder of plugins "
              + folder.toAbsolutePath()
              + ". Maybe it is not there.",
          e);
    }
    // Never closed: classes of a model that is in use may still have to be loaded.
    @SuppressWarnings("resource")
    URLClassLoader loader =
        new URLClassLoader("plugins", jars.toArray(URL[]::new), ModelPlugin.class.getClassLoader());
    Map<String, Found> byName = new TreeMap<>();
    try {
      for (ServiceLoader.Provider<ModelPlugin> provider :
          ServiceLoader.load(ModelPlugin.class, loader).stream().toList()) {
        if (provider.type().getClassLoader() != loader) {
          continue;
        }
        ModelPlugin plugin = provider.get();
        String name = String.valueOf(plugin.name());
        Found before = byName.put(name, new Found(plugin, code(name, provider.type())));
        if (before != null) {
          throw new InvalidModelException(
              "Two plugins in "
                  + folder
                  + " are named "
                  + name
                  + ": "
                  + before.code()
                  + " and "
                  + byName.get(name).code()
                  + ". Take one away.");
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new InvalidModelException(
          "A plugin in "
              + folder
              + " cannot be loaded: "
              + e
              + ". Maybe it was built for another version of Attest or Java, or a jar that it needs"
              + " is not beside it.",
          e);
    }
    return byName;
  }

  /** Which code it is, for the record of an audit. */
  private static String code(String name, Class<?> type) {
    try {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
      return name + " of " + jar.getFileName() + ", sha256 " + HexFormat.of().formatHex(hash);
    } catch (IOException | URISyntaxException e) {
      throw new InvalidModelException("Cannot read the jar of the plugin " + name + ": " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
