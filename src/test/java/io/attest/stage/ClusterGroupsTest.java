package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.correlate.Dependence;
import io.attest.explain.Parameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterGroupsTest {

  private static Dependence clusters(List<List<String>> clusters) {
    return new Dependence(List.of(), List.of(), new double[0], clusters, 0.5, List.of());
  }

  private static final List<String> FEATURES = List.of("a", "b", "c", "d");

  @Test
  void clustersBecomeGroupsOfFeatures() {
    Parameters given = new Parameters(Map.of("groups", "auto", "value", "owen", "budget", "9"));
    Parameters resolved =
        ClusterGroups.resolved(
            given,
            clusters(List.of(List.of("a", "target", "c"), List.of("b"), List.of("d", "id"))),
            FEATURES);
    assertThat(resolved.values())
        .isEqualTo(Map.of("groups", "a and 1 more = a + c", "value", "owen", "budget", "9"));
  }

  @Test
  void withoutClustersEveryFeatureStaysByItself() {
    assertThat(
            ClusterGroups.resolved(
                    new Parameters(Map.of("groups", "auto", "value", "owen")),
                    clusters(List.of(List.of("a"), List.of("b"))),
                    FEATURES)
                .values())
        .isEmpty();
  }

  @Test
  void groupsThatSomebodyNamedStay() {
    Parameters given = new Parameters(Map.of("groups", "x = a + b"));
    assertThat(ClusterGroups.resolved(given, clusters(List.of(List.of("a", "c"))), FEATURES))
        .isSameAs(given);
  }

  @Test
  void aGroupIsNotCalledLikeAFeature() {
    assertThat(
            ClusterGroups.resolved(
                    new Parameters(Map.of("groups", "auto")),
                    clusters(List.of(List.of("a", "b"))),
                    List.of("a", "b", "a and 1 more"))
                .values())
        .containsValue("a and 1 more features = a + b");
  }
}
