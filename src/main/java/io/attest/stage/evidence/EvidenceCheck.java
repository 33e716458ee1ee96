package io.attest.stage.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.ArtifactStore;
import io.attest.audit.signature.Signed;
import io.attest.report.SignedWorkbook;
import io.attest.stage.EvidencePack;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Holds every file of an evidence pack against the hash that its manifest states. It tells that
 * nothing changed since the pack was made; who made it, only the hash of the pack itself can tell,
 * which the audit page shows.
 *
 * @param packSha256 of the pack, to hold against what the audit page or a report says
 * @param files every file that is in the pack or in its manifest, by name
 * @param signature of the manifest, and so of everything in the pack; absent if it is not signed
 * @param workbook the signatures inside the workbook
 */
public record EvidenceCheck(
    String packSha256, List<Checked> files, Optional<Signed> signature, List<Signed> workbook) {

  private static final String REPORT = "report.xlsx";

  public EvidenceCheck {
    files = List.copyOf(files);
    workbook = List.copyOf(workbook);
  }

  /** A file of the pack, and how it stands. */
  public record Checked(String path, State state) {}

  /** How a file stands. */
  public enum State {
    /** Its bytes are those that the manifest states. */
    INTACT,
    /** Its bytes are others. */
    CHANGED,
    /** The manifest lists it, and it is not there. */
    MISSING,
    /** It is there, and the manifest does not list it. */
    ADDED
  }

  /** True if every file is there, as it was, and no signature is broken. */
  public boolean intact() {
    return !files.isEmpty()
        && files.stream().allMatch(f -> f.state() == State.INTACT)
        && signature.map(Signed::good).orElse(true)
        && workbook.stream().allMatch(Signed::good);
  }

  /** True if pack and workbook are signed by somebody that the given truststore trusts. */
  public boolean trusted() {
    return signature.filter(s -> s.trust() == Signed.Trust.TRUSTED).isPresent()
        && !workbook.isEmpty()
        && workbook.stream().allMatch(s -> s.trust() == Signed.Trust.TRUSTED);
  }

  /** How many files stand so. */
  public long count(State state) {
    return files.stream().filter(f -> f.state() == state).count();
  }

  /**
   * Checks a pack.
   *
   * @throws IllegalArgumentException if it is no evidence pack
   * @throws IOException if it cannot be read
   */
  public static EvidenceCheck of(Path pack) throws IOException {
    return of(pack, Optional.empty());
  }

  /**
   * Checks a pack.
   *
   * @param trusted the certificates that are trusted, if any were given
   * @throws IllegalArgumentException if it is no evidence pack
   * @throws IOException if it cannot be read
   */
  public static EvidenceCheck of(Path pack, Optional<KeyStore> trusted) throws IOException {
    String sha256 = ArtifactStore.sha256(pack);
    try (ZipFile zip = new ZipFile(pack.toFile())) {
      Map<String, String> stated = manifest(pack, zip);
      Map<String, State> states = new TreeMap<>();
      stated.keySet().forEach(path -> states.put(path, State.MISSING));
      Set<String> seen = new TreeSet<>();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String path = entry.getName();
        if ((path.equals(EvidencePack.MANIFEST) || path.equals(EvidencePack.SIGNATURE))
            && seen.add(path)) {
          continue;
        }
        if (!seen.add(path) || !stated.containsKey(path)) {
          states.put(path, State.ADDED); // a second file of a name hides behind the first
        } else {
          states.put(
              path, stated.get(path).equals(hash(zip, entry)) ? State.INTACT : State.CHANGED);
        }
      }
      List<Checked> files = new ArrayList<>();
      states.forEach((path, state) -> files.add(new Checked(path, state)));
      return new EvidenceCheck(
          sha256, files, signature(zip, trusted), workbook(zip, states, trusted));
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          pack + " is no zip file, or a damaged one: " + e.getMessage(), e);
    }
  }

  private static Optional<Signed> signature(ZipFile zip, Optional<KeyStore> trusted)
      throws IOException {
    ZipEntry signature = zip.getEntry(EvidencePack.SIGNATURE);
    if (signature == null) {
      return Optional.empty();
    }
    try (InputStream content = zip.getInputStream(zip.getEntry(EvidencePack.MANIFEST));
        InputStream in = zip.getInputStream(signature)) {
      return Optional.of(Signed.of(content.readAllBytes(), in.readAllBytes(), trusted));
    }
  }

  /** A workbook that is not as it was is told of already, and need not be opened. */
  private static List<Signed> workbook(
      ZipFile zip, Map<String, State> states, Optional<KeyStore> trusted) throws IOException {
    if (states.get(REPORT) != State.INTACT) {
      return List.of();
    }
    Path copy = Files.createTempFile("attest-verify", ".xlsx");
    try (InputStream in = zip.getInputStream(zip.getEntry(REPORT))) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return SignedWorkbook.check(copy, trusted);
    } catch (IOException noWorkbook) {
      return List.of(); // its bytes are those that were packed: there is no signature to check
    } finally {
      Files.delete(copy);
    }
  }

  /** Bytes that cannot even be unpacked are not those that were put in. */
  private static String hash(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return ArtifactStore.sha256(in);
    } catch (ZipException | EOFException e) {
      return "";
    }
  }

  private static Map<String, String> manifest(Path pack, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(EvidencePack.MANIFEST);
    if (entry == null) {
      throw new IllegalArgumentException(
          pack + " is no evidence pack: it has no " + EvidencePack.MANIFEST + ".");
    }
    JsonNode manifest;
    try (InputStream in = zip.getInputStream(entry)) {
      manifest = new ObjectMapper().readTree(in.readAllBytes());
    } catch (JsonProcessingException | ZipException | EOFException e) {
      throw new IllegalArgumentException(
          pack + ": " + EvidencePack.MANIFEST + " cannot be read: " + e.getMessage(), e);
    }
    if (!EvidencePack.FORMAT.equals(manifest.path("format").asText())) {
      throw new IllegalArgumentException(
          pack
              + " has the format '"
              + manifest.path("format").asText()
              + "', and not "
              + EvidencePack.FORMAT
              + ". Maybe another version of Attest made it.");
    }
    Map<String, String> stated = new TreeMap<>();
    manifest
        .path("sha256")
        .properties()
        .forEach(e -> stated.put(e.getKey(), e.getValue().asText()));
    return stated;
  }
}
