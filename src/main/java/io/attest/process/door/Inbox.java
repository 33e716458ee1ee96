package io.attest.process.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.attest.process.AttestProperties;
import io.attest.stage.Audits;
import io.attest.stage.Labels;
import io.attest.stage.Models;
import io.attest.stage.StartRequest;
import io.attest.stage.Uploads;
import io.attest.stage.watch.Watches;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.component.file.FileComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes what is dropped into the folder {@code inbox}: a data file {@code <model-id>*.csv}, a file
 * {@code <audit-id>-labels.csv} of outcomes that came after that audit, or a {@code model.yaml}
 * with the files beside it, in a folder of its own. Each starts an audit.
 *
 * <p>The wish has its content's hash as key, so a crash between starting the audit and moving the
 * file away starts nothing twice, and neither do two nodes that watch one folder. What cannot be
 * used goes to {@code .failed} with the reason beside it; a fault of Attest itself leaves the file
 * for the next look.
 */
@Component("inbox")
public class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final Set<String> DATA = Set.of("csv", "xlsx", "parquet", "jsonl");
  private static final String MODEL = "model.yaml";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  /** {@code ATT-german-credit-20261122-1-labels.csv}: outcomes of the rows of that audit. */
  private static final Pattern LABELS =
      Pattern.compile("(ATT-.+-\\d{8}-\\d+)-labels\\.(?:csv|xlsx|parquet|jsonl)");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Something that was dropped and cannot be used, with the reason for whoever dropped it. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String reason) {
      super(reason);
    }
  }

  private final Audits audits;
  private final Models models;
  private final Uploads uploads;
  private final Labels labels;
  private final AttestProperties properties;
  private final Clock clock;
  private final Path folder;
  private final Watches watches;

  /** Folders that were left because they still change: each is told of once. */
  private final Set<Path> changing = ConcurrentHashMap.newKeySet();

  Inbox(
      Audits audits,
      Models models,
      Uploads uploads,
      Labels labels,
      AttestProperties properties,
      Clock clock,
      Watches watches) {
    this.watches = watches;
    this.audits = audits;
    this.models = models;
    this.uploads = uploads;
    this.labels = labels;
    this.properties = properties;
    this.clock = clock;
    this.folder = Path.of(properties.inbox().folder()).toAbsolutePath().normalize();
  }

  /**
   * Takes one file that no longer changes.
   *
   * @throws IOException if it cannot be read or moved; it is taken again at the next look
   */
  public void take(@Body File dropped) throws IOException {
    Path file = dropped.toPath().toAbsolutePath().normalize();
    boolean ownFolder = !folder.equals(file.getParent());
    Path all = ownFolder ? file.getParent() : file;
    if (!Files.exists(file) || (ownFolder && !settled(all))) {
      return;
    }
    changing.remove(all);
    try {
      String audit = file.getFileName().toString().equals(MODEL) ? model(file, all) : data(file);
      finish(all, "done", ".audit.txt", "Audit " + audit + "\n");
      LOG.info("Inbox: {} is audited as {}.", all.getFileName(), audit);
    } catch (Unusable | IllegalArgumentException e) {
      finish(all, "failed", ".reason.txt", e.getMessage() + "\n");
      LOG.warn("Inbox: {} cannot be used: {}", all.getFileName(), e.getMessage());
    }
  }

  // --- a data file ----------------------------------------------------------------------------

  private String data(Path file) throws IOException, Unusable {
    String name = file.getFileName().toString();
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!DATA.contains(kind)) {
      throw new Unusable(
          name
              + " is no kind of file that starts an audit. Drop a data file named after its model,"
              + " with the ending "
              + DATA.stream().sorted().toList()
              + ", or a folder with a "
              + MODEL
              + ".");
    }
    Matcher outcomes = LABELS.matcher(name);
    if (outcomes.matches()) {
      try (InputStream in = Files.newInputStream(file)) {
        return labels.attach(outcomes.group(1), name, in, "inbox").id();
      }
    }
    String model =
        models.ids().stream()
            .filter(id -> belongs(name, id))
            .max(Comparator.comparingInt(String::length))
            .orElseThrow(
                () ->
                    new Unusable(
                        name
                            + " begins with no model of this installation: "
                            + models.ids()
                            + ". Maybe rename it."));
    String kept;
    try (InputStream in = Files.newInputStream(file)) {
      kept = uploads.keep(name, in);
    }
    if (watches.watched(model)) {
      String key = "inbox:" + model + ":" + hash(List.of(file));
      watches.tell(
          new Watches.Event(
              model,
              "data-arrived",
              "new data in the drop folder: " + name,
              Optional.of(kept),
              key));
      return "none at once: the watch of " + model + " decides what the new data call for";
    }
    return audits.start(
        new StartRequest(
            model,
            "New data in the drop folder: " + name,
            "",
            Optional.of(kept),
            "inbox",
            "inbox",
            Optional.of("inbox:" + model + ":" + hash(List.of(file)))));
  }

  /** Whether a file name begins with a model's id, as a whole word. */
  private static boolean belongs(String fileName, String id) {
    return fileName.startsWith(id)
        && fileName.length() > id.length()
        && !Character.isLetterOrDigit(fileName.charAt(id.length()));
  }

  // --- a model --------------------------------------------------------------------------------

  private String model(Path file, Path all) throws IOException, Unusable {
    String id = id(file);
    List<Path> files = files(all);
    Path installed = properties.homeFolder().resolve("config/models").resolve(id);
    Path before = installed.resolveSibling("." + id + ".before");
    install(all, files, installed, before);
    try {
      models.spec(id);
    } catch (IllegalArgumentException e) {
      delete(installed);
      if (Files.exists(before)) {
        Files.move(before, installed);
      }
      throw new Unusable(e.getMessage());
    }
    delete(before);
    return audits.start(
        new StartRequest(
            id,
            "New declaration in the drop folder",
            "",
            Optional.empty(),
            "inbox",
            "inbox",
            Optional.of("inbox:" + id + ":" + hash(files))));
  }

  private static String id(Path file) throws IOException, Unusable {
    try {
      JsonNode id = YAML.readTree(Files.readAllBytes(file)).path("id");
      if (!id.isTextual() || !id.asText().matches("[a-z0-9][a-z0-9-]{0,99}")) {
        throw new Unusable(
            MODEL + " has no usable id: it needs lower-case letters, digits and hyphens.");
      }
      return id.asText();
    } catch (JsonProcessingException e) {
      throw new Unusable(MODEL + " is no YAML: " + e.getOriginalMessage());
    }
  }

  /**
   * Puts the model where this installation keeps its own. The files that were there and are not in
   * the drop stay, so that a declaration alone can be replaced.
   */
  private static void install(Path all, List<Path> files, Path installed, Path before)
      throws IOException {
    if (Files.exists(before) && !Files.exists(installed)) {
      Files.move(before, installed); // an earlier try ended in between
    }
    Path next = installed.resolveSibling("." + installed.getFileName() + ".next");
    delete(next);
    Files.createDirectories(next);
    if (Files.isDirectory(installed)) {
      for (Path old : files(installed)) {
        copy(old, next.resolve(installed.relativize(old).toString()));
      }
    }
    Path from = Files.isDirectory(all) ? all : all.getParent();
    for (Path file : files) {
      copy(file, next.resolve(from.relativize(file).toString()));
    }
    delete(before);
    if (Files.isDirectory(installed)) {
      Files.move(installed, before);
    }
    Files.move(next, installed);
  }

  // --- files ----------------------------------------------------------------------------------

  private boolean settled(Path all) throws IOException {
    Instant latest = Instant.EPOCH;
    Path last = all;
    for (Path file : files(all)) {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      if (changed.isAfter(latest)) {
        latest = changed;
        last = file;
      }
    }
    boolean settled = latest.plus(properties.inbox().settle()).isBefore(Instant.now());
    if (!settled && changing.add(all)) {
      LOG.info(
          "Inbox: {} is taken when none of its files has changed for {}; {} changed at {}.",
          all.getFileName(),
          properties.inbox().settle(),
          all.relativize(last),
          latest);
    }
    return settled;
  }

  /**
   * What was dropped; the mark that Camel puts there while a file is looked at is no part of it.
   */
  private static List<Path> files(Path all) throws IOException {
    try (Stream<Path> walk = Files.walk(all)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(FileComponent.DEFAULT_LOCK_FILE_POSTFIX))
          .sorted()
          .toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path all) throws IOException {
    if (Files.exists(all)) {
      try (Stream<Path> walk = Files.walk(all)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static String hash(List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          for (int n; (n = in.read(buffer)) >= 0; ) {
            digest.update(buffer, 0, n);
          }
        }
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Moves what was taken out of the way, with a note beside it. */
  private void finish(Path all, String where, String note, String text) throws IOException {
    Path target = folder.resolve("." + where);
    Files.createDirectories(target);
    String name = TIME.format(clock.instant()) + "-" + all.getFileName();
    Files.writeString(target.resolve(name + note), text);
    if (Files.isDirectory(all)) {
      Files.deleteIfExists(all.resolve(MODEL + FileComponent.DEFAULT_LOCK_FILE_POSTFIX));
    }
    try {
      Files.move(all, target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(all, target.resolve(name));
    }
  }
}
