package io.attest.explain;

import io.attest.model.Model;
import java.util.Optional;

/**
 * What is to be explained, and with what.
 *
 * @param model the model
 * @param audit the rows to explain
 * @param background the rows that stand for "in general"; for effects the rows averaged over
 * @param training the rows the model was trained on, if they are at hand
 * @param parameters the method's parameters; each method documents its names and defaults
 * @param seed of everything random
 */
public record Request(
    Model model,
    Dataset audit,
    Dataset background,
    Optional<Dataset> training,
    Parameters parameters,
    long seed) {}
