package io.attest.audit;

import io.attest.model.ModelSpec;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that is known of an audit: what a report is made from.
 *
 * @param spec the declaration of the model, as audited
 * @param sections in the order of the stages; explainers sorted by name
 * @param decisions in the order they were made
 * @param installation version of Attest, of the JVM, and the like: name and value
 */
public record AuditRecord(
    Audit audit,
    ModelSpec spec,
    List<Section> sections,
    List<DecisionRecord> decisions,
    EngineRecord engine,
    List<NamedValue> installation) {

  /** A name and its value. */
  public record NamedValue(String name, String value) {}

  /** The section of a type, if its stage has run. */
  public <T extends Section> Optional<T> section(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** The sections of all explainers. */
  public List<Section.Explained> explained() {
    return sections.stream()
        .filter(Section.Explained.class::isInstance)
        .map(Section.Explained.class::cast)
        .toList();
  }

  /** The last moment that the record knows of. */
  public Instant latest() {
    Stream<Instant> others =
        Stream.of(
                audit.endedAt().stream(),
                decisions.stream().map(DecisionRecord::at),
                engine.steps().stream().flatMap(s -> Stream.of(s.begin(), s.end())),
                engine.decisions().stream().map(d -> d.at()),
                section(Section.Published.class).stream().map(Section.Published::at))
            .flatMap(s -> s)
            .filter(Objects::nonNull);
    return others.reduce(audit.startedAt(), (a, b) -> a.isAfter(b) ? a : b);
  }
}
