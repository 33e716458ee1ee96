package io.attest.web;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.data.Field;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import io.attest.stage.Audits;
import io.attest.stage.EngineHistory;
import io.attest.stage.Models;
import io.attest.stage.StartRequest;
import io.attest.stage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the web tests put in the place of stages and of the way to the process. */
@TestConfiguration(proxyBeanMethods = false)
public class WebFakes {

  @Bean
  @Primary
  AuditStore webTestStore(JdbcClient jdbc) {
    return new AuditStore(jdbc, Clock.systemUTC());
  }

  @Bean
  @Primary
  ArtifactStore webTestArtifacts() {
    return new ArtifactStore(Path.of("target/web-test/artifacts"));
  }

  @Bean
  @Primary
  Desk webTestDesk() {
    return new Desk();
  }

  @Bean
  @Primary
  Models webTestModels() {
    return new Models() {
      @Override
      public List<String> ids() {
        return List.of("broken", "german-credit");
      }

      @Override
      public ModelSpec spec(String id) {
        if (id.equals("german-credit")) {
          return WebFakes.spec();
        }
        throw new IllegalArgumentException(
            id.equals("broken")
                ? "model.yaml, line 3: unknown key <b>onwer</b>. Maybe owner."
                : "There is no model \"" + id + "\".");
      }
    };
  }

  @Bean
  @Primary
  Kept webTestUploads() {
    return new Kept();
  }

  @Bean
  @Primary
  EngineHistory webTestHistory() {
    return new EngineHistory() {
      @Override
      public List<String> obstacles(String auditId) {
        return auditId.equals(Samples.HOSTILE)
            ? List.of("The file is not a table: " + Samples.ATTACK)
            : List.of();
      }

      @Override
      public EngineRecord of(String auditId) {
        Instant then = Instant.parse("2026-11-22T09:00:00Z");
        return new EngineRecord(
            List.of(
                new EngineRecord.Definition(
                    "process",
                    "model-audit",
                    "model-audit:3:1",
                    3,
                    "bpmn/model-audit.bpmn",
                    "ab".repeat(32))),
            List.of(
                new EngineRecord.Step("ingest", "Read the data", "", then, then.plusSeconds(4)),
                new EngineRecord.Step("review", "Review", "rita", then.plusSeconds(60), null)),
            List.of());
      }

      @Override
      public Map<String, byte[]> files(String auditId) {
        return Map.of();
      }

      @Override
      public List<Judgement> judgements(String auditId) {
        return List.of();
      }
    };
  }

  @Bean
  People webTestPeople(IdentityService identity, AuthorizationService authorizations) {
    return new People(identity, authorizations);
  }

  /** Uploads that are kept in memory, and laid on the disk when somebody reads one. */
  public static final class Kept implements Uploads {
    public final Map<String, byte[]> files = new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    public String keep(String fileName, InputStream content) throws IOException {
      String name = "upload:0123456789abcdef-" + fileName.replaceAll(".*[/\\\\]", "");
      files.put(name, content.readAllBytes());
      return name;
    }

    @Override
    public Optional<Path> find(String name) {
      if (!files.containsKey(name)) {
        return Optional.empty();
      }
      try {
        Path folder = Files.createDirectories(Path.of("target/web-test/uploads"));
        return Optional.of(
            Files.write(folder.resolve(name.substring("upload:".length())), files.get(name)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Remembers what it was asked to start and to cancel. */
  public static final class Desk implements Audits {
    public final List<StartRequest> started = new CopyOnWriteArrayList<>();
    public final List<String> cancelled = new CopyOnWriteArrayList<>();

    void forget() {
      started.clear();
      cancelled.clear();
    }

    @Override
    public Optional<String> startedFor(String key) {
      return Optional.empty();
    }

    @Override
    public Optional<String> startAlone(StartRequest request) {
      return Optional.of(start(request));
    }

    @Override
    public String start(StartRequest request) {
      if (!request.model().equals("german-credit")) {
        throw new IllegalArgumentException("There is no model \"" + request.model() + "\".");
      }
      List<StartRequest> before = new ArrayList<>(started);
      for (int i = 0; i < before.size(); i++) {
        if (request.key().isPresent() && before.get(i).key().equals(request.key())) {
          return Samples.RUNNING;
        }
      }
      started.add(request);
      return Samples.RUNNING;
    }

    @Override
    public void cancel(String auditId, String who, String reason) {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("Say why the audit " + auditId + " is cancelled.");
      }
      if (who.equals("stan") && auditId.equals(Samples.HOSTILE)) {
        throw new SecurityException("Only whoever started the audit can cancel it.");
      }
      cancelled.add(auditId + " by " + who + ": " + reason);
    }
  }

  /** One person for each role, with a password, and what the engine lets their groups do. */
  public static final class People {
    private static final Map<String, String> GROUPS =
        Map.of(
            "stan", Roles.STARTER,
            "rita", Roles.REVIEWER,
            "abel", Roles.APPROVER,
            "olga", Roles.AUDITOR,
            "alma", Roles.ADMINISTRATOR);

    private final IdentityService identity;
    private final AuthorizationService authorizations;

    People(IdentityService identity, AuthorizationService authorizations) {
      this.identity = identity;
      this.authorizations = authorizations;
    }

    public static String groupOf(String name) {
      return GROUPS.get(name);
    }

    synchronized void fill() {
      identity.clearAuthentication();
      if (identity.createUserQuery().userId("nobody").count() > 0) {
        return;
      }
      for (String group : GROUPS.values()) {
        if (identity.createGroupQuery().groupId(group).count() == 0) {
          Group made = identity.newGroup(group);
          made.setName(group);
          identity.saveGroup(made);
        }
        if (!group.equals(Roles.ADMINISTRATOR)) {
          grant(group, Resources.APPLICATION, "tasklist", Permissions.ACCESS);
        }
      }
      for (Resource resource : Resources.values()) {
        grant(Roles.ADMINISTRATOR, resource, "*", Permissions.ALL);
      }
      GROUPS.forEach(
          (name, group) -> {
            add(name);
            identity.createMembership(name, group);
          });
      add("nobody");
    }

    public void add(String name) {
      User user = identity.newUser(name);
      user.setFirstName(Character.toUpperCase(name.charAt(0)) + name.substring(1));
      user.setLastName("Tester");
      user.setPassword(WebTest.PASSWORD);
      identity.saveUser(user);
    }

    public void remove(String name) {
      identity.deleteUser(name);
    }

    public void join(String name, String group) {
      identity.createMembership(name, group);
    }

    public void leave(String name, String group) {
      identity.deleteMembership(name, group);
    }

    private void grant(String group, Resource resource, String id, Permission permission) {
      if (authorizations
              .createAuthorizationQuery()
              .groupIdIn(group)
              .resourceType(resource)
              .resourceId(id)
              .count()
          > 0) {
        return;
      }
      Authorization made = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
      made.setGroupId(group);
      made.setResource(resource);
      made.setResourceId(id);
      made.addPermission(permission);
      authorizations.saveAuthorization(made);
    }
  }

  static ModelSpec spec() {
    return new ModelSpec(
        Path.of("config/models/german-credit"),
        "german-credit",
        "German credit, boosted trees",
        "2",
        "Credit risk",
        "Decides on consumer credit",
        List.of(),
        "high",
        Task.BINARY,
        new ModelSpec.ModelFile("xgboost", Path.of("model.json"), Optional.empty()),
        new ModelSpec.Target("class", Optional.of("bad"), List.of("good", "bad")),
        new ModelSpec.Source(
            "audit.csv",
            Optional.empty(),
            new ModelSpec.Csv(
                Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty())),
        Optional.empty(),
        List.<Field>of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
