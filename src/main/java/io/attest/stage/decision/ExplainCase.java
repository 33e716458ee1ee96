package io.attest.stage.decision;

import io.attest.audit.Artifact;
import io.attest.audit.AuditStore;
import io.attest.audit.CaseExplanation;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.UnreadableTable;
import io.attest.model.ModelSpec;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.report.letter.Reasons;
import io.attest.report.letter.Right;
import io.attest.stage.Models;
import io.attest.stage.Snapshots;
import io.attest.stage.Stage;
import io.attest.stage.StageRefused;
import io.attest.stage.StageTask;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/**
 * Explains the case of an enquiry by the model, the method and the background of its audit, and
 * drafts the reasons. The words come from the declaration as it is now, so that a gap can be closed
 * without another audit; every figure comes from the audited one.
 *
 * <p>Ends with the error {@code case-refused} where a person has to mend the request.
 */
@Component("explain-case")
public class ExplainCase implements Stage {
  private static final String REFUSED = "case-refused";

  /** Beyond this share of the prediction's distance from the base, a residual is told. */
  private static final double RESIDUAL = 0.01;

  private final EnquiryStore enquiries;
  private final AuditStore audits;
  private final Snapshots snapshots;
  private final CaseExplanations explanations;
  private final CaseFile cases;
  private final Models models;
  private final RightsFile rights;
  private final Drafts drafts;
  private final Clock clock;

  public ExplainCase(
      EnquiryStore enquiries,
      AuditStore audits,
      Snapshots snapshots,
      CaseExplanations explanations,
      CaseFile cases,
      Models models,
      RightsFile rights,
      Drafts drafts,
      Clock clock) {
    this.enquiries = enquiries;
    this.audits = audits;
    this.snapshots = snapshots;
    this.explanations = explanations;
    this.cases = cases;
    this.models = models;
    this.rights = rights;
    this.drafts = drafts;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Enquiry enquiry = enquiries.get(task.auditId());
    Draft draft;
    try {
      draft = draft(enquiry);
    } catch (UnreadableTable | IllegalArgumentException e) {
      throw new StageRefused(REFUSED, e.getMessage());
    }
    Artifact file = drafts.keep(draft);
    String outcome = draft.favourable() ? "favourable" : "unfavourable";
    if (!enquiry.draft().equals(Optional.of(file.sha256()))) {
      enquiries.file(enquiry.id(), file, "The explanation of the case and the drafted reasons");
      enquiries.step(enquiry.id(), "attest", "explained", "", outcome + ", " + file.sha256());
    }
    enquiries.drafted(enquiry.id(), outcome, file.sha256());
    return Map.of(
        "outcome", outcome, "flags", draft.reasons().stream().filter(r -> !r.plain()).count());
  }

  private Draft draft(Enquiry enquiry) {
    Section.Ingested ingested = audits.require(enquiry.auditId(), Section.Ingested.class);
    ModelSpec audited = snapshots.spec(ingested);
    ModelSpec words = models.spec(enquiry.model());
    CaseFile.Found found = cases.find(enquiry, audited);
    CaseExplanation explanation = explanations.explain(enquiry.auditId(), found.request());
    CaseExplanation.CaseDecision decision =
        explanation
            .answer()
            .decision()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The model "
                            + enquiry.model()
                            + " decides nothing: model.yaml has no decision with a threshold. Maybe"
                            + " add one and audit the model again."));
    CaseExplanation.Contributions contributions =
        explanation
            .contributions()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The contributions of the features were not found out"
                            + why(explanation, "contributions")
                            + ", so there are no reasons to tell."));
    Set<String> guarded = new TreeSet<>(Reasons.guarded(audited));
    guarded.addAll(Reasons.guarded(words));
    boolean favourable = decision.favoured();
    boolean rising = decision.favourable().equals("below") != favourable;
    List<FoundReason> reasons =
        new Reasons(words.reasons().table(), guarded)
            .of(inWords(explanation, contributions), rising, favourable);
    List<String> warnings = new ArrayList<>(explanation.warnings());
    List<String> changes = favourable ? List.of() : changes(explanation, guarded, warnings);
    List<Right> told = rights(enquiry, favourable, warnings);
    method(contributions, warnings);
    gaps(reasons, warnings);
    if (!words.version().equals(audited.version())) {
      warnings.add(
          "The model is declared in version "
              + words.version()
              + " now; the audit, and with it this explanation, is of version "
              + audited.version()
              + ".");
    }
    Instant decided = audits.get(enquiry.auditId()).endedAt().orElse(enquiry.askedAt());
    return new Draft(
        enquiry.id(),
        audited.name(),
        audited.version(),
        audited.owner(),
        audited.purpose().strip().replaceAll("\\s+", " "),
        ingested.modelFile().sha256(),
        enquiry.auditId(),
        LocalDate.ofInstant(decided, ZoneId.systemDefault()),
        found.name().isEmpty() ? enquiry.caseName() : found.name(),
        found.sha256(),
        favourable,
        decision.words(),
        reasons,
        changes,
        audited.fields().stream().map(ExplainCase::meaning).distinct().toList(),
        told,
        warnings,
        withoutOthers(explanation));
  }

  private static String meaning(Field field) {
    return field.meaning().isBlank() ? field.name().replace('_', ' ') : field.meaning().strip();
  }

  private static String why(CaseExplanation explanation, String part) {
    return explanation.absent().stream()
        .filter(a -> a.part().equals(part))
        .findFirst()
        .map(a -> " (" + a.why() + ")")
        .orElse("");
  }

  /** Without units: the texts of reasons name them themselves. */
  private static List<Section.Contribution> inWords(
      CaseExplanation explanation, CaseExplanation.Contributions contributions) {
    return contributions.features().stream()
        .map(
            c ->
                new Section.Contribution(
                    c.feature(),
                    explanation
                        .value(c.feature())
                        .map(v -> v.known() ? v.text() : "not known")
                        .orElse(c.value()),
                    c.contribution()))
        .toList();
  }

  /** What would have changed the outcome; nothing that tells people to change what is protected. */
  private static List<String> changes(
      CaseExplanation explanation, Set<String> guarded, List<String> warnings) {
    if (explanation.counterfactuals().isEmpty()) {
      throw new IllegalArgumentException(
          "What would have changed the outcome was not found out"
              + why(explanation, "counterfactuals")
              + ", and a letter without it would say that nothing could have.");
    }
    Section.CounterfactualCase found = explanation.counterfactuals().get();
    List<String> sentences = new ArrayList<>();
    for (Section.OtherValues other : found.alternatives()) {
      List<String> touched =
          other.changes().stream()
              .flatMap(c -> java.util.Arrays.stream(c.feature().split("\\s*[+,]\\s*")))
              .filter(guarded::contains)
              .distinct()
              .toList();
      if (touched.isEmpty()) {
        sentences.add(explanation.inWords(other.changes()));
      } else {
        warnings.add(
            "An alternative is not told, since it would change "
                + String.join(", ", touched)
                + ", which is protected. Maybe declare change: never for it in model.yaml.");
      }
    }
    if (sentences.isEmpty() && !found.why().isBlank()) {
      warnings.add("No alternative is told: " + found.why());
    }
    return sentences;
  }

  private List<Right> rights(Enquiry enquiry, boolean favourable, List<String> warnings) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    List<Right> told = rights.read().of(enquiry.jurisdiction(), today, favourable);
    long unverified = told.stream().filter(r -> r.verified().isEmpty()).count();
    if (told.isEmpty()) {
      warnings.add(
          "config/rights.yaml has no right that applies in "
              + enquiry.jurisdiction()
              + " today, so the letter tells none.");
    } else if (unverified > 0) {
      warnings.add(
          unverified
              + " of "
              + told.size()
              + " rights in the letter were not checked against the law by anybody"
              + " (config/rights.yaml, verified). Have them checked before letters go out.");
    }
    return told;
  }

  private static void method(CaseExplanation.Contributions contributions, List<String> warnings) {
    double moved = Math.abs(contributions.prediction() - contributions.baseValue());
    if (Math.abs(contributions.residual()) > RESIDUAL * moved) {
      warnings.add(
          "The contributions do not add up to the prediction: "
              + contributions.residual()
              + " of "
              + moved
              + " is left over. The order of the reasons may be wrong.");
    }
  }

  private static void gaps(List<FoundReason> reasons, List<String> warnings) {
    reasons.stream()
        .limit(Reasons.PRINCIPAL)
        .filter(r -> !r.plain())
        .forEach(r -> warnings.add(r.note()));
    if (reasons.isEmpty()) {
      warnings.add("No feature pushed towards the outcome: it is that of cases in general.");
    }
  }

  /** Rows of other people have no place in the file of one person. */
  private static CaseExplanation withoutOthers(CaseExplanation e) {
    return new CaseExplanation(
        e.auditId(),
        e.model(),
        e.modelVersion(),
        e.subject(),
        e.values(),
        e.answer(),
        e.contributions(),
        e.counterfactuals(),
        Optional.empty(),
        List.of(),
        e.line(),
        e.rule(),
        e.warnings(),
        e.absent(),
        e.provenance());
  }
}
