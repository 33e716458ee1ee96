package io.attest.report.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Section.Contribution;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReasonsTest {
  private static ModelSpec.Reason reason(String code, String text, String... features) {
    return new ModelSpec.Reason(
        code, List.of(features), text, Optional.of("For you: " + text), false);
  }

  private static final List<ModelSpec.Reason> TABLE =
      List.of(
          reason("R1", "Account: {value}", "account"),
          reason("R2", "Credit of {amount} over {duration} months", "amount", "duration"),
          new ModelSpec.Reason("R3", List.of("age"), "Your age", Optional.empty(), true),
          reason("R4", "Savings: {value}", "savings"),
          reason("R5", "Work: {value}", "work"),
          reason("R6", "Home: {value}", "home"));

  private static Reasons reasons() {
    return new Reasons(TABLE, Set.of("age", "sex"));
  }

  private static Contribution c(String feature, String value, double contribution) {
    return new Contribution(feature, value, contribution);
  }

  private static List<String> keys(List<FoundReason> found) {
    return found.stream().map(FoundReason::key).toList();
  }

  @Test
  void addsUpGroupsAndPutsTheStrongestFirst() {
    List<FoundReason> found =
        reasons()
            .of(
                List.of(
                    c("account", "overdrawn", 0.5),
                    c("amount", "5943", 0.4),
                    c("duration", "24", 0.3),
                    c("savings", "none", -0.9)),
                true,
                false);
    assertThat(keys(found)).containsExactly("R2", "R1");
    assertThat(found.get(0).text()).isEqualTo("Credit of 5943 over 24 months");
    assertThat(found.get(0).push()).isEqualTo(0.7);
    assertThat(found.get(1).text()).isEqualTo("Account: overdrawn");
    assertThat(found.stream().mapToDouble(FoundReason::share).sum()).isEqualTo(1);
  }

  @Test
  void aGroupThatSpeaksForThePersonIsNoReasonAgainst() {
    List<FoundReason> found =
        reasons().of(List.of(c("amount", "1", 0.4), c("duration", "2", -0.5)), true, false);
    assertThat(found).isEmpty();
  }

  @Test
  void aFavourableDecisionHasItsOwnWordsAndMissesThem() {
    List<FoundReason> found =
        reasons().of(List.of(c("account", "full", -0.5), c("age", "50", -0.2)), false, true);
    assertThat(found.get(0).text()).isEqualTo("For you: Account: full");
    assertThat(found.get(1).flag()).isEqualTo(FoundReason.GAP);
    assertThat(found.get(1).note()).contains("no favourable text", "Maybe add it", "protected");
  }

  @Test
  void whatHasNoWordsIsALoudGap() {
    List<FoundReason> found = reasons().of(List.of(c("phone", "no", 0.1)), true, false);
    assertThat(found.get(0).flag()).isEqualTo(FoundReason.GAP);
    assertThat(found.get(0).key()).isEqualTo("feature:phone");
    assertThat(found.get(0).note())
        .contains("There is no reason text for phone. Maybe add it to reasons in model.yaml");
    assertThatThrownBy(() -> Check.NONE.told(found)).hasMessageContaining("phone");
    assertThat(
            new Check(List.of(new Check.Answer("feature:phone", "strike", "no factor")), null, null)
                .told(found))
        .isEmpty();
  }

  @Test
  void whatIsProtectedNeedsAPersonAndIsNotInThePreview() {
    List<FoundReason> found =
        reasons().of(List.of(c("age", "22", 0.9), c("account", "none", 0.1)), true, false);
    assertThat(found.get(0).flag()).isEqualTo(FoundReason.PROTECTED);
    assertThat(keys(Check.NONE.preview(found))).containsExactly("R1");
    assertThatThrownBy(() -> Check.NONE.told(found)).hasMessageContaining("Keep or strike");
    assertThatThrownBy(
            () -> new Check(List.of(new Check.Answer("R3", "keep", " ")), null, null).told(found))
        .hasMessageContaining("Say why");
    assertThat(
            keys(
                new Check(List.of(new Check.Answer("R3", "keep", "lawful here")), null, null)
                    .told(found)))
        .containsExactly("R3", "R1");
    assertThat(
            keys(
                new Check(List.of(new Check.Answer("R3", "strike", "not lawful")), null, null)
                    .told(found)))
        .containsExactly("R1");
  }

  @Test
  void aGroupOfAnExplainerIsGuardedByItsMembers() {
    List<FoundReason> found = reasons().of(List.of(c("housing + sex", "", 0.9)), true, false);
    assertThat(found.get(0).note()).contains("protected");
  }

  @Test
  void onlyFourAreToldAndAStruckOneGivesItsPlace() {
    List<FoundReason> found =
        reasons()
            .of(
                List.of(
                    c("account", "a", 5),
                    c("amount", "b", 4),
                    c("savings", "c", 3),
                    c("work", "d", 2),
                    c("home", "e", 1)),
                true,
                false);
    assertThat(keys(Check.NONE.told(found))).containsExactly("R1", "R2", "R4", "R5");
    assertThat(
            keys(
                new Check(List.of(new Check.Answer("R2", "strike", "wrong data")), null, null)
                    .told(found)))
        .containsExactly("R1", "R4", "R5", "R6");
    assertThatThrownBy(() -> new Check(List.of(), List.of("R5", "R1", "R2", "R4"), "").told(found))
        .hasMessageContaining("Say why the order");
    assertThatThrownBy(() -> new Check(List.of(), List.of("R5", "R1"), "why").told(found))
        .hasMessageContaining("each reason of the letter once");
    assertThat(keys(new Check(List.of(), List.of("R5", "R1", "R2", "R4"), "why").told(found)))
        .containsExactly("R5", "R1", "R2", "R4");
    assertThatThrownBy(
            () -> new Check(List.of(new Check.Answer("R9", "strike", "x")), null, null).told(found))
        .hasMessageContaining("no reason R9");
  }

  @Test
  void aValueFromOutsideIsNoPlaceholder() {
    assertThat(
            reasons()
                .of(List.of(c("amount", "{duration}", 1), c("duration", "$1\\", 1)), true, false)
                .get(0)
                .text())
        .isEqualTo("Credit of {duration} over $1\\ months");
  }

  @Test
  void noNumberIsRefused() {
    assertThatThrownBy(() -> reasons().of(List.of(c("account", "a", Double.NaN)), true, false))
        .hasMessageContaining("account");
  }

  @Provide
  Arbitrary<List<Contribution>> contributions() {
    return Arbitraries.of("account", "amount", "duration", "age", "savings", "work", "home", "x")
        .set()
        .ofMinSize(0)
        .ofMaxSize(8)
        .flatMap(
            names ->
                Arbitraries.doubles()
                    .between(-5, 5)
                    .list()
                    .ofSize(names.size())
                    .map(
                        values -> {
                          List<Contribution> all = new ArrayList<>();
                          int i = 0;
                          for (String name : names) {
                            all.add(c(name, "v", values.get(i++)));
                          }
                          return all;
                        }));
  }

  @Property(tries = 300)
  void sumsOfGroupsAreKeptAndOnlyWhatPushedIsThere(
      @ForAll("contributions") List<Contribution> all, @ForAll boolean rising) {
    List<FoundReason> found = reasons().of(all, rising, false);
    Map<String, Double> by =
        all.stream().collect(Collectors.toMap(Contribution::feature, Contribution::contribution));
    for (FoundReason reason : found) {
      double sum = reason.features().stream().mapToDouble(by::get).sum();
      assertThat(reason.push())
          .isPositive()
          .isCloseTo(rising ? sum : -sum, org.assertj.core.data.Offset.offset(1e-12));
    }
    assertThat(found).isSortedAccordingTo((a, b) -> Double.compare(b.push(), a.push()));
    assertThat(found.stream().flatMap(r -> r.features().stream())).doesNotHaveDuplicates();
    // Nobody's order of reading the features matters.
    List<Contribution> turned = new ArrayList<>(all);
    java.util.Collections.reverse(turned);
    assertThat(keys(reasons().of(turned, rising, false))).isEqualTo(keys(found));
    // Nothing that pushed is passed over: opposite directions share out all features that moved.
    List<FoundReason> others = reasons().of(all, !rising, false);
    assertThat(keys(others))
        .doesNotContainAnyElementsOf(keys(found).isEmpty() ? List.of("-") : keys(found));
    assertThat(Check.NONE.preview(found).size()).isLessThanOrEqualTo(Reasons.PRINCIPAL);
  }
}
