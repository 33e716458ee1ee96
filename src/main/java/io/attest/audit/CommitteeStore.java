package io.attest.audit;

import io.attest.audit.Recorder.Change;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The committees of audits in the database; takes part in the transaction of its caller. */
public class CommitteeStore {
  private final JdbcClient jdbc;
  private final Recorder recorder;

  public CommitteeStore(JdbcClient jdbc, Recorder recorder) {
    this.jdbc = jdbc;
    this.recorder = recorder;
  }

  /** Writes who may vote in a round, in place of what stood there. */
  public void convene(String auditId, Committee committee) {
    recorder.record(
        RecordTable.SEAT.rows(auditId, committee.round()),
        Change.of("committee-convened", auditId, Recorder.ATTEST)
            .with("round", committee.round())
            .with("quorum", committee.quorum())
            .with("members", String.join(", ", committee.members())),
        () -> write(auditId, committee));
  }

  private void write(String auditId, Committee committee) {
    jdbc.sql("delete from attest_seat where audit_id = :audit and round_number = :round")
        .param("audit", auditId)
        .param("round", committee.round())
        .update();
    for (Committee.Seat seat : committee.seats()) {
      jdbc.sql(
              "insert into attest_seat (audit_id, round_number, member, votes, reason, quorum,"
                  + " task_id) values (:audit, :round, :member, :votes, :reason, :quorum, :task)")
          .param("audit", auditId)
          .param("round", committee.round())
          .param("member", seat.member())
          .param("votes", seat.votes())
          .param("reason", seat.reason())
          .param("quorum", committee.quorum())
          .param("task", seat.taskId().orElse(null))
          .update();
    }
  }

  /** Writes by which task a member votes: later nobody can take another's vote for his own. */
  public void task(String auditId, int round, String member, String taskId) {
    recorder.record(
        RecordTable.SEAT.rows(auditId, round),
        Change.of("vote-assigned", auditId, Recorder.ATTEST)
            .with("round", round)
            .with("member", member)
            .with("taskId", taskId),
        () ->
            jdbc.sql(
                    "update attest_seat set task_id = :task where audit_id = :audit and round_number"
                        + " = :round and member = :member and votes")
                .param("task", taskId)
                .param("audit", auditId)
                .param("round", round)
                .param("member", member)
                .update());
  }

  /** The committee of a round, if one was convened. */
  public Optional<Committee> of(String auditId, int round) {
    List<Integer> quorum =
        jdbc.sql(
                "select distinct quorum from attest_seat where audit_id = :audit and round_number ="
                    + " :round")
            .param("audit", auditId)
            .param("round", round)
            .query(Integer.class)
            .list();
    if (quorum.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Committee(
            round,
            quorum.get(0),
            jdbc.sql(
                    "select * from attest_seat where audit_id = :audit and round_number = :round"
                        + " order by member")
                .param("audit", auditId)
                .param("round", round)
                .query(
                    (row, n) ->
                        new Committee.Seat(
                            row.getString("member"),
                            row.getBoolean("votes"),
                            row.getString("reason"),
                            Optional.ofNullable(row.getString("task_id"))))
                .list()));
  }
}
