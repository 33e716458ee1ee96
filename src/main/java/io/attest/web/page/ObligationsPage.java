package io.attest.web.page;

import io.attest.stage.Registers;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The registers of obligations of this installation, to read. */
@Controller
class ObligationsPage {
  private final Registers registers;

  ObligationsPage(Registers registers) {
    this.registers = registers;
  }

  @GetMapping("/obligations")
  String obligations(Model view) {
    view.addAttribute("registers", registers.all());
    return "obligations";
  }
}
