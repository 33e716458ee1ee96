package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.data.Field;
import io.attest.data.FieldType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSpecReaderTest {
  private static final Path FILE = Path.of("/models/german-credit/model.yaml");

  @TempDir Path folder;

  private static String whole() {
    try (InputStream in = ModelSpecReaderTest.class.getResourceAsStream("/model/whole.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelSpec parse(String text) {
    return ModelSpecReader.parse(text.getBytes(StandardCharsets.UTF_8), FILE);
  }

  @Test
  void readsEveryKey() {
    ModelSpec spec = parse(whole());
    assertThat(spec.folder()).isEqualTo(FILE.getParent());
    assertThat(spec.id()).isEqualTo("german-credit");
    assertThat(spec.version()).isEqualTo("1.10");
    assertThat(spec.prohibitedUses()).containsExactly("Pricing");
    assertThat(spec.task()).isEqualTo(Task.BINARY);
    assertThat(spec.model().path()).isEqualTo(Path.of("/models/german-credit/model.json"));
    assertThat(spec.model().sha256().orElseThrow()).startsWith("abcdef");
    assertThat(spec.target())
        .isEqualTo(new ModelSpec.Target("class", Optional.of("bad"), List.of()));
    assertThat(spec.audit())
        .isEqualTo(
            new ModelSpec.Source(
                "audit.csv",
                Optional.of("csv"),
                new ModelSpec.Csv(
                    Optional.of(";"),
                    Optional.of("windows-1252"),
                    Optional.of(","),
                    List.of("?", "NA", "-999"),
                    Optional.empty())));
    assertThat(spec.training().orElseThrow().uri()).isEqualTo("file:/data/training.parquet");
    assertThat(spec.fields().get(0)).isEqualTo(Field.numeric("duration"));
    assertThat(spec.fields().get(1))
        .isEqualTo(
            new Field(
                "credit_amount",
                FieldType.NUMERIC,
                List.of(),
                Optional.of(0.0),
                Optional.of(1e6),
                "DM",
                "Amount of the credit"));
    assertThat(spec.fields().get(2))
        .isEqualTo(Field.categorical("own_telephone", List.of("no", "yes")));
    assertThat(spec.fields().get(3).levels())
        .containsExactly("<0", "0<=X<200", ">=200", "no checking");
    assertThat(spec.fields().get(4).levels()).containsExactly("1", "2.0", "03", "true");
    assertThat(spec.rowId()).contains("case");
    assertThat(spec.decision()).contains(new ModelSpec.Decision(0.5, "below"));
    assertThat(spec.protectedGroups())
        .containsExactly(
            new ModelSpec.Protected(
                "age",
                List.of(
                    new ModelSpec.Group("under 25", List.of(), Optional.empty(), Optional.of(25.0)),
                    new ModelSpec.Group(
                        "25 and older", List.of(), Optional.of(25.0), Optional.empty()))),
            new ModelSpec.Protected("own_telephone", List.of()),
            new ModelSpec.Protected(
                "sex",
                List.of(
                    new ModelSpec.Group(
                        "women", List.of("female"), Optional.empty(), Optional.empty()))));
    assertThat(spec.expectations())
        .isEqualTo(
            Map.of(
                "credit_amount", new ModelSpec.Expectation(Optional.of("rising"), true, ""),
                "checking_status", new ModelSpec.Expectation(Optional.empty(), false, "An example"),
                "age",
                    new ModelSpec.Expectation(
                        Optional.of("falling"), true, "Older applicants repay more often.")));
    assertThat(spec.explain())
        .isEqualTo(
            Map.of("seed", "7", "background", "200", "pdp-ice.grid", "40", "pdp-ice.log", "true"));
    assertThat(spec.schedule()).contains("0 0 6 1 * ?");
    assertThat(spec.recipients()).containsExactly("risk@example.org");
  }

  @Test
  void readsWhatMayChange() {
    ModelSpec spec =
        parse(
            whole()
                    .replace(
                        "    expect: rising\n",
                        "    expect: rising\n    change: {direction: falling, from: 250, why: w}\n")
                    .replace(
                        "    levels: [no, yes]\n", "    levels: [no, yes]\n    change: never\n")
                + "implications:\n  - {if: duration falls, then: age rises by 1.5}\n");
    assertThat(spec.changes().features())
        .isEqualTo(
            Map.of(
                "credit_amount",
                new ModelSpec.Change(
                    Optional.of("falling"), Optional.of(250.0), Optional.empty(), "w"),
                "own_telephone",
                new ModelSpec.Change(
                    Optional.of("never"), Optional.empty(), Optional.empty(), "")));
    assertThat(spec.changes().implications())
        .containsExactly(new ModelSpec.Implication("duration falls", "age rises by 1.5", ""));
    assertThat(parse(whole()).changes()).isEqualTo(ModelSpec.Changes.NONE);
  }

  @Test
  void readsCostsSegmentsAndFavourableClasses() {
    ModelSpec spec =
        parse(
            whole()
                .replace(
                    "favourable: below",
                    "favourable: below\n  costs: {false-positive: 1, false-negative: 5}")
                .replace("\nprotected:", "\nsegments: [region, amount]\nprotected:"));
    assertThat(spec.decision().orElseThrow().costs()).contains(new ModelSpec.Costs(1, 5));
    assertThat(spec.segments()).containsExactly("region", "amount");
    assertThatThrownBy(
            () ->
                parse(
                    whole()
                        .replace(
                            "favourable: below",
                            "favourable: below\n  costs: {false-positive: 0, false-negative: 0}")
                        .replace("\nprotected:", "\nsegments: [case]\nprotected:")))
        .hasMessageContaining("leave decision.costs out")
        .hasMessageContaining("case is the row-id, which makes no segments");
    assertThatThrownBy(
            () -> parse(whole().replace("  positive: ", "  favourable: [bad]\n  positive: ")))
        .hasMessageContaining("only a multiclass model has favourable classes");
    assertThat(parse(whole()).segments()).isEmpty();
    assertThat(parse(whole()).target().favourable()).isEmpty();
  }

  /** Changes one thing in a declaration that is right, and expects the fault to be told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "id: german-credit ~ id: German_Credit ~ line 2: id 'German_Credit' may have lower-case",
        "tier: high ~ teir: high ~ line 9: there is no key teir. Maybe you meant tier.",
        "tier: high ~ teir: high ~ line 2: model.yaml has no tier (How much the business depends on the model).",
        "tier: high ~ tier: hihg ~ line 9: tier is 'hihg', but must be one of standard, high, critical. Maybe you meant high.",
        "task: binary ~ task: [binary] ~ line 10: task is '', but must be one of",
        "owner: Retail credit risk ~ owner: 7 ~ line 5: owner must be a text, not '7'.",
        "owner: Retail credit risk ~ owner: ~ line 5: owner is empty.",
        "file: model.json ~ path: model.json ~ line 13: there is no key path in model. The keys are format, file, plugin, sha256, link.",
        "sha256: A ~ sha256: Z ~ line 14: model.sha256 'ZBCDEF",
        "uri: audit.csv ~ url: audit.csv ~ line 20: there is no key url in data.audit. Maybe you meant uri.",
        "format: csv ~ format: cvs ~ Maybe you meant csv.",
        "delimiter: ; ~ delimiter: ;; ~ line 22: data.audit.delimiter ';;' must be one character",
        "encoding: windows-1252 ~ encoding: window-1252 ~ line 19: There is no encoding 'window-1252'. Maybe you meant windows-1252.",
        "min: 0 ~ minn: 0 ~ there is no key minn in features.1. Maybe you meant min.",
        "min: 0 ~ min: 2e6 ~ line 29: the feature credit_amount has a min above its max.",
        "min: 0 ~ min: none ~ line 31: features.1.min must be a number, not 'none'.",
        "- duration ~ - age ~ line 45: the feature age is already feature 1.",
        "- duration ~ - class ~ line 28: the feature class is the target",
        "- duration ~ - case ~ line 28: the feature case is the row-id.",
        "expect: rising ~ change: sometimes ~ line 34: features.1.change 'sometimes' must be never, rising or falling",
        "expect: rising ~ expect: {top: 0} ~ features.1.expect.top is 0, but must be at least 1.",
        "expect: rising ~ expect: {top: 99} ~ top of credit_amount is 99, but there are",
        "expect: rising ~ expect: {share: {}} ~ share of credit_amount says nothing. Give min or max.",
        "expect: rising ~ expect: {share: {max: 20}} ~ share of credit_amount is above 1.",
        "expect: rising ~ expect: {share: {min: 0.3, max: 0.2}} ~ share of credit_amount has a min above",
        "expect: rising ~ expect: {allowed: false, top: 1} ~ is not allowed, so nothing can be expected",
        "expect: rising ~ change: {why: w} ~ line 34: change of credit_amount says nothing.",
        "expect: rising ~ change: {from: 2, to: 1} ~ change of credit_amount has a from above its to.",
        "expect: rising ~ change: {direction: never, to: 1} ~ never changes, so it has no range.",
        "type: categorical ~ change: {to: 1} ~ has levels, so it has no range.",
        "schedule: 0 ~ implications: [{if: duration grows, then: age stays}] #~ implications.0.if 'duration grows' must be a feature and",
        "schedule: 0 ~ implications: [{if: duration falls, then: age stays by 2}] #~ implications.0.then 'age stays by 2' must be",
        "schedule: 0 ~ implications: [{if: duratio falls, then: age stays}] #~ there is no feature duratio. Maybe you meant duration.",
        "- duration ~ - {name: d, type: categorical} ~ line 28: the categorical feature d needs its levels.",
        "- duration ~ - {name: d, type: text} ~ line 28: features.0.type is 'text', but must be one of numeric, categorical.",
        "- duration ~ - {name: d, type: numeric, levels: [a]} ~ line 28: the feature d has levels",
        "- duration ~ - {name: d, levels: [a], max: 3} ~ it has no min and max.",
        "- duration ~ - {name: d, levels: [1, \"1\"]} ~ the feature d names a level twice.",
        "expect: rising ~ expect: up ~ line 34: features.1.expect 'up' must be rising or falling",
        "allowed: false ~ why: x ~ Duplicate field 'why'",
        "allowed: false ~ allowed: true ~ line 40: expect of checking_status says nothing.",
        "allowed: false ~ direction: rising ~ line 40: the feature checking_status has levels, which do not rise",
        "threshold: 0.5 ~ threshold: 50 ~ line 49: decision.threshold is 50.0, but a probability",
        "favourable: below ~ costs: {false-positive: -1, false-negative: 5} ~ decision.costs.false-positive is -1, but must be at least 0.",
        "favourable: below ~ favorable: below ~ there is no key favorable in decision. Maybe you meant favourable.",
        "- column: age ~ - column: Age ~ line 52: there is no feature Age. Maybe you meant age.",
        "- column: age ~ - column: class ~ line 52: the target class cannot be a protected attribute.",
        "below: 25 ~ below: 26 ~ line 53: the groups under 25 and 25 and older of age overlap.",
        "below: 25 ~ levels: [a], below: 25 ~ line 54: the group under 25 of age needs either levels, or from and below.",
        "below: 25 ~ from: 25, below: 25 ~ line 54: the group under 25 of age is empty",
        "name: under 25 ~ name: 25 and older ~ two groups of age are named 25 and older.",
        "- own_telephone ~ - duration ~ line 56: the feature duration is numeric; give groups with from and below",
        "- own_telephone ~ - {column: own_telephone, groups: [{name: g, levels: [yess]}]} ~ has no level yess. Maybe you meant yes.",
        "- own_telephone ~ - {column: own_telephone, groups: [{name: g, from: 1}]} ~ has levels; give groups with levels.",
        "levels: [female] ~ levels: [female, female] ~ line 59: protected.2.groups.0.levels names female twice.",
        "seed: 7 ~ seed: seven ~ line 61: explain.seed must be a whole number, not 'seven'.",
        "seed: 7 ~ seed: -7 ~ line 61: explain.seed is -7, but must be at least 0.",
        "seed: 7 ~ sede: 7 ~ there is no key sede in explain. Maybe you meant seed.",
        "schedule: 0 0 6 1 * ? ~ schedule: 0 6 1 * * ~ line 65: schedule '0 6 1 * *' is neither a cron expression nor an interval. Maybe the seconds are missing: 0 0 6 1 * ?.",
        "schedule: 0 0 6 1 * ? ~ schedule: P1M ~ Maybe you meant R/P1M.",
        "schedule: 0 0 6 1 * ? ~ approval: {watch: P1D} ~ watch 'P1D' is neither a cron expression nor an interval. Maybe you meant R/P1D.",
        "schedule: 0 0 6 1 * ? ~ approval: {valid: 12M} ~ approval.valid",
        "schedule: 0 0 6 1 * ? ~ approval: {until: P1D} ~ until",
        "risk@example.org ~ risk at example ~ line 66: notify.0 'risk at example' is not a mail address.",
        "  positive: bad ~   classes: [good, bad] ~ line 15: a binary model needs target.positive",
        "task: binary ~ task: multiclass ~ line 15: a multiclass model needs target.classes",
        "task: binary ~ task: multiclass ~ line 48: a multiclass model has no decision threshold.",
        "task: binary ~ task: regression ~ line 15: a regression has neither",
        "name: German ~ name: *German ~ line 3: write the value out in place of *German",
        "name: German ~ name: \"German ~ this is not YAML that can be read",
      })
  void tellsFaults(String right, String wrong, String message) {
    String text = whole();
    assertThat(text).contains(right);
    int at = text.indexOf(right);
    String changed = text.substring(0, at) + wrong + text.substring(at + right.length());
    assertThatThrownBy(() -> parse(changed))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(FILE.toString())
        .hasMessageContaining(message);
  }

  @Test
  void readsTheDomainAndWhatIsExpectedOfImportance() {
    ModelSpec spec =
        parse(
            whole()
                .replace("task: binary\n", "task: binary\ndomain: hiring\n")
                .replace("expect: rising", "expect: {top: 2, share: {min: 0.1, max: 0.4}}"));
    assertThat(spec.domain()).contains("hiring");
    ModelSpec.Expectation expectation = spec.expectations().get("credit_amount");
    assertThat(expectation.top()).contains(2);
    assertThat(expectation.share())
        .contains(new ModelSpec.Share(Optional.of(0.1), Optional.of(0.4)));
    assertThat(parse(whole()).domain()).isEmpty();
    assertThatThrownBy(
            () -> parse(whole().replace("task: binary\n", "task: binary\ndomain: hirring\n")))
        .hasMessageContaining("domain is 'hirring'")
        .hasMessageContaining("Maybe you meant hiring.");
  }

  @Test
  void tellsAllFaultsAtOnceByLine() {
    assertThatThrownBy(
            () -> parse(whole().replace("tier: high", "tier: low").replace("min: 0", "mni: 0")))
        .hasMessageMatching(
            "(?s)[^\n]*line 9: tier [^\n]*\n[^\n]*line 31: there is no key mni[^\n]*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "just words",
        "- a\n- list",
        "id: a\n---\nid: b",
        "\t",
        "{",
        "\u0000"
      })
  void tellsFilesThatAreNoDeclaration(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.yaml");
  }

  @Test
  void looksForTheModelFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model.yaml"), whole());
    assertThatThrownBy(() -> ModelSpecReader.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("there is no model file " + folder.resolve("model.json"));
    Files.writeString(folder.resolve("model.json"), "{}");
    assertThat(ModelSpecReader.read(file).id()).isEqualTo("german-credit");
    assertThatThrownBy(() -> ModelSpecReader.read(folder.resolve("modell.yaml")))
        .isInstanceOf(InvalidModelException.class);
  }

  @Test
  void listsModelsAndTellsBrokenOnes() throws IOException {
    Path own = folder.resolve("own");
    Path packed = folder.resolve("packed");
    model(packed, "german-credit", whole().replace("tier: high", "tier: standard"));
    model(packed, "other", whole().replace("id: german-credit", "id: other"));
    model(own, "german-credit", whole());
    model(own, "broken", "id: broken");
    model(own, "renamed", whole());
    Files.createDirectories(own.resolve("not-a-model"));
    ModelFolder models = new ModelFolder(List.of(own, folder.resolve("absent"), packed));

    assertThat(models.ids()).containsExactly("broken", "german-credit", "other", "renamed");
    assertThat(models.list())
        .extracting(e -> e.spec().isPresent())
        .containsExactly(false, true, true, false);
    assertThat(models.spec("german-credit").tier()).isEqualTo("high");
    assertThat(models.spec("other").folder()).isEqualTo(packed.resolve("other"));
    assertThatThrownBy(() -> models.spec("broken")).hasMessageContaining("has no owner");
    assertThatThrownBy(() -> models.spec("renamed"))
        .hasMessageContaining("Give both the same name");
    assertThatThrownBy(() -> models.spec("german_credit"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("Maybe you meant german-credit.");
    assertThatThrownBy(() -> models.spec("../own/german-credit"))
        .hasMessageContaining("There is no model");
    assertThatThrownBy(() -> models.spec("")).hasMessageContaining("There is no model");
  }

  private static void model(Path place, String id, String text) throws IOException {
    Path of = Files.createDirectories(place.resolve(id));
    Files.writeString(of.resolve("model.yaml"), text);
    Files.writeString(of.resolve("model.json"), "{}");
  }
}
