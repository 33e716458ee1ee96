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

  /** How much there is of what has begun and has not been told to be whole. */
  private final Map<String, Long> open = new ConcurrentHashMap<>();

  public RecordedProgress(AuditStore audits) {
    this.audits = audits;
  }

  @Override
  public void report(String auditId, String stage, String part, long done, long total) {
    String key = key(auditId, stage, part);
    boolean last = done >= total;
    if (last) {
      open.remove(key);
    } else {
      open.computeIfPresent(key, (k, before) -> total);
    }
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
    write(auditId, new AuditStore.Step(stage, part, done, total));
  }

  @Override
  public void begun(String auditId, String stage, String part) {
    if (AuditStore.STAGES.contains(stage)) {
      open.put(key(auditId, stage, part), 1L);
      write(auditId, new AuditStore.Step(stage, part, 0, 1));
    }
  }

  @Override
  public void ended(String auditId, String stage, String part, boolean whole) {
    Long total = open.remove(key(auditId, stage, part));
    if (total != null) {
      long done = whole ? total : 0;
      write(auditId, new AuditStore.Step(stage, part, done, done));
    }
    written.remove(key(auditId, stage, part));
  }

  private static String key(String auditId, String stage, String part) {
    return auditId + '/' + stage + '/' + part;
  }

  private void write(String auditId, AuditStore.Step step) {
    try {
      audits.progress(auditId, step);
    } catch (DataAccessException e) {
      // Only people who watch miss something: the work itself must not fail for it.
      LOG.debug("Progress of {}, {} was not written.", auditId, step, e);
    }
  }
}
