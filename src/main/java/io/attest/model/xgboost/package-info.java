/**
 * Reads XGBoost's model files, JSON and Universal Binary JSON. Imports {@code model}, {@code
 * model.json} and {@code model.tree}.
 */
package io.attest.model.xgboost;
