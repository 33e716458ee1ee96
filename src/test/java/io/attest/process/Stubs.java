package io.attest.process;

import io.attest.model.ModelSpec;
import io.attest.model.Task;
import io.attest.stage.Models;
import io.attest.stage.Select;
import io.attest.stage.Stage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mockito.Mockito;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Stages and models in place of the real ones: what they do is set by each test. */
@TestConfiguration(proxyBeanMethods = false)
public class Stubs {

  /** What the stages do, by name; a stage that is not here does nothing. */
  public static class Behaviour extends ConcurrentHashMap<String, Stage> {
    private static final long serialVersionUID = 1L;
  }

  /** The models there are, by id. */
  public static class KnownModels implements Models {
    private final Map<String, ModelSpec> specs = new ConcurrentHashMap<>();

    public void add(ModelSpec spec) {
      specs.put(spec.id(), spec);
    }

    @Override
    public List<String> ids() {
      return specs.keySet().stream().sorted().toList();
    }

    @Override
    public ModelSpec spec(String id) {
      return Optional.ofNullable(specs.get(id))
          .orElseThrow(() -> new IllegalArgumentException("There is no model " + id + "."));
    }
  }

  @Bean
  Behaviour behaviour() {
    return new Behaviour();
  }

  @Bean
  @Primary
  KnownModels knownModels() {
    KnownModels models = new KnownModels();
    models.add(model("german-credit", "high", Optional.empty()));
    models.add(model("scorecard", "standard", Optional.empty()));
    return models;
  }

  public static ModelSpec model(String id, String tier, Optional<String> schedule) {
    return new ModelSpec(
        Path.of("."),
        id,
        "The model " + id,
        "1",
        "owner",
        "purpose",
        List.of(),
        tier,
        Task.BINARY,
        new ModelSpec.ModelFile("xgboost", Path.of("model.json"), Optional.empty()),
        new ModelSpec.Target("y", Optional.of("1"), List.of()),
        new ModelSpec.Source(
            "data.csv",
            Optional.empty(),
            new ModelSpec.Csv(
                Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty())),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Map.of(),
        schedule,
        List.of("owner@example.org"));
  }

  /** The same model with owners, and with a committee that decides on it. */
  public static ModelSpec governed(
      ModelSpec s, List<String> owners, ModelSpec.Committee committee) {
    return new ModelSpec(
        s.folder(),
        s.id(),
        s.name(),
        s.version(),
        s.owner(),
        owners,
        s.purpose(),
        s.targets(),
        s.registered(),
        s.prohibitedUses(),
        s.obligations(),
        s.tier(),
        Optional.of(committee),
        s.task(),
        s.domain(),
        s.model(),
        s.target(),
        s.audit(),
        s.training(),
        s.baseline(),
        s.fields(),
        s.rowId(),
        s.decision(),
        s.protectedGroups(),
        s.segments(),
        s.expectations(),
        s.reasons(),
        s.changes(),
        s.explain(),
        s.schedule(),
        s.approval(),
        s.recipients(),
        s.retention());
  }

  /** What the choice of explainers is told of a binary model with all data at hand. */
  public static Map<String, Object> selectFacts(
      String family, int rows, int features, String tier) {
    return new HashMap<>(
        Map.ofEntries(
            Map.entry("family", family),
            Map.entry("task", "binary"),
            Map.entry("rows", rows),
            Map.entry("features", features),
            Map.entry("maxAssociation", 0.62),
            Map.entry("trainingData", true),
            Map.entry("labels", true),
            Map.entry("threshold", true),
            Map.entry("remote", false),
            Map.entry("tier", tier),
            Map.entry("audience", "")));
  }

  private static Stage stage(Behaviour behaviour, String name) {
    return task -> behaviour.getOrDefault(name, t -> Map.of()).run(task);
  }

  @Bean
  Stage ingest(Behaviour behaviour) {
    return stage(behaviour, "ingest");
  }

  @Bean
  Stage correlate(Behaviour behaviour) {
    return stage(behaviour, "correlate");
  }

  @Bean
  Stage explain(Behaviour behaviour) {
    return stage(behaviour, "explain");
  }

  @Bean
  Stage drift(Behaviour behaviour) {
    return stage(behaviour, "drift");
  }

  @Bean
  Stage validate(Behaviour behaviour) {
    return stage(behaviour, "validate");
  }

  @Bean
  Stage verdict(Behaviour behaviour) {
    return stage(behaviour, "verdict");
  }

  @Bean
  Stage report(Behaviour behaviour) {
    return stage(behaviour, "report");
  }

  @Bean
  Stage publish(Behaviour behaviour) {
    return stage(behaviour, "publish");
  }

  @Bean
  Select select() {
    return Mockito.mock(Select.class);
  }
}
