package io.attest.explain.effect;

import io.attest.explain.Progress;

/**
 * The progress of one part of longer work, whose units are not known before it begins.
 *
 * @param from where the part begins, of {@link #WHOLE}
 * @param to where it ends
 */
record Part(Progress whole, int from, int to) implements Progress {
  static final int WHOLE = 1000;

  @Override
  public void report(long done, long total) {
    whole.report(from + (to - from) * done / Math.max(1, total), WHOLE);
  }

  @Override
  public boolean cancelled() {
    return whole.cancelled();
  }
}
