package io.attest.process.bridge;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.stereotype.Component;

/**
 * The route component {@code stage:}: {@code from: stage:ingest} takes the tasks of topic {@code
 * ingest}.
 *
 * <p>The body is a {@link io.attest.stage.StageTask}. A map that is the body at the end of the
 * route becomes the variables that are set; a route that fails with {@link
 * io.attest.stage.StageRefused} raises a BPMN error; any other failure is tried again and then
 * becomes an incident. The headers are named in {@link StageEndpoint}.
 */
@Component("stage-component")
class StageComponent extends DefaultComponent {
  private final StageWorkers workers;

  StageComponent(StageWorkers workers) {
    this.workers = workers;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String topic, Map<String, Object> parameters) {
    if (!topic.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException(
          "stage:" + topic + " names no stage. Maybe stage:ingest: small letters, digits, dashes.");
    }
    return new StageEndpoint(uri, this, workers, topic);
  }
}
