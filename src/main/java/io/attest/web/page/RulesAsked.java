package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.report.AskedRules;
import io.attest.stage.rules.JudgedAudits;
import java.util.ArrayList;
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

  /** Empty if nothing was judged, or the table cannot be read. */
  Optional<AskedRules.Shown> of(Audit audit, EngineRecord ran) {
    return AskedRules.shown(
        ran.rules(),
        audit.tier(),
        judged.domain(audit.id(), new ArrayList<>()),
        store.section(audit.id(), Section.Validated.class),
        store.section(audit.id(), Section.Judged.class));
  }
}
