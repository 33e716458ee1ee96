package io.attest.web.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Attributions;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.CaseExplanation;
import io.attest.audit.CaseExplanation.Value;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.report.page.CaseSheet;
import io.attest.stage.decision.CaseExplanations;
import io.attest.stage.decision.CaseRefused;
import io.attest.stage.decision.CaseRequest;
import io.attest.stage.decision.CaseRequest.Depth;
import io.attest.stage.decision.CaseUnanswered;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** One case of an audit: picked or typed, explained, and tried with other values. */
@Controller
class CasePages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PERSON = "person";
  private static final int LONGEST = 400;

  private final AuditStore store;
  private final CaseExplanations cases;

  CasePages(AuditStore store, CaseExplanations cases) {
    this.store = store;
    this.cases = cases;
  }

  /**
   * One field of the form.
   *
   * @param name in the form, and the id of the element
   * @param value as it stands in the field: of a choice {@code =level} or {@code ?}
   * @param fault what is wrong with it; empty if nothing is
   */
  public record Entry(String name, Field field, String value, String fault) {

    public boolean choice() {
      return field.type() == FieldType.CATEGORICAL;
    }

    /** Unit and range of a number, in words. */
    public String about() {
      String range =
          field.min().isPresent() && field.max().isPresent()
              ? plain(field.min().get()) + " to " + plain(field.max().get())
              : field
                  .min()
                  .map(m -> "from " + plain(m))
                  .or(() -> field.max().map(m -> "up to " + plain(m)))
                  .orElse("");
      return (range + " " + field.unit()).strip();
    }

    private static String plain(double value) {
      return new io.attest.data.NumericColumn("", new double[] {value}).text(0);
    }
  }

  /** A case that the audit told of. */
  public record Offered(long row, String id, String why, double response, String label) {}

  @GetMapping("/audits/{id}/case")
  String show(
      @PathVariable String id,
      @RequestParam(defaultValue = "") String row,
      @RequestParam Optional<Long> number,
      @RequestParam(defaultValue = "") String output,
      @RequestParam(name = "for", defaultValue = "") String audience,
      HttpServletResponse response,
      Model view) {
    frame(id, audience, view);
    view.addAttribute("row", row);
    if (row.isBlank() && number.isEmpty()) {
      return answered(response, view, () -> pick(id, view, Map.of(), List.of()));
    }
    return answered(
        response,
        view,
        () -> {
          try {
            CaseExplanation found =
                number.isPresent()
                    ? cases.explain(id, asking(CaseRequest.ofRow(number.get()), output))
                    : byText(id, row.strip(), output);
            return result(id, found, view);
          } catch (CaseRefused e) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
            return pick(id, view, Map.of(), e.faults());
          }
        });
  }

  /** By name, and by number where no row has the name. */
  private CaseExplanation byText(String id, String row, String output) {
    if (row.length() > LONGEST) {
      throw new CaseRefused(
          List.of(new CaseRefused.Fault("row", "No row has so long a name. Maybe shorten it.")));
    }
    try {
      return cases.explain(id, asking(CaseRequest.ofId(row), output));
    } catch (CaseRefused e) {
      if (e.at("row").isPresent() && row.matches("\\d{1,15}")) {
        return cases.explain(id, asking(CaseRequest.ofRow(Long.parseLong(row)), output));
      }
      throw e;
    }
  }

  private static CaseRequest asking(CaseRequest request, String output) {
    return output.isBlank() ? request : request.of(output);
  }

  @PostMapping("/audits/{id}/case")
  String typed(
      @PathVariable String id,
      @RequestParam(name = "for", defaultValue = "") String audience,
      @RequestParam MultiValueMap<String, String> form,
      HttpServletResponse response,
      Model view) {
    frame(id, audience, view);
    view.addAttribute("row", "");
    return answered(
        response,
        view,
        () -> {
          List<Field> fields = cases.fields(id);
          Map<String, String> given = form.toSingleValueMap();
          try {
            return result(id, cases.explain(id, CaseRequest.typed(values(fields, given))), view);
          } catch (CaseRefused e) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
            return pick(id, view, given, e.faults());
          }
        });
  }

  /**
   * The same case with other values, beside what it was.
   *
   * @param fragment whether a script asks, which puts the answer into the page that is there
   */
  @PostMapping("/audits/{id}/case/what-if")
  String whatIf(
      @PathVariable String id,
      @RequestParam(name = "for", defaultValue = "") String audience,
      @RequestParam(defaultValue = "false") boolean fragment,
      @RequestParam String base,
      @RequestParam MultiValueMap<String, String> form,
      HttpServletResponse response,
      Model view) {
    frame(id, audience, view);
    view.addAttribute("row", "");
    String page =
        answered(
            response,
            view,
            () -> {
              CaseRequest from = base(base);
              List<Field> fields = cases.fields(id);
              Map<String, String> given = form.toSingleValueMap();
              CaseExplanation before = cases.explain(id, from.to(Depth.PREDICTION));
              show(id, before, view);
              view.addAttribute("entries", entries(fields, given, List.of()));
              try {
                view.addAttribute(
                    "tried",
                    new CaseSheet(
                        cases.explain(id, from.with(values(fields, given)).to(Depth.PREDICTION))));
              } catch (CaseRefused e) {
                response.setStatus(HttpStatus.BAD_REQUEST.value());
                view.addAttribute("faults", e.faults());
                view.addAttribute("entries", entries(fields, given, e.faults()));
              }
              view.addAttribute("only", true);
              return "case";
            });
    return fragment ? "case/what-if :: result" : page;
  }

  private void frame(String id, String audience, Model view) {
    Audit audit =
        store.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    view.addAttribute("audit", audit);
    view.addAttribute("person", audience.equals(PERSON));
    view.addAttribute("faults", List.<CaseRefused.Fault>of());
    view.addAttribute("unanswered", "");
    view.addAttribute("only", false);
  }

  /** A page in any case: what went wrong is said on it. */
  private static String answered(HttpServletResponse response, Model view, Supplier<String> work) {
    try {
      return work.get();
    } catch (CaseUnanswered e) {
      response.setStatus(
          (e.busy() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.GATEWAY_TIMEOUT).value());
      view.addAttribute("unanswered", e.getMessage());
    } catch (IllegalArgumentException e) {
      response.setStatus(HttpStatus.BAD_REQUEST.value());
      view.addAttribute("unanswered", String.valueOf(e.getMessage()));
    }
    return "case";
  }

  private String pick(
      String id, Model view, Map<String, String> given, List<CaseRefused.Fault> faults) {
    view.addAttribute("faults", faults);
    view.addAttribute("typing", !given.isEmpty());
    view.addAttribute("offered", offered(id));
    view.addAttribute("entries", entries(cases.fields(id), given, faults));
    return "case";
  }

  private List<Offered> offered(String id) {
    return Attributions.main(store.explained(id)).flatMap(Section.Explained::result).stream()
        .map(Section.AttributionResult.class::cast)
        .flatMap(r -> r.local().stream())
        .map(r -> new Offered(r.row() + 1L, r.id(), r.why(), r.response(), r.label()))
        .toList();
  }

  private String result(String id, CaseExplanation found, Model view) {
    show(id, found, view);
    Map<String, String> given = new LinkedHashMap<>();
    List<Field> fields = cases.fields(id);
    for (int i = 0; i < fields.size(); i++) {
      given.put(name(i), written(fields.get(i), found.value(fields.get(i).name()).orElseThrow()));
    }
    view.addAttribute("entries", entries(fields, given, List.of()));
    return "case";
  }

  private static void show(String id, CaseExplanation found, Model view) {
    view.addAttribute("sheet", new CaseSheet(found));
    view.addAttribute("base", base(found));
  }

  // --- the form -------------------------------------------------------------------------------

  private static String name(int field) {
    return "f" + field;
  }

  /** As it stands in the form: an own sign for "not known", since a level may be called so. */
  private static String written(Field field, Value value) {
    if (field.type() == FieldType.CATEGORICAL) {
      return value.known() ? "=" + value.text() : "?";
    }
    return value.known() ? value.text() : "unknown";
  }

  private static List<Entry> entries(
      List<Field> fields, Map<String, String> given, List<CaseRefused.Fault> faults) {
    return IntStream.range(0, fields.size())
        .mapToObj(
            i ->
                new Entry(
                    name(i),
                    fields.get(i),
                    given.getOrDefault(name(i), ""),
                    faults.stream()
                        .filter(f -> f.at().equals(fields.get(i).name()))
                        .map(CaseRefused.Fault::message)
                        .findFirst()
                        .orElse("")))
        .toList();
  }

  private static Map<String, Optional<String>> values(
      List<Field> fields, Map<String, String> given) {
    Map<String, Optional<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      String text = given.getOrDefault(name(i), "");
      boolean choice = fields.get(i).type() == FieldType.CATEGORICAL;
      values.put(
          fields.get(i).name(),
          choice && text.equals("?")
              ? Optional.empty()
              : Optional.of(choice && text.startsWith("=") ? text.substring(1) : text));
    }
    return values;
  }

  /** What the values are tried against, as one field of the form: {@code {"row": 17}}. */
  private static String base(CaseExplanation found) {
    Map<String, Object> base = new LinkedHashMap<>();
    found.subject().row().ifPresent(row -> base.put("row", row));
    Map<String, String> values = new LinkedHashMap<>();
    for (Value value : found.values()) {
      if (found.subject().row().isEmpty() || found.subject().changed().contains(value.feature())) {
        values.put(value.feature(), value.known() ? value.text() : null);
      }
    }
    base.put("values", values);
    base.put("output", found.answer().output());
    try {
      return JSON.writeValueAsString(base);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same as it comes back. */
  record Base(Long row, Map<String, String> values, String output) {}

  private static CaseRequest base(String text) {
    try {
      Base base =
          Optional.ofNullable(JSON.readValue(text, Base.class)).orElse(new Base(null, null, null));
      Map<String, Optional<String>> values = new LinkedHashMap<>();
      if (base.values() != null) {
        base.values().forEach((k, v) -> values.put(k, Optional.ofNullable(v)));
      }
      return new CaseRequest(
          Optional.empty(),
          Optional.ofNullable(base.row()),
          values,
          // One output for both, so that their contributions can be compared.
          Optional.ofNullable(base.output()),
          Depth.PREDICTION);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The form does not say which case it is of. Maybe open the case again.", e);
    }
  }
}
