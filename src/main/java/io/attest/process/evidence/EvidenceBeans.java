package io.attest.process.evidence;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Recorder;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.retention.Holds;
import io.attest.audit.retention.Removals;
import io.attest.process.AttestProperties;
import io.attest.stage.Models;
import io.attest.stage.Snapshots;
import io.attest.stage.Uploads;
import io.attest.stage.evidence.LogKeeper;
import io.attest.stage.evidence.Retention;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Retention, as this installation is set. */
@Configuration(proxyBeanMethods = false)
class EvidenceBeans {

  @Bean
  Holds holds(JdbcClient jdbc, PlatformTransactionManager manager, Recorder recorder, Clock clock) {
    return new Holds(jdbc, new TransactionTemplate(manager), recorder, clock);
  }

  @Bean
  Removals removals(
      JdbcClient jdbc, PlatformTransactionManager manager, EvidenceLog log, Clock clock) {
    return new Removals(jdbc, new TransactionTemplate(manager), log, clock);
  }

  @Bean
  Retention retention(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      Models models,
      Uploads uploads,
      Holds holds,
      Removals removals,
      LogKeeper keeper,
      EvidenceLog log,
      AttestProperties properties,
      Clock clock) {
    AttestProperties.RetentionSettings set = properties.retention();
    return new Retention(
        audits,
        artifacts,
        snapshots,
        models,
        uploads,
        holds,
        removals,
        keeper,
        log,
        new Retention.Settings(set.enabled(), set.keep(), set.uploads()),
        clock);
  }
}
