package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surrogate;
import io.attest.explain.WavyModel;
import io.attest.explain.surrogate.SurrogateTree;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.Task;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A surrogate has numbers without end and numbers that are none: both must come back. */
class SurrogateRecordTest {

  @Test
  void aSurrogateComesBackAsItWasSaved() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    AuditStore store =
        new AuditStore(
            JdbcClient.create(source),
            Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));
    Model model = WavyModel.of(Task.REGRESSION, 3);
    double[] values = new SplittableRandom(1).doubles(180, -3, 3).toArray();
    values[4] = Double.NaN;
    Dataset data = new Dataset(new Batch(60, 3, values), Optional.empty());
    Surrogate tree =
        new SurrogateTree(1)
            .explain(
                new Request(model, data, data, Optional.empty(), Parameters.NONE, 1),
                Progress.NONE);
    assertThat(tree.nodes().get(0).split().orElseThrow().from()).isInfinite();
    assertThat(tree.overall().agreementInSample()).isNaN();
    Section.Explained explained =
        new Section.Explained(
            "surrogate-tree",
            Optional.of(tree.provenance()),
            List.of(),
            Optional.of(new Section.SurrogateResult(tree)),
            Optional.empty(),
            5);
    store.create(AuditStoreTest.audit("A-1", "high"));
    store.save("A-1", explained);
    assertThat(store.sections("A-1"))
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .isEqualTo(List.of(explained));
  }
}
