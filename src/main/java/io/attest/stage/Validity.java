package io.attest.stage;

import java.time.Period;

/** How long approvals hold in this installation, where the model does not say. */
public interface Validity {

  /** How long an approval of a model of this tier holds. */
  Period of(String tier);

  /** How long before its end people are told. */
  Period remind();
}
