package io.attest.bpmn;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.test.mock.MockExpressionManager;
import org.camunda.spin.plugin.impl.SpinProcessEnginePlugin;
import org.slf4j.LoggerFactory;

/** An engine in memory, set up like the application's as far as processes can tell. */
final class Engine {
  static final Path FOLDER = Path.of("bpmn");

  private Engine() {}

  /** A new engine with a database of its own. */
  static ProcessEngine create(String name) {
    // Without Spring the engine logs every statement, which takes longer than the statements.
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    ProcessEngineConfigurationImpl configuration = new StandaloneInMemProcessEngineConfiguration();
    configuration.setProcessEngineName(name);
    configuration.setJdbcUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    configuration.setDatabaseSchemaUpdate("create-drop");
    configuration.setHistory("full");
    configuration.setJobExecutorActivate(false);
    configuration.setExpressionManager(new MockExpressionManager());
    configuration.setDefaultSerializationFormat("application/json");
    configuration.setMetricsEnabled(false);
    configuration.getProcessEnginePlugins().add(new SpinProcessEnginePlugin());
    return configuration.buildProcessEngine();
  }

  /** Deploys everything in {@code bpmn/} together, under its short name. */
  static void deploy(ProcessEngine engine) throws Exception {
    DeploymentBuilder deployment = engine.getRepositoryService().createDeployment().name("attest");
    for (Path file : files("")) {
      deployment.addString("bpmn/" + name(file), Files.readString(file));
    }
    deployment.deploy();
  }

  /** The files in {@code bpmn/} whose names end so. */
  static List<Path> files(String end) throws Exception {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> f.toString().endsWith(end))
          .sorted()
          .toList();
    }
  }

  static String name(Path file) {
    return FOLDER.relativize(file).toString().replace('\\', '/');
  }
}
