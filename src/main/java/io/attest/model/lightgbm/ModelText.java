package io.attest.model.lightgbm;

import io.attest.model.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a model file: the header, one part a tree, and what is used of the rest.
 *
 * @param columns the training parameter {@code categorical_feature}, for instance {@code 1,4}
 * @param categories the JSON after {@code pandas_categorical:}, with its line number
 */
record ModelText(
    Section header, List<Section> trees, String columns, Optional<Section.Line> categories) {
  private static final String COLUMNS = "[categorical_feature:";
  private static final String CATEGORIES = "pandas_categorical:";

  static ModelText read(String file, byte[] bytes) {
    List<String> lines = text(file, bytes).lines().toList();
    Section header = new Section(file, "header", 1);
    List<Section> trees = new ArrayList<>();
    Section part = header;
    int i = 1;
    for (; i < lines.size(); i++) {
      String line = lines.get(i);
      // LightGBM 2.1 goes from the trees to the importances without a word.
      if (line.strip().equals("end of trees") || line.startsWith("feature importances:")) {
        break;
      }
      if (line.startsWith("Tree=")) {
        String index = line.substring("Tree=".length()).strip();
        if (!index.equals(Integer.toString(trees.size()))) {
          throw new InvalidModelException(
              file
                  + " is not a sound LightGBM model: line "
                  + (i + 1)
                  + " begins tree '"
                  + index
                  + "' where tree "
                  + trees.size()
                  + " should be. Maybe the file is cut or put together by hand; save the model"
                  + " again.");
        }
        part = new Section(file, "tree " + trees.size(), i + 1);
        trees.add(part);
      } else if (!line.isBlank()) {
        part.add(i + 1, line);
      }
    }
    if (i >= lines.size()) {
      throw new InvalidModelException(
          file
              + " ends at line "
              + lines.size()
              + ", after "
              + trees.size()
              + " trees, without the line 'end of trees'. Maybe the file is cut off; save the model"
              + " again.");
    }
    String columns = "";
    Optional<Section.Line> categories = Optional.empty();
    for (; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(COLUMNS)) {
        columns = line.substring(COLUMNS.length()).replace("]", "").strip();
      } else if (line.startsWith(CATEGORIES)) {
        categories = Optional.of(new Section.Line(i + 1, line.substring(CATEGORIES.length())));
      }
    }
    return new ModelText(header, trees, columns, categories);
  }

  private static String text(String file, byte[] bytes) {
    if (!LightgbmFile.looksLike(bytes)) {
      throw new InvalidModelException(
          file
              + " is not a LightGBM text model: its first line is not 'tree'. Maybe it is a pickle"
              + " or a JSON dump; save the model with booster.save_model(\"model.txt\").");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(
          file
              + " is not a sound LightGBM model: it is not text in UTF-8. Maybe the names of the"
              + " features are in another encoding, or the file is damaged.",
          e);
    }
  }
}
