package io.attest.report.page;

import io.attest.audit.Artifact;
import io.attest.audit.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one audit, each under a name that is unique in the audit and safe in an address.
 * Nothing but these can be downloaded.
 */
public final class AuditFiles {

  /**
   * One file.
   *
   * @param name in addresses and as the proposed file name
   * @param about what it is, for people
   */
  public record Named(String name, String about, Artifact artifact) {}

  private final Map<String, Named> files = new LinkedHashMap<>();

  private AuditFiles() {}

  /** The files that the sections name: the final report first. */
  public static AuditFiles of(List<Section> sections) {
    AuditFiles out = new AuditFiles();
    for (Section.Published p : of(sections, Section.Published.class)) {
      out.add("final", "Report as signed off, a workbook", p.workbook());
      p.pdf().ifPresent(f -> out.add("final", "The same as PDF", f));
      p.page().ifPresent(f -> out.add("final", "The same as one page for a browser", f));
      out.add("evidence", "Evidence pack: everything the audit rests on", p.pack());
    }
    for (Section.Reported r : of(sections, Section.Reported.class)) {
      out.add("review", "Report as the reviewers saw it, a workbook", r.workbook());
      r.pdf().ifPresent(f -> out.add("review", "The same as PDF", f));
      r.page().ifPresent(f -> out.add("review", "The same as one page for a browser", f));
    }
    for (Section.Ingested i : of(sections, Section.Ingested.class)) {
      out.add("audit", "Audited rows, as kept", i.audit().snapshot());
      i.training().ifPresent(t -> out.add("training", "Training rows, as kept", t.snapshot()));
      out.add("model", "Model as audited", i.modelFile());
      out.add("declaration", "Declaration of the model as audited", i.modelYaml());
    }
    for (Section.Explained e : of(sections, Section.Explained.class)) {
      // Two explainers may call their tables alike.
      e.files()
          .forEach(f -> out.add(e.explainer(), "Explanation by " + e.explainer(), named(e, f)));
    }
    return out;
  }

  private static Artifact named(Section.Explained e, Artifact f) {
    return f.name().startsWith(e.explainer())
        ? f
        : new Artifact(e.explainer() + "-" + f.name(), f.sha256(), f.bytes(), f.mediaType());
  }

  private static <T extends Section> List<T> of(List<Section> sections, Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void add(String prefix, String about, Artifact artifact) {
    String plain = artifact.name().replaceAll("[^\\p{L}\\p{N}._-]", "_");
    String name = plain.matches("[._-]*") ? prefix + plain : plain;
    Named before = files.get(name);
    if (before != null && before.artifact().sha256().equals(artifact.sha256())) {
      return;
    }
    for (int n = 2; files.containsKey(name); n++) {
      name = prefix.replaceAll("[^\\p{L}\\p{N}._-]", "_") + "-" + (n == 2 ? "" : n + "-") + plain;
    }
    files.put(name, new Named(name, about, artifact));
  }

  public List<Named> list() {
    return List.copyOf(files.values());
  }

  public Optional<Named> find(String name) {
    return Optional.ofNullable(files.get(name));
  }
}
