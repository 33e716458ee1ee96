package io.attest.explain.importance;

import io.attest.explain.Parameters;

/** The promises of {@link PermutationImportanceTest}, of shuffling among rows that are alike. */
class ConditionalImportanceTest extends PermutationImportanceTest {
  @Override
  protected Parameters parameters() {
    return Parameters.parse("repeats=4; conditional=on");
  }
}
