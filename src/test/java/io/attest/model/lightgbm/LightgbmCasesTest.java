package io.attest.model.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What LightGBM itself predicts. */
class LightgbmCasesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t31_lgb430_binary_german",
        "t32_lgb430_categorical_adult",
        "t33_lgb430_multiclass_hpc",
        "t37_lgb430_zeroasmissing_taiwan"
      })
  void predictsAsLightgbmDoes(String id) {
    Path folder = Cases.folder(id);
    Batch rows = CaseTable.read(folder.resolve("data.csv")).batch();
    CaseTable expected = CaseTable.read(folder.resolve("predictions.csv"));
    Model model = ModelReader.read(folder.resolve("model.txt"), Optional.empty(), Optional.empty());
    assertThat(model.info().format()).isEqualTo("lightgbm-v4");

    int outputs = model.info().outputs().size();
    double[] raw = model.predict(rows, OutputSpace.RAW);
    double[] response = model.predict(rows, OutputSpace.RESPONSE);
    int firstRaw = expected.column("raw_0");
    int firstOut = expected.column("out_0");
    for (int i = 0; i < rows.rows(); i++) {
      for (int k = 0; k < outputs; k++) {
        // The same 64-bit numbers are added in the same order.
        assertThat(raw[i * outputs + k])
            .as("row %d output %d", i, k)
            .isEqualTo(expected.rows()[i][firstRaw + k]);
        assertThat(response[i * outputs + k])
            .isCloseTo(expected.rows()[i][firstOut + k], within(1e-15));
      }
    }
  }
}
