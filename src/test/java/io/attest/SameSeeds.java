package io.attest;

import java.util.Random;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Gives every property the same seed in every run, so that a build says of a commit today what it
 * says tomorrow. {@code -Dattest.seed=random} draws new ones to look for cases not seen yet, {@code
 * -Dattest.seed=42} repeats a run that failed; jqwik prints the seed of each failure.
 */
public final class SameSeeds implements AroundPropertyHook {
  private static final String SEED = System.getProperty("attest.seed", "20261122");

  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  /** Before the hooks that read the seed. */
  @Override
  public int aroundPropertyProximity() {
    return -100;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    if (context.attributes().seed().isEmpty()) {
      context
          .attributes()
          .setSeed(SEED.equals("random") ? String.valueOf(new Random().nextLong()) : SEED);
    }
    return property.execute();
  }
}
