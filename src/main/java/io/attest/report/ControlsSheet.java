package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Control;
import io.attest.audit.Section;
import java.util.List;

/** What laws, guidance and standards ask for, and what of it was shown by what was executed. */
final class ControlsSheet implements Sheet {

  @Override
  public String anchor() {
    return "controls_start";
  }

  private static List<Control> controls(AuditRecord record) {
    return record
        .section(Section.Controlled.class)
        .map(Section.Controlled::controls)
        .orElse(List.of());
  }

  @Override
  public String summary(AuditRecord record) {
    List<Control> controls = controls(record);
    if (controls.isEmpty()) {
      return "No register of obligations applies.";
    }
    return count(controls, Control.State.SHOWN)
        + " of "
        + Figures.count(controls.size(), "obligation")
        + " shown, "
        + count(controls, Control.State.EXAMINED)
        + " examined with findings open, "
        + count(controls, Control.State.PARTLY)
        + " partly, "
        + count(controls, Control.State.OPEN)
        + " open, "
        + count(controls, Control.State.OUTSIDE)
        + " outside Attest.";
  }

  private static long count(List<Control> controls, Control.State state) {
    return controls.stream().filter(c -> c.state() == state).count();
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    page.note(
        "Filled from what the process really did until this report was written: a step counts once it"
            + " has ended, a fact once it was measured. Open means that it did not happen;"
            + " findings open, that what was examined was found wanting. The"
            + " registers are data of this installation; how far each was held against its original"
            + " stands beneath.");
    List<Control> controls = controls(record);
    page.table("controls", controls)
        .mark("State", c -> Mark.control(c.state()))
        .text("Obligation", Control::obligation)
        .wrap("What is asked", Control::text)
        .wrap("Shown by", c -> String.join("; ", c.shown()))
        .wrap("Open", c -> String.join("; ", c.missing()))
        .wrap("Outside Attest", Control::outside)
        .wrap("Sheets", c -> String.join(", ", c.sheets()))
        .text("Applies from", c -> c.appliesFrom().map(Object::toString).orElse(""))
        .text("Register", Control::register)
        .write("No register of obligations applies: config/obligations is empty.");
    page.heading("Registers");
    page.table(
            "registers",
            record
                .section(Section.Controlled.class)
                .map(Section.Controlled::registers)
                .orElse(List.of()))
        .text("Register", Section.RegisterUsed::id)
        .wrap("Name", Section.RegisterUsed::name)
        .wrap("Status", Section.RegisterUsed::status)
        .wrap("Source", Section.RegisterUsed::source)
        .text("Looked at", r -> r.checkedOn().toString())
        .wrap("Against what", Section.RegisterUsed::checkedHow)
        .write("There is none.");
  }
}
