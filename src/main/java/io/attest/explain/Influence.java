package io.attest.explain;

import java.util.List;

/**
 * What each training row did to the fitted model, and what leaving it out would change.
 *
 * <p>Signs: changes are "without the row" minus "with the row".
 *
 * @param terms names of the fitted parameters
 * @param rows number of training rows
 * @param leverage diagonal of the (weighted) hat matrix, one a row
 * @param residual label minus response, one a row
 * @param studentized residual in its own standard errors
 * @param cook Cook's distance, one a row
 * @param dfbeta change of each parameter when the row is left out, rows x terms; exact for least
 *     squares, one Newton step for a logistic model
 * @param dfbetas the same in standard errors of the parameter
 * @param dffits change of the row's own fitted value in standard errors
 * @param looLoss change of the mean loss on the audit rows when the row is left out; empty where
 *     there are no audit labels
 */
public record Influence(
    Provenance provenance,
    List<String> terms,
    int rows,
    double[] leverage,
    double[] residual,
    double[] studentized,
    double[] cook,
    double[] dfbeta,
    double[] dfbetas,
    double[] dffits,
    double[] looLoss)
    implements Explanation {

  public Influence {
    terms = List.copyOf(terms);
  }

  public double dfbeta(int row, int term) {
    return dfbeta[row * terms.size() + term];
  }
}
