package io.attest.report;

import io.attest.audit.signature.Signatory;
import io.attest.audit.signature.Signed;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.XMLSignatureException;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.poifs.crypt.HashAlgorithm;
import org.apache.poi.poifs.crypt.dsig.SignatureConfig;
import org.apache.poi.poifs.crypt.dsig.SignatureInfo;
import org.apache.poi.poifs.crypt.dsig.SignaturePart;

/** The signature inside a workbook (XAdES), which Excel shows and checks by itself. */
public final class SignedWorkbook {
  private SignedWorkbook() {}

  /**
   * Signs a workbook in place: the last thing that is done to it.
   *
   * @throws IOException if it cannot be read or written
   */
  public static void sign(Path workbook, Signatory signatory, Clock clock) throws IOException {
    signatory.validNow();
    SignatureConfig config = new SignatureConfig();
    config.setKey(signatory.key());
    config.setSigningCertificateChain(signatory.chain());
    config.setDigestAlgo(HashAlgorithm.sha256);
    config.setExecutionTime(Date.from(clock.instant()));
    config.setSignatureDescription("Released by Attest");
    try (OPCPackage file = OPCPackage.open(workbook.toFile(), PackageAccess.READ_WRITE)) {
      SignatureInfo info = new SignatureInfo();
      info.setSignatureConfig(config);
      info.setOpcPackage(file);
      info.confirmSignature();
    } catch (InvalidFormatException | XMLSignatureException | MarshalException e) {
      throw new IOException("The workbook cannot be signed: " + e.getMessage(), e);
    }
  }

  /**
   * Checks the signatures of a workbook.
   *
   * @param trusted the certificates that are trusted, if any were given
   * @return one for each signature; empty if there is none
   * @throws IOException if it is no workbook
   */
  public static List<Signed> check(Path workbook, Optional<KeyStore> trusted) throws IOException {
    List<Signed> all = new ArrayList<>();
    try (OPCPackage file = OPCPackage.open(workbook.toFile(), PackageAccess.READ)) {
      SignatureInfo info = new SignatureInfo();
      SignatureConfig config = new SignatureConfig();
      config.setUpdateConfigOnValidate(true); // the time of signing comes from the signature
      info.setSignatureConfig(config);
      info.setOpcPackage(file);
      for (SignaturePart part : info.getSignatureParts()) {
        boolean intact = part.validate();
        X509Certificate signer = part.getSigner();
        all.add(
            signer == null
                ? new Signed(
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Signed.Trust.NOT_ASKED,
                    "the signature of the workbook cannot be read, or does not fit its content")
                : Signed.of(
                    signer,
                    part.getCertChain(),
                    Optional.ofNullable(info.getSignatureConfig().getExecutionTime())
                        .map(Date::toInstant),
                    intact,
                    trusted));
      }
    } catch (InvalidFormatException | RuntimeException e) {
      throw new IOException("The workbook cannot be read: " + e.getMessage(), e);
    }
    return all;
  }
}
