package io.attest.stage.rules;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.stage.Snapshots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Reads the judged audits of an installation that does not run, without starting it. */
public final class StoredAudits {
  private StoredAudits() {}

  /**
   * The audits, newest first.
   *
   * @param data the folder {@code attest.data}
   * @param database its JDBC URL, where it is not the file in that folder
   * @param model only of this model, if given
   * @param notes where to tell of what could not be read
   * @throws IllegalArgumentException if the database cannot be read
   */
  public static List<JudgedAudit> list(
      Path data, Optional<String> database, Optional<String> model, List<String> notes) {
    Path file = data.toAbsolutePath().normalize().resolve("attest");
    if (database.isEmpty() && !Files.exists(Path.of(file + ".mv.db"))) {
      throw new IllegalArgumentException(
          "There is no database "
              + file
              + ".mv.db. Name the folder with --data, or evidence packs with --audits.");
    }
    var source =
        new SingleConnectionDataSource(
            database.orElse("jdbc:h2:file:" + file + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r"),
            Optional.ofNullable(System.getenv("ATTEST_DATABASE_USER")).orElse("sa"),
            Optional.ofNullable(System.getenv("ATTEST_DATABASE_PASSWORD")).orElse(""),
            true);
    try {
      AuditStore audits = new AuditStore(JdbcClient.create(source), Clock.systemUTC());
      return new JudgedAudits(
              audits, new Snapshots(audits, new ArtifactStore(data.resolve("artifacts"))))
          .list(model, notes);
    } catch (DataAccessException e) {
      throw new IllegalArgumentException(
          "The database cannot be read: "
              + e.getMostSpecificCause().getMessage()
              + " Maybe Attest runs: then use its page /rules or POST /api/rules/test, or name"
              + " evidence packs with --audits.",
          e);
    } finally {
      source.destroy();
    }
  }
}
