package io.attest.web.api;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.report.WithdrawnNote;
import io.attest.report.page.AuditFiles;
import io.attest.report.pdf.Fonts;
import io.attest.stage.Account;
import io.attest.stage.Audits;
import io.attest.stage.StartRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/** Audits for programs. */
@RestController
@RequestMapping("/api/audits")
class AuditsApi {
  private static final int LONGEST_TEXT = 2000;
  private static final int LONGEST_KEY = 200;

  private final AuditStore store;
  private final WithdrawalStore withdrawals;
  private final ArtifactStore artifacts;
  private final Audits audits;
  private final Fonts fonts;

  AuditsApi(
      AuditStore store,
      WithdrawalStore withdrawals,
      ArtifactStore artifacts,
      Audits audits,
      Fonts fonts) {
    this.store = store;
    this.withdrawals = withdrawals;
    this.artifacts = artifacts;
    this.audits = audits;
    this.fonts = fonts;
  }

  /** What a program sends to start an audit; absent is null here and nowhere else. */
  record Start(String model, String reason, String audience, String data, String baseline) {}

  record Started(String id) {}

  record Cancel(String reason) {}

  /**
   * @param href where it can be fetched
   */
  record FileEntry(
      String name, String about, String sha256, long bytes, String mediaType, String href) {}

  /** What one stage left; {@code part} is the explainer, else empty. */
  record SectionEntry(String stage, String part, Section content) {}

  record Whole(
      Audit audit,
      List<SectionEntry> sections,
      List<DecisionRecord> decisions,
      List<AuditStore.Step> progress,
      List<FileEntry> files) {}

  @GetMapping
  List<Audit> list(@RequestParam Optional<String> model, @RequestParam Optional<String> state) {
    return store.list(given(model), given(state));
  }

  @GetMapping("/{id}")
  Whole one(@PathVariable String id) {
    Audit audit = find(id);
    List<Section> sections = store.sections(id);
    return new Whole(
        audit,
        sections.stream().map(s -> new SectionEntry(s.stage(), s.part(), s)).toList(),
        store.decisions(id),
        store.progress(id),
        AuditFiles.of(sections).list().stream().map(f -> entry(id, f)).toList());
  }

  @PostMapping
  ResponseEntity<Started> start(
      @RequestBody Start start,
      @RequestHeader(name = "Idempotency-Key") Optional<String> key,
      @AuthenticationPrincipal Account account) {
    String id =
        audits.start(
            new StartRequest(
                    Optional.ofNullable(start.model())
                        .filter(m -> !m.isBlank())
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "Say which model: {\"model\": \"...\"}.")),
                    text("reason", start.reason()),
                    text("audience", start.audience()),
                    Optional.ofNullable(start.data()).filter(d -> !d.isBlank()),
                    "rest",
                    account.name(),
                    // One person's key must not find another person's audit.
                    given(key).map(k -> account.name() + "/" + shortEnough(k)))
                .comparedWith(Optional.ofNullable(start.baseline()).filter(b -> !b.isBlank())));
    return ResponseEntity.created(
            URI.create("/api/audits/" + UriUtils.encodePathSegment(id, StandardCharsets.UTF_8)))
        .body(new Started(id));
  }

  @PostMapping("/{id}/cancel")
  ResponseEntity<Void> cancel(
      @PathVariable String id,
      @RequestBody Cancel cancel,
      @AuthenticationPrincipal Account account) {
    find(id);
    audits.cancel(id, account.name(), text("reason", cancel.reason()));
    return ResponseEntity.noContent().build();
  }

  @GetMapping("/{id}/files/{name}")
  ResponseEntity<Resource> download(@PathVariable String id, @PathVariable String name)
      throws IOException {
    find(id);
    AuditFiles.Named file =
        AuditFiles.of(store.sections(id))
            .find(name)
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "The audit " + id + " has no file of this name. See its list of files."));
    Artifact artifact = file.artifact();
    Optional<byte[]> marked = marked(id, artifact);
    if (marked.isPresent()) {
      return ResponseEntity.ok()
          .header(
              HttpHeaders.CONTENT_DISPOSITION,
              ContentDisposition.attachment()
                  .filename("no-longer-stands-" + file.name(), StandardCharsets.UTF_8)
                  .build()
                  .toString())
          .header("Content-Security-Policy", "default-src 'none'; sandbox")
          .contentType(mediaType(artifact))
          .body(new ByteArrayResource(marked.get()));
    }
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(file.name(), StandardCharsets.UTF_8)
                .build()
                .toString())
        // If a browser shows it after all, it is nobody's page.
        .header("Content-Security-Policy", "default-src 'none'; sandbox")
        .header("X-Content-SHA256", artifact.sha256())
        .eTag(artifact.sha256())
        .contentType(mediaType(artifact))
        .body(new FileSystemResource(artifacts.path(artifact)));
  }

  /** A copy of a report that no longer stands, with a note in it; other files stay as they are. */
  private Optional<byte[]> marked(String id, Artifact artifact) throws IOException {
    Optional<Withdrawal> withdrawal = withdrawals.of(id);
    if (withdrawal.isEmpty()) {
      return Optional.empty();
    }
    Optional<Section.Published> published = store.section(id, Section.Published.class);
    Optional<Section.Reported> reported = store.section(id, Section.Reported.class);
    if (same(artifact, published.map(Section.Published::workbook))
        || same(artifact, reported.map(Section.Reported::workbook))) {
      return Optional.of(WithdrawnNote.workbook(bytes(artifact), withdrawal.get()));
    }
    if (same(artifact, published.flatMap(Section.Published::page))
        || same(artifact, reported.flatMap(Section.Reported::page))) {
      return Optional.of(WithdrawnNote.page(bytes(artifact), withdrawal.get()));
    }
    if (same(artifact, published.flatMap(Section.Published::pdf))
        || same(artifact, reported.flatMap(Section.Reported::pdf))) {
      return Optional.of(WithdrawnNote.pdf(bytes(artifact), withdrawal.get(), fonts));
    }
    return Optional.empty();
  }

  private static boolean same(Artifact artifact, Optional<Artifact> other) {
    return other.filter(o -> o.sha256().equals(artifact.sha256())).isPresent();
  }

  private byte[] bytes(Artifact artifact) throws IOException {
    return Files.readAllBytes(artifacts.path(artifact));
  }

  private Audit find(String id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no audit of this id."));
  }

  private static FileEntry entry(String id, AuditFiles.Named file) {
    Artifact a = file.artifact();
    return new FileEntry(
        file.name(),
        file.about(),
        a.sha256(),
        a.bytes(),
        a.mediaType(),
        "/api/audits/"
            + UriUtils.encodePathSegment(id, StandardCharsets.UTF_8)
            + "/files/"
            + UriUtils.encodePathSegment(file.name(), StandardCharsets.UTF_8));
  }

  /** Never a type that a browser would run. */
  private static MediaType mediaType(Artifact artifact) {
    try {
      MediaType type = MediaType.parseMediaType(artifact.mediaType());
      String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
      return subtype.contains("html") || subtype.contains("svg") || subtype.contains("script")
          ? MediaType.APPLICATION_OCTET_STREAM
          : type;
    } catch (InvalidMediaTypeException e) {
      return MediaType.APPLICATION_OCTET_STREAM;
    }
  }

  private static Optional<String> given(Optional<String> text) {
    return text.filter(t -> !t.isBlank());
  }

  private static String text(String name, String value) {
    if (value != null && value.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "The " + name + " is longer than " + LONGEST_TEXT + " characters. Shorten it.");
    }
    return value == null ? "" : value.strip();
  }

  private static String shortEnough(String key) {
    if (key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "The Idempotency-Key is longer than " + LONGEST_KEY + " characters. Maybe a UUID.");
    }
    return key;
  }
}
