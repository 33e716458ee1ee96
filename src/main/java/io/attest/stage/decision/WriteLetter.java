package io.attest.stage.decision;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.report.letter.LetterPdf;
import io.attest.report.pdf.Fonts;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Writes the letter that was approved, as Word and as PDF, and archives it. The day of the letter
 * is that of the approval, so a second run writes the same bytes.
 */
@Component("write-letter")
public class WriteLetter implements Stage {
  static final String WORD =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

  private final EnquiryStore enquiries;
  private final ArtifactStore artifacts;
  private final Drafts drafts;
  private final Letters letters;
  private final Fonts fonts;

  public WriteLetter(
      EnquiryStore enquiries,
      ArtifactStore artifacts,
      Drafts drafts,
      Letters letters,
      Fonts fonts) {
    this.enquiries = enquiries;
    this.artifacts = artifacts;
    this.drafts = drafts;
    this.letters = letters;
    this.fonts = fonts;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Enquiry enquiry = enquiries.get(task.auditId());
    Draft draft = drafts.of(enquiry).orElseThrow();
    Instant approved =
        enquiries.steps(enquiry.id()).stream()
            .filter(s -> s.what().equals("checked: approve"))
            .map(Enquiry.Step::at)
            .reduce((first, last) -> last)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Nobody has approved the answer to " + enquiry.id() + "."));
    List<FoundReason> told = drafts.check(enquiry).told(draft.reasons());
    byte[] word = letters.word(enquiry, draft, told, approved);
    Artifact letter = artifacts.put(enquiry.id() + ".docx", WORD, word);
    boolean done =
        enquiries.files(enquiry.id()).stream().anyMatch(f -> f.artifact().equals(letter));
    enquiries.file(enquiry.id(), letter, "The letter, as a Word file");
    String noPdf = pdf(enquiry, word, approved);
    if (!done) {
      enquiries.step(
          enquiry.id(),
          "attest",
          "letter written",
          noPdf,
          letter.sha256() + ", reasons " + told.stream().map(FoundReason::key).toList());
    }
    return Map.of("letter", letter.sha256());
  }

  /** Why there is no PDF; empty if there is one. */
  private String pdf(Enquiry enquiry, byte[] word, Instant approved) {
    try {
      Artifact pdf =
          artifacts.put(
              enquiry.id() + ".pdf",
              "application/pdf",
              LetterPdf.of(word, Letters.title(enquiry), approved, fonts));
      enquiries.file(enquiry.id(), pdf, "The letter, as PDF");
      return "";
    } catch (IllegalArgumentException e) {
      return "No PDF was made. " + e.getMessage();
    } catch (IOException e) {
      throw new UncheckedIOException("The PDF of " + enquiry.id() + " was not written.", e);
    }
  }
}
