package io.attest.audit.inventory;

import io.attest.audit.Audit;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the card of a model shows.
 *
 * @param sections what the stages of the judged audit left; empty if there is none
 * @param decisions of that audit
 * @param open its findings that nobody waived or disputed, worst first
 * @param history all its audits, newest first
 */
public record ModelCard(
    ModelEntry entry,
    List<Section> sections,
    List<DecisionRecord> decisions,
    List<Section.Finding> open,
    List<Past> history) {

  public ModelCard {
    sections = List.copyOf(sections);
    decisions = List.copyOf(decisions);
    open = List.copyOf(open);
    history = List.copyOf(history);
  }

  /**
   * One audit of the model.
   *
   * @param measure name of its main figure of performance, as the fact is named; absent if it was
   *     not measured or is older than what is looked at
   */
  public record Past(Audit audit, Optional<Section.Fact> measure, int blocking, int warning) {}

  /** The section of a type of the judged audit. */
  public <T extends Section> Optional<T> section(Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
