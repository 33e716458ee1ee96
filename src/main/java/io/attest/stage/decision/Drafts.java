package io.attest.stage.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.report.letter.Check;
import io.attest.report.letter.Draft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Drafts of answers, as files; and what checkers made of them. */
@Component
public class Drafts {
  private final EnquiryStore enquiries;
  private final ArtifactStore artifacts;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public Drafts(EnquiryStore enquiries, ArtifactStore artifacts) {
    this.enquiries = enquiries;
    this.artifacts = artifacts;
  }

  /** Keeps a draft as a file. */
  Artifact keep(Draft draft) {
    try {
      return artifacts.put(
          draft.enquiry() + "-explanation.json", "application/json", json.writeValueAsBytes(draft));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The draft of " + draft.enquiry() + " was not written.", e);
    }
  }

  /** The draft that is to be checked or was; empty before there is one. */
  public Optional<Draft> of(Enquiry enquiry) {
    return enquiry
        .draft()
        .flatMap(
            hash ->
                enquiries.files(enquiry.id()).stream()
                    .map(Enquiry.Filed::artifact)
                    .filter(a -> a.sha256().equals(hash))
                    .findFirst())
        .map(this::read);
  }

  private Draft read(Artifact file) {
    try {
      return json.readValue(artifacts.path(file).toFile(), Draft.class);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file.name() + ".", e);
    }
  }

  /** What the checker decided; nothing changed if nobody has. */
  public Check check(Enquiry enquiry) {
    return enquiry.checked().map(this::check).orElse(Check.NONE);
  }

  /**
   * Reads what a form or a program sends.
   *
   * @param text JSON; nothing changed if blank
   * @throws IllegalArgumentException if it is not what is expected
   */
  public Check check(String text) {
    if (text == null || text.isBlank()) {
      return Check.NONE;
    }
    try {
      return json.readerFor(Check.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readValue(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The changes of the reasons are not the JSON that is expected: {\"answers\": [{\"reason\":"
              + " \"R01\", \"answer\": \"strike\", \"why\": \"...\"}], \"order\": [],"
              + " \"orderWhy\": \"\"}.",
          e);
    }
  }

  /** What a checker decided, for the record. */
  public String text(Check check) {
    try {
      return json.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(check);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The changes of the reasons were not written.", e);
    }
  }
}
