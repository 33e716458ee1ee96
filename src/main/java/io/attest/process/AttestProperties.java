package io.attest.process;

import io.attest.stage.Validity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys under {@code attest} in {@code config/application.yaml}. An unknown key stops the start.
 *
 * @param home folder beside which {@code bpmn}, {@code routes}, {@code templates} and {@code
 *     config} may lie that replace packed files
 * @param data folder of the database, the artefacts and the uploads
 * @param url the address people use, for links in mails; empty: this machine and port
 * @param sample whether an empty database begins with an audit of the sample model
 * @param demo whether this is a demonstration: people with a printed password, and more audits
 * @param workers stages that run at the same time; 0 means one for each core
 * @param worker name of this node, different on every node; empty: machine name and port
 * @param lock after this time another node takes over a stage whose node died
 * @param poll how often to look for work that nobody announced
 * @param retries waits before a failed stage is tried again; when all are used, an incident
 * @param dataUris beginnings of URIs that people may name as data in place of an upload; URIs in a
 *     model.yaml are not limited
 * @param plugins whether code in the jars of the folder {@code plugins} may run
 * @param workbook how much the workbook of an audit holds
 * @param reasons how large files of cases may be
 * @param report how reports and letters are set
 * @param approval how long approvals hold where the model does not say
 * @param inbox the drop folder
 * @param mail how notices are sent; without a host they are not
 * @param tellAgain waits before something is told outside again that did not arrive; when all are
 *     used, it is given up
 * @param webhook an address that is told what happens to audits; without one nobody is
 * @param mlflow a tracking server whose model versions get tags; without one none do
 * @param admin the first administrator
 * @param signature the key that signs what is released; without a file nothing is signed
 * @param retention how long what is kept; off unless switched on
 */
@ConfigurationProperties(prefix = "attest", ignoreUnknownFields = false)
public record AttestProperties(
    @DefaultValue(".") String home,
    @DefaultValue("./data") String data,
    Optional<String> url,
    @DefaultValue("true") boolean sample,
    @DefaultValue("false") boolean demo,
    @DefaultValue("0") int workers,
    Optional<String> worker,
    @DefaultValue("PT30S") Duration lock,
    @DefaultValue("PT5S") Duration poll,
    @DefaultValue({"PT5S", "PT30S", "PT2M"}) List<Duration> retries,
    @DefaultValue List<String> dataUris,
    @DefaultValue("false") boolean plugins,
    @DefaultValue WorkbookSettings workbook,
    @DefaultValue ReasonSettings reasons,
    @DefaultValue ReportSettings report,
    @DefaultValue ApprovalSettings approval,
    @DefaultValue InboxSettings inbox,
    @DefaultValue MailSettings mail,
    @DefaultValue({"PT10S", "PT30S", "PT2M", "PT10M", "PT1H", "PT6H", "PT12H", "PT24H"})
        List<Duration> tellAgain,
    @DefaultValue WebhookSettings webhook,
    @DefaultValue MlflowSettings mlflow,
    @DefaultValue AdminSettings admin,
    @DefaultValue SignatureSettings signature,
    @DefaultValue RetentionSettings retention) {

  public AttestProperties {
    if (workers < 0) {
      throw new IllegalArgumentException(
          "attest.workers is " + workers + ". Maybe 0, which means one for each core.");
    }
    if (lock.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "attest.lock is " + lock + "; a lock shorter than PT1S cannot be kept. Maybe PT30S.");
    }
    if (poll.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException(
          "attest.poll is " + poll + "; shorter than PT0.1S it only burns time. Maybe PT5S.");
    }
    retries = List.copyOf(retries);
    dataUris = List.copyOf(dataUris);
    tellAgain = List.copyOf(tellAgain);
    url = given(url);
    worker = given(worker);
  }

  /** {@link #home} as a folder. A record of paths would be bound relative to the web server's. */
  public Path homeFolder() {
    return Path.of(home).toAbsolutePath().normalize();
  }

  /** {@link #data} as a folder. */
  public Path dataFolder() {
    return Path.of(data).toAbsolutePath().normalize();
  }

  /** The number of stages that may run at the same time, worked out. */
  public int workerCount() {
    return workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }

  /**
   * The workbook of an audit.
   *
   * @param cases how many cases its sheet of all cases lists at most; 0 for none
   */
  public record WorkbookSettings(@DefaultValue("100000") int cases) {

    public WorkbookSettings {
      if (cases < 0) {
        throw new IllegalArgumentException(
            "attest.workbook.cases is " + cases + ". Maybe 0, which means that none are listed.");
      }
    }
  }

  /**
   * Files of cases whose reasons people ask for.
   *
   * @param rows how many cases a file may have
   * @param time how long one file may take
   */
  public record ReasonSettings(
      @DefaultValue("10000") int rows, @DefaultValue("PT30M") Duration time) {

    public ReasonSettings {
      if (rows < 1) {
        throw new IllegalArgumentException(
            "attest.reasons.rows is " + rows + "; no file has so few rows. Maybe 10000.");
      }
      if (time.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            "attest.reasons.time is " + time + "; nothing is done so soon. Maybe PT30M.");
      }
    }
  }

  /**
   * How reports and letters are set as PDF.
   *
   * @param fonts a folder of fonts for signs that the packed ones lack; empty: none
   */
  public record ReportSettings(@DefaultValue("") String fonts) {}

  /**
   * How long an approval holds, by the tier of the model.
   *
   * @param standard tier standard
   * @param high tier high
   * @param critical tier critical, and every tier that is not named here
   * @param remind how long before its end people are told
   */
  public record ApprovalSettings(
      @DefaultValue("P24M") Period standard,
      @DefaultValue("P12M") Period high,
      @DefaultValue("P6M") Period critical,
      @DefaultValue("P30D") Period remind)
      implements Validity {

    public ApprovalSettings {
      for (Period period : List.of(standard, high, critical)) {
        if (period.isZero() || period.isNegative()) {
          throw new IllegalArgumentException(
              "attest.approval has a period of "
                  + period
                  + ". Maybe P12M, which is twelve months.");
        }
      }
    }

    @Override
    public Period of(String tier) {
      return switch (tier) {
        case "standard" -> standard;
        case "high" -> high;
        default -> critical;
      };
    }
  }

  /**
   * The drop folder.
   *
   * @param enabled whether the folder is watched
   * @param folder the folder; made when it is missing
   * @param settle a file is complete when it did not change for this time
   */
  public record InboxSettings(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("./inbox") String folder,
      @DefaultValue("PT2S") Duration settle) {}

  /**
   * How notices are sent.
   *
   * @param host the mail server; empty: no mail is sent
   * @param port its port, 587 for submission
   * @param tls whether to insist on STARTTLS
   * @param user the account, where the server wants one
   * @param password its password
   * @param from the sender's address
   */
  public record MailSettings(
      Optional<String> host,
      @DefaultValue("587") int port,
      @DefaultValue("true") boolean tls,
      Optional<String> user,
      Optional<String> password,
      Optional<String> from) {

    public MailSettings {
      host = given(host);
      user = given(user);
      password = given(password);
      from = given(from);
      if (host.isPresent() && from.isEmpty()) {
        throw new IllegalArgumentException(
            "attest.mail.host is set but attest.mail.from is not. Maybe attest@<your domain>.");
      }
    }
  }

  /**
   * An address that is told what happens to audits.
   *
   * @param url where to post; https, or http on this machine; empty: nothing is told
   * @param secret what the signature is made with, at least 16 characters; better in the
   *     environment, as ATTEST_WEBHOOK_SECRET
   * @param patience how long an answer may take
   */
  public record WebhookSettings(
      Optional<String> url, Optional<String> secret, @DefaultValue("PT10S") Duration patience) {

    public WebhookSettings {
      url = given(url);
      secret = given(secret);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "WebhookSettings[url=" + url + ", patience=" + patience + "]";
    }
  }

  /**
   * A tracking server of MLflow.
   *
   * @param uri its address, https, or http where no token is sent; empty: no tags are set
   * @param token sent as bearer token, where the server wants one; better in the environment, as
   *     ATTEST_MLFLOW_TOKEN
   * @param patience how long an answer may take
   */
  public record MlflowSettings(
      Optional<String> uri, Optional<String> token, @DefaultValue("PT10S") Duration patience) {

    public MlflowSettings {
      uri = given(uri);
      token = given(token);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "MlflowSettings[uri=" + uri + ", patience=" + patience + "]";
    }
  }

  /**
   * The first administrator.
   *
   * @param user the name to log in with
   * @param password the first password; empty: one is generated and printed once
   * @param reset whether to give the administrator a new password at this start
   */
  public record AdminSettings(
      @DefaultValue("admin") String user,
      Optional<String> password,
      @DefaultValue("false") boolean reset) {

    public AdminSettings {
      password = given(password);
    }
  }

  /**
   * The key that signs.
   *
   * @param file a PKCS#12 file; empty: nothing is signed
   * @param password of the file and of the key
   * @param alias the name of the key, where the file has several
   */
  public record SignatureSettings(
      Optional<String> file, Optional<String> password, Optional<String> alias) {

    public SignatureSettings {
      file = given(file);
      password = given(password);
      alias = given(alias);
      if (file.isPresent() && password.isEmpty()) {
        throw new IllegalArgumentException(
            "attest.signature.file is set but attest.signature.password is not. Set the environment"
                + " variable ATTEST_SIGNATURE_PASSWORD.");
      }
    }
  }

  /**
   * How long what is kept.
   *
   * @param enabled whether anything is removed; else it is only shown what would be
   * @param keep how long an audit is kept after its end, where its model.yaml does not say; empty:
   *     for ever
   * @param uploads how long an uploaded file is kept that no open audit needs; empty: for ever
   * @param time when to remove, each day
   */
  public record RetentionSettings(
      @DefaultValue("false") boolean enabled,
      Optional<Period> keep,
      Optional<Period> uploads,
      @DefaultValue("02:30") LocalTime time) {

    public RetentionSettings {
      keep = positive("keep", keep);
      uploads = positive("uploads", uploads);
    }

    private static Optional<Period> positive(String key, Optional<Period> value) {
      Optional<Period> given = value == null ? Optional.empty() : value;
      if (given.filter(p -> p.isNegative() || p.isZero()).isPresent()) {
        throw new IllegalArgumentException(
            "attest.retention." + key + " is " + given.get() + ". Maybe P10Y.");
      }
      return given;
    }
  }

  /** Spring binds a key that is missing to null, and one without a value to blank text. */
  private static Optional<String> given(Optional<String> value) {
    return value == null ? Optional.empty() : value.filter(text -> !text.isBlank());
  }
}
