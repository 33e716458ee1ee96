package io.attest.process.bridge;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Gives each task of one topic to its route and takes the variables back. */
class StageConsumer extends DefaultConsumer {
  private final StageWorkers workers;
  private final String topic;

  StageConsumer(StageEndpoint endpoint, Processor processor, StageWorkers workers, String topic) {
    super(endpoint, processor);
    this.workers = workers;
    this.topic = topic;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    workers.subscribe(topic, this::handle);
  }

  @Override
  protected void doStop() throws Exception {
    workers.unsubscribe(topic);
    super.doStop();
  }

  @Override
  protected void doSuspend() {
    workers.unsubscribe(topic);
  }

  @Override
  protected void doResume() {
    workers.subscribe(topic, this::handle);
  }

  private Map<String, Object> handle(Work work) throws Exception {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(work.stage());
      exchange.getMessage().setHeader(StageEndpoint.AUDIT_ID, work.stage().auditId());
      exchange.getMessage().setHeader(StageEndpoint.TASK_ID, work.id());
      exchange.getMessage().setHeader(StageEndpoint.STAGE, work.topic());
      exchange.getMessage().setHeader(StageEndpoint.PROCESS_INSTANCE_ID, work.processInstanceId());
      exchange.getMessage().setHeader(StageEndpoint.BUSINESS_KEY, work.businessKey());
      getProcessor().process(exchange);
      if (exchange.getException() != null) {
        throw exchange.getException();
      }
      Object body = exchange.getMessage().getBody();
      if (body == null || body == work.stage()) {
        return Map.of();
      }
      if (body instanceof Map<?, ?> variables) {
        return TaskVariables.checked(topic, variables);
      }
      throw new IllegalStateException(
          "The route of stage:"
              + topic
              + " ended with a "
              + body.getClass().getName()
              + ". Maybe it should end with a map of variables, or with no body.");
    } finally {
      releaseExchange(exchange, false);
    }
  }
}
