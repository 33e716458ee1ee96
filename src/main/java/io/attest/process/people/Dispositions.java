package io.attest.process.people;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.audit.Disposition;
import io.attest.audit.Section.Finding;
import io.attest.process.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reviewer makes of each finding, as a form or a program sends it: a JSON list of {@code
 * {"finding": "F-01", "answer": "waived", "reason": "..."}}.
 */
final class Dispositions {
  private static final List<String> ANSWERS = List.of("accepted", "disputed", "waived");
  private static final int LONGEST_REASON = 2000;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** What is sent for one finding; absent is null here and nowhere else. */
  private record Sent(String finding, String answer, String reason) {}

  private Dispositions() {}

  /**
   * Reads what was sent.
   *
   * @return one for each finding that was answered, in the order of the findings
   * @throws Refusal naming the finding that is unknown, answered twice, or answered without a
   *     reason that is owed
   */
  static List<Disposition> read(String text, List<Finding> findings) {
    Map<String, Finding> open = new LinkedHashMap<>();
    findings.forEach(finding -> open.put(finding.id(), finding));
    Map<String, Disposition> answered = new LinkedHashMap<>();
    for (Sent sent : sent(text)) {
      Finding finding = open.get(sent.finding());
      if (finding == null) {
        throw new Refusal(
            "There is no finding "
                + sent.finding()
                + " in this round. The findings are "
                + open.keySet()
                + ". Maybe the page was loaded before the audit was sent back: load it again.");
      }
      if (answered.put(finding.id(), disposition(finding, sent)) != null) {
        throw new Refusal("The finding " + finding.id() + " is answered twice.");
      }
    }
    return findings.stream().map(f -> answered.get(f.id())).filter(d -> d != null).toList();
  }

  private static List<Sent> sent(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    try {
      List<Sent> sent = List.of(JSON.readValue(text, Sent[].class));
      if (sent.stream().anyMatch(s -> s.finding() == null)) {
        throw new Refusal("An answer in dispositions names no finding.");
      }
      return sent;
    } catch (JsonProcessingException | NullPointerException e) {
      throw new Refusal(
          "Cannot read the answers to the findings. dispositions must be a JSON list of"
              + " {\"finding\": \"F-01\", \"answer\": \"waived\", \"reason\": \"...\"}.",
          e);
    }
  }

  private static Disposition disposition(Finding finding, Sent sent) {
    if (!ANSWERS.contains(sent.answer())) {
      throw new Refusal(
          "The answer to the finding "
              + finding.id()
              + " must be one of "
              + ANSWERS
              + ", not "
              + sent.answer()
              + ".");
    }
    String reason = sent.reason() == null ? "" : sent.reason().strip();
    if (reason.isEmpty() && !sent.answer().equals("accepted")) {
      throw new Refusal(
          "Say why the finding "
              + finding.id()
              + " is "
              + sent.answer()
              + ": its reason is empty.");
    }
    if (reason.length() > LONGEST_REASON) {
      throw new Refusal(
          "The reason for the finding "
              + finding.id()
              + " has "
              + reason.length()
              + " characters. Shorten it to "
              + LONGEST_REASON
              + ".");
    }
    return new Disposition(finding, sent.answer(), reason);
  }

  /**
   * Refuses an approval that leaves a finding unanswered, or a blocking one in force.
   *
   * @throws Refusal naming them
   */
  static void mayApprove(List<Finding> findings, List<Disposition> dispositions) {
    Map<String, String> answers = new LinkedHashMap<>();
    dispositions.forEach(d -> answers.put(d.finding().id(), d.answer()));
    List<String> blocking = new ArrayList<>();
    List<String> unanswered = new ArrayList<>();
    for (Finding finding : findings) {
      String answer = answers.get(finding.id());
      if (finding.severity().equals("block") && !"waived".equals(answer)) {
        blocking.add(finding.id());
      } else if (answer == null) {
        unanswered.add(finding.id());
      }
    }
    if (!blocking.isEmpty()) {
      throw new Refusal(
          "A finding blocks, and is not waived: "
              + String.join(", ", blocking)
              + ". Waive it with a reason, send the audit back, or reject it.");
    }
    if (!unanswered.isEmpty()) {
      throw new Refusal(
          "An approval answers every finding. Accept, dispute or waive "
              + String.join(", ", unanswered)
              + ".");
    }
  }
}
