package io.attest.report;

import io.attest.audit.signature.Signatory;
import io.attest.audit.signature.Signed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.poi.UnsupportedFileFormatException;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.poifs.crypt.HashAlgorithm;
import org.apache.poi.poifs.crypt.dsig.SignatureConfig;
import org.apache.poi.poifs.crypt.dsig.SignatureInfo;
import org.apache.poi.poifs.crypt.dsig.SignaturePart;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The signature inside a workbook (XAdES), which Excel shows and checks by itself. */
public final class SignedWorkbook {
  /** Hashes, ways to write XML in one way only, and RSA: nothing that runs. */
  private static final Pattern ALGORITHMS =
      Pattern.compile(
          "http://www\\.w3\\.org/(TR/2001/REC-xml-c14n-20010315|2001/10/xml-exc-c14n)#?(WithComments)?"
              + "|http://www\\.w3\\.org/(2000/09/xmldsig|2001/04/xmlenc|2001/04/xmldsig-more)#(rsa-)?sha\\d+"
              + "|http://schemas\\.openxmlformats\\.org/package/2006/RelationshipTransform");

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
      // More parts than 30 are refused otherwise, and every report has more. What that guards
      // against besides is refused by plain() itself.
      config.setSecureValidation(false);
      for (SignaturePart part : info.getSignatureParts()) {
        all.add(signed(info, part, trusted));
      }
    } catch (InvalidFormatException | UnsupportedFileFormatException e) {
      throw new IOException("This is no workbook: " + e.getMessage(), e);
    }
    return all;
  }

  private static Signed signed(SignatureInfo info, SignaturePart part, Optional<KeyStore> trusted) {
    try {
      plain(part);
      boolean intact = part.validate();
      X509Certificate signer = part.getSigner();
      return signer == null
          ? broken("it does not fit the content of the workbook")
          : Signed.of(
              signer,
              part.getCertChain(),
              Optional.ofNullable(info.getSignatureConfig().getExecutionTime())
                  .map(Date::toInstant),
              intact,
              trusted);
    } catch (IOException
        | ParserConfigurationException
        | SAXException
        | RuntimeException unreadable) {
      return broken("the signature cannot be read: " + unreadable.getMessage());
    }
  }

  private static Signed broken(String why) {
    return new Signed(
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Signed.Trust.NOT_ASKED,
        why);
  }

  /** Refuses a signature that would have anything but parts of the workbook hashed or run. */
  private static void plain(SignaturePart part)
      throws IOException, ParserConfigurationException, SAXException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    NodeList all;
    try (InputStream in = part.getPackagePart().getInputStream()) {
      all = factory.newDocumentBuilder().parse(in).getElementsByTagName("*");
    }
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      String algorithm = element.getAttribute("Algorithm");
      String uri = element.getAttribute("URI");
      if (!algorithm.isEmpty() && !ALGORITHMS.matcher(algorithm).matches()) {
        throw new IOException("it uses " + algorithm);
      }
      if (!uri.isEmpty() && !uri.startsWith("#") && !uri.matches("/[^/].*")) {
        throw new IOException("it is about " + uri);
      }
    }
  }
}
