package io.attest.stage.watch;

import java.util.Optional;

/** Watches over models: instances of the process {@code watch-model}, one a model. */
public interface Watches {

  /** What became of an event that was told. */
  enum Told {
    /** The table will decide on it. */
    TAKEN,
    /** The same event was told before. */
    REPEATED,
    /** Nobody watches this model. */
    NOT_WATCHED
  }

  /**
   * Something that happened to a model.
   *
   * @param event one of those that {@code revalidation.dmn} knows: {@code look}, {@code
   *     model-changed}, {@code data-arrived}, {@code incident}, {@code audit-finished}, {@code
   *     approval-expired}, {@code condition-failed}
   * @param detail in words, at most 1000 characters
   * @param data the data that arrived, as an audit would name them
   * @param key the same for repetitions of one event
   */
  record Event(String model, String event, String detail, Optional<String> data, String key) {

    private static final int LONGEST_DETAIL = 1000;
    private static final int LONGEST_KEY = 280;

    public Event {
      if (detail.length() > LONGEST_DETAIL || key.length() > LONGEST_KEY) {
        throw new IllegalArgumentException(
            "The event "
                + event
                + " of "
                + model
                + " says more than "
                + LONGEST_DETAIL
                + " characters, or its key has more than "
                + LONGEST_KEY
                + ". Maybe shorten it.");
      }
    }

    /** An event without data. */
    public Event(String model, String event, String detail, String key) {
      this(model, event, detail, Optional.empty(), key);
    }
  }

  /** Tells the watch of a model what happened. */
  Told tell(Event event);

  /** Whether somebody watches the model. */
  boolean watched(String model);

  /**
   * Begins to watch a model.
   *
   * @param cycle how often to look by itself: a cron expression or an ISO interval
   * @throws IllegalArgumentException if there is no such model, it is watched already, or the cycle
   *     is none
   */
  void start(String model, String cycle, String who);
}
