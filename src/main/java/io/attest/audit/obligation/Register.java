package io.attest.audit.obligation;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One law, guidance or standard, and what it asks for. Regulation changes: so this is data with a
 * date and a source, never part of a program.
 *
 * @param id short name, as {@code model.yaml} and reports use it: {@code eu-ai-act}
 * @param name in full
 * @param issuer who made it
 * @param status how binding it is today
 * @param appliesFrom first day that it applies; absent where there is none, as for a standard
 * @param source where it can be read
 * @param checked how far this file was held against the original, and when
 * @param obligations in the order of the original
 */
public record Register(
    String id,
    String name,
    String issuer,
    Status status,
    @JsonProperty("applies-from") Optional<LocalDate> appliesFrom,
    String source,
    Checked checked,
    List<Obligation> obligations) {

  /** How binding a register is. */
  public enum Status {
    @JsonProperty("in-force")
    IN_FORCE("in force"),
    @JsonProperty("adopted")
    ADOPTED("adopted, applies later"),
    @JsonProperty("guidance")
    GUIDANCE("guidance, not binding"),
    @JsonProperty("voluntary")
    VOLUNTARY("voluntary"),
    @JsonProperty("certifiable")
    CERTIFIABLE("standard to be certified against"),
    @JsonProperty("withdrawn")
    WITHDRAWN("withdrawn");

    private final String words;

    Status(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /**
   * @param on the day it was looked at
   * @param how against what; says so where the original itself was not read
   */
  public record Checked(@JsonFormat(pattern = "yyyy-MM-dd") LocalDate on, String how) {}

  /**
   * One thing that is asked for.
   *
   * @param id unique over all registers: {@code AIA-14.4}
   * @param text what is asked, in own words
   * @param evidence what of an audit shows it; empty if nothing in Attest can
   * @param outside what the institution does about it besides; empty if nothing is left
   */
  public record Obligation(String id, String text, Evidence evidence, String outside) {

    public Obligation {
      evidence = evidence == null ? Evidence.NONE : evidence;
      outside = outside == null ? "" : outside;
    }
  }

  /**
   * What shows that an obligation is met. Everything named must be there.
   *
   * @param steps elements of {@code bpmn/model-audit.bpmn} that must have been executed
   * @param facts metrics of which there must be a fact; a star at the end stands for anything
   * @param attributes kinds of people that must be compared by the facts, each as the words by
   *     which a protected column, or its meaning, is known
   * @param running what must run for the model: {@code watch} or {@code schedule}; one is enough
   * @param findings metrics whose open findings speak against it, besides those of the facts
   * @param declared keys of {@code model.yaml} that must say something
   * @param sheets of the workbook, where it can be read
   */
  public record Evidence(
      List<String> steps,
      List<String> facts,
      List<String> declared,
      List<String> sheets,
      List<List<String>> attributes,
      List<String> running,
      List<String> findings) {

    static final Evidence NONE = new Evidence(null, null, null, null, null, null, null);

    public Evidence {
      steps = steps == null ? List.of() : List.copyOf(steps);
      facts = facts == null ? List.of() : List.copyOf(facts);
      declared = declared == null ? List.of() : List.copyOf(declared);
      sheets = sheets == null ? List.of() : List.copyOf(sheets);
      attributes = attributes == null ? List.of() : List.copyOf(attributes);
      running = running == null ? List.of() : List.copyOf(running);
      findings = findings == null ? List.of() : List.copyOf(findings);
    }

    /** True if there is nothing that Attest could show. */
    boolean empty() {
      return Stream.of(steps, facts, declared, attributes, running).allMatch(List::isEmpty);
    }
  }

  /**
   * @throws IllegalArgumentException if something is missing, or two obligations have one id
   */
  public Register {
    appliesFrom = appliesFrom == null ? Optional.empty() : appliesFrom;
    require("id", id);
    require("name", name);
    require("issuer", issuer);
    require("source", source);
    if (status == null || checked == null || checked.on() == null || checked.how() == null) {
      throw new IllegalArgumentException(
          "status or checked (on, how) is missing: a register says how binding it is, and how far"
              + " it was held against the original.");
    }
    if (status == Status.ADOPTED && appliesFrom.isEmpty()) {
      throw new IllegalArgumentException("applies-from is missing: what is adopted has a day.");
    }
    if (obligations == null || obligations.isEmpty()) {
      throw new IllegalArgumentException("obligations is missing or empty.");
    }
    obligations = List.copyOf(obligations);
    Set<String> ids = new HashSet<>();
    for (Obligation obligation : obligations) {
      require("id of an obligation", obligation.id());
      require("text of " + obligation.id(), obligation.text());
      if (!ids.add(obligation.id())) {
        throw new IllegalArgumentException("Two obligations are called " + obligation.id() + ".");
      }
      if (obligation.evidence().empty() && obligation.outside().isBlank()) {
        throw new IllegalArgumentException(
            obligation.id() + " has neither evidence nor a word on what is done outside Attest.");
      }
    }
  }

  private static void require(String what, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(what + " is missing.");
    }
  }
}
