package io.attest.process.bridge;

import io.attest.explain.Progress;
import io.attest.stage.ProgressBoard;
import java.time.Duration;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/** A task in work on this node: passes its progress on, and carries the flag that ends it. */
final class RunningStage implements Progress {

  /** Why a task in work is no longer wanted here. */
  enum End {
    /** The process does not wait for it any more. */
    CANCELLED,
    /** Another node has it. */
    LOST,
    /** This node stops; the task goes back. */
    STOPPING
  }

  private final LockedExternalTask task;
  private final ProgressBoard board;
  private volatile String auditId = "";
  private volatile String part = "";
  private volatile End end;
  private volatile long lockedAt = System.nanoTime();

  RunningStage(LockedExternalTask task, ProgressBoard board) {
    this.task = task;
    this.board = board;
  }

  String id() {
    return task.getId();
  }

  String topic() {
    return task.getTopicName();
  }

  LockedExternalTask task() {
    return task;
  }

  /** Says for whom progress is reported, once that is known. */
  void isFor(String audit, String ofPart) {
    auditId = audit;
    part = ofPart;
    board.begun(auditId, topic(), part);
  }

  /** Says that it is over; {@code whole} is false where it failed or was refused. */
  void over(boolean whole) {
    board.ended(auditId, topic(), part, whole);
  }

  @Override
  public void report(long done, long total) {
    board.report(auditId, topic(), part, done, total);
  }

  @Override
  public boolean cancelled() {
    return end != null;
  }

  /** Why the outcome is not wanted, or null while it is. */
  End end() {
    return end;
  }

  void end(End reason) {
    if (end == null) {
      end = reason;
    }
  }

  void locked() {
    lockedAt = System.nanoTime();
  }

  boolean lockedFor(Duration time) {
    return System.nanoTime() - lockedAt >= time.toNanos();
  }

  @Override
  public String toString() {
    return "Stage "
        + topic()
        + (part.isEmpty() ? "" : " (" + part + ")")
        + (auditId.isEmpty() ? "" : " of " + auditId);
  }
}
