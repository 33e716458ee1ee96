package io.attest.process.bridge;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.impl.ProcessEngineImpl;
import org.camunda.bpm.engine.impl.util.SingleConsumerCondition;

/**
 * Wakes one thread when the engine of this process has a new external task.
 *
 * <p>The only place that knows the engine's internal signal. Should it go away, polling still finds
 * every task, only later.
 */
final class WakeUp implements AutoCloseable {
  private final Thread sleeper;
  private final SingleConsumerCondition signal;

  /** Belongs to the thread that makes it. */
  WakeUp() {
    sleeper = Thread.currentThread();
    signal = new SingleConsumerCondition(sleeper);
    ProcessEngineImpl.EXT_TASK_CONDITIONS.addConsumer(signal);
  }

  /** Sleeps until woken, or for the time given; may return early. */
  void sleep(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  /** Wakes the thread, from any other. */
  void wake() {
    LockSupport.unpark(sleeper);
  }

  @Override
  public void close() {
    ProcessEngineImpl.EXT_TASK_CONDITIONS.removeConsumer(signal);
  }
}
