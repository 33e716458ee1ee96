package io.attest.cli;

import io.attest.audit.Section;
import io.attest.rules.RuleProblem;
import io.attest.stage.rules.RuleTest;
import java.io.PrintWriter;
import java.util.List;

/** A test of rules as text, in the order of what matters. */
final class RuleTestText {
  private RuleTestText() {}

  static void write(RuleTest test, PrintWriter out) {
    out.println(test.sentence());
    for (RuleProblem problem : test.problems()) {
      out.println(
          (problem.broken() ? "WRONG  " : "hint   ") + problem.place() + ": " + problem.message());
    }
    if (!test.audits().isEmpty()) {
      out.println();
      int width = test.audits().stream().mapToInt(a -> a.id().length()).max().orElse(0);
      for (RuleTest.Outcome audit : test.audits()) {
        out.println(
            (audit.flips() ? "FLIPS  " : "same   ")
                + audit.id()
                + " ".repeat(width - audit.id().length())
                + "  "
                + audit.before()
                + (audit.flips() ? " -> " + audit.after() : ""));
        findings("  -", audit.removed(), out);
        findings("  +", audit.added(), out);
      }
    }
    if (!test.audits().isEmpty() && !test.neverHit().isEmpty()) {
      out.println();
      out.println(
          test.neverHit().size() + " of " + test.rows() + " rows fired in none of these audits:");
      test.neverHit()
          .forEach(r -> out.println("  row " + r.row() + "  " + r.rule() + ": " + r.sentence()));
    }
    if (!test.unseen().isEmpty()) {
      out.println();
      out.println("No row looks at these facts:");
      test.unseen().forEach(u -> out.println("  " + u.metric() + " (" + u.facts() + ")"));
    }
    test.notes().forEach(note -> out.println("Note: " + note));
  }

  private static void findings(String sign, List<Section.Finding> findings, PrintWriter out) {
    for (Section.Finding f : findings) {
      out.println(
          sign
              + " "
              + f.severity()
              + "  "
              + f.rule()
              + ": "
              + f.metric()
              + " of "
              + f.subject().replaceAll("\\p{Cntrl}", " ")
              + " is "
              + f.value());
    }
  }
}
