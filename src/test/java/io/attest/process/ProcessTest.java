package io.attest.process;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import io.attest.Attest;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** One application context for all tests of the process packages, on a database in memory. */
@SpringBootTest(
    classes = {Attest.class, Stubs.class},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:process;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "spring.main.allow-bean-definition-overriding=true",
      "attest.home=target/process-test/home",
      "attest.data=target/process-test/data",
      "attest.worker=test",
      "attest.workers=3",
      "attest.lock=PT1.5S",
      "attest.poll=PT5S",
      "attest.retries=PT0.2S,PT0.3S",
      "attest.inbox.folder=target/process-test/inbox",
      "attest.inbox.settle=PT0.3S",
      "attest.mail.host=127.0.0.1",
      "attest.mail.tls=false",
      "attest.mail.from=attest@example.org",
      "attest.sample=false"
    })
public abstract class ProcessTest {

  /** The mail server of all tests. */
  protected static final GreenMail MAIL = new GreenMail(ServerSetupTest.SMTP.dynamicPort());

  static {
    FileSystemUtils.deleteRecursively(new File("target/process-test"));
    MAIL.start();
    Awaitility.setDefaultTimeout(Duration.ofMinutes(2)); // on a machine that does other work too
  }

  /** What the engine says of an instance that ended while it was looked at. */
  private static final Pattern GONE =
      Pattern.compile("perhaps it was deleted in the meantime|list of executions is empty");

  @DynamicPropertySource
  static void mail(DynamicPropertyRegistry registry) {
    registry.add("attest.mail.port", () -> MAIL.getSmtp().getPort());
  }

  @Autowired protected IdentityService identity;
  @Autowired protected TaskService tasks;

  /** Makes somebody of these groups, unless he is there. */
  protected void person(String id, String... groups) {
    if (identity.createUserQuery().userId(id).count() == 0) {
      User user = identity.newUser(id);
      user.setPassword("Long-enough-1");
      user.setEmail(id + "@example.org");
      identity.saveUser(user);
      for (String group : groups) {
        identity.createMembership(id, group);
      }
    }
  }

  /** From here on this person is logged in. */
  protected void as(String user) {
    identity.clearAuthentication();
    List<String> groups =
        identity.createGroupQuery().groupMember(user).list().stream().map(g -> g.getId()).toList();
    identity.setAuthentication(user, groups);
  }

  /** Completes a task as a person does. */
  protected void complete(String user, Task task, Map<String, Object> answers) {
    as(user);
    try {
      // A warning beside the main path may be on its way at the same moment.
      unlessBusy(() -> tasks.complete(task.getId(), answers));
    } finally {
      identity.clearAuthentication();
    }
  }

  /** The task of an audit, as soon as it is there. */
  protected Task task(String audit, String key) {
    return Awaitility.await()
        .until(
            () ->
                tasks
                    .createTaskQuery()
                    .processInstanceBusinessKey(audit)
                    .taskDefinitionKey(key)
                    .list()
                    .stream()
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /**
   * Takes a deployment back with all that runs of it; the workers may be at it at the same time.
   */
  protected static void undeploy(RepositoryService repository, String deployment) {
    unlessBusy(
        () -> {
          if (repository.createDeploymentQuery().deploymentId(deployment).count() > 0) {
            repository.deleteDeployment(deployment, true);
          }
        });
  }

  /** Ends all instances of these processes; the workers may be at them at the same time. */
  protected static void end(RuntimeService runtime, String... processes) {
    for (String process : processes) {
      for (ProcessInstance instance :
          runtime.createProcessInstanceQuery().processDefinitionKey(process).list()) {
        unlessBusy(
            () ->
                runtime.deleteProcessInstanceIfExists(
                    instance.getId(), "test is over", false, false, false, false));
      }
    }
  }

  /**
   * Does it as soon as no worker is at the same process at that moment: the engine refuses then,
   * and has changed nothing. Every other refusal is passed on.
   */
  protected static void unlessBusy(Runnable change) {
    Awaitility.await()
        .pollInSameThread() // the engine knows by the thread who does it
        .ignoreExceptionsMatching(ProcessTest::busy)
        .until(
            () -> {
              change.run();
              return true;
            });
  }

  private static boolean busy(Throwable e) {
    return e instanceof OptimisticLockingException
        || (e instanceof ProcessEngineException
            && GONE.matcher(String.valueOf(e.getMessage())).find());
  }
}
