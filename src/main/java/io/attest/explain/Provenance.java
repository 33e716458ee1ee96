package io.attest.explain;

import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an explanation came about: enough to make it again.
 *
 * @param method the explainer's name
 * @param engine the algorithm inside, and whether it is exact
 * @param reference the paper or book that the method is from
 * @param parameters every parameter, defaults written out
 * @param seed of everything random; absent if nothing was
 * @param modelSha256 of the model file
 * @param space where the values are measured, as {@link io.attest.model.ModelInfo#named} calls it
 * @param rows number of rows explained or averaged over
 * @param backgroundRows number of background rows; 0 if the method uses none
 * @param modelRows number of rows that the model was asked to predict: the cost, in units that do
 *     not depend on the machine
 * @param error the method's own figure of how far it may be off (largest residual, largest standard
 *     error), in the units of the values; absent if it has none
 * @param notes whatever was sampled, capped, skipped or approximated, a sentence each
 */
public record Provenance(
    String method,
    String engine,
    String reference,
    Map<String, String> parameters,
    Optional<Long> seed,
    String modelSha256,
    OutputSpace space,
    long rows,
    long backgroundRows,
    long modelRows,
    Optional<Double> error,
    List<String> notes) {

  public Provenance {
    parameters = java.util.Collections.unmodifiableMap(new TreeMap<>(parameters));
    notes = List.copyOf(notes);
  }

  /** The same with another note, after those there are. */
  public Provenance noting(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Provenance(
        method,
        engine,
        reference,
        parameters,
        seed,
        modelSha256,
        space,
        rows,
        backgroundRows,
        modelRows,
        error,
        more);
  }
}
