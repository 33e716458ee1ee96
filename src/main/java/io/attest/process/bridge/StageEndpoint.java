package io.attest.process.bridge;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** One stage as the beginning of a route. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "stage",
    title = "Stage",
    syntax = "stage:topic",
    consumerOnly = true,
    category = Category.WORKFLOW)
public class StageEndpoint extends DefaultEndpoint {

  /** Header: the audit. */
  public static final String AUDIT_ID = "AttestAuditId";

  /** Header: the task's id, the same through all its retries: a key for doing a thing once. */
  public static final String TASK_ID = "AttestTaskId";

  /** Header: the stage. */
  public static final String STAGE = "AttestStage";

  /** Header: the process instance that waits. */
  public static final String PROCESS_INSTANCE_ID = "AttestProcessInstanceId";

  /** Header: the business key of that instance. */
  public static final String BUSINESS_KEY = "AttestBusinessKey";

  private final StageWorkers workers;

  @UriPath private final String topic;

  StageEndpoint(String uri, StageComponent component, StageWorkers workers, String topic) {
    super(uri, component);
    this.workers = workers;
    this.topic = topic;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    StageConsumer consumer = new StageConsumer(this, processor, workers, topic);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "stage:" + topic + " begins a route; nothing can be sent to it.");
  }
}
