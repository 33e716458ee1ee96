package io.attest.web.page;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.RequestMapping;

/** What people see when something is not there, not theirs, or broken; programs get JSON. */
@Controller
class ErrorPage implements ErrorController {

  @RequestMapping("/error")
  Object error(HttpServletRequest request, HttpServletResponse response, Model view) {
    HttpStatus status = status(request);
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    if (accept == null || !accept.contains(MediaType.TEXT_HTML_VALUE)) {
      return ResponseEntity.status(status)
          .contentType(MediaType.APPLICATION_PROBLEM_JSON)
          .body(ProblemDetail.forStatusAndDetail(status, detail(status)));
    }
    response.setStatus(status.value());
    view.addAttribute("status", status.value());
    view.addAttribute("title", title(status));
    view.addAttribute("detail", detail(status));
    // Not "error": a bean of Spring Boot has that name and would draw it.
    return "failed";
  }

  private static HttpStatus status(HttpServletRequest request) {
    Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    HttpStatus status = code instanceof Integer number ? HttpStatus.resolve(number) : null;
    // Opened by itself, the address is no page.
    return code == null
        ? HttpStatus.NOT_FOUND
        : status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
  }

  private static String title(HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> "This page is not here";
      case FORBIDDEN -> "This is not open to you";
      default ->
          status.is4xxClientError() ? "This request was not understood" : "Something went wrong";
    };
  }

  private static String detail(HttpStatus status) {
    return switch (status) {
      case NOT_FOUND -> "The address may be mistyped, or the audit is not in this installation.";
      case FORBIDDEN ->
          "Your roles do not allow it, or the page was open for so long that its session ended. Ask"
              + " an administrator for a role, or load the page again.";
      default ->
          status.is4xxClientError()
              ? "Go back and try again."
              : "Try again. If it happens again, tell an administrator: the log of Attest says what"
                  + " failed.";
    };
  }
}
