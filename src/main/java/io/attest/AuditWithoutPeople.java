package io.attest;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.cli.Auditor;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.stage.Audits;
import io.attest.stage.EngineHistory;
import io.attest.stage.Evidence;
import io.attest.stage.Models;
import io.attest.stage.Records;
import io.attest.stage.StartRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Runs one audit in an engine of its own, in memory and without a web server, up to the task where
 * people would review it. The process, the decision tables and the routes are those of the
 * installation: a pipeline is judged by the same rules as an audit in Tasklist.
 */
final class AuditWithoutPeople implements Auditor {

  /** The engine's REST door needs a web server. */
  private static final String REST =
      "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration";

  private static final long LOOK_EVERY_MILLIS = 100;

  @Override
  public String audit(Order order) throws Exception {
    ModelSpec spec = ModelSpecReader.read(order.modelYaml());
    Path home = Files.createTempDirectory("attest-audit");
    try (ConfigurableApplicationContext attest = start(new OneModel(spec), home)) {
      return audit(order, spec, attest);
    } finally {
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static String audit(Order order, ModelSpec spec, ConfigurableApplicationContext attest)
      throws IOException, InterruptedException {
    AuditStore audits = attest.getBean(AuditStore.class);
    String id =
        attest
            .getBean(Audits.class)
            .start(
                new StartRequest(
                        spec.id(),
                        "Run on the command line",
                        "",
                        order.data().map(AuditWithoutPeople::absolute),
                        "cli",
                        System.getProperty("user.name", "unknown"),
                        order.parameters().entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining("\n")),
                        Optional.empty())
                    .comparedWith(order.baseline()));
    await(id, audits, attest.getBean(EngineHistory.class), order.progress());

    AuditRecord record = attest.getBean(Records.class).of(id);
    Section.Reported report = audits.require(id, Section.Reported.class);
    Artifact pack = attest.getBean(Evidence.class).pack(record, report);
    List<Artifact> written = new ArrayList<>(List.of(report.workbook()));
    report.pdf().ifPresent(written::add);
    report.page().ifPresent(written::add);
    written.add(pack);
    Files.createDirectories(order.out());
    ArtifactStore artifacts = attest.getBean(ArtifactStore.class);
    for (Artifact file : written) {
      Path target = order.out().resolve(file.name());
      Path half = Files.createTempFile(order.out(), file.name(), ".part");
      Files.copy(artifacts.path(file), half, StandardCopyOption.REPLACE_EXISTING);
      Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
      order.progress().println("wrote " + target);
    }
    Section.Judged judged = audits.require(id, Section.Judged.class);
    for (Section.Finding finding : judged.findings()) {
      order.progress().println(finding.severity() + "  " + finding.message());
    }
    return judged.verdict();
  }

  /** Waits for the report; ends with a message if something keeps the audit from going on. */
  private static void await(
      String id, AuditStore audits, EngineHistory engine, PrintWriter progress)
      throws InterruptedException {
    String told = "";
    while (audits.section(id, Section.Reported.class).isEmpty()) {
      List<String> obstacles = engine.obstacles(id);
      if (!obstacles.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", obstacles));
      }
      String now =
          audits.sections(id).stream()
              .map(s -> s.part().isEmpty() ? s.stage() : s.stage() + " " + s.part())
              .reduce((a, b) -> b)
              .orElse("");
      if (!now.equals(told)) {
        progress.println("done: " + now);
        told = now;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  /** A plain file name counts from where the command was given, not from the model's folder. */
  private static String absolute(String data) {
    Path file = Path.of(data);
    return Files.exists(file) ? file.toAbsolutePath().toString() : data;
  }

  private static ConfigurableApplicationContext start(Models model, Path home) {
    return new SpringApplicationBuilder(Engine.class)
        .web(WebApplicationType.NONE)
        .initializers(
            context ->
                ((GenericApplicationContext) context)
                    .registerBean(
                        "oneModel", Models.class, () -> model, bean -> bean.setPrimary(true)))
        .run(
            "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
            "--spring.autoconfigure.exclude=" + REST,
            "--attest.data=" + home,
            "--attest.sample=false",
            "--attest.inbox.enabled=false",
            "--attest.retries=PT0.2S",
            "--attest.mail.host=",
            "--logging.level.root=off");
  }

  /**
   * The application without its edges. Not a configuration by annotation, so that the server, which
   * scans this package, does not take it for a part of itself.
   */
  @EnableAutoConfiguration(
      exclude = {SecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class})
  @ComponentScan({"io.attest.process", "io.attest.stage"})
  @ConfigurationPropertiesScan("io.attest.process")
  static final class Engine {}

  /** The one model that this run knows. */
  private record OneModel(ModelSpec spec) implements Models {

    @Override
    public List<String> ids() {
      return List.of(spec.id());
    }

    @Override
    public ModelSpec spec(String id) {
      return spec;
    }
  }
}
