package io.attest.explain.importance;

import io.attest.explain.tree.Players;
import io.attest.model.Batch;
import java.util.Arrays;
import java.util.List;

/**
 * The loss of a row where only some features are known: that of the mean prediction with the others
 * taken from background rows.
 */
record CoalitionLoss(Scored scored, Batch background, Players players) {

  /**
   * What is asked for.
   *
   * @param row index
   * @param known players x 1
   */
  record Job(int row, boolean[] known) {}

  /** The loss of each row if nothing is known: that of the mean prediction. */
  double[] unknown() {
    int p = background.features();
    int k = scored.model().info().outputs().size();
    int block = Scored.blockRows(p);
    double[] mean = new double[k];
    for (int from = 0; from < background.rows(); from += block) {
      int to = Math.min(background.rows(), from + block);
      double[] values = Arrays.copyOfRange(background.values(), from * p, to * p);
      double[] out = scored.responses(new Batch(to - from, p, values));
      for (int i = 0; i < out.length; i++) {
        mean[i % k] += out[i] / background.rows();
      }
    }
    return Arrays.stream(scored.labels()).map(label -> scored.of().at(mean, 0, label)).toArray();
  }

  /**
   * The loss of each row if everything is known. Averaged over equal predictions as those of a job
   * are, so that a feature that joins last and changes nothing gets nothing, not rounding.
   */
  double[] known() {
    int p = background.features();
    int block = Scored.blockRows(p);
    double[] losses = new double[scored.labels().length];
    for (int from = 0; from < losses.length; from += block) {
      int to = Math.min(losses.length, from + block);
      double[] values = Arrays.copyOfRange(scored.rows().values(), from * p, to * p);
      double[] out = scored.responses(new Batch(to - from, p, values));
      int k = out.length / (to - from);
      for (int i = from; i < to; i++) {
        double[] mean = new double[k];
        for (int b = 0; b < background.rows(); b++) {
          for (int o = 0; o < k; o++) {
            mean[o] += out[(i - from) * k + o] / background.rows();
          }
        }
        losses[i] = scored.of().at(mean, 0, scored.labels()[i]);
      }
    }
    return losses;
  }

  /** The losses of some jobs, asked in batches of bounded size. */
  double[] of(List<Job> jobs) {
    int p = background.features();
    int m = background.rows();
    int together = Math.max(1, Scored.blockRows(p) / m);
    double[] losses = new double[jobs.size()];
    for (int from = 0; from < jobs.size(); from += together) {
      List<Job> part = jobs.subList(from, Math.min(jobs.size(), from + together));
      double[] values = new double[part.size() * m * p];
      for (int q = 0; q < part.size(); q++) {
        write(part.get(q), values, q * m * p);
      }
      double[] out = scored.responses(new Batch(part.size() * m, p, values));
      int k = out.length / (part.size() * m);
      for (int q = 0; q < part.size(); q++) {
        double[] mean = new double[k];
        for (int b = 0; b < m; b++) {
          for (int o = 0; o < k; o++) {
            mean[o] += out[(q * m + b) * k + o] / m;
          }
        }
        losses[from + q] = scored.of().at(mean, 0, scored.labels()[part.get(q).row()]);
      }
    }
    return losses;
  }

  private void write(Job job, double[] to, int at) {
    int p = background.features();
    System.arraycopy(background.values(), 0, to, at, background.rows() * p);
    for (int j = 0; j < p; j++) {
      if (job.known()[players.of()[j]]) {
        double own = scored.rows().at(job.row(), j);
        for (int b = 0; b < background.rows(); b++) {
          to[at + b * p + j] = own;
        }
      }
    }
  }
}
