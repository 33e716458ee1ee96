package io.attest.explain.importance;

import io.attest.explain.Parameters;

/** The promises of {@link SageTest} where orders are drawn. */
class SampledSageTest extends SageTest {
  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("budget=2000; background=5");
  }

  @Override
  protected int manyRows() {
    return 600;
  }
}
