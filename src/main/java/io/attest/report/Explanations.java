package io.attest.report;

import io.attest.audit.Attributions;
import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results of one kind, and the reasons why there are no others. */
final class Explanations {
  private Explanations() {}

  /**
   * A result with how it came about.
   *
   * @param <R> kind of the result
   */
  record Heard<R extends Section.Result>(
      String explainer, R result, Optional<Provenance> provenance) {

    /** Which method, by which file of the model. */
    String source() {
      return "Source: method "
          + explainer
          + provenance
              .map(
                  p ->
                      " ("
                          + p.engine()
                          + "), "
                          + p.rows()
                          + " rows, model file SHA-256 "
                          + p.modelSha256())
              .orElse("")
          + ".";
    }
  }

  static <R extends Section.Result> List<Heard<R>> of(AuditRecord record, Class<R> kind) {
    List<Heard<R>> out = new ArrayList<>();
    for (Section.Explained e : record.explained()) {
      e.result()
          .filter(kind::isInstance)
          .map(kind::cast)
          .ifPresent(r -> out.add(new Heard<>(e.explainer(), r, e.provenance())));
    }
    return out;
  }

  /** The main attribution with its files, if there is one. */
  static Optional<Section.Explained> main(AuditRecord record) {
    return Attributions.main(record.explained());
  }

  /** The attributions, the main one first. */
  static List<Heard<Section.AttributionResult>> attributions(AuditRecord record) {
    return Attributions.of(record.explained()).stream()
        .map(
            e ->
                new Heard<>(
                    e.explainer(),
                    (Section.AttributionResult) e.result().orElseThrow(),
                    e.provenance()))
        .toList();
  }

  /** The explainers that a person went on without. */
  static List<Section.Explained> skipped(AuditRecord record) {
    return record.explained().stream().filter(e -> e.skipped().isPresent()).toList();
  }

  /** What the cover says of a sheet without results. */
  static String none(AuditRecord record) {
    return skipped(record).isEmpty()
        ? "Not available: the sheet says why."
        : "Not tested, or not available: the sheet says why.";
  }

  /** A sentence for each explainer that a person went on without. */
  static List<String> untested(AuditRecord record) {
    return skipped(record).stream()
        .map(e -> "Not tested: " + e.explainer() + " " + wentOn(e.skipped().get()))
        .toList();
  }

  private static String wentOn(Section.Skipped skipped) {
    return skipped.unfit()
        ? "does not fit. " + skipped.reason()
        : "failed and was skipped by "
            + Words.inline(skipped.by())
            + " ("
            + skipped.reason()
            + ").";
  }

  /** Says on a sheet without results why there are none. */
  static void missing(AuditRecord record, Page page, String what) {
    page.skip(1);
    page.missing("Not available: no method of this audit gives " + what + ".");
    untested(record).forEach(page::missing);
    record
        .section(Section.Selected.class)
        .ifPresentOrElse(
            s ->
                s.choices().stream()
                    .filter(c -> !c.run())
                    .forEach(c -> page.missing(c.explainer() + " was not chosen. " + c.reason())),
            () -> page.missing("The methods have not been chosen yet."));
  }
}
