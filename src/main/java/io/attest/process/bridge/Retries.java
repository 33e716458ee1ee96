package io.attest.process.bridge;

import java.time.Duration;
import java.util.List;

/**
 * How often and after which waits a failed task is tried again.
 *
 * @param waits the wait before each new try; when all are used the task becomes an incident
 */
record Retries(List<Duration> waits) {

  /**
   * What follows a failure.
   *
   * @param left tries left; 0 makes an incident
   * @param pause how long to wait before the next one
   */
  record Next(int left, Duration pause) {}

  /**
   * What follows one more failure.
   *
   * @param left tries that were left before it; null before the first failure
   */
  Next after(Integer left) {
    int now = left == null ? waits.size() : Math.max(0, left - 1);
    if (now == 0) {
      return new Next(0, Duration.ZERO);
    }
    // A person may have given more tries than there are waits; those begin with the first wait.
    return new Next(now, waits.get(Math.max(0, Math.min(waits.size() - 1, waits.size() - now))));
  }
}
