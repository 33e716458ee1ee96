package io.attest;

import io.attest.cli.Cli;
import io.attest.process.rules.DmnRules;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The door of Attest: without a command it serves; with a command word it runs that command.
 *
 * <p>The decision falls before any class of the server is loaded (the JVM resolves them when {@link
 * #serve} runs), so that a command starts in a fraction of a second.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class Attest {

  /** Serves, or runs the command that the first argument names. */
  public static void main(String[] args) {
    if (isCommand(args)) {
      System.exit(command(args));
    }
    serve(args);
  }

  /** Options of the server are {@code --name=value}; everything else is a command's. */
  static boolean isCommand(String[] args) {
    return args.length > 0 && !args[0].contains("=") && !args[0].equals("--debug");
  }

  /** Runs one command to its exit code. */
  private static int command(String[] args) {
    return Cli.run(
        args,
        // Named here and not imported by the command line, so that only this command loads a
        // server.
        order -> new AuditWithoutPeople().audit(order),
        () -> new DmnRules(),
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8));
  }

  private static void serve(String[] args) {
    List<String> all = new ArrayList<>(List.of(args));
    // Spring reads ./config by itself, but not a config folder beside a jar started from elsewhere.
    jarFolder()
        .map(folder -> folder.resolve("config"))
        .filter(Files::isDirectory)
        .ifPresent(
            folder ->
                all.add(
                    0,
                    "--spring.config.additional-location=optional:file:"
                        + folder
                        + "/,optional:file:./config/"));
    SpringApplication.run(Attest.class, all.toArray(String[]::new));
  }

  /** The folder of the jar that runs, where it is a jar. */
  public static Optional<Path> jarFolder() {
    // The loader of a packed application names its own place "nested:/path/attest.jar/!...".
    String place = Attest.class.getProtectionDomain().getCodeSource().getLocation().toString();
    int jar = place.indexOf(".jar");
    int path = place.indexOf('/');
    if (jar < 0 || path < 0) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          Path.of(java.net.URI.create("file:" + place.substring(path, jar) + ".jar")).getParent());
    } catch (IllegalArgumentException notAFile) {
      return Optional.empty();
    }
  }
}
