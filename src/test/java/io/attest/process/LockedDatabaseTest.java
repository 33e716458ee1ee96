package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class LockedDatabaseTest {

  @Test
  void aLockedFileIsSaidInWordsHoweverDeepItLies() {
    SQLException locked = new SQLException("file is locked: data/attest.mv.db", "90020", 90020);
    FailureAnalysis said =
        new LockedDatabase()
            .analyze(new IllegalStateException("no bean", new SQLException("pool", locked)));
    assertThat(said.getDescription()).contains("in use").contains("data/attest.mv.db");
    assertThat(said.getAction()).contains("--attest.data");
  }

  @Test
  void otherFaultsAreLeftToOthers() {
    assertThat(new LockedDatabase().analyze(new SQLException("syntax", "42000", 42000))).isNull();
  }
}
