package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.report.AskedRules;
import io.attest.stage.JudgedAudits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What became of each rule in one audit, for its page. */
@Component
class RulesAsked {
  private final AuditStore store;
  private final JudgedAudits judged;

  RulesAsked(AuditStore store, JudgedAudits judged) {
    this.store = store;
    this.judged = judged;
  }

  /**
   * Counts, and the rules that did not fire.
   *
   * @param all rows of the table
   * @param fired how many of them fired
   * @param untested how many had no fact to judge
   */
  public record Shown(int all, long fired, long untested, List<AskedRules.Asked> silent) {}

  /** Empty if nothing was judged, or the table cannot be read. */
  Optional<Shown> of(Audit audit, EngineRecord ran) {
    Optional<Section.Validated> validated = store.section(audit.id(), Section.Validated.class);
    Optional<Section.Judged> verdict = store.section(audit.id(), Section.Judged.class);
    if (ran.rules().isEmpty() || validated.isEmpty() || verdict.isEmpty()) {
      return Optional.empty();
    }
    List<AskedRules.Asked> asked =
        AskedRules.of(
            ran.rules().get(),
            audit.tier(),
            judged.domain(audit.id(), new ArrayList<>()),
            validated.get().facts(),
            verdict.get().findings());
    List<AskedRules.Asked> silent = AskedRules.silent(asked);
    return Optional.of(
        new Shown(
            asked.size(),
            asked.size() - silent.size(),
            silent.stream().filter(a -> a.state() == AskedRules.State.UNTESTED).count(),
            silent));
  }
}
