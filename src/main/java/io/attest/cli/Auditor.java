package io.attest.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one audit without people, to its verdict. The main class supplies it, since it starts the
 * engine, which this package does not know.
 */
@FunctionalInterface
public interface Auditor {

  /**
   * What is asked for.
   *
   * @param modelYaml the declaration of the model, absolute
   * @param data what replaces the registered data: a file or an endpoint URI
   * @param out the folder that the report and the evidence pack go to, absolute
   * @param parameters that replace those of {@code model.yaml}: {@code seed}, {@code pdp-ice.grid}
   * @param baseline {@code training} or {@code none}: what to compare with, in place of what the
   *     declaration names
   * @param progress to tell people how far it is
   */
  record Order(
      Path modelYaml,
      Optional<String> data,
      Path out,
      Map<String, String> parameters,
      Optional<String> baseline,
      PrintWriter progress) {}

  /**
   * Audits.
   *
   * @return the verdict: {@code pass}, {@code warn} or {@code block}
   * @throws IllegalArgumentException if the model or the data are at fault, with a message for
   *     their owner
   * @throws Exception if it could not run to its end
   */
  String audit(Order order) throws Exception;
}
