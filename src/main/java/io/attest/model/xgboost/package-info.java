/**
 * Reads XGBoost's model files, JSON and Universal Binary JSON. Imports {@code model}, {@code
 * model.tree} and Jackson's streaming parser.
 */
package io.attest.model.xgboost;
