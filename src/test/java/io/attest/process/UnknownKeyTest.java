package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

class UnknownKeyTest {

  @EnableConfigurationProperties(AttestProperties.class)
  static class Settings {}

  @Test
  void anUnknownKeyStopsTheStartAndIsNamed() {
    Throwable thrown = catchThrowable(() -> settings(Map.of("attest.inbox.foldr", "./in")));
    FailureAnalysis analysis = new UnknownKey().analyze(thrown);
    assertThat(analysis.getDescription()).contains("attest.inbox.foldr");
    assertThat(analysis.getAction()).contains("docs/operations.md");
  }

  @Test
  void aValueThatCannotBeIsRefusedInWords() {
    assertThat(catchThrowable(() -> settings(Map.of("attest.lock", "PT0.1S"))))
        .rootCause()
        .hasMessageContaining("attest.lock")
        .hasMessageContaining("Maybe PT30S");
    assertThat(catchThrowable(() -> settings(Map.of("attest.mail.host", "mail.example.org"))))
        .rootCause()
        .hasMessageContaining("attest.mail.from");
  }

  @Test
  void nothingHasToBeSet() {
    AttestProperties properties = settings(Map.of());
    assertThat(properties.retries()).hasSize(3);
    assertThat(properties.mail().host()).isEmpty();
    assertThat(properties.workerCount()).isPositive();
  }

  private static AttestProperties settings(Map<String, Object> keys) {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("application.yaml", keys));
      context.register(Settings.class);
      context.refresh();
      return context.getBean(AttestProperties.class);
    }
  }
}
