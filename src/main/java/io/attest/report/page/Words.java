package io.attest.report.page;

import io.attest.audit.Audit;
import io.attest.audit.Control;
import io.attest.audit.Section;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import io.attest.report.DriftWords;
import io.attest.report.Figures;
import io.attest.report.PlainText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How pages say things: names of states and stages, times, figures. Templates call it words. */
public final class Words {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** The stages in the order of the process. */
  public static final List<String> STAGES =
      List.of(
          "ingest",
          "correlate",
          "select",
          "explain",
          "drift",
          "validate",
          "verdict",
          "report",
          "publish");

  public String stage(String stage) {
    return switch (stage) {
      case "ingest" -> "Read and freeze the data";
      case "correlate" -> "Look for dependent columns";
      case "select" -> "Choose explainers";
      case "explain" -> "Explain the model";
      case "drift" -> "Compare with the baseline";
      case "validate" -> "Measure and collect facts";
      case "verdict" -> "Judge by the domain rules";
      case "report" -> "Write the report";
      case "publish" -> "Seal and publish";
      default -> stage;
    };
  }

  public String state(String state) {
    return switch (state) {
      case "running" -> "Running";
      case "waiting" -> "Waiting for a person";
      case "approved" -> "Approved";
      case "approved-with-conditions" -> "Approved with conditions";
      case "rejected" -> "Rejected";
      case "withdrawn" -> "Withdrawn";
      case "superseded" -> "Superseded";
      case "withdrawn-after-publication" -> "Withdrawn after publication";
      case "answered" -> "Answered";
      case "refused" -> "Refused";
      default -> state;
    };
  }

  /** How a case was decided. */
  public String outcome(String outcome) {
    return switch (outcome) {
      case "favourable" -> "Favourable";
      case "unfavourable" -> "Unfavourable";
      default -> outcome;
    };
  }

  public String verdict(Optional<String> verdict) {
    return verdict.map(this::severity).orElse("No verdict yet");
  }

  /** Verdicts and severities share their words. */
  public String severity(String severity) {
    return switch (severity) {
      case "pass" -> "Pass";
      case "info" -> "Info";
      case "warn" -> "Warn";
      case "block" -> "Block";
      default -> severity;
    };
  }

  /** A sign beside the word, so that nothing is said by colour alone. */
  public String mark(String severity) {
    return switch (severity) {
      case "pass" -> "✓";
      case "info" -> "i";
      case "warn" -> "!";
      case "block" -> "✕";
      default -> "…";
    };
  }

  /** The verdict in one sentence. */
  public String sentence(Optional<Section.Judged> judged) {
    if (judged.isEmpty()) {
      return "The domain rules have not judged this audit yet.";
    }
    long block = count(judged.get(), "block");
    long warn = count(judged.get(), "warn");
    String rest =
        warn == 0 ? "" : " " + Figures.count(warn, "finding") + (warn == 1 ? " warns." : " warn.");
    return switch (judged.get().verdict()) {
      case "block" ->
          Figures.count(block, "finding")
              + (block == 1 ? " blocks" : " block")
              + " this model."
              + rest;
      case "warn" -> "Nothing blocks this model, but look at the warnings." + rest;
      case "pass" -> "No domain rule found anything to hold against this model.";
      default -> "The verdict is " + judged.get().verdict() + ".";
    };
  }

  private static long count(Section.Judged judged, String severity) {
    return judged.findings().stream().filter(f -> f.severity().equals(severity)).count();
  }

  public String decision(String decision) {
    return switch (decision) {
      case "approve" -> "Approved";
      case "approve-with-conditions" -> "Approved with conditions";
      case "rework" -> "Sent back for rework";
      case "reject" -> "Rejected";
      case "resubmit" -> "Data mended, submitted again";
      case "cancel" -> "Cancelled";
      case "retry" -> "Tried again";
      case "skip" -> "Skipped";
      case "abstain" -> "Abstained";
      case "convened" -> "Committee convened";
      case "request" -> "Withdrawal asked for";
      case "confirm" -> "Withdrawn";
      case "refuse" -> "Report stands";
      default -> decision;
    };
  }

  public String task(String task) {
    return switch (task) {
      case "review" -> "Review";
      case "second-approval" -> "Second approval";
      case "mend-data" -> "Mend the data";
      case "mend-explainer" -> "Failed explainer";
      case "vote" -> "Vote";
      case "committee" -> "Committee";
      case "request-withdrawal", "confirm-withdrawal" -> "Withdrawal";
      default -> task;
    };
  }

  /** What the person who has a task is asked to do. */
  public String asked(String task) {
    return switch (task) {
      case "review" ->
          "Answer each finding, then decide whether this model may be used: approve it, approve it"
              + " with conditions, send the audit back, or reject the model.";
      case "second-approval" ->
          "Somebody has approved this model already. It matters enough to need a second person from"
              + " another group: approve it too, send the audit back, or reject the model.";
      case "mend-data" ->
          "The data could not be used. Mend it and submit it again, or cancel the audit.";
      case "mend-explainer" ->
          "An explainer failed for good. Try it again, or skip it with a reason: the report will say"
              + " that it was not tested.";
      case "vote" ->
          "You sit in the committee that decides on this model. Vote: approve, reject or abstain, and"
              + " say why.";
      case "confirm-withdrawal" ->
          "Somebody asks to withdraw the published report. Confirm it, or let the report stand.";
      default -> "See what the audit found.";
    };
  }

  /** Until when, or since when in vain. */
  public String due(Instant due, Instant now) {
    return due.isBefore(now) ? "Overdue: it was due " + when(due) + "." : "Due " + when(due) + ".";
  }

  /** What a reviewer made of a finding. */
  public String answer(String answer) {
    return switch (answer) {
      case "accepted" -> "Accepted";
      case "disputed" -> "Disputed";
      case "waived" -> "Waived";
      default -> answer;
    };
  }

  public String trigger(Audit audit) {
    return switch (audit.trigger()) {
      case "tasklist" -> "in Tasklist";
      case "rest" -> "over REST";
      case "page" -> "on the start page";
      case "schedule" -> "by schedule";
      case "inbox" -> "by a file in the drop folder";
      case "watch" -> "by re-validation";
      case "watch-light" -> "by re-validation, as a light audit";
      case "cli" -> "on the command line";
      case "sample" -> "as the sample";
      case "labels" -> "by outcomes that came later";
      default -> audit.trigger();
    };
  }

  /** What happened to a model that is watched. */
  public String event(String event) {
    return switch (event) {
      case "look" -> "A look";
      case "model-changed" -> "The model was changed";
      case "data-arrived" -> "New data";
      case "incident" -> "Incident";
      case "audit-finished" -> "An audit was decided";
      case "approval-expired" -> "The approval expired";
      case "condition-failed" -> "A condition failed";
      default -> event;
    };
  }

  /** A fact that a table weighed: figures of drift are -1 there where none was measured. */
  public String weighed(String fact, String value) {
    if (!fact.startsWith("drift") || !value.matches("-?\\d+\\.\\d+(E-?\\d+)?")) {
      return plain(value);
    }
    double figure = Double.parseDouble(value);
    return figure == -1 ? "not measured" : figure(figure);
  }

  /** Text that came from outside, without marks that turn its direction or cannot be seen. */
  public String plain(String text) {
    return PlainText.of(text);
  }

  /** A day, as {@link #when} writes it. */
  public String day(LocalDate day) {
    return day == null ? "" : DAY.format(day);
  }

  public String when(Instant time) {
    return time == null ? "" : TIME.format(time);
  }

  /** Until when something is to be done; what may be done all day is due at its end. */
  public String due(Instant time) {
    LocalDateTime local = LocalDateTime.ofInstant(time, ZoneId.systemDefault());
    return local.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? day(local.toLocalDate().minusDays(1))
        : when(time);
  }

  public String figure(double value) {
    return Figures.text(value);
  }

  public String signed(double value) {
    return Figures.signed(value);
  }

  public String percent(double share) {
    return Figures.percent(share);
  }

  public String count(long number, String one) {
    return Figures.count(number, one);
  }

  /** The measure without the group it belongs to: {@code performance.auc} is auc. */
  public String metric(String name) {
    return name.substring(name.lastIndexOf('.') + 1).replace('_', ' ');
  }

  public String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    double size = bytes;
    String unit = "";
    for (String next : List.of("kB", "MB", "GB", "TB")) {
      if (size < 999.5) {
        break;
      }
      size /= 1000;
      unit = next;
    }
    return Figures.text(Math.round(size * 10) / 10.0) + " " + unit;
  }

  /** How much of an obligation is shown. */
  public String control(Control.State state) {
    return switch (state) {
      case SHOWN -> "✓ shown";
      case EXAMINED -> "✕ examined, findings open";
      case PARTLY -> "! partly";
      case OPEN -> "✕ open";
      case OUTSIDE -> "○ outside";
    };
  }

  /** One part of an address. */
  public String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** How large a shift is, with a sign beside the word. */
  public String shift(Shift shift) {
    return DriftWords.size(shift);
  }

  /** The part of the values that moved most. */
  public String moved(Shift shift) {
    return DriftWords.most(shift);
  }

  /** What a column did. */
  public String reading(Shift shift) {
    return DriftWords.reading(shift);
  }

  /** What a figure of performance did. */
  public String reading(MetricChange change) {
    return DriftWords.reading(change);
  }

  /** What the model makes of a feature. */
  public String reading(AttributionDrift.Feature feature) {
    return DriftWords.reading(feature);
  }

  /** What two models say of the same rows. */
  public String reading(PredictionChange change) {
    return DriftWords.reading(change);
  }

  /** Whether two models explain the same rows alike. */
  public String reading(Section.Stability stability) {
    return DriftWords.reading(stability);
  }

  /** Whose outcomes have come. */
  public String labelled(Section.Labelled labelled) {
    return DriftWords.labelled(labelled);
  }
}
