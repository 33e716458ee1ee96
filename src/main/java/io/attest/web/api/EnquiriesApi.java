package io.attest.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.report.letter.Check;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.report.letter.Right;
import io.attest.stage.Account;
import io.attest.stage.Uploads;
import io.attest.stage.decision.Drafts;
import io.attest.stage.decision.Enquiries;
import io.attest.stage.decision.EnquiryRequest;
import io.attest.stage.decision.Letters;
import io.attest.stage.decision.RightsFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/** Why cases were decided so, for programs and for the forms in Tasklist. */
@RestController
class EnquiriesApi {
  private static final int LONGEST_KEY = 200;

  private final EnquiryStore store;
  private final ArtifactStore artifacts;
  private final Enquiries enquiries;
  private final Drafts drafts;
  private final Letters letters;
  private final RightsFile rights;
  private final Uploads uploads;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();

  EnquiriesApi(
      EnquiryStore store,
      ArtifactStore artifacts,
      Enquiries enquiries,
      Drafts drafts,
      Letters letters,
      RightsFile rights,
      Uploads uploads,
      Clock clock) {
    this.store = store;
    this.artifacts = artifacts;
    this.enquiries = enquiries;
    this.drafts = drafts;
    this.letters = letters;
    this.rights = rights;
    this.uploads = uploads;
    this.clock = clock;
  }

  /**
   * What a program sends; absent is null here and nowhere else. Either {@code case} names a row of
   * the audit, or {@code data} a file with it, or {@code values} has it.
   */
  record Ask(
      String model,
      @com.fasterxml.jackson.annotation.JsonProperty("case") String caseName,
      String data,
      Map<String, Object> values,
      String audit,
      String receivedOn,
      String jurisdiction,
      String recipient,
      String reason) {}

  record Started(String id) {}

  record Jurisdiction(String id, String name) {}

  /** A draft without the explanation that it comes from: that is a file. */
  record DraftEntry(
      String audit,
      boolean favourable,
      String decision,
      List<FoundReason> reasons,
      List<String> changes,
      List<Right> rights,
      List<String> warnings) {}

  record FileEntry(
      String name, String about, String sha256, long bytes, String mediaType, String href) {}

  /**
   * @param told the keys of the reasons that the letter tells; absent until it was approved
   */
  record Whole(
      Enquiry enquiry,
      Optional<DraftEntry> draft,
      Optional<Check> check,
      Optional<List<String>> told,
      List<Enquiry.Step> steps,
      List<FileEntry> files) {}

  record Preview(List<String> lines) {}

  @GetMapping("/api/jurisdictions")
  List<Jurisdiction> jurisdictions() {
    return rights.read().jurisdictions().entrySet().stream()
        .map(e -> new Jurisdiction(e.getKey(), e.getValue()))
        .toList();
  }

  @GetMapping("/api/decisions")
  List<Enquiry> list(@RequestParam Optional<String> model, @RequestParam Optional<String> state) {
    return store.list(given(model), given(state));
  }

  @GetMapping("/api/decisions/{id}")
  Whole one(@PathVariable String id) {
    Enquiry enquiry = find(id);
    Optional<Draft> draft = drafts.of(enquiry);
    Optional<Check> check = enquiry.checked().map(drafts::check);
    return new Whole(
        enquiry,
        draft.map(
            d ->
                new DraftEntry(
                    d.audit(),
                    d.favourable(),
                    d.decision(),
                    d.reasons(),
                    d.changes(),
                    d.rights(),
                    d.warnings())),
        check,
        draft.flatMap(
            d -> check.map(c -> c.told(d.reasons()).stream().map(FoundReason::key).toList())),
        store.steps(id),
        store.files(id).stream().map(f -> entry(id, f)).toList());
  }

  /** The letter as it would be: what is flagged and not decided is left out. */
  @GetMapping("/api/decisions/{id}/preview")
  Preview preview(
      @PathVariable String id,
      @RequestParam(defaultValue = "") List<String> struck,
      @RequestParam(defaultValue = "") List<String> kept,
      @RequestParam(defaultValue = "") List<String> order) {
    Enquiry enquiry = find(id);
    Draft draft =
        drafts
            .of(enquiry)
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "There is no draft of this request yet."));
    List<Check.Answer> answers =
        Stream.concat(
                struck.stream().map(k -> new Check.Answer(k, "strike", "preview")),
                kept.stream().map(k -> new Check.Answer(k, "keep", "preview")))
            .toList();
    List<FoundReason> told = new Check(answers, List.of(), "").preview(draft.reasons());
    List<FoundReason> sorted =
        told.stream()
            .sorted(
                java.util.Comparator.comparingInt(
                    r -> order.contains(r.key()) ? order.indexOf(r.key()) : order.size()))
            .toList();
    return new Preview(letters.lines(enquiry, draft, sorted, clock.instant()));
  }

  @PostMapping("/api/decisions")
  ResponseEntity<Started> ask(
      @RequestBody Ask ask,
      @RequestHeader(name = "Idempotency-Key") Optional<String> key,
      @AuthenticationPrincipal Account account)
      throws IOException {
    String model =
        optional(ask.model())
            .orElseThrow(
                () -> new IllegalArgumentException("Say which model: {\"model\": \"...\"}."));
    String id =
        enquiries.start(
            new EnquiryRequest(
                model,
                optional(ask.caseName()).orElse(""),
                data(ask),
                optional(ask.audit()),
                optional(ask.receivedOn()),
                optional(ask.jurisdiction()),
                optional(ask.recipient()).orElse(""),
                optional(ask.reason()).orElse(""),
                "rest",
                account.name(),
                // One person's key must not find another person's request.
                given(key).map(k -> account.name() + "/decision/" + shortEnough(k))));
    return ResponseEntity.created(
            URI.create("/api/decisions/" + UriUtils.encodePathSegment(id, StandardCharsets.UTF_8)))
        .body(new Started(id));
  }

  /** Values become a file of one row, so that they are read and checked like all others. */
  private Optional<String> data(Ask ask) throws IOException {
    if (ask.values() == null || ask.values().isEmpty()) {
      return optional(ask.data());
    }
    if (optional(ask.data()).isPresent()) {
      throw new IllegalArgumentException("Give data or values, not both.");
    }
    try {
      byte[] line = json.writeValueAsBytes(ask.values());
      return Optional.of(uploads.keep("case.jsonl", new ByteArrayInputStream(line)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The values are no plain values: " + e.getMessage(), e);
    }
  }

  @GetMapping("/api/decisions/{id}/files/{name}")
  ResponseEntity<Resource> download(@PathVariable String id, @PathVariable String name) {
    find(id);
    Artifact artifact =
        store.files(id).stream()
            .map(Enquiry.Filed::artifact)
            .filter(a -> a.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "The request " + id + " has no file of this name. See its list of files."));
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(artifact.name(), StandardCharsets.UTF_8)
                .build()
                .toString())
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .header("X-Content-SHA256", artifact.sha256())
        .eTag(artifact.sha256())
        .contentType(MediaType.parseMediaType(artifact.mediaType()))
        .body(new FileSystemResource(artifacts.path(artifact)));
  }

  private Enquiry find(String id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "There is no request of this id."));
  }

  private static FileEntry entry(String id, Enquiry.Filed filed) {
    Artifact a = filed.artifact();
    return new FileEntry(
        a.name(),
        filed.about(),
        a.sha256(),
        a.bytes(),
        a.mediaType(),
        "/api/decisions/"
            + UriUtils.encodePathSegment(id, StandardCharsets.UTF_8)
            + "/files/"
            + UriUtils.encodePathSegment(a.name(), StandardCharsets.UTF_8));
  }

  private static Optional<String> given(Optional<String> text) {
    return text.filter(t -> !t.isBlank());
  }

  private static Optional<String> optional(String text) {
    return Optional.ofNullable(text).map(String::strip).filter(t -> !t.isEmpty());
  }

  private static String shortEnough(String key) {
    if (key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "The Idempotency-Key is longer than " + LONGEST_KEY + " characters. Maybe a UUID.");
    }
    return key;
  }
}
