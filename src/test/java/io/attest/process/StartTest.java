package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class StartTest extends ProcessTest {
  @Autowired ProcessEngine engine;

  @Test
  void theEngineIsClosedToStrangers() {
    ProcessEngineConfigurationImpl settings =
        (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();
    assertThat(settings.isAuthorizationEnabled()).isTrue();
    assertThat(settings.isJavaSerializationFormatEnabled()).isFalse();
    assertThat(settings.isDeserializationTypeValidationEnabled()).isTrue();
    assertThat(settings.getDefaultSerializationFormat()).isEqualTo("application/json");
    assertThat(settings.getHistoryTimeToLive()).isEqualTo("P1095D");
    assertThat(settings.getHistoryCleanupBatchWindowStartTime()).isEqualTo("01:00");
    assertThat(settings.getHistoryLevel().getName()).isEqualTo("full");
  }
}
