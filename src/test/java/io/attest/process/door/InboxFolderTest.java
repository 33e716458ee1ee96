package io.attest.process.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.attest.process.AttestProperties;
import io.attest.process.Stubs;
import io.attest.stage.Audits;
import io.attest.stage.Labels;
import io.attest.stage.StartRequest;
import io.attest.stage.Uploads;
import io.attest.stage.watch.Watches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.mockito.Mockito;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The route as it is and the waiting time as it is by default: two seconds. */
class InboxFolderTest {
  @TempDir Path home;

  @Test
  void aFolderWithAModelIsTakenAlthoughCamelPutsItsMarkIntoIt() throws Exception {
    Path inbox = Files.createDirectories(home.resolve("inbox"));
    AttestProperties properties =
        new Binder(
                new MapConfigurationPropertySource(
                    Map.of(
                        "attest.home", home.toString(), "attest.inbox.folder", inbox.toString())))
            .bindOrCreate("attest", AttestProperties.class);
    assertThat(properties.inbox().settle()).isEqualTo(Duration.ofSeconds(2));
    Audits audits = mock(Audits.class);
    when(audits.start(any())).thenReturn("ATT-dropped-20261122-1");
    Stubs.KnownModels models = new Stubs.KnownModels();
    models.add(Stubs.model("dropped", "standard", Optional.empty()));
    Inbox bean =
        new Inbox(
            audits,
            models,
            mock(Uploads.class),
            mock(Labels.class),
            properties,
            Clock.systemUTC(),
            mock(Watches.class));
    Path staged = Files.createDirectories(home.resolve("staged/my model"));
    Files.writeString(staged.resolve("model.yaml"), "id: dropped\n");
    Files.writeString(staged.resolve("scorecard.csv"), "a,b\n1,2\n");
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getRegistry().bind("inbox", bean);
      Properties keys = new Properties();
      keys.put("attest.inbox.enabled", "true");
      keys.put("attest.inbox.folder", inbox.toString());
      keys.put("attest.inbox.settle", properties.inbox().settle().toString());
      camel.getPropertiesComponent().setInitialProperties(keys);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              PluginHelper.getResourceLoader(camel)
                  .resolveResource("file:routes/inbox.camel.yaml"));
      camel.start();
      Files.move(staged, inbox.resolve("my model"));
      await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(inbox.resolve("my model")));
    }
    ArgumentCaptor<StartRequest> started = ArgumentCaptor.forClass(StartRequest.class);
    Mockito.verify(audits).start(started.capture());
    assertThat(started.getValue().model()).isEqualTo("dropped");
    try (Stream<Path> installed = Files.list(home.resolve("config/models/dropped"))) {
      assertThat(installed.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("model.yaml", "scorecard.csv");
    }
  }
}
