package io.attest.audit;

import java.util.List;
import java.util.Optional;

/**
 * Those who vote on an audit of a model of tier critical, in one round of it.
 *
 * @param quorum how many votes must be cast at least, abstentions included
 * @param seats everybody who was asked, and who was left out, by name
 */
public record Committee(int round, int quorum, List<Seat> seats) {
  /** The task of a member, in decisions. */
  public static final String VOTE = "vote";

  /** What the committee as a whole did, in decisions: convened, and then approve or reject. */
  public static final String COMMITTEE = "committee";

  public Committee {
    seats = List.copyOf(seats);
  }

  /**
   * One person.
   *
   * @param votes false if left out
   * @param reason why left out; else empty
   * @param taskId the engine's task of this vote, as soon as there is one
   */
  public record Seat(String member, boolean votes, String reason, Optional<String> taskId) {}

  /** Those who may vote. */
  public List<String> members() {
    return seats.stream().filter(Seat::votes).map(Seat::member).toList();
  }

  /** Whose vote a task is. */
  public Optional<String> memberOf(String taskId) {
    return seats.stream()
        .filter(seat -> seat.taskId().equals(Optional.of(taskId)))
        .map(Seat::member)
        .findFirst();
  }

  /** The votes of this round among decisions, in their order. */
  public List<DecisionRecord> votes(List<DecisionRecord> decisions) {
    return decisions.stream().filter(d -> d.task().equals(VOTE) && d.round() == round).toList();
  }

  /** Counts the votes of this round. */
  public Tally tally(List<DecisionRecord> decisions) {
    List<DecisionRecord> votes = votes(decisions);
    return new Tally(
        members().size(),
        quorum,
        count(votes, "approve"),
        count(votes, "reject"),
        count(votes, "abstain"));
  }

  private static int count(List<DecisionRecord> votes, String decision) {
    return (int) votes.stream().filter(v -> v.decision().equals(decision)).count();
  }

  /**
   * The votes that went against how their committee decided, of all rounds: each with the words of
   * who cast it.
   */
  public static List<DecisionRecord> dissent(List<DecisionRecord> decisions) {
    List<String> outcomes = List.of("approve", "reject");
    return decisions.stream()
        .filter(vote -> vote.task().equals(VOTE) && outcomes.contains(vote.decision()))
        .filter(
            vote ->
                decisions.stream()
                    .filter(d -> d.task().equals(COMMITTEE) && d.round() == vote.round())
                    .filter(d -> outcomes.contains(d.decision()))
                    .anyMatch(d -> !d.decision().equals(vote.decision())))
        .toList();
  }

  /** Those who may vote and did not. */
  public List<String> silent(List<DecisionRecord> decisions) {
    List<String> done = votes(decisions).stream().map(DecisionRecord::taskId).toList();
    return seats.stream()
        .filter(Seat::votes)
        .filter(seat -> seat.taskId().filter(done::contains).isEmpty())
        .map(Seat::member)
        .toList();
  }

  /**
   * How a vote stands. An approval needs the quorum and more votes for it than against it; a tie is
   * none, and a vote that is not cast is for nothing.
   *
   * @param members who may vote
   */
  public record Tally(int members, int quorum, int approve, int reject, int abstain) {

    public int cast() {
      return approve + reject + abstain;
    }

    /** {@code approve} or {@code reject} as soon as no vote to come can change it; else empty. */
    public Optional<String> decided() {
      int open = members - cast();
      if (reject >= approve + open) {
        return Optional.of("reject");
      }
      return cast() >= quorum && approve > reject + open
          ? Optional.of("approve")
          : Optional.empty();
    }

    /** In words: {@code 2 approve, 1 rejects, 0 abstain}. */
    public String inWords() {
      return approve
          + (approve == 1 ? " approves, " : " approve, ")
          + reject
          + (reject == 1 ? " rejects, " : " reject, ")
          + abstain
          + (abstain == 1 ? " abstains" : " abstain");
    }
  }
}
