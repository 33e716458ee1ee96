package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.ArtifactStore;
import io.attest.audit.signature.Signatory;
import io.attest.audit.signature.Signed;
import io.attest.stage.evidence.EvidenceCheck;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir Path folder;

  private X509Certificate certificate;

  private Path key(String algorithm, Instant from, Instant until) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
    KeyPair pair = generator.generateKeyPair();
    X500Principal name = new X500Principal("CN=Model Risk, O=Example Bank");
    certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(from),
                        Date.from(until),
                        name,
                        pair.getPublic())
                    .build(
                        new JcaContentSignerBuilder(
                                algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                            .build(pair.getPrivate())));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("attest", pair.getPrivate(), PASSWORD, new Certificate[] {certificate});
    Path file = folder.resolve("key.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return file;
  }

  private Path valid(String algorithm) throws Exception {
    return key(algorithm, NOW.minus(Duration.ofDays(30)), NOW.plus(Duration.ofDays(300)));
  }

  private Path pack(Signatory signatory) throws Exception {
    ArtifactStore store = new ArtifactStore(folder.resolve("store"));
    Path book = folder.resolve("book.xlsx");
    try (XSSFWorkbook workbook = new XSSFWorkbook();
        OutputStream out = Files.newOutputStream(book)) {
      workbook.createSheet("Cover").createRow(0).createCell(0).setCellValue("pass");
      for (int i = 0; i < 40; i++) {
        workbook.createSheet("Data " + i); // a report has many parts
      }
      workbook.write(out);
    }
    EvidencePack pack = new EvidencePack(store);
    pack.add(
        "report.xlsx",
        new Signing(Optional.of(signatory), CLOCK)
            .workbook(store.put("report.xlsx", "x", book), store));
    pack.add("record.json", "{}".getBytes());
    pack.signedBy(Optional.of(signatory));
    Path zip = folder.resolve("pack.zip");
    pack.write(zip);
    return zip;
  }

  private static KeyStore trusting(X509Certificate certificate) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ours", certificate);
    return store;
  }

  @Test
  void packAndWorkbookAreSignedAndTrusted() throws Exception {
    Path pack = pack(Signatory.of(valid("RSA"), PASSWORD, "", CLOCK));
    EvidenceCheck check = EvidenceCheck.of(pack, Optional.of(trusting(certificate)));
    assertThat(check.intact()).isTrue();
    assertThat(check.trusted()).isTrue();
    assertThat(check.signature().orElseThrow().signer()).contains("CN=Model Risk");
    assertThat(check.signature().orElseThrow().at()).contains(NOW);
    assertThat(check.workbook()).hasSize(1);
    assertThat(check.workbook().get(0).at()).contains(NOW);
    assertThat(check.workbook().get(0).inWords()).contains("CN=Model Risk", "trusted");

    valid("RSA"); // another one of the same name
    EvidenceCheck by = EvidenceCheck.of(pack, Optional.of(trusting(certificate)));
    assertThat(by.intact()).isTrue();
    assertThat(by.trusted()).isFalse();
    assertThat(by.signature().orElseThrow().trust()).isEqualTo(Signed.Trust.NOT_TRUSTED);
    assertThat(EvidenceCheck.of(pack).signature().orElseThrow().inWords())
        .contains("trust not checked");
  }

  /** Who changes a file and makes the manifest fit cannot make the signature fit. */
  @Test
  void aForgedManifestBreaksTheSignature() throws Exception {
    Path pack = pack(Signatory.of(valid("RSA"), PASSWORD, "attest", CLOCK));
    try (FileSystem zip = FileSystems.newFileSystem(pack)) {
      String old = ArtifactStore.sha256("{}".getBytes());
      Files.writeString(zip.getPath("record.json"), "{\"verdict\":\"pass\"}");
      Path manifest = zip.getPath("manifest.json");
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replace(old, ArtifactStore.sha256("{\"verdict\":\"pass\"}".getBytes())));
    }
    EvidenceCheck check = EvidenceCheck.of(pack);
    assertThat(check.count(EvidenceCheck.State.INTACT)).isEqualTo(2);
    assertThat(check.signature().orElseThrow().intact()).isFalse();
    assertThat(check.intact()).isFalse();
  }

  @Test
  void aKeyThatCannotSignIsRefusedInWords() throws Exception {
    Path good = valid("RSA");
    assertThatThrownBy(() -> Signatory.of(good, "wrong".toCharArray(), "", CLOCK))
        .hasMessageContaining("attest.signature.password is wrong");
    assertThatThrownBy(() -> Signatory.of(good, PASSWORD, "other", CLOCK))
        .hasMessageContaining("has no key 'other'; it has [attest]");
    assertThatThrownBy(() -> Signatory.of(folder.resolve("none.p12"), PASSWORD, "", CLOCK))
        .hasMessageContaining("it is not there");
    Path old = key("RSA", NOW.minus(Duration.ofDays(300)), NOW.minus(Duration.ofDays(1)));
    assertThatThrownBy(() -> Signatory.of(old, PASSWORD, "", CLOCK))
        .hasMessageContaining("cannot sign now");
    Path elliptic = valid("EC");
    assertThatThrownBy(() -> Signatory.of(elliptic, PASSWORD, "", CLOCK))
        .hasMessageContaining("RSA keys");
    Signatory today = Signatory.of(valid("RSA"), PASSWORD, "", CLOCK);
    assertThat(Signed.of("a".getBytes(), today.sign("b".getBytes()), Optional.empty()).intact())
        .isFalse();
    assertThat(Signed.of("a".getBytes(), "no signature".getBytes(), Optional.empty()).inWords())
        .contains("cannot be read");
  }
}
