package io.attest.explain;

import java.util.List;
import java.util.Optional;

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
 * @param self the row's pull on its own loss, g'H^-1 g with its gradient g and the curvature H of
 *     the objective (half the squared error, or minus the log likelihood): 0 or more
 * @param onTests the same changes for single audit rows
 * @param removal what leaving out the rows of a group together changes; empty if none was asked for
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
    double[] looLoss,
    double[] self,
    TestInfluence onTests,
    Optional<Removal> removal)
    implements Explanation {

  public Influence {
    terms = List.copyOf(terms);
  }

  public double dfbeta(int row, int term) {
    return dfbeta[row * terms.size() + term];
  }

  /**
   * What leaving out several rows together changes, from a real refit: exact. It is not the sum of
   * what each alone changes.
   *
   * @param rows indices of the rows left out, ascending
   * @param parameters change of each parameter
   * @param loss change of the loss of each test; empty where there are no audit labels
   * @param raw change of the raw output of each test
   */
  public record Removal(int[] rows, double[] parameters, double[] loss, double[] raw) {}
}
