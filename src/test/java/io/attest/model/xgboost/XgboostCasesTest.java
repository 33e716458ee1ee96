package io.attest.model.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsembleModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What XGBoost itself predicts, of both its formats. */
class XgboostCasesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t01_xgb174_binary_german_d4",
        "t03_xgb174_missing_creditdata_d6",
        "t04_xgb174_multiclass_wine",
        "t06_xgb174_deep_adult_d12",
        "t11_xgb340_binary_german_d6",
        "t12_xgb340_regression_concrete_d6",
        "t15_xgb340_categorical_adult_d6",
        "t17_xgb340_dart_attrition",
        "t18_xgb340_rf_ai4i",
        "t19_xgb340_1000trees_taiwan_d8",
        "t20_xgb340_deep_adult_d16",
        "t22_xgb340_verydeep_taiwan30"
      })
  void predictsAsXgboostDoes(String id) {
    Path folder = Cases.folder(id);
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    CaseTable expected = CaseTable.read(folder.resolve("predictions.csv"));
    Model json = read(folder.resolve("model.json"));
    Model ubj = read(folder.resolve("model.ubj"));
    assertThat(json.info().format()).isEqualTo("xgboost-json");
    assertThat(ubj.info().format()).isEqualTo("xgboost-ubj");
    assertThat(ubj.info().features()).isEqualTo(json.info().features());

    double[] raw = json.predict(rows, OutputSpace.RAW);
    assertThat(ubj.predict(rows, OutputSpace.RAW)).containsExactly(raw);
    int outputs = json.info().outputs().size();
    // XGBoost sums 32-bit floats, so it is off by up to 1e-6 of the sum of the absolute leaves.
    double leaves =
        ((TreeEnsembleModel) json)
            .trees().trees().stream().mapToDouble(XgboostCasesTest::largestLeaf).sum();
    for (int i = 0; i < rows.rows(); i++) {
      for (int k = 0; k < outputs; k++) {
        assertThat(raw[i * outputs + k])
            .as("row %d output %d", i, k)
            .isCloseTo(expected.rows()[i][1 + k], within(1e-6 * (1 + leaves)));
      }
    }
    int out = expected.column("out_0");
    if (out > 0) {
      double[] response = json.predict(rows, OutputSpace.RESPONSE);
      for (int i = 0; i < response.length; i++) {
        assertThat(response[i])
            .isCloseTo(
                expected.rows()[i / outputs][out + i % outputs],
                within(2e-6 * Math.max(1, Math.abs(response[i]))));
      }
    }
  }

  private static Model read(Path file) {
    return ModelReader.read(file, Optional.empty(), Optional.empty());
  }

  private static double largestLeaf(Tree tree) {
    return Arrays.stream(tree.value()).map(Math::abs).max().orElse(0);
  }
}
