package io.attest.model.h2o;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.TreeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MojoFileTest {
  private static final double NAN = Double.NaN;

  private static final String INI =
      """
      [info]
      h2o_version = 3.44.0.1
      mojo_version = 1.40
      algo = gbm
      n_features = 2
      n_classes = 2
      n_columns = 3
      balance_classes = false
      prior_class_distrib = [0.25, 0.75]
      model_class_distrib = [0.5, 0.5]
      escape_domain_values = true
      endianness = LITTLE_ENDIAN
      n_trees = 1
      n_trees_per_class = 1
      _genmodel_encoding = AUTO
      distribution = bernoulli
      link_function = logit
      init_f = 0.5

      [columns]
      age
      colour
      bad

      [domains]
      1: 4 d000.txt
      2: 2 d001.txt
      """;

  /** age below 30 (missing: left) ? colour in {green} (missing: right) ? 2 : 1 : 4. */
  private static Map<String, byte[]> model() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("model.ini", bytes(INI));
    files.put("domains/d000.txt", bytes("red\ngreen\ndark \\\\ blue\nlight\\nblue\n"));
    files.put("domains/d001.txt", bytes("no\nyes\n"));
    ByteBuffer inner = buffer(19);
    // A set of 3 bits from level 0, left leaf, right leaf, missing right.
    inner.put((byte) (0x30 | 12 | 0xc0)).putShort((short) 1).put((byte) 3);
    inner.putShort((short) 0).putInt(3).put((byte) 0b010);
    inner.putFloat(1).putFloat(2);
    byte[] left = Arrays.copyOf(inner.array(), inner.position());
    ByteBuffer tree = buffer(100);
    tree.put((byte) 0xc0).putShort((short) 0).put((byte) 2).putFloat(30);
    tree.put((byte) left.length).put(left).putFloat(4);
    files.put("trees/t00_000.bin", Arrays.copyOf(tree.array(), tree.position()));
    ByteBuffer table = buffer(80);
    table.putInt(0).putInt(-1).putFloat(6).putFloat(4).position(32);
    table.putInt(1).putInt(2).putInt(1).putInt(0).putFloat(1).putFloat(5).position(72);
    table.putInt(3).putInt(4);
    files.put("trees/t00_000_aux.bin", table.array());
    return files;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void routesAsH2oDoes() {
    TreeFile file = read(files -> {});
    assertThat(raw(file, 29, 0)).isEqualTo(1.5);
    assertThat(raw(file, 29, 1)).as("in the set").isEqualTo(2.5);
    assertThat(raw(file, 29, 2)).isEqualTo(1.5);
    assertThat(raw(file, 29, 3)).as("no bit for it: as if missing").isEqualTo(2.5);
    assertThat(raw(file, 29, NAN)).isEqualTo(2.5);
    assertThat(raw(file, 30, 0)).as("not below").isEqualTo(4.5);
    assertThat(raw(file, Math.nextDown(30.0), 0)).as("64 bits").isEqualTo(1.5);
    assertThat(raw(file, NAN, 0)).isEqualTo(1.5);
    TreeFile other = read(files -> files.get("trees/t00_000.bin")[3] = 3);
    assertThat(raw(other, NAN, 0)).as("missing right").isEqualTo(4.5);
  }

  @Test
  void asksWhetherAValueIsMissing() {
    TreeFile file =
        read(
            files -> {
              ByteBuffer tree = buffer(12);
              tree.put((byte) 0xf0).putShort((short) 0).put((byte) 1).putFloat(1).putFloat(2);
              files.put("trees/t00_000.bin", tree.array());
            });
    assertThat(raw(file, NAN, 0)).isEqualTo(2.5);
    assertThat(raw(file, 0, 0)).isEqualTo(1.5);
    assertThat(raw(file, Double.NEGATIVE_INFINITY, 0)).isEqualTo(1.5);
  }

  @Test
  void tellsWhatTheFileTells() {
    TreeFile file = read(files -> {});
    assertThat(file.format()).isEqualTo("h2o-mojo");
    assertThat(file.version()).isEqualTo("3.44.0.1");
    assertThat(file.named()).isTrue();
    assertThat(file.levelsKnown()).containsExactly(false, true);
    assertThat(file.features())
        .containsExactly(
            Feature.numeric("age"),
            new Feature("colour", List.of("red", "green", "dark \\ blue", "light\nblue")));
    assertThat(file.trees().trees().get(0).cover()).containsExactly(10, 6, 1, 5, 4);
    TreeFile without = read(files -> files.remove("trees/t00_000_aux.bin"));
    assertThat(without.trees().trees().get(0).cover()).containsOnly(0);
    TreeFile alone =
        read(
            files -> {
              ByteBuffer tree = buffer(7);
              tree.put((byte) 0).putShort((short) -1).putFloat(7);
              files.put("trees/t00_000.bin", tree.array());
              files.put("trees/t00_000_aux.bin", new byte[0]);
            });
    assertThat(raw(alone, 1, 1)).isEqualTo(7.5);
  }

  @ParameterizedTest
  @CsvSource({
    "gbm, bernoulli, logit, 2, false, BINARY, LOGIT, 0.5, 4",
    "gbm, quasibinomial, logit, 2, false, BINARY, LOGIT, 0.5, 4",
    // 3 times as many of the second class, and half as many of the first, as in training.
    "gbm, bernoulli, logit, 2, true, BINARY, LOGIT, 1.5986122886681098, 4",
    "gbm, multinomial, logit, 2, false, BINARY, LOGIT, -1, -8",
    "gbm, gaussian, identity, 1, false, REGRESSION, IDENTITY, 0.5, 4",
    "gbm, huber, identity, 1, false, REGRESSION, IDENTITY, 0.5, 4",
    "gbm, gamma, log, 1, false, REGRESSION, LOG, 0.5, 4",
    "drf, none, none, 1, false, REGRESSION, IDENTITY, 0, 4",
    "drf, none, none, 2, false, BINARY, IDENTITY, 1, -4"
  })
  void theDistributionSaysWhatTheModelIsFor(
      String algorithm,
      String distribution,
      String link,
      int classes,
      boolean balanced,
      Task task,
      Link expected,
      double base,
      double leaf) {
    TreeFile file =
        read(
            files ->
                ini(files, "algo = gbm", "algo = " + algorithm)
                    .accept(
                        Map.of(
                            "distribution = bernoulli", "distribution = " + distribution,
                            "link_function = logit", "link_function = " + link,
                            "n_classes = 2", "n_classes = " + classes,
                            "balance_classes = false", "balance_classes = " + balanced)));
    assertThat(file.task()).isEqualTo(task);
    assertThat(file.link()).isEqualTo(expected);
    assertThat(file.trees().base()[0]).isCloseTo(base, within(1e-15));
    assertThat(raw(file, 40, 0) - base).isCloseTo(leaf, within(1e-15));
  }

  @Test
  void sharesOutTheVotesOfAForest() {
    TreeFile file =
        read(
            files -> {
              ini(files, "algo = gbm", "algo = drf")
                  .accept(
                      Map.of(
                          "n_classes = 2", "n_classes = 3",
                          "n_trees_per_class = 1", "n_trees_per_class = 3"));
              byte[] tree = files.get("trees/t00_000.bin");
              files.put("trees/t02_000.bin", tree);
              files.put("trees/t02_000_aux.bin", files.get("trees/t00_000_aux.bin"));
            });
    assertThat(file.task()).isEqualTo(Task.MULTICLASS);
    assertThat(file.link()).isEqualTo(Link.SHARE);
    double[] out = new double[3];
    file.trees().raw(new Batch(1, 2, new double[] {40, 0}), out);
    assertThat(out).as("the second class has no tree").containsExactly(4, 0, 4);
    file.link().toResponse(out, 3);
    assertThat(out).containsExactly(0.5, 0, 0.5);
    double[] none = {0, 0, 0};
    file.link().toResponse(none, 3);
    assertThat(none).containsExactly(0, 0, 0);
  }

  @Test
  void refusesWhatItCannotReadByName() {
    refused("algo = gbm", "algo = glm", "glm", "only gbm and drf");
    refused("mojo_version = 1.40", "mojo_version = 1.10", "MOJO version 1.10");
    refused("mojo_version = 1.40", "mojo_version = 1.50", "MOJO version 1.50");
    refused("= AUTO", "= OneHotExplicit", "OneHotExplicit");
    refused("n_trees = 1", "offset_column = w\nn_trees = 1", "offset column w");
    refused("= bernoulli", "= ordinal", "ordinal");
    refused("= logit", "= log", "link_function log");
    refused("n_classes = 2", "n_classes = 3", "n_classes 3");
    refused("n_classes = 2", "n_classes = many", "many");
    refused("n_features = 2", "n_features = 9", "n_features 9");
    refused("n_columns = 3", "n_columns = 4", "3 columns");
    refused("n_trees = 1", "n_trees = 2000000000", "2000000000 rounds");
    refused("n_trees = 1", "n_trees = 2", "no tree of round 1");
    refused("per_class = 1", "per_class = 2", "n_trees_per_class 2");
    refused("1: 4 d000", "1: 3 d000", "4 levels");
    refused("1: 4 d000", "1: 4 d009", "d009");
    refused("init_f = 0.5", "", "init_f");
    damaged(files -> files.remove("model.ini"), "no model.ini");
    damaged(
        files -> {
          ini(files, "algo = gbm", "algo = drf")
              .accept(Map.of("balance_classes = false", "balance_classes = true"));
        },
        "balance_classes");
    String tree = "trees/t00_000.bin";
    damaged(files -> files.put(tree, Arrays.copyOf(files.get(tree), 20)), "ends too early");
    damaged(files -> files.put(tree, Arrays.copyOf(files.get(tree), 40)), "goes on");
    damaged(files -> files.get(tree)[1] = 5, "column 5 of 2");
    damaged(files -> files.get(tree)[3] = 9, "direction 9");
    damaged(files -> files.get(tree)[8]++, "another size");
    damaged(files -> files.get(tree)[10] = 0, "age, which is a number");
    damaged(files -> files.get(tree)[15] = 0x7f, "levels");
    damaged(files -> files.put("trees/t00_000_aux.bin", new byte[41]), "table of 41 bytes");
    damaged(files -> files.get("trees/t00_000_aux.bin")[32] = 8, "node 8");
    damaged(files -> files.put("trees/none", new byte[1 << 25]), "unpacks to more than");
    assertThatThrownBy(() -> MojoFile.read("m.zip", bytes("PK\u0003\u0004")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("m.zip");
  }

  /** Damage gives a model or a message that names the file, and nothing else. */
  @Property(tries = 2000)
  void damageIsRefusedOrHarmless(@ForAll long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes;
    if (random.nextBoolean()) {
      // Inside the files, where no checksum tells.
      Map<String, byte[]> files = model();
      byte[] one = List.copyOf(files.values()).get(random.nextInt(files.size()));
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        one[random.nextInt(one.length)] ^= (byte) (1 << random.nextInt(8));
      }
      bytes = zip(files);
    } else {
      bytes =
          Files.readAllBytes(Path.of("src/test/resources/io/attest/model/h2o/drf-multinomial.zip"));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      if (random.nextBoolean()) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
    }
    TreeFile file;
    try {
      file = MojoFile.read("damaged.zip", bytes);
    } catch (InvalidModelException e) {
      assertThat(e).hasMessageContaining("damaged.zip");
      return;
    }
    int p = file.features().size();
    double[] out = new double[file.trees().outputs()];
    file.trees().raw(new Batch(1, p, new double[p]), out);
    assertThat(out).doesNotContain(NAN);
  }

  private static void refused(String from, String to, String... parts) {
    damaged(files -> ini(files, from, to), parts);
  }

  private static void damaged(Consumer<Map<String, byte[]>> damage, String... parts) {
    assertThatThrownBy(() -> read(damage))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.zip")
        .hasMessageContainingAll(parts);
  }

  /** Replaces one line of model.ini, and then others. */
  private static Consumer<Map<String, String>> ini(
      Map<String, byte[]> files, String from, String to) {
    replace(files, from, to);
    return others -> others.forEach((f, t) -> replace(files, f, t));
  }

  private static void replace(Map<String, byte[]> files, String from, String to) {
    String ini = new String(files.get("model.ini"), StandardCharsets.UTF_8);
    assertThat(ini).contains(from);
    files.put("model.ini", bytes(ini.replace(from, to)));
  }

  private static TreeFile read(Consumer<Map<String, byte[]>> change) {
    Map<String, byte[]> files = model();
    change.accept(files);
    return MojoFile.read("model.zip", zip(files));
  }

  private static byte[] zip(Map<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static double raw(TreeFile file, double age, double colour) {
    double[] out = new double[1];
    file.trees().raw(new Batch(1, 2, new double[] {age, colour}), out);
    return out[0];
  }
}
