package io.attest.process.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.process.AttestProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.SimpleTransactionStatus;

class DemoPeopleTest {
  private static final String PASSWORD = "Correct-horse-7";

  /** The engine commits for itself here. */
  private static final PlatformTransactionManager NO_TRANSACTIONS =
      new PlatformTransactionManager() {
        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
          return new SimpleTransactionStatus();
        }

        @Override
        public void commit(TransactionStatus status) {}

        @Override
        public void rollback(TransactionStatus status) {}
      };

  private ProcessEngine engine;
  private IdentityService identity;

  @BeforeEach
  void open() {
    StandaloneInMemProcessEngineConfiguration settings =
        new StandaloneInMemProcessEngineConfiguration();
    settings.setProcessEngineName("demo-" + UUID.randomUUID());
    settings.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
    settings.setJobExecutorActivate(false);
    engine = settings.buildProcessEngine();
    identity = engine.getIdentityService();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void start(boolean demo, String password) {
    Map<String, Object> keys = new HashMap<>();
    keys.put("attest.demo", demo);
    keys.put("attest.admin.password", password);
    AttestProperties properties =
        new Binder(new MapConfigurationPropertySource(keys))
            .bindOrCreate("attest", AttestProperties.class);
    new DemoPeople(
            identity,
            ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                .getCommandExecutorTxRequired(),
            new Permissions(
                identity,
                engine.getAuthorizationService(),
                engine.getFilterService(),
                engine.getTaskService()),
            properties,
            NO_TRANSACTIONS)
        .start();
  }

  @Test
  void thereIsSomebodyForEachPart() {
    start(true, PASSWORD);
    for (DemoPeople.Person person : DemoPeople.PEOPLE) {
      assertThat(identity.checkPassword(person.id(), PASSWORD)).as(person.id()).isTrue();
      assertThat(identity.createGroupQuery().groupMember(person.id()).list())
          .extracting(Group::getId)
          .containsAll(person.groups());
    }
    for (String group :
        new String[] {Groups.STARTER, Groups.REVIEWER, Groups.AUDITOR, Groups.ADMINISTRATOR}) {
      assertThat(identity.createUserQuery().memberOfGroup(group).count()).as(group).isEqualTo(1);
    }
    assertThat(identity.createUserQuery().memberOfGroup(Groups.APPROVER).count()).isEqualTo(3);
  }

  @Test
  void anotherStartChangesThePasswordAndMakesNobodyTwice() {
    start(true, PASSWORD);
    long people = identity.createUserQuery().count();
    start(true, "Other-horse-8");
    assertThat(identity.createUserQuery().count()).isEqualTo(people);
    assertThat(identity.checkPassword("rita", "Other-horse-8")).isTrue();
    assertThat(identity.checkPassword("rita", PASSWORD)).isFalse();
  }

  @Test
  void aDatabaseInUseIsLeftAlone() {
    User admin = identity.newUser("boss");
    admin.setPassword(PASSWORD);
    identity.saveUser(admin);
    assertThatThrownBy(() -> start(true, PASSWORD))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already has an administrator");
    assertThat(identity.createUserQuery().list()).extracting(User::getId).containsExactly("boss");
  }

  @Test
  void theDatabaseOfADemonstrationDoesNotComeIntoUse() {
    start(true, PASSWORD);
    assertThatThrownBy(() -> start(false, PASSWORD))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("attest.demo=true");
  }

  @Test
  void otherwiseNobodyIsMade() {
    assertThatCode(() -> start(false, PASSWORD)).doesNotThrowAnyException();
    assertThat(identity.createUserQuery().count()).isZero();
    assertThat(identity.createGroupQuery().count()).isZero();
  }
}
