package io.attest.e2e;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.opentest4j.TestAbortedException;

/**
 * A PostgreSQL of its own in a folder of its own: the one that the tests bring along, or, where
 * that cannot run (root without user name spaces, another processor), the one of the machine.
 */
final class PostgresServer implements AutoCloseable {
  private static final String USER = "postgres";

  private final int port;
  private final AutoCloseable stop;

  private PostgresServer(int port, AutoCloseable stop) {
    this.port = port;
    this.stop = stop;
  }

  /**
   * Starts one.
   *
   * @throws TestAbortedException if there is none to start; in CI this is a failure
   */
  static PostgresServer start(Path folder) {
    List<String> why = new ArrayList<>();
    try {
      return brought();
    } catch (IOException | RuntimeException e) {
      why.add("the one brought along does not start: " + e);
    }
    try {
      Optional<Path> bin = installed();
      if (bin.isPresent()) {
        return ofTheMachine(bin.get(), folder);
      }
      why.add("/usr/lib/postgresql has none");
    } catch (IOException | RuntimeException e) {
      why.add("the one of the machine does not start: " + e);
    }
    String message =
        "Not tested on PostgreSQL, since there is none: "
            + String.join("; ", why)
            + ". Maybe install the package postgresql.";
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(message);
    }
    throw new TestAbortedException(message);
  }

  private static PostgresServer brought() throws IOException {
    EmbeddedPostgres server = EmbeddedPostgres.builder().setCleanDataDirectory(true).start();
    return new PostgresServer(server.getPort(), server);
  }

  private static Optional<Path> installed() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Path::compareTo);
    }
  }

  /** PostgreSQL refuses to run as root: there its own user runs it. */
  private static PostgresServer ofTheMachine(Path bin, Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("postgresql"));
    List<String> as =
        System.getProperty("user.name").equals("root")
            ? List.of("runuser", "-u", USER, "--")
            : List.of();
    if (!as.isEmpty()) {
      run(List.of("chown", USER, data.toString()), folder);
      for (Path up = data.getParent(); up != null; up = up.getParent()) {
        run(List.of("chmod", "o+x", up.toString()), folder);
        if (up.equals(folder)) {
          break;
        }
      }
    }
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    run(
        with(
            as, bin.resolve("initdb").toString(), "-D", data.toString(), "-U", USER, "-A", "trust"),
        folder);
    String control = bin.resolve("pg_ctl").toString();
    run(
        with(
            as,
            control,
            "-D",
            data.toString(),
            "-l",
            data.resolve("log").toString(),
            "-o",
            "-p " + port + " -k " + data,
            "start"),
        folder);
    PostgresServer server =
        new PostgresServer(
            port,
            () -> run(with(as, control, "-D", data.toString(), "-m", "fast", "stop"), folder));
    Awaitility.await("PostgreSQL answers")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> server.text("select 'up'").equals("up"));
    return server;
  }

  private static List<String> with(List<String> as, String... command) {
    List<String> all = new ArrayList<>(as);
    all.addAll(List.of(command));
    return all;
  }

  private static void run(List<String> command, Path folder) throws IOException {
    Path output = folder.resolve("postgresql-output.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(command + " failed:\n" + Files.readString(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  String url() {
    return "jdbc:postgresql://localhost:" + port + "/postgres";
  }

  /** How Attest is pointed at it. */
  List<String> options() {
    return List.of("--spring.datasource.url=" + url(), "--spring.datasource.username=" + USER);
  }

  /** Does it, as the owner of the database can. */
  void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(), USER, "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The one value that it answers, as text. */
  String text(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(), USER, "");
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return String.valueOf(answer.getString(1));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("PostgreSQL could not be stopped.", e);
    }
  }
}
