package io.attest.stage;

import io.attest.model.ModelSpec;
import java.util.List;

/** The models that this installation audits. */
public interface Models {

  /** The ids of all declared models, sorted; broken ones too. */
  List<String> ids();

  /**
   * The declaration of a model.
   *
   * @throws IllegalArgumentException if there is no such model, or its declaration is wrong, with a
   *     message for the person who mends it
   */
  ModelSpec spec(String id);
}
