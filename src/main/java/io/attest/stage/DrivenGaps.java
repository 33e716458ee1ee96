package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.Attributions;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.measure.Fairness;
import io.attest.measure.Membership;
import io.attest.measure.ScoreGaps;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Adds to the fairness which features drive the gaps between groups' scores: from the contributions
 * of the main attribution, which its file holds for every row, block by block. Of several classes,
 * contributions to the favourable ones are summed.
 */
final class DrivenGaps {
  private static final int BLOCK = 4096;

  private final ModelSpec spec;
  private final List<String> classes;
  private final Function<Artifact, Path> files;

  /**
   * @param classes the model's outputs
   * @param files where an artefact lies
   */
  DrivenGaps(ModelSpec spec, List<String> classes, Function<Artifact, Path> files) {
    this.spec = spec;
    this.classes = classes;
    this.files = files;
  }

  /** The same fairness with its gaps, or with a note that says why there are none. */
  Fairness of(
      Fairness fairness, List<Section.Explained> explained, Map<String, Membership> memberships) {
    Optional<Section.Explained> main =
        Attributions.main(explained).filter(e -> !e.files().isEmpty());
    if (main.isEmpty()) {
      return fairness.with(
          List.of(),
          List.of(
              "Which features drive the gaps was not tested: no method of this audit gives"
                  + " contributions."));
    }
    Section.AttributionResult result =
        (Section.AttributionResult) main.get().result().orElseThrow();
    List<String> features =
        result.global().stream().map(Section.GlobalShare::feature).sorted().toList();
    ScoreGaps gaps = new ScoreGaps(features, fairness.all(), memberships);
    read(main.get(), features, gaps);
    return fairness.with(
        gaps.gaps(main.get().explainer(), result.space(), protectedFeatures(main.get(), features)),
        List.of());
  }

  private Set<String> protectedFeatures(Section.Explained main, List<String> features) {
    Members members = Members.of(main.provenance(), spec);
    Set<String> out = new TreeSet<>();
    for (String feature : features) {
      for (String member : members.of(feature)) {
        if (spec.protectedGroups().stream().anyMatch(p -> p.column().equals(member))) {
          out.add(feature);
        }
      }
    }
    return out;
  }

  private void read(Section.Explained main, List<String> features, ScoreGaps gaps) {
    int outputs = classes.size();
    boolean[] counted = new boolean[outputs];
    for (int o = 0; o < outputs; o++) {
      counted[o] =
          spec.task() != Task.MULTICLASS || spec.target().favourable().contains(classes.get(o));
    }
    int row = 0;
    try (ParquetReader blocks =
        new ParquetReader(
            files.apply(main.files().get(0)), Math.max(1, BLOCK / outputs) * outputs)) {
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        Frame frame = block.get();
        double[] prediction = column(frame, "prediction");
        List<double[]> phi = new ArrayList<>();
        features.forEach(f -> phi.add(column(frame, "phi_" + f)));
        for (int line = 0; line < prediction.length; line += outputs) {
          double score = 0;
          double[] contributions = new double[features.size()];
          for (int o = 0; o < outputs; o++) {
            if (counted[o]) {
              score += prediction[line + o];
              for (int j = 0; j < contributions.length; j++) {
                contributions[j] += phi.get(j)[line + o];
              }
            }
          }
          gaps.add(row++, score, contributions);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the contributions of " + main.explainer() + ".", e);
    }
  }

  private static double[] column(Frame frame, String name) {
    return ((NumericColumn) frame.column(name)).values();
  }
}
