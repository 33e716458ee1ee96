package io.attest.process;

import io.attest.Attest;
import io.attest.audit.AbsenceStore;
import io.attest.audit.ApprovalStore;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.CommitteeStore;
import io.attest.audit.EnquiryStore;
import io.attest.audit.EventStore;
import io.attest.audit.Recorder;
import io.attest.audit.WatchStore;
import io.attest.audit.WithdrawalStore;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LoggedAudits;
import io.attest.audit.log.LoggedRows;
import io.attest.audit.log.RememberedHeads;
import io.attest.audit.signature.Signatory;
import io.attest.model.plugin.Plugins;
import io.attest.report.pdf.Fonts;
import io.attest.stage.Models;
import io.attest.stage.Signing;
import io.attest.stage.Templates;
import io.attest.stage.Validity;
import io.attest.stage.decision.CaseExplanations;
import io.attest.stage.decision.ReasonRuns;
import io.attest.stage.decision.RightsFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the application stands on: where its content lies, and transactions that last. */
@Configuration(proxyBeanMethods = false)
class ProcessFrame {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessFrame.class);

  @Bean
  ContentFolders contentFolders(AttestProperties properties) {
    List<Path> outside = new ArrayList<>();
    outside.add(properties.homeFolder());
    Attest.jarFolder().ifPresent(outside::add);
    return new ContentFolders(Attest.class.getClassLoader(), outside);
  }

  @Bean
  Templates templates(ContentFolders folders) {
    return name -> folders.get("templates/" + name).open();
  }

  /** Off unless configured: whoever can put a jar there would else run code by that alone. */
  @Bean
  Plugins plugins(AttestProperties properties) {
    if (!properties.plugins()) {
      return Plugins.OFF;
    }
    Path home = properties.homeFolder().resolve("plugins");
    return Plugins.in(
        Files.isDirectory(home)
            ? home
            : Attest.jarFolder().map(jar -> jar.resolve("plugins")).orElse(home));
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  EvidenceLog evidenceLog(JdbcClient jdbc, PlatformTransactionManager manager, Clock clock) {
    return new EvidenceLog(jdbc, new TransactionTemplate(manager), clock);
  }

  @Bean
  RememberedHeads rememberedHeads(AttestProperties properties) {
    return new RememberedHeads(properties.dataFolder().resolve("log-heads.txt"));
  }

  @Bean
  Recorder recorder(JdbcClient jdbc, PlatformTransactionManager manager, EvidenceLog log) {
    return new LoggedRows(jdbc, new TransactionTemplate(manager), log);
  }

  @Bean
  CommitteeStore committeeStore(JdbcClient jdbc, Recorder recorder) {
    return new CommitteeStore(jdbc, recorder);
  }

  @Bean
  AbsenceStore absenceStore(JdbcClient jdbc, Recorder recorder) {
    return new AbsenceStore(jdbc, recorder);
  }

  @Bean
  WithdrawalStore withdrawalStore(JdbcClient jdbc, Recorder recorder) {
    return new WithdrawalStore(jdbc, recorder);
  }

  @Bean
  AuditStore auditStore(
      JdbcClient jdbc, Clock clock, PlatformTransactionManager manager, EvidenceLog log) {
    return new LoggedAudits(jdbc, clock, new TransactionTemplate(manager), log);
  }

  @Bean
  EventStore eventStore(JdbcClient jdbc) {
    return new EventStore(jdbc);
  }

  @Bean
  EnquiryStore enquiryStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    return new EnquiryStore(jdbc, recorder, clock);
  }

  @Bean
  ApprovalStore approvalStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    return new ApprovalStore(jdbc, recorder, clock);
  }

  @Bean
  WatchStore watchStore(JdbcClient jdbc, Recorder recorder, Clock clock) {
    return new WatchStore(jdbc, recorder, clock);
  }

  @Bean
  Validity validity(AttestProperties properties) {
    return properties.approval();
  }

  @Bean
  RightsFile rightsFile(ContentFolders folders) {
    return () -> folders.get("config/rights.yaml").bytes();
  }

  @Bean
  ArtifactStore artifactStore(AttestProperties properties) {
    return new ArtifactStore(properties.dataFolder().resolve("artifacts"));
  }

  /** A font that cannot be used stops the start: nobody must find out from a report. */
  @Bean
  Fonts fonts(AttestProperties properties) {
    String folder = properties.report().fonts();
    if (folder.isBlank()) {
      return Fonts.NONE;
    }
    Fonts fonts = Fonts.in(properties.homeFolder().resolve(folder));
    LOG.info(
        "Reports and letters have these fonts beside the packed ones: {}.",
        fonts.faces().stream().map(Fonts.Face::name).collect(Collectors.joining(", ")));
    return fonts;
  }

  @Bean
  ReasonRuns reasonRuns(
      AttestProperties properties,
      AuditStore audits,
      Models models,
      CaseExplanations cases,
      Clock clock) {
    AttestProperties.ReasonSettings most = properties.reasons();
    return new ReasonRuns(audits, models, cases, clock, most.rows(), most.time());
  }

  /** A key that cannot sign stops the start: nobody must believe that reports are signed. */
  @Bean
  Signing signing(AttestProperties properties, Clock clock) {
    AttestProperties.SignatureSettings settings = properties.signature();
    return new Signing(
        settings
            .file()
            .map(
                file ->
                    Signatory.of(
                        Path.of(file),
                        settings.password().orElseThrow().toCharArray(),
                        settings.alias().orElse(""),
                        clock)),
        clock);
  }

  @Bean
  Node node(AttestProperties properties, @Value("${server.port:8080}") String port) {
    return new Node(properties.worker().orElseGet(() -> machine() + ":" + port));
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  @Bean
  PlatformTransactionManager transactionManager(DataSource dataSource) {
    return new DurableTransactions(dataSource);
  }
}
