package io.attest.model;

import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.data.Nearest;
import io.attest.data.ReadOptions;
import io.attest.data.UnreadableTable;
import io.attest.model.ModelSpec.Group;
import io.attest.model.ModelSpec.Protected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a schema cannot say: whether the parts of a declaration fit each other. */
final class ModelSpecChecks {
  private static final Pattern INTERVAL = Pattern.compile("R\\d*/.*P.+");
  private static final Pattern PERIOD = Pattern.compile("P.+");

  private final ModelSpec spec;
  private final ModelSpecDocument document;
  private final List<String> problems = new ArrayList<>();

  private ModelSpecChecks(ModelSpec spec, ModelSpecDocument document) {
    this.spec = spec;
    this.document = document;
  }

  /** What is wrong, a message each. */
  static List<String> problems(ModelSpec spec, ModelSpecDocument document) {
    ModelSpecChecks checks = new ModelSpecChecks(spec, document);
    checks.target();
    checks.source("/data/audit", spec.audit());
    spec.training().ifPresent(s -> checks.source("/data/training", s));
    checks.features();
    checks.decision();
    checks.implications();
    for (int i = 0; i < spec.protectedGroups().size(); i++) {
      checks.attribute("/protected/" + i, spec.protectedGroups().get(i));
    }
    checks.problems.addAll(ReasonChecks.problems(spec, document));
    checks.favourable();
    checks.segments();
    spec.schedule().ifPresent(s -> checks.cycle("schedule", "/schedule", s));
    spec.approval().watch().ifPresent(s -> checks.cycle("watch", "/approval/watch", s));
    return checks.problems;
  }

  private void problem(String pointer, String message) {
    problems.add(document.at(pointer) + ": " + message);
  }

  private void target() {
    boolean positive = spec.target().positive().isPresent();
    boolean classes = !spec.target().classes().isEmpty();
    switch (spec.task()) {
      case BINARY -> {
        if (!positive) {
          problem(
              "/target",
              "a binary model needs target.positive: the value of "
                  + spec.target().column()
                  + " whose probability it predicts.");
        }
        if (classes) {
          problem("/target/classes", "a binary model has target.positive, not target.classes.");
        }
      }
      case MULTICLASS -> {
        if (!classes) {
          problem(
              "/target",
              "a multiclass model needs target.classes: the values of "
                  + spec.target().column()
                  + " in the order of its outputs.");
        }
        if (positive) {
          problem(
              "/target/positive", "a multiclass model has target.classes, not target.positive.");
        }
      }
      case REGRESSION -> {
        if (positive || classes) {
          problem("/target", "a regression has neither target.positive nor target.classes.");
        }
      }
    }
  }

  private void source(String pointer, ModelSpec.Source source) {
    ModelSpec.Csv csv = source.csv();
    try {
      ReadOptions.of(csv.delimiter(), csv.encoding(), csv.decimal(), csv.missing(), csv.sheet());
    } catch (UnreadableTable e) {
      problem(pointer, e.getMessage());
    }
  }

  private void features() {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < spec.fields().size(); i++) {
      Field field = spec.fields().get(i);
      String at = "/features/" + i;
      Integer before = names.putIfAbsent(field.name(), i);
      if (before != null) {
        problem(at, "the feature " + field.name() + " is already feature " + (before + 1) + ".");
      }
      if (field.name().equals(spec.target().column())) {
        problem(
            at, "the feature " + field.name() + " is the target: the model would know the answer.");
      }
      if (spec.rowId().equals(Optional.of(field.name()))) {
        problem(at, "the feature " + field.name() + " is the row-id.");
      }
      boolean categorical = field.type() == FieldType.CATEGORICAL;
      if (categorical && field.levels().isEmpty()) {
        problem(at, "the categorical feature " + field.name() + " needs its levels.");
      }
      if (!categorical && !field.levels().isEmpty()) {
        problem(at, "the feature " + field.name() + " has levels, so it cannot be numeric.");
      }
      if (categorical && (field.min().isPresent() || field.max().isPresent())) {
        problem(at, "the feature " + field.name() + " has levels, so it has no min and max.");
      }
      if (new HashSet<>(field.levels()).size() < field.levels().size()) {
        problem(at, "the feature " + field.name() + " names a level twice.");
      }
      if (field.min().isPresent()
          && field.max().isPresent()
          && field.min().get() > field.max().get()) {
        problem(at, "the feature " + field.name() + " has a min above its max.");
      }
      expectation(at, field);
      change(at, field);
    }
  }

  private void change(String at, Field field) {
    ModelSpec.Change change = spec.changes().features().get(field.name());
    if (change == null) {
      return;
    }
    boolean range = change.from().isPresent() || change.to().isPresent();
    if (change.direction().isEmpty() && !range) {
      problem(
          at + "/change",
          "change of " + field.name() + " says nothing. Give a direction, or from and to.");
    }
    if (range && field.type() == FieldType.CATEGORICAL) {
      problem(at + "/change", "the feature " + field.name() + " has levels, so it has no range.");
    }
    if (range && change.direction().equals(Optional.of("never"))) {
      problem(
          at + "/change", "the feature " + field.name() + " never changes, so it has no range.");
    }
    if (change.from().isPresent()
        && change.to().isPresent()
        && change.from().get() > change.to().get()) {
      problem(at + "/change", "change of " + field.name() + " has a from above its to.");
    }
  }

  private void implications() {
    List<String> names = spec.fields().stream().map(Field::name).toList();
    for (int i = 0; i < spec.changes().implications().size(); i++) {
      ModelSpec.Implication implication = spec.changes().implications().get(i);
      for (String side : List.of("if", "then")) {
        String text = side.equals("if") ? implication.when() : implication.then();
        String name = ModelSpec.Implication.feature(text);
        if (!names.contains(name)) {
          problem(
              "/implications/" + i + "/" + side,
              "there is no feature " + name + "." + Nearest.hint(name, names));
        }
      }
    }
  }

  private void expectation(String at, Field field) {
    ModelSpec.Expectation expectation = spec.expectations().get(field.name());
    if (expectation == null) {
      return;
    }
    if (expectation.direction().isEmpty()
        && expectation.allowed()
        && expectation.top().isEmpty()
        && expectation.share().isEmpty()) {
      problem(
          at + "/expect",
          "expect of "
              + field.name()
              + " says nothing. Give a direction, top, share, or allowed: false.");
    }
    importance(at, field, expectation);
    if (expectation.direction().isPresent() && field.type() == FieldType.CATEGORICAL) {
      problem(
          at + "/expect",
          "the feature " + field.name() + " has levels, which do not rise; it has no direction.");
    }
  }

  private void importance(String at, Field field, ModelSpec.Expectation expectation) {
    if (!expectation.allowed()
        && (expectation.top().isPresent() || expectation.share().isPresent())) {
      problem(
          at + "/expect",
          "the feature "
              + field.name()
              + " is not allowed, so nothing can be expected of its importance. Give either"
              + " allowed: false, or top and share.");
    }
    expectation
        .top()
        .filter(top -> top > spec.fields().size())
        .ifPresent(
            top ->
                problem(
                    at + "/expect/top",
                    "top of "
                        + field.name()
                        + " is "
                        + top
                        + ", but there are "
                        + spec.fields().size()
                        + " features."));
    expectation
        .share()
        .ifPresent(
            share -> {
              if (share.min().isEmpty() && share.max().isEmpty()) {
                problem(
                    at + "/expect/share",
                    "share of " + field.name() + " says nothing. Give min or max.");
              }
              if (share.min().orElse(0.0) > 1 || share.max().orElse(0.0) > 1) {
                problem(
                    at + "/expect/share",
                    "share of "
                        + field.name()
                        + " is above 1. It is a part of the whole: 0.2 means 20 %.");
              }
              if (share.min().isPresent()
                  && share.max().isPresent()
                  && share.min().get() > share.max().get()) {
                problem(
                    at + "/expect/share", "share of " + field.name() + " has a min above its max.");
              }
            });
  }

  private void decision() {
    spec.decision()
        .ifPresent(
            decision -> {
              if (spec.task() == Task.MULTICLASS) {
                problem("/decision", "a multiclass model has no decision threshold.");
              } else if (spec.task() == Task.BINARY
                  && (decision.threshold() <= 0 || decision.threshold() >= 1)) {
                problem(
                    "/decision/threshold",
                    "decision.threshold is "
                        + decision.threshold()
                        + ", but a probability lies between 0 and 1.");
              }
              decision.costs().ifPresent(this::costs);
            });
  }

  private void costs(ModelSpec.Costs costs) {
    if (spec.task() != Task.BINARY) {
      problem("/decision/costs", "only a binary model has false positives and negatives.");
    } else if (costs.falsePositive() + costs.falseNegative() == 0) {
      problem("/decision/costs", "if no wrong decision costs anything, leave decision.costs out.");
    }
  }

  private void favourable() {
    List<String> favourable = spec.target().favourable();
    if (favourable.isEmpty()) {
      return;
    }
    if (spec.task() != Task.MULTICLASS) {
      problem(
          "/target/favourable",
          "only a multiclass model has favourable classes; give decision.favourable.");
      return;
    }
    List<String> classes = spec.target().classes();
    for (int i = 0; i < favourable.size(); i++) {
      if (!classes.contains(favourable.get(i))) {
        problem(
            "/target/favourable/" + i,
            "there is no class "
                + favourable.get(i)
                + "."
                + Nearest.hint(favourable.get(i), classes));
      }
    }
    if (new HashSet<>(favourable).containsAll(classes)) {
      problem("/target/favourable", "if every class is favourable, nobody is treated worse.");
    }
  }

  private void segments() {
    for (int i = 0; i < spec.segments().size(); i++) {
      String column = spec.segments().get(i);
      if (column.equals(spec.target().column()) || spec.rowId().equals(Optional.of(column))) {
        problem(
            "/segments/" + i,
            column
                + " is "
                + (column.equals(spec.target().column()) ? "the target" : "the row-id")
                + ", which makes no segments.");
      }
    }
  }

  private void attribute(String at, Protected attribute) {
    String column = attribute.column();
    if (column.equals(spec.target().column())) {
      problem(at, "the target " + column + " cannot be a protected attribute.");
    }
    boolean ranges = attribute.groups().stream().anyMatch(ModelSpecChecks::isRange);
    Optional<Field> feature =
        spec.fields().stream().filter(f -> f.name().equals(column)).findFirst();
    boolean numeric = feature.filter(f -> f.type() == FieldType.NUMERIC).isPresent();
    if (feature.isEmpty()) {
      Nearest.to(column, spec.fields().stream().map(Field::name).toList())
          .filter(near -> near.equalsIgnoreCase(column))
          .ifPresent(
              near ->
                  problem(at, "there is no feature " + column + ". Maybe you meant " + near + "."));
    }
    if (numeric && !ranges) {
      problem(
          at,
          "the feature "
              + column
              + " is numeric; give groups with from and below, for instance {name: under 25, below:"
              + " 25}.");
    }
    if (feature.isPresent() && !numeric && ranges) {
      problem(at, "the feature " + column + " has levels; give groups with levels.");
    }
    Set<String> names = new HashSet<>();
    Map<String, String> owner = new HashMap<>();
    for (int g = 0; g < attribute.groups().size(); g++) {
      Group group = attribute.groups().get(g);
      String place = at + "/groups/" + g;
      if (!names.add(group.name())) {
        problem(place, "two groups of " + column + " are named " + group.name() + ".");
      }
      if (isRange(group) == !group.levels().isEmpty()) {
        problem(
            place,
            "the group "
                + group.name()
                + " of "
                + column
                + " needs either levels, or from and below.");
      }
      if (group.from().isPresent()
          && group.below().isPresent()
          && group.from().get() >= group.below().get()) {
        problem(
            place,
            "the group "
                + group.name()
                + " of "
                + column
                + " is empty: from is not less than below.");
      }
      for (String level : group.levels()) {
        String other = owner.putIfAbsent(level, group.name());
        if (other != null) {
          problem(
              place,
              "the level "
                  + level
                  + " of "
                  + column
                  + " is in two groups, "
                  + other
                  + " and "
                  + group.name()
                  + ".");
        }
        if (feature.isPresent() && !numeric && !feature.get().levels().contains(level)) {
          problem(
              place,
              "the feature "
                  + column
                  + " has no level "
                  + level
                  + "."
                  + Nearest.hint(level, feature.get().levels()));
        }
      }
    }
    overlaps(at, attribute);
  }

  private static boolean isRange(Group group) {
    return group.from().isPresent() || group.below().isPresent();
  }

  private void overlaps(String at, Protected attribute) {
    List<Group> ranges = attribute.groups().stream().filter(ModelSpecChecks::isRange).toList();
    for (int a = 0; a < ranges.size(); a++) {
      for (int b = a + 1; b < ranges.size(); b++) {
        double from = Math.max(from(ranges.get(a)), from(ranges.get(b)));
        double below = Math.min(below(ranges.get(a)), below(ranges.get(b)));
        if (from < below) {
          problem(
              at + "/groups",
              "the groups "
                  + ranges.get(a).name()
                  + " and "
                  + ranges.get(b).name()
                  + " of "
                  + attribute.column()
                  + " overlap.");
        }
      }
    }
  }

  private static double from(Group group) {
    return group.from().orElse(Double.NEGATIVE_INFINITY);
  }

  private static double below(Group group) {
    return group.below().orElse(Double.POSITIVE_INFINITY);
  }

  private void cycle(String name, String pointer, String schedule) {
    int parts = schedule.strip().split("\\s+").length;
    if (INTERVAL.matcher(schedule).matches() || parts == 6 || parts == 7) {
      return;
    }
    String hint = " Write seconds, minutes, hours, day of month, month, day of week: 0 0 6 1 * ?";
    if (PERIOD.matcher(schedule).matches()) {
      hint = " Maybe you meant R/" + schedule + ".";
    } else if (parts == 5) {
      hint = " Maybe the seconds are missing: 0 " + schedule.strip().replaceAll("\\*$", "?") + ".";
    }
    problem(
        pointer, name + " '" + schedule + "' is neither a cron expression nor an interval." + hint);
  }
}
