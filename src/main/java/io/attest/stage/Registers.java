package io.attest.stage;

import io.attest.audit.obligation.Register;
import java.util.List;

/** The registers of obligations of this installation, in {@code config/obligations}. */
@FunctionalInterface
public interface Registers {

  /**
   * All registers, as they are now.
   *
   * @throws IllegalArgumentException if one of the files is wrong, naming file and line
   */
  List<Register> all();
}
