package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.text.Bidi;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the sheets say in the same words. */
final class Words {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Words() {}

  /**
   * A text from outside within a sentence of ours: a mark of direction after a right-to-left one
   * keeps what follows, a date for instance, in order.
   */
  static String inline(String text) {
    if (text == null) {
      return "";
    }
    return Bidi.requiresBidi(text.toCharArray(), 0, text.length()) ? text + "\u200E" : text;
  }

  static String at(Instant moment) {
    return MINUTE.format(moment);
  }

  /** The verdict in a sentence, with its mark. */
  static Mark verdict(AuditRecord record) {
    Optional<String> verdict =
        record
            .section(Section.Judged.class)
            .map(Section.Judged::verdict)
            .or(() -> record.audit().verdict());
    return verdict
        .map(
            v -> {
              Mark mark = Mark.verdict(v);
              return new Mark(
                  mark.text()
                      + switch (v) {
                        case "pass" -> ": no rule objects";
                        case "warn" -> ": weigh the findings before you approve";
                        case "block" -> ": at least one finding stands against approval";
                        default -> "";
                      },
                  mark.look());
            })
        .orElse(new Mark("? No verdict yet: the rules have not been asked", Look.UNKNOWN));
  }

  /** What became of the audit; while people are still to decide, that. */
  static Mark state(AuditRecord record) {
    String state = record.audit().state();
    boolean open = state.equals("running") || state.equals("waiting");
    return open && record.section(Section.Judged.class).isPresent()
        ? new Mark("○ Not decided yet", Look.UNKNOWN)
        : Mark.state(state);
  }

  /** {@code 4 findings: 1 blocks, 2 warn, 1 informs}. */
  static String findings(AuditRecord record) {
    Optional<Section.Judged> judged = record.section(Section.Judged.class);
    if (judged.isEmpty()) {
      return "Not available: the rules have not been asked yet.";
    }
    List<Section.Finding> all = judged.get().findings();
    if (all.isEmpty()) {
      return "No findings: no rule fired.";
    }
    List<String> parts =
        Stream.of(
                part(all, "block", " blocks", " block"),
                part(all, "warn", " warns", " warn"),
                part(all, "info", " informs", " inform"))
            .filter(p -> !p.isEmpty())
            .toList();
    return (all.size() == 1 ? "1 finding: " : all.size() + " findings: ")
        + String.join(", ", parts)
        + ".";
  }

  private static String part(
      List<Section.Finding> all, String severity, String one, String several) {
    long n = all.stream().filter(f -> f.severity().equals(severity)).count();
    return n == 0 ? "" : n + (n == 1 ? one : several);
  }

  static String task(String task) {
    return switch (task) {
      case "review" -> "Review";
      case "second-approval" -> "Second approval";
      case "mend-data" -> "Mend the data";
      case "mend-explainer" -> "Mend an explainer";
      case "vote" -> "Vote";
      case "committee" -> "Committee";
      case "request-withdrawal", "confirm-withdrawal" -> "Withdrawal";
      default -> task;
    };
  }

  static String trigger(String trigger) {
    return switch (trigger) {
      case "tasklist" -> "in Tasklist";
      case "rest" -> "over REST";
      case "schedule" -> "by a schedule";
      case "inbox" -> "by a file in the inbox";
      case "watch" -> "by re-validation";
      case "watch-light" -> "by re-validation, as a light audit";
      case "cli" -> "on the command line";
      case "sample" -> "as the sample";
      case "labels" -> "by outcomes that came later";
      default -> trigger;
    };
  }

  static String notRun(String stage) {
    return "Not available: the stage \"" + stage + "\" has not run yet.";
  }
}
