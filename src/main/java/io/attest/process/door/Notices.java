package io.attest.process.door;

import io.attest.audit.Absence;
import io.attest.audit.AbsenceStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.CommitteeStore;
import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.audit.Section;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import io.attest.model.ModelSpec;
import io.attest.process.Address;
import io.attest.process.AttestProperties;
import io.attest.process.ContentFolders;
import io.attest.process.people.Groups;
import io.attest.stage.Models;
import io.attest.stage.StageTask;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Writes notices: who gets them, and the text from {@code templates/mail/<notice>.txt}, whose first
 * line is the subject. Without a mail server it writes none, and says so once in the log.
 */
@Component("notices")
public class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final Pattern FIELD = Pattern.compile("\\{([a-zA-Z]+)}");
  private static final int LONGEST_SUBJECT = 200;

  /** Which groups hear of what. */
  private static final Map<String, List<String>> GROUPS =
      Map.ofEntries(
          Map.entry("blocking-finding", List.of(Groups.REVIEWER)),
          Map.entry("review-reminder", List.of(Groups.REVIEWER)),
          Map.entry("review-escalation", List.of(Groups.REVIEWER, Groups.APPROVER)),
          Map.entry("approval-overdue", List.of(Groups.APPROVER, Groups.ADMINISTRATOR)),
          Map.entry("vote-overdue", List.of(Groups.ADMINISTRATOR)),
          Map.entry("withdrawal-overdue", List.of(Groups.REVIEWER, Groups.APPROVER)),
          Map.entry("decision-reminder", List.of(Groups.REVIEWER)),
          Map.entry(
              "decision-escalation", List.of(Groups.STARTER, Groups.REVIEWER, Groups.APPROVER)),
          Map.entry("suspension-notice", List.of(Groups.STARTER, Groups.REVIEWER, Groups.APPROVER)),
          Map.entry("approval-expires", List.of(Groups.STARTER, Groups.REVIEWER)),
          Map.entry("condition-reminder", List.of(Groups.STARTER, Groups.REVIEWER)),
          Map.entry(
              "condition-overdue", List.of(Groups.STARTER, Groups.REVIEWER, Groups.APPROVER)));

  /** What a notice may quote of the variables of its process. */
  private static final List<String> QUOTED =
      List.of(
          "conditionText",
          "conditionOwner",
          "conditionDue",
          "validUntil",
          "rule",
          "reference",
          "event");

  private static final String TOLD = "io.attest.told";
  private static final String ABOUT = "io.attest.about";

  /** Goes to those who were told of the result. */
  private static final String WITHDRAWN = "report-withdrawn";

  private final AuditStore audits;
  private final CommitteeStore committees;
  private final AbsenceStore absences;
  private final WithdrawalStore withdrawals;
  private final Clock clock;
  private final EnquiryStore enquiries;
  private final Models models;
  private final Groups groups;
  private final ContentFolders folders;
  private final AttestProperties.MailSettings mail;
  private final Address address;
  private final AtomicBoolean said = new AtomicBoolean();

  Notices(
      AuditStore audits,
      CommitteeStore committees,
      AbsenceStore absences,
      WithdrawalStore withdrawals,
      Clock clock,
      EnquiryStore enquiries,
      Models models,
      Groups groups,
      ContentFolders folders,
      AttestProperties properties,
      Address address) {
    this.audits = audits;
    this.committees = committees;
    this.absences = absences;
    this.withdrawals = withdrawals;
    this.clock = clock;
    this.enquiries = enquiries;
    this.models = models;
    this.groups = groups;
    this.folders = folders;
    this.mail = properties.mail();
    this.address = address;
  }

  /**
   * Writes the notice that a process asks for with the variable {@code notice}: sets the headers
   * {@code To}, {@code From} and {@code Subject} and the body; leaves {@code To} out if nobody is
   * to get one.
   */
  public void write(@Body StageTask task, Exchange exchange) {
    String notice =
        task.text("notice")
            .orElseThrow(
                () ->
                    new IllegalArgumentException("The process asks for a notice without a name."));
    if (notice.equals(WITHDRAWN)) {
      withdrawn(task.auditId(), exchange.getMessage());
      return;
    }
    List<String> groupsTold = GROUPS.get(notice);
    if (groupsTold == null) {
      throw new IllegalArgumentException(
          "There is no notice " + notice + ". The notices are " + names() + ".");
    }
    Stream<String> people = groupsTold.stream().flatMap(group -> groups.members(group).stream());
    if (notice.equals("vote-overdue")) {
      people = Stream.concat(silent(task.auditId()).stream(), people);
    }
    if (notice.equals("suspension-notice")) {
      people = Stream.concat(owners(task), people);
    }
    letter(
        notice,
        task.auditId(),
        addresses(people.toList()),
        exchange.getMessage(),
        () -> fields(task));
  }

  /** Of these people, and of those who stand in for them today. */
  private List<String> addresses(List<String> people) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    Stream<String> deputies =
        absences.on(today).stream()
            .filter(absence -> people.contains(absence.person()))
            .map(Absence::deputy);
    return Stream.concat(people.stream(), deputies)
        .distinct()
        .flatMap(person -> groups.mailAddress(person).stream())
        .distinct()
        .toList();
  }

  /** A declaration that cannot be read must not hold up a notice. */
  private Stream<String> owners(StageTask task) {
    try {
      ModelSpec spec = models.spec(task.text("model").orElse(""));
      return Stream.concat(Stream.of(spec.owner()), spec.ownerUsers().stream());
    } catch (IllegalArgumentException e) {
      return Stream.empty();
    }
  }

  private List<String> silent(String auditId) {
    return committees
        .of(auditId, audits.get(auditId).round())
        .map(committee -> committee.silent(audits.decisions(auditId)))
        .orElse(List.of());
  }

  /** Goes to those who were told of the result, and to those who would be today. */
  private void withdrawn(String auditId, Message message) {
    Optional<Section.Told> before = audits.section(auditId, Section.Told.class);
    List<String> to =
        Stream.concat(
                before.stream().flatMap(told -> told.addresses().stream()),
                models.spec(audits.get(auditId).model()).recipients().stream())
            .distinct()
            .toList();
    if (before.isEmpty()) {
      LOG.warn(
          "Who was told of {} when it was published is not on record: its withdrawal goes to those"
              + " whom model.yaml names today.",
          auditId);
    }
    letter(WITHDRAWN, auditId, to, message, () -> fields(audits.get(auditId)));
    if (message.getBody() != null) {
      withdrawals.told(
          auditId,
          to,
          before.isPresent()
              ? "told of the result, or named by model.yaml today"
              : "named by model.yaml today; who was told of the result is not on record");
      LOG.info("The report {} is withdrawn; told: {}", auditId, to);
    } else {
      LOG.warn("The report {} is withdrawn, and nobody was told by mail.", auditId);
    }
  }

  /** Of the request or the audit that the task belongs to, or else of the model that is watched. */
  private Map<String, String> fields(StageTask task) {
    String id = task.auditId();
    Map<String, String> fields =
        enquiries
            .find(id)
            .map(this::fields)
            .or(() -> audits.find(id).map(this::fields))
            .orElseGet(() -> watched(task));
    for (String name : QUOTED) {
      task.text(name).ifPresent(value -> fields.putIfAbsent(name, value));
      fields.putIfAbsent(name, "none");
    }
    return fields;
  }

  private Map<String, String> watched(StageTask task) {
    String model =
        task.text("model")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no audit, no request and no model " + task.auditId() + "."));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("reason", task.text("reason").orElse(""));
    fields.put("link", address.of("/models/" + model + "/watch"));
    fields.put("tasks", address.of("/camunda/app/tasklist/default/"));
    return fields;
  }

  /** Writes the notice that an audit has ended, to those whom the model's declaration names. */
  public void result(String auditId, Exchange exchange) {
    List<String> to = models.spec(audits.get(auditId).model()).recipients();
    letter("result", auditId, to, exchange.getMessage(), () -> fields(audits.get(auditId)));
    exchange.setProperty(TOLD, exchange.getMessage().getBody() == null ? List.of() : to);
    exchange.setProperty(ABOUT, auditId);
  }

  /** Keeps whom the result went to, once the mail is out: a withdrawal must reach them too. */
  public void told(Exchange exchange) {
    List<String> to =
        ((List<?>) exchange.getProperty(TOLD, List.of(), List.class))
            .stream().map(String::valueOf).toList();
    audits.save(exchange.getProperty(ABOUT, String.class), new Section.Told(to, clock.instant()));
  }

  private void letter(
      String notice,
      String auditId,
      List<String> to,
      Message message,
      Supplier<Map<String, String>> about) {
    message.setBody(null);
    if (mail.host().isEmpty()) {
      if (said.compareAndSet(false, true)) {
        LOG.info("No mail is sent: attest.mail.host is not set.");
      }
      return;
    }
    if (to.isEmpty()) {
      LOG.warn("Nobody gets the notice {} of {}: no recipient has an address.", notice, auditId);
      return;
    }
    Map<String, String> fields = about.get();
    String name = "templates/mail/" + notice + ".txt";
    String text = new String(folders.get(name).bytes(), StandardCharsets.UTF_8);
    String[] parts = text.split("\\R", 2);
    if (!parts[0].startsWith("Subject: ") || parts.length < 2) {
      throw new IllegalStateException(name + " must begin with a line \"Subject: ...\".");
    }
    message.setHeader("To", String.join(", ", to));
    message.setHeader("From", mail.from().orElseThrow());
    message.setHeader(
        "Subject", line(filled(parts[0].substring("Subject: ".length()), fields, name)));
    message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=UTF-8");
    message.setBody(filled(parts[1].stripLeading(), fields, name));
  }

  private Map<String, String> fields(Audit audit) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("audit", audit.id());
    fields.put("model", audit.modelName());
    fields.put("tier", audit.tier());
    fields.put("verdict", audit.verdict().orElse("open"));
    fields.put("state", audit.state());
    fields.put("reason", audit.reason());
    fields.put("startedBy", audit.startedBy());
    Optional<Withdrawal> withdrawal = withdrawals.of(audit.id());
    fields.put(
        "withdrawn",
        withdrawal.map(w -> w.inShort().toLowerCase(Locale.ROOT) + " by " + w.by()).orElse(""));
    fields.put("withdrawnReason", withdrawal.map(Withdrawal::reason).orElse(""));
    fields.put(
        "supersededBy", withdrawal.flatMap(Withdrawal::supersededBy).orElse("no other audit"));
    fields.put("link", address.of("/audits/" + audit.id()));
    fields.put("tasks", address.of("/camunda/app/tasklist/default/"));
    return fields;
  }

  /** Nothing of the case itself: mails are read by many. */
  private Map<String, String> fields(Enquiry enquiry) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("request", enquiry.id());
    fields.put("model", enquiry.modelName());
    fields.put("received", enquiry.receivedOn().toString());
    fields.put("due", enquiry.dueOn().toString());
    fields.put("startedBy", enquiry.askedBy());
    fields.put("link", address.of("/decisions/" + enquiry.id()));
    fields.put("tasks", address.of("/camunda/app/tasklist/default/"));
    return fields;
  }

  private static String filled(String text, Map<String, String> fields, String name) {
    Matcher matcher = FIELD.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = fields.get(matcher.group(1));
      if (value == null) {
        throw new IllegalStateException(
            name + " asks for {" + matcher.group(1) + "}; there are " + fields.keySet() + ".");
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  /** One line without control characters: what came from outside must not add a mail header. */
  private static String line(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").replaceAll("[\\u2028\\u2029]", " ").strip();
    return line.length() <= LONGEST_SUBJECT ? line : line.substring(0, LONGEST_SUBJECT - 3) + "...";
  }

  /** The notices that a process can ask for, and the one that is sent at the end. */
  static List<String> names() {
    return Stream.concat(GROUPS.keySet().stream(), Stream.of("result", WITHDRAWN))
        .sorted()
        .toList();
  }
}
