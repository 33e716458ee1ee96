package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Committee.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CommitteeTest {

  @Test
  void aVoteIsDecidedWhenNothingCanChangeItAndTheQuorumIsThere() {
    assertThat(new Tally(5, 3, 2, 0, 0).decided()).isEmpty();
    assertThat(new Tally(5, 3, 3, 0, 0).decided()).contains("approve");
    assertThat(new Tally(5, 4, 3, 0, 0).decided()).as("quorum").isEmpty();
    assertThat(new Tally(5, 4, 3, 0, 1).decided()).contains("approve");
    assertThat(new Tally(5, 3, 2, 2, 0).decided()).isEmpty();
    assertThat(new Tally(5, 3, 2, 2, 1).decided()).as("a tie is no majority").contains("reject");
    assertThat(new Tally(3, 2, 0, 0, 3).decided()).as("nobody is for it").contains("reject");
    assertThat(new Tally(3, 3, 0, 2, 0).decided()).as("out of reach").contains("reject");
    assertThat(new Tally(4, 2, 0, 0, 0).decided()).isEmpty();
  }

  /** However the open votes go, what was decided early is what all of them together decide. */
  @Property
  void whatIsDecidedEarlyStays(
      @ForAll @IntRange(max = 6) int approve,
      @ForAll @IntRange(max = 6) int reject,
      @ForAll @IntRange(max = 6) int abstain,
      @ForAll @IntRange(max = 6) int open,
      @ForAll @IntRange(min = 1, max = 12) int quorum,
      @ForAll @IntRange(max = 6) int for1) {
    int members = approve + reject + abstain + open;
    Optional<String> early =
        new Tally(members, Math.min(quorum, members), approve, reject, abstain).decided();
    int more = Math.min(for1, open);
    Tally all =
        new Tally(
            members, Math.min(quorum, members), approve + more, reject + open - more, abstain);
    assertThat(all.decided()).isPresent();
    assertThat(all.decided()).contains(all.approve() > all.reject() ? "approve" : "reject");
    early.ifPresent(outcome -> assertThat(all.decided()).contains(outcome));
  }

  @Test
  void dissentIsWhatWentAgainstTheOutcomeOfItsRound() {
    List<DecisionRecord> decisions =
        List.of(
            decision("vote", "abe", "approve", 1),
            decision("vote", "vera", "reject", 1),
            decision("committee", "attest", "convened", 1),
            decision("committee", "attest", "reject", 1),
            decision("vote", "abe", "approve", 2),
            decision("vote", "vera", "reject", 2),
            decision("vote", "dora", "abstain", 2),
            decision("committee", "attest", "approve", 2));
    assertThat(Committee.dissent(decisions))
        .extracting(d -> d.who() + d.round())
        .containsExactly("abe1", "vera2");
    assertThat(Committee.dissent(decisions.subList(0, 3))).as("still open").isEmpty();
  }

  private static DecisionRecord decision(String task, String who, String decision, int round) {
    return new DecisionRecord(
        task, task + who + round, who, Instant.EPOCH, decision, "words", "", round);
  }
}
