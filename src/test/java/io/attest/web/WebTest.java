package io.attest.web;

import io.attest.Attest;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.stage.Account;
import java.io.File;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngines;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.util.FileSystemUtils;

/**
 * One application for all tests of pages, REST and login: the real engine with real people on a
 * database in memory, invented audits, and a desk that only remembers what it was asked.
 */
@SpringBootTest(
    classes = {Attest.class, WebFakes.class},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:web;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "attest.home=target/web-test/home",
      "attest.data=target/web-test/data",
      "attest.sample=false",
      "attest.inbox.enabled=false",
      "attest.inbox.folder=target/web-test/inbox",
      "attest.worker=web-test",
      "spring.servlet.multipart.max-file-size=64KB",
      "spring.servlet.multipart.max-request-size=1MB",
      "spring.main.allow-bean-definition-overriding=true"
    })
@AutoConfigureMockMvc
public abstract class WebTest {
  static {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(2)); // on a machine that does other work too
    // The database is a new one in each run: what an earlier run kept beside it does not fit.
    FileSystemUtils.deleteRecursively(new File("target/web-test"));
  }

  protected static final String PASSWORD = "Correct-Horse-7-Battery";

  @LocalServerPort protected int port;
  @Autowired private ProcessEngine ownEngine;
  @Autowired protected MockMvc http;
  @Autowired protected AuditStore store;
  @Autowired protected ArtifactStore artifacts;
  @Autowired protected WebFakes.Desk desk;
  @Autowired protected WebFakes.People people;

  @BeforeEach
  void fill() {
    // Camunda's web applications look an engine up by its name, for the whole JVM. Without this
    // they find the engine of whichever test began an application last.
    ProcessEngines.registerProcessEngine(ownEngine);
    people.fill();
    Samples.fill(store, artifacts);
    desk.forget();
  }

  protected static Account account(String name) {
    return new Account(
        name, name, name.equals("nobody") ? Set.of() : Set.of(WebFakes.People.groupOf(name)));
  }
}
