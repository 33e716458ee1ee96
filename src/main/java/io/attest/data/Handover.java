package io.attest.data;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands things from one thread to another, one waiting at most, so that a fast giver fills no
 * memory. Either side can end it, and the other one then never waits. Nobody is interrupted: that
 * would close a file database.
 */
final class Handover<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<T> waiting = Optional.empty();
  private boolean ended;
  private boolean abandoned;
  private boolean taken;
  private Throwable fault;

  /** Gives; returns once there is room, or once the taker has ended. */
  void put(T thing) {
    lock.lock();
    try {
      while (waiting.isPresent() && !taken) {
        changed.awaitUninterruptibly();
      }
      waiting = Optional.of(thing);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The giver has no more. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The giver wants nothing more to be done. */
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes; empty after the last.
   *
   * @throws CancellationException if the giver gave up
   */
  Optional<T> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended && !abandoned) {
        changed.awaitUninterruptibly();
      }
      if (abandoned) {
        throw new CancellationException("The rest is not wanted.");
      }
      Optional<T> next = waiting;
      waiting = Optional.empty();
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The taker has ended.
   *
   * @param why null if nothing went wrong
   */
  void taken(Throwable why) {
    lock.lock();
    try {
      taken = true;
      fault = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the taker has ended. */
  void awaitTaker() {
    lock.lock();
    try {
      while (!taken) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What went wrong at the taker's, so far. */
  Optional<Throwable> fault() {
    lock.lock();
    try {
      return Optional.ofNullable(fault);
    } finally {
      lock.unlock();
    }
  }
}
