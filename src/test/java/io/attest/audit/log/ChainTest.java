package io.attest.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChainTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456Z");

  private static List<LogEntry> log(int entries) {
    List<LogEntry> log = new ArrayList<>();
    String previous = LogEntry.NOTHING;
    for (int i = 1; i <= entries; i++) {
      LogEntry entry =
          LogEntry.following(
              i,
              NOW.plusSeconds(i),
              "ada",
              i % 2 == 0 ? "section-saved" : "decision-made",
              "ATT-" + i % 3,
              Map.of("stage", "explain", "sha256", "ab".repeat(32)),
              previous);
      log.add(entry);
      previous = entry.hash();
    }
    return log;
  }

  private static Chain check(List<LogEntry> log, LogHead... seen) {
    Chain chain = Chain.fromTheBeginning(List.of(seen));
    log.forEach(chain::follow);
    return chain.end();
  }

  private static LogHead head(List<LogEntry> log) {
    LogEntry last = log.get(log.size() - 1);
    return new LogHead(last.sequence(), last.hash(), NOW);
  }

  private static LogEntry changed(LogEntry e, int field) {
    return new LogEntry(
        field == 0 ? e.sequence() + 1 : e.sequence(),
        field == 1 ? e.at().plusNanos(1000) : e.at(),
        field == 2 ? "eve" : e.who(),
        field == 3 ? e.what() + "x" : e.what(),
        field == 4 ? e.subject() + " " : e.subject(),
        field == 5 ? e.detail().replace("explain", "ingest") : e.detail(),
        field == 6 ? "1" + e.previous().substring(1) : e.previous(),
        field == 7 ? "1" + e.hash().substring(1) : e.hash());
  }

  @Property(tries = 50)
  void whatWasNotTouchedIsWhole(@ForAll @IntRange(min = 1, max = 40) int entries) {
    List<LogEntry> log = log(entries);
    Chain chain = check(log, head(log));
    assertThat(chain.broken()).isEmpty();
    assertThat(chain.followed()).isEqualTo(entries);
    assertThat(chain.head(NOW)).isEqualTo(head(log));
  }

  @Property(tries = 300)
  void anyChangeOfOneFieldIsFoundAtItsEntry(
      @ForAll @IntRange(min = 1, max = 40) int entries,
      @ForAll @IntRange(max = 39) int which,
      @ForAll @IntRange(max = 7) int field) {
    List<LogEntry> log = log(entries);
    LogHead head = head(log);
    int at = which % entries;
    LogEntry other = changed(log.get(at), field);
    if (other.equals(log.get(at))) {
      return; // the hash began with that digit already
    }
    log.set(at, other);
    Chain chain = check(log, head);
    assertThat(chain.broken()).isPresent();
    assertThat(chain.broken().orElseThrow().sequence()).isEqualTo(at + 1);
    assertThat(chain.followed()).isEqualTo(at);
  }

  @Property(tries = 200)
  void anyDeletionIsFound(
      @ForAll @IntRange(min = 1, max = 40) int entries, @ForAll @IntRange(max = 39) int which) {
    List<LogEntry> log = log(entries);
    LogHead head = head(log);
    log.remove(which % entries);
    assertThat(check(log, head).broken()).isPresent();
  }

  @Property(tries = 200)
  void anySwapIsFound(
      @ForAll @IntRange(min = 2, max = 40) int entries,
      @ForAll @IntRange(max = 39) int one,
      @ForAll @IntRange(max = 39) int other) {
    if (one % entries == other % entries) {
      return;
    }
    List<LogEntry> log = log(entries);
    LogHead head = head(log);
    Collections.swap(log, one % entries, other % entries);
    assertThat(check(log, head).broken()).isPresent();
  }

  @Property(tries = 200)
  void anyInsertionIsFound(
      @ForAll @IntRange(min = 1, max = 40) int entries, @ForAll @IntRange(max = 40) int where) {
    List<LogEntry> log = log(entries);
    LogHead head = head(log);
    int at = where % (entries + 1);
    String previous = at == 0 ? LogEntry.NOTHING : log.get(at - 1).hash();
    log.add(at, LogEntry.following(at + 1, NOW, "eve", "hold-released", "m", Map.of(), previous));
    Chain chain = Chain.fromTheBeginning(List.of(head));
    log.forEach(chain::follow);
    assertThat(chain.endAt(head).broken()).isPresent();
  }

  /** Who rewrites everything from an entry on makes a whole chain, but not the heads people saw. */
  @Property(tries = 100)
  void aChainThatWasWrittenAnewDoesNotAgreeWithAHeadThatWasSeen(
      @ForAll @IntRange(min = 1, max = 40) int entries, @ForAll @IntRange(max = 39) int which) {
    List<LogEntry> log = log(entries);
    LogHead seen = head(log);
    int from = which % entries;
    List<LogEntry> anew = new ArrayList<>(log.subList(0, from));
    String previous = from == 0 ? LogEntry.NOTHING : log.get(from - 1).hash();
    for (int i = from; i < entries; i++) {
      LogEntry e = log.get(i);
      LogEntry forged =
          LogEntry.following(
              i + 1,
              e.at(),
              i == from ? "eve" : e.who(),
              e.what(),
              e.subject(),
              Map.of(),
              previous);
      anew.add(forged);
      previous = forged.hash();
    }
    assertThat(check(anew).broken()).isEmpty();
    Chain chain = check(anew, seen);
    assertThat(chain.broken().orElseThrow().why()).contains("written anew");
  }

  @Property(tries = 50)
  void aCheckGoesOnWhereItStopped(
      @ForAll @IntRange(min = 2, max = 40) int entries, @ForAll @IntRange(max = 39) int which) {
    List<LogEntry> log = log(entries);
    int at = which % (entries - 1);
    LogEntry e = log.get(at);
    Chain chain = new Chain(new LogHead(e.sequence(), e.hash(), NOW), List.of(head(log)));
    log.subList(at + 1, entries).forEach(chain::follow);
    assertThat(chain.end().broken()).isEmpty();
    assertThat(chain.followed()).isEqualTo(entries - at - 1L);
  }
}
