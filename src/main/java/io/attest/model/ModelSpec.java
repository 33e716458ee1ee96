package io.attest.model;

import io.attest.data.Field;
import java.nio.file.Path;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the owner of a model declares about it: the content of its {@code model.yaml}.
 *
 * @param folder where {@code model.yaml} lies; relative paths start here
 * @param id short name, also in file names and addresses: lower-case letters, digits, hyphens
 * @param version the owner's version of the model
 * @param obligations registers of {@code config/obligations} that apply; empty: all of them
 * @param tier {@code standard} or {@code high}: how much the business depends on it
 * @param targets what is asked of its quality where that differs from the installation: by
 *     dimension
 * @param registered where it stands in a model registry
 * @param ownerUsers the user names of those who own the model: they may not decide on it
 * @param tier {@code standard}, {@code high} or {@code critical}: how much the business depends on
 *     it
 * @param committee who votes on an audit of tier critical; absent: the group of approvers
 * @param prohibitedUses what it must not be used for
 * @param task what it predicts
 * @param domain the line of business whose rules apply beside the general ones: one of {@link
 *     #DOMAINS}; absent if none does
 * @param model where the model file is and in which format
 * @param target what it predicts, in the data
 * @param audit the rows to audit it on: not those it was trained on
 * @param training the rows it was trained on, if they are at hand
 * @param baseline what audits are compared with: {@code last-approved}, {@code training}, {@code
 *     none} or the id of an audit
 * @param fields the columns of the data that are model inputs, in the model's order
 * @param rowId the column that names a case, if there is one
 * @param decision from score to decision, if the model decides something
 * @param protectedGroups groups whose treatment is compared
 * @param segments columns by whose values the performance is told apart
 * @param expectations per feature: what the business expects of it
 * @param reasons why a case was decided so, in the words of the installation, and whose law applies
 * @param changes what could be otherwise in a case, when an alternative to a decision is looked for
 * @param explain parameters of the audit: seed, rows, grid...; those of the installation apply
 *     where it is silent
 * @param schedule cron expression or ISO interval; absent if nobody wants one
 * @param approval how long an approval holds, and how often what could end it is looked at
 * @param recipients mail addresses that hear of the result
 * @param retention how long its audits are kept after their end; that of the installation if absent
 */
public record ModelSpec(
    Path folder,
    String id,
    String name,
    String version,
    String owner,
    List<String> ownerUsers,
    String purpose,
    Map<String, QualityTarget> targets,
    Registered registered,
    List<String> prohibitedUses,
    List<String> obligations,
    String tier,
    Optional<Committee> committee,
    Task task,
    Optional<String> domain,
    ModelFile model,
    Target target,
    Source audit,
    Optional<Source> training,
    Optional<String> baseline,
    List<Field> fields,
    Optional<String> rowId,
    Optional<Decision> decision,
    List<Protected> protectedGroups,
    List<String> segments,
    Map<String, Expectation> expectations,
    Reasons reasons,
    Changes changes,
    Map<String, String> explain,
    Optional<String> schedule,
    Approval approval,
    List<String> recipients,
    Optional<Period> retention) {

  /** Lines of business that the packed rules know. */
  public static final List<String> DOMAINS =
      List.of("consumer-credit", "hiring", "insurance", "predictive-maintenance");

  /** A declaration with nothing beyond what an audit cannot do without. */
  public ModelSpec(
      Path folder,
      String id,
      String name,
      String version,
      String owner,
      String purpose,
      List<String> prohibitedUses,
      String tier,
      Task task,
      ModelFile model,
      Target target,
      Source audit,
      Optional<Source> training,
      List<Field> fields,
      Optional<String> rowId,
      Optional<Decision> decision,
      List<Protected> protectedGroups,
      Map<String, Expectation> expectations,
      Map<String, String> explain,
      Optional<String> schedule,
      List<String> recipients) {
    this(
        folder,
        id,
        name,
        version,
        owner,
        List.of(),
        purpose,
        Map.of(),
        Registered.BY_CONVENTION,
        prohibitedUses,
        List.of(),
        tier,
        Optional.empty(),
        task,
        Optional.empty(),
        model,
        target,
        audit,
        training,
        Optional.empty(),
        fields,
        rowId,
        decision,
        protectedGroups,
        List.of(),
        expectations,
        Reasons.NONE,
        Changes.NONE,
        explain,
        schedule,
        Approval.NONE,
        recipients,
        Optional.empty());
  }

  /** The same declaration with the model file elsewhere: where an audit keeps its copy. */
  public ModelSpec withModelFile(Path path) {
    return new ModelSpec(
        folder,
        id,
        name,
        version,
        owner,
        ownerUsers,
        purpose,
        targets,
        registered,
        prohibitedUses,
        obligations,
        tier,
        committee,
        task,
        domain,
        new ModelFile(model.format(), path, model.sha256(), model.plugin(), model.link()),
        target,
        audit,
        training,
        baseline,
        fields,
        rowId,
        decision,
        protectedGroups,
        segments,
        expectations,
        reasons,
        changes,
        explain,
        schedule,
        approval,
        recipients,
        retention);
  }

  /**
   * How long an approval holds.
   *
   * @param valid an ISO period such as {@code P12M}; absent for that of the tier
   * @param watch cron expression or ISO interval of the looks at the model; absent if {@code
   *     model.yaml} asks for no watch
   */
  public record Approval(Optional<Period> valid, Optional<String> watch) {

    /** Nothing is said of it. */
    public static final Approval NONE = new Approval(Optional.empty(), Optional.empty());
  }

  /**
   * What is asked of one dimension of quality.
   *
   * @param score points to reach, 0 to 100; absent for those of the installation
   * @param applies false where the dimension means nothing for this model
   * @param why why it is so
   */
  public record QualityTarget(Optional<Double> score, boolean applies, String why) {}

  /**
   * Where the model stands in the registry of MLflow.
   *
   * @param model the registered model; absent for the id
   * @param version its version there; absent for {@code version}, if that is a whole number
   */
  public record Registered(Optional<String> model, Optional<String> version) {

    /** The declaration does not say. */
    public static final Registered BY_CONVENTION =
        new Registered(Optional.empty(), Optional.empty());
  }

  /**
   * Whether a user owns the model: {@code owner-users} names him, or {@code owner} is his user
   * name.
   */
  public boolean ownedBy(String user) {
    return owner.strip().equalsIgnoreCase(user)
        || ownerUsers.stream().anyMatch(name -> name.equalsIgnoreCase(user));
  }

  /**
   * Those who vote on an audit of a model of tier critical.
   *
   * @param members user names; empty: everybody in the group of approvers
   * @param quorum how many votes must be cast at least; absent: more than half of those who may
   */
  public record Committee(List<String> members, Optional<Integer> quorum) {}

  /**
   * @param format {@code xgboost} (JSON or UBJ), {@code lightgbm} (text), {@code scorecard} (YAML
   *     or JSON)...
   * @param path of the file, absolute
   * @param sha256 what the file must hash to, if the owner pinned it
   * @param plugin which plugin reads it, where the format is {@code plugin}
   * @param link what turns the numbers of an ONNX file into responses, where the file stops before
   */
  public record ModelFile(
      String format,
      Path path,
      Optional<String> sha256,
      Optional<String> plugin,
      Optional<Link> link) {

    /**
     * A file of a format that Attest reads itself, and that says how its numbers become responses.
     */
    public ModelFile(String format, Path path, Optional<String> sha256) {
      this(format, path, sha256, Optional.empty(), Optional.empty());
    }
  }

  /**
   * @param column the column with what really happened
   * @param positive binary: the value that the model's output is the probability of
   * @param classes multi-class: the values in the order of the model's outputs
   * @param favourable multi-class: those of them that a person wants; empty if nobody is favoured
   */
  public record Target(
      String column, Optional<String> positive, List<String> classes, List<String> favourable) {

    /** A target of which no class is favourable. */
    public Target(String column, Optional<String> positive, List<String> classes) {
      this(column, positive, classes, List.of());
    }
  }

  /**
   * Where rows come from.
   *
   * @param uri a file (relative to {@code folder}) or any Camel endpoint URI
   * @param format {@code csv, xlsx, parquet, jsonl}; taken from the name where absent
   * @param csv how the CSV is written; what is absent is detected or has the usual default
   */
  public record Source(String uri, Optional<String> format, Csv csv) {}

  /**
   * @param delimiter one character
   * @param encoding for instance UTF-8
   * @param decimal {@code .} or {@code ,}
   * @param missing texts that mean "missing", beside the empty field
   * @param sheet name of the sheet, for a workbook
   */
  public record Csv(
      Optional<String> delimiter,
      Optional<String> encoding,
      Optional<String> decimal,
      List<String> missing,
      Optional<String> sheet) {}

  /**
   * @param threshold on the response of the (positive) output
   * @param favourable {@code below} or {@code above}: which side of the threshold the person wants
   *     to be on
   * @param costs of wrong decisions, where they are known
   */
  public record Decision(double threshold, String favourable, Optional<Costs> costs) {

    /** A decision of which the costs are not known. */
    public Decision(double threshold, String favourable) {
      this(threshold, favourable, Optional.empty());
    }
  }

  /**
   * What a wrong decision costs, in any one unit: only their ratio matters for the best threshold.
   *
   * @param falsePositive of a row at or above the threshold whose label is not the positive one
   * @param falseNegative of a row below it whose label is the positive one
   */
  public record Costs(double falsePositive, double falseNegative) {}

  /**
   * A protected attribute and its groups. Groups of levels, or of ranges of a number.
   *
   * @param column a column of the data; need not be a model input
   * @param groups may be empty for a categorical column: then each level is a group
   */
  public record Protected(String column, List<Group> groups) {}

  /**
   * @param levels categorical: the levels in the group
   * @param from numeric: smallest value in the group
   * @param below numeric: first value that is no longer in it
   */
  public record Group(
      String name, List<String> levels, Optional<Double> from, Optional<Double> below) {}

  /**
   * @param direction {@code rising} or {@code falling}: where the response should go when the
   *     feature rises
   * @param allowed false for a feature that must not be used
   * @param top the feature should be among so many most important ones, as subject experts say
   * @param share what part of the whole it may have
   */
  public record Expectation(
      Optional<String> direction,
      boolean allowed,
      Optional<Integer> top,
      Optional<Share> share,
      String why) {

    /** Nothing is expected of its importance. */
    public Expectation(Optional<String> direction, boolean allowed, String why) {
      this(direction, allowed, Optional.empty(), Optional.empty(), why);
    }
  }

  /**
   * Bounds on the share of a feature in the sum of mean absolute contributions, 0 to 1.
   *
   * @param min the feature must count for at least so much
   * @param max and for no more than so much
   */
  public record Share(Optional<Double> min, Optional<Double> max) {}

  /**
   * Why a case was decided so, in the words of the installation.
   *
   * @param table the reasons; no feature is in two of them
   * @param jurisdiction whose rights people have, as the file {@code config/rights.yaml} names it
   */
  public record Reasons(List<Reason> table, Optional<String> jurisdiction) {

    /** No words for any feature. */
    public static final Reasons NONE = new Reasons(List.of(), Optional.empty());
  }

  /**
   * One reason. In the texts {@code {value}} stands for the value of its only feature, and <code>
   * {name}</code> for that of the feature {@code name}.
   *
   * @param code a short name that stays: {@code R01}
   * @param features whose contributions, added up, are this reason
   * @param text what is said where it speaks against the person
   * @param favourable what is said where it speaks for the person
   * @param marked it rests on a protected attribute or on something that stands for one: a person
   *     has to decide whether it is said
   */
  public record Reason(
      String code,
      List<String> features,
      String text,
      Optional<String> favourable,
      boolean marked) {}

  /**
   * What could be otherwise in a case.
   *
   * @param features rules of single features, by name; the others may change at will
   * @param implications what must go along with a change
   */
  public record Changes(Map<String, Change> features, List<Implication> implications) {

    /** No rules. */
    public static final Changes NONE = new Changes(Map.of(), List.of());
  }

  /**
   * @param direction {@code never, rising} or {@code falling}; absent if both ways
   * @param from smallest value that it may be changed to; absent for that of the data
   * @param to largest one
   */
  public record Change(
      Optional<String> direction, Optional<Double> from, Optional<Double> to, String why) {}

  /**
   * @param when what happens: {@code employment rises}
   * @param then what must happen too: {@code age rises by 1}
   */
  public record Implication(String when, String then, String why) {

    /** Of the text, the name of the feature. */
    public static String feature(String text) {
      return text.replaceAll(" (rises|falls|changes|stays)( by [0-9.]+)?$", "");
    }
  }
}
