package io.attest.process.people;

import io.attest.audit.Absence;
import io.attest.audit.AbsenceStore;
import io.attest.model.ModelSpec;
import io.attest.stage.Absences;
import io.attest.stage.Account;
import io.attest.stage.Models;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Checks and enters absences of the people that the engine knows. */
@Component
class EngineAbsences implements Absences {
  private static final Set<String> WITH_TASKS =
      Set.of(Groups.STARTER, Groups.REVIEWER, Groups.APPROVER, Groups.ADMINISTRATOR);

  private final AbsenceStore absences;
  private final Groups groups;
  private final StandIns standIns;
  private final Models models;
  private final Clock clock;

  EngineAbsences(
      AbsenceStore absences, Groups groups, StandIns standIns, Models models, Clock clock) {
    this.models = models;
    this.absences = absences;
    this.groups = groups;
    this.standIns = standIns;
    this.clock = clock;
  }

  @Override
  public List<Absence> all() {
    return absences.all();
  }

  @Override
  public List<String> deputies(String person) {
    return shared(person).stream()
        .flatMap(group -> groups.members(group).stream())
        .filter(name -> !name.equals(person))
        .distinct()
        .sorted()
        .toList();
  }

  private Set<String> shared(String person) {
    return groups.of(person).stream().filter(WITH_TASKS::contains).collect(Collectors.toSet());
  }

  @Override
  public Absence enter(Account by, String person, String deputy, LocalDate from, LocalDate until) {
    if (!by.name().equals(person) && !by.in(Groups.ADMINISTRATOR)) {
      throw new SecurityException(
          "Only " + person + " or an administrator can say that " + person + " is away.");
    }
    if (shared(person).isEmpty()) {
      throw new IllegalArgumentException(
          person + " is in no group that has tasks, so nobody needs to stand in.");
    }
    if (!deputies(person).contains(deputy)) {
      throw new IllegalArgumentException(
          "\""
              + deputy
              + "\" cannot stand in for "
              + person
              + ": a deputy is another user in one of the groups "
              + shared(person).stream().sorted().toList()
              + ". Maybe one of "
              + deputies(person)
              + ".");
    }
    if (until.isBefore(from)) {
      throw new IllegalArgumentException(
          "The last day " + until + " is before the first day " + from + ".");
    }
    if (until.isBefore(standIns.today())) {
      throw new IllegalArgumentException("The last day " + until + " has passed.");
    }
    for (Absence other : absences.all()) {
      if (other.meets(from, until)
          && (other.person().equals(person) || other.person().equals(deputy))) {
        throw new IllegalArgumentException(
            other.person()
                + " is away from "
                + other.from()
                + " to "
                + other.until()
                + " already. "
                + (other.person().equals(person)
                    ? "Take that back first."
                    : "Choose another deputy."));
      }
    }
    Absence absence =
        new Absence(
            UUID.randomUUID().toString(),
            person,
            deputy,
            from,
            until,
            by.name(),
            clock.instant(),
            java.util.Optional.empty());
    absences.add(absence);
    standIns.handOver();
    return absence;
  }

  @Override
  public List<String> left(Absence absence) {
    if (absence.endedAt().isPresent() || absence.until().isBefore(standIns.today())) {
      return List.of();
    }
    return Stream.concat(
            standIns.left(absence).stream(),
            models.ids().stream()
                .filter(id -> bothSit(id, absence))
                .map(
                    id ->
                        "Votes on "
                            + id
                            + " that begin meanwhile wait for "
                            + absence.person()
                            + ": "
                            + absence.deputy()
                            + " sits in that committee too."))
        .toList();
  }

  /** A declaration that cannot be read has no committee that anybody could sit in. */
  private boolean bothSit(String model, Absence absence) {
    try {
      ModelSpec spec = models.spec(model);
      List<String> both = List.of(absence.person(), absence.deputy());
      List<String> members = spec.committee().map(ModelSpec.Committee::members).orElse(List.of());
      return spec.tier().equals("critical")
          && (members.isEmpty()
              ? groups.members(Groups.APPROVER).containsAll(both)
              : members.containsAll(both));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void end(Account by, String id) {
    Absence absence =
        absences.all().stream()
            .filter(a -> a.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no such absence."));
    if (!by.name().equals(absence.person()) && !by.in(Groups.ADMINISTRATOR)) {
      throw new SecurityException(
          "Only " + absence.person() + " or an administrator can take this back.");
    }
    absences.end(absence, by.name(), clock.instant());
  }
}
