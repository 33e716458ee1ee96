package io.attest.explain.surrogate;

import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Surrogate;
import io.attest.explain.WavyModel;
import io.attest.model.Model;
import io.attest.model.Task;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** What a tree and a list of rules promise alike. */
abstract class SurrogateContract extends ExplainerContractTest<Surrogate> {

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("bootstraps=4");
  }

  /** Figures that are not available where there are too few rows are left out. */
  @Override
  protected double[] figures(Surrogate s) {
    DoubleStream nodes =
        s.nodes().stream()
            .flatMapToDouble(
                n ->
                    DoubleStream.concat(
                        DoubleStream.of(n.value()),
                        DoubleStream.of(n.rows(), n.gain(), n.parent())));
    DoubleStream rules =
        s.rules().stream()
            .flatMapToDouble(
                r ->
                    DoubleStream.concat(
                        DoubleStream.of(r.value()),
                        DoubleStream.of(r.rows(), r.spread(), r.agreement())));
    DoubleStream rest =
        DoubleStream.concat(
            s.fidelity().stream()
                .flatMapToDouble(
                    f ->
                        DoubleStream.of(
                            f.inSample(),
                            f.outOfSample(),
                            f.rmse(),
                            f.agreementInSample(),
                            f.agreementOutOfSample())),
            s.stability().stream()
                .flatMapToDouble(t -> DoubleStream.of(t.share(), t.low(), t.high())));
    return DoubleStream.concat(DoubleStream.concat(nodes, rules), rest)
        .filter(v -> !Double.isNaN(v))
        .toArray();
  }

  /** It is grown on responses and may split on what merely goes with them. */
  @Override
  protected Optional<double[]> figures(Surrogate result, int feature) {
    return Optional.empty();
  }
}
