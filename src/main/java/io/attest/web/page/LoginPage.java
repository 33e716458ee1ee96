package io.attest.web.page;

import io.attest.stage.Account;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Asks for name and password; the security filter reads the answer. */
@Controller
class LoginPage {

  @GetMapping("/login")
  String form(
      @RequestParam(required = false) String error,
      @RequestParam(required = false) String bye,
      @AuthenticationPrincipal Account account,
      Model view) {
    view.addAttribute("error", error != null);
    view.addAttribute("bye", bye != null && account == null);
    return "login";
  }
}
