package io.attest.explain.coalition;

import io.attest.model.Batch;
import java.util.List;

/**
 * What it is worth to know some features of a row: the mean output when the others are filled in.
 * Thread-safe; the worth of a row does not depend on the rows that it is asked with.
 *
 * <p>The rows that unknown features are filled in from come in parts, so that each part can be
 * asked other coalitions: an error that differs from part to part averages out.
 */
public interface Game {

  /** Outputs of the model. */
  int outputs();

  /** Into how many parts the filling can be divided; 1 if it cannot. */
  int parts();

  /** Rows that stand in for unknown features: what one coalition of one row costs at most. */
  int completions();

  /**
   * True if the parts are independent random draws of the same thing, so that the difference of
   * their values is error. False if each part is a different share of a whole.
   */
  boolean drawn();

  /**
   * True if a feature of the row is what every completion has, so that it cannot be worth anything.
   */
  boolean idle(Batch rows, int row, int feature);

  /**
   * Refuses rows that there is no worth for.
   *
   * @throws IllegalArgumentException naming row and feature
   */
  void check(Batch rows);

  /** The share of a part in the whole. */
  double share(int part, int parts);

  /** How many rows the model was asked to predict when the game was made. */
  long prepared();

  /** Worth of knowing nothing, by output. */
  double[] empty(int part, int parts);

  /**
   * Worth of knowing everything: the prediction, but rounded as the worths of other coalitions are,
   * so that a feature that changes nothing gets exactly 0.
   */
  double full(double prediction, int part, int parts);

  /**
   * Worths of coalitions.
   *
   * @param rows the rows, of which {@code chosen} are asked about
   * @param known for each coalition which features are known: neither all nor none
   * @param out coalition after coalition, row after row, output after output; written from 0
   * @param check called between batches; may throw to end the work
   * @return how many rows the model was asked to predict
   */
  long worths(
      Batch rows,
      int[] chosen,
      List<boolean[]> known,
      int part,
      int parts,
      double[] out,
      Runnable check);
}
