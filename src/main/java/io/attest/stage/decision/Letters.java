package io.attest.stage.decision;

import io.attest.audit.Enquiry;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.report.letter.LetterTemplate;
import io.attest.report.letter.LetterText;
import io.attest.stage.Templates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Makes letters of drafts, from the template of this installation. */
@Component
public class Letters {
  private static final String TEMPLATE = "decision-letter.docx";
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  private final Templates templates;

  public Letters(Templates templates) {
    this.templates = templates;
  }

  /**
   * The letter as a Word file.
   *
   * @param told the reasons, in their order
   * @param written when
   */
  public byte[] word(Enquiry enquiry, Draft draft, List<FoundReason> told, Instant written) {
    try (InputStream template = templates.open(TEMPLATE)) {
      return new LetterTemplate(template.readAllBytes())
          .filled(
              text(enquiry, draft, told, LocalDate.ofInstant(written, ZoneId.systemDefault())),
              title(enquiry),
              written);
    } catch (IOException e) {
      throw new UncheckedIOException("The letter of " + enquiry.id() + " was not written.", e);
    }
  }

  /** The lines of the letter, for a look before it is written. */
  public List<String> lines(Enquiry enquiry, Draft draft, List<FoundReason> told, Instant now) {
    try {
      return LetterTemplate.lines(word(enquiry, draft, told, now));
    } catch (IOException e) {
      throw new UncheckedIOException("The letter of " + enquiry.id() + " cannot be shown.", e);
    }
  }

  static String title(Enquiry enquiry) {
    return "Letter " + enquiry.id();
  }

  static LetterText text(Enquiry enquiry, Draft draft, List<FoundReason> told, LocalDate day) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("recipient", enquiry.recipient());
    fields.put("date", DAY.format(day));
    fields.put("reference", enquiry.id());
    fields.put("case", draft.caseName());
    fields.put("received", DAY.format(enquiry.receivedOn()));
    fields.put("model", draft.modelName());
    fields.put("version", draft.modelVersion());
    fields.put("owner", draft.owner());
    fields.put("purpose", draft.purpose());
    fields.put("audit", draft.audit());
    fields.put("audited", DAY.format(draft.audited()));
    fields.put("information", String.join("; ", draft.information()));
    Set<String> parts = new HashSet<>();
    parts.add(draft.favourable() ? "favourable" : "unfavourable");
    parts.add(told.isEmpty() ? "no-reasons" : "reasons");
    parts.add(draft.changes().isEmpty() ? "no-changes" : "changes");
    if (!draft.rights().isEmpty()) {
      parts.add("rights");
    }
    return new LetterText(
        fields,
        Map.of(
            "reason",
            told.stream().map(FoundReason::text).toList(),
            "change",
            draft.changes(),
            "right",
            draft.rights().stream().map(r -> r.text() + " (" + r.source() + ")").toList()),
        parts);
  }
}
