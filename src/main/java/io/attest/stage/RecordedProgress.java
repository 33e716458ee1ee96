package io.attest.stage;

import io.attest.audit.AuditStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Writes progress to the database, twice a second for each stage at most. */
@Component
public class RecordedProgress implements ProgressBoard {

  private static final Logger LOG = LoggerFactory.getLogger(RecordedProgress.class);

  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

  private final AuditStore audits;
  private final Map<String, Long> written = new ConcurrentHashMap<>();

  public RecordedProgress(AuditStore audits) {
    this.audits = audits;
  }

  @Override
  public void report(String auditId, String stage, String part, long done, long total) {
    String key = auditId + '/' + stage + '/' + part;
    boolean last = done >= total;
    long now = System.nanoTime();
    boolean[] due = new boolean[1];
    written.compute(
        key,
        (k, before) -> {
          due[0] = last || before == null || now - before >= INTERVAL;
          return last ? null : due[0] ? Long.valueOf(now) : before;
        });
    if (!due[0]) {
      return;
    }
    try {
      audits.progress(auditId, new AuditStore.Step(stage, part, done, total));
    } catch (DataAccessException e) {
      // Only people who watch miss something: the work itself must not fail for it.
      LOG.debug("Progress of {} was not written.", key, e);
    }
  }
}
