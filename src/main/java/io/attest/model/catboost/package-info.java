/**
 * Reads CatBoost's models in JSON. Imports {@code model}, {@code model.json} and {@code
 * model.tree}.
 */
package io.attest.model.catboost;
