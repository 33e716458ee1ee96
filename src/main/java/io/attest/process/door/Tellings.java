package io.attest.process.door;

import io.attest.audit.EventStore;
import io.attest.audit.EventStore.Delivery;
import io.attest.process.AttestProperties;
import io.attest.process.OneAtATime;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells outside what happened to audits, apart from their processes: an audit never waits for it.
 * What fails is told again after growing waits, over restarts too, and is given up, visibly, when
 * they are used up.
 */
@Component("tellings")
public class Tellings {
  private static final Logger LOG = LoggerFactory.getLogger(Tellings.class);
  private static final int AT_ONCE = 20;

  /** Longer than telling can take: who stopped in between left it, and it is taken again. */
  private static final Duration LEASE = Duration.ofMinutes(10);

  private final List<Door> doors;
  private final EventStore events;
  private final OneAtATime oneAtATime;
  private final List<Duration> waits;
  private final Clock clock;

  Tellings(
      List<Door> doors,
      EventStore events,
      OneAtATime oneAtATime,
      AttestProperties properties,
      Clock clock) {
    this.doors = doors.stream().filter(Door::open).toList();
    this.events = events;
    this.oneAtATime = oneAtATime;
    this.waits = properties.tellAgain();
    this.clock = clock;
  }

  /** Takes what is to be told now, for the route to tell one by one. */
  public List<Delivery> due() {
    if (doors.isEmpty()) {
      return List.of();
    }
    return oneAtATime.call(
        () ->
            doors.stream()
                .flatMap(
                    door -> {
                      events.open(door.name(), clock.instant());
                      return events.claim(door.name(), clock.instant(), LEASE, AT_ONCE).stream();
                    })
                .toList());
  }

  /** Tells one, and keeps what came of it. */
  public void tell(@Body Delivery delivery) {
    Door door =
        doors.stream().filter(d -> d.name().equals(delivery.door())).findFirst().orElseThrow();
    try {
      events.told(delivery, door.tell(delivery.event()), clock.instant());
    } catch (IOException e) {
      failed(delivery, said(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      events.later(delivery, "Stopped while it was told.", clock.instant());
    } catch (RuntimeException e) {
      LOG.error("{} is not told at {}: {}", what(delivery), delivery.door(), said(e));
      events.givenUp(delivery, said(e), clock.instant());
    }
  }

  private void failed(Delivery delivery, String why) {
    Optional<Duration> wait =
        delivery.attempts() > waits.size()
            ? Optional.empty()
            : Optional.of(waits.get(delivery.attempts() - 1));
    if (wait.isPresent()) {
      LOG.warn(
          "{} did not reach {}, again in {}: {}", what(delivery), delivery.door(), wait.get(), why);
      events.later(delivery, why, clock.instant().plus(wait.get()));
    } else {
      LOG.error("{} did not reach {} and is given up: {}", what(delivery), delivery.door(), why);
      events.givenUp(delivery, why, clock.instant());
    }
  }

  private static String what(Delivery delivery) {
    return "\"" + delivery.event().event() + "\" of " + delivery.event().audit();
  }

  private static String said(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
