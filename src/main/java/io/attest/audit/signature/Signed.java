package io.attest.audit.signature;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * What a signature says and is worth. Whether a certificate was revoked is not looked up: nothing
 * is asked over the network.
 *
 * @param signer the subject of the certificate; empty if there is no signature that can be read
 * @param at when it was signed, as the signer says
 * @param from first day of the certificate
 * @param until last day of the certificate
 * @param intact whether the signature fits the content
 * @param trust what the given truststore says of the signer
 * @param fault what is wrong, in words; empty if nothing is
 */
public record Signed(
    String signer,
    Optional<Instant> at,
    Optional<Instant> from,
    Optional<Instant> until,
    boolean intact,
    Trust trust,
    String fault) {

  /** What is known of the signer. */
  public enum Trust {
    /** No truststore was given. */
    NOT_ASKED,
    /** The certificate comes from one that the truststore holds. */
    TRUSTED,
    /** It does not. */
    NOT_TRUSTED
  }

  /** True if the content is as it was signed, with a certificate that was valid then. */
  public boolean good() {
    return intact && fault.isEmpty();
  }

  /**
   * Checks a CMS signature that stands beside its content.
   *
   * @param trusted the certificates that are trusted, if any were given
   */
  public static Signed of(byte[] content, byte[] signature, Optional<KeyStore> trusted) {
    try {
      CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(content), signature);
      Collection<SignerInformation> signers = data.getSignerInfos().getSigners();
      if (signers.size() != 1) {
        return broken("the signature has " + signers.size() + " signers, not one");
      }
      SignerInformation signer = signers.iterator().next();
      List<X509Certificate> all = new ArrayList<>();
      JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
      for (X509CertificateHolder holder : data.getCertificates().getMatches(null)) {
        all.add(converter.getCertificate(holder));
      }
      Optional<X509CertificateHolder> own =
          data.getCertificates().getMatches(null).stream()
              .filter(holder -> signer.getSID().match(holder))
              .findFirst();
      if (own.isEmpty()) {
        return broken("the signature does not hold the certificate of its signer");
      }
      X509Certificate certificate = converter.getCertificate(own.get());
      return of(certificate, all, time(signer), intact(signer, certificate), trusted);
    } catch (CMSException | GeneralSecurityException | OperatorCreationException e) {
      return broken("the signature cannot be read: " + e.getMessage());
    } catch (RuntimeException e) {
      return broken("the signature cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /** Of a signature that somebody else has checked against its content. */
  public static Signed of(
      X509Certificate certificate,
      List<X509Certificate> all,
      Optional<Instant> at,
      boolean intact,
      Optional<KeyStore> trusted) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    String fault =
        !intact
            ? "the content is not what was signed"
            : at.isEmpty()
                ? "it does not say when it was signed"
                : at.get().isBefore(from) || at.get().isAfter(until)
                    ? "the certificate was not valid when it was signed"
                    : "";
    return new Signed(
        certificate.getSubjectX500Principal().getName(),
        at,
        Optional.of(from),
        Optional.of(until),
        intact,
        trusted.map(store -> trust(certificate, all, at, store)).orElse(Trust.NOT_ASKED),
        fault);
  }

  private static Signed broken(String why) {
    return new Signed(
        "", Optional.empty(), Optional.empty(), Optional.empty(), false, Trust.NOT_ASKED, why);
  }

  private static boolean intact(SignerInformation signer, X509Certificate certificate)
      throws OperatorCreationException {
    try {
      return signer.verify(
          new JcaSimpleSignerInfoVerifierBuilder().build(certificate.getPublicKey()));
    } catch (CMSException wrong) {
      return false;
    }
  }

  private static Optional<Instant> time(SignerInformation signer) {
    Attribute time =
        signer.getSignedAttributes() == null
            ? null
            : signer.getSignedAttributes().get(CMSAttributes.signingTime);
    return time == null
        ? Optional.empty()
        : Optional.of(Time.getInstance(time.getAttrValues().getObjectAt(0)).getDate().toInstant());
  }

  /** A path to a certificate of the truststore, at the time of signing; revocation is not asked. */
  private static Trust trust(
      X509Certificate certificate,
      List<X509Certificate> all,
      Optional<Instant> at,
      KeyStore trusted) {
    try {
      if (trusted.getCertificateAlias(certificate) != null) {
        return Trust.TRUSTED;
      }
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(certificate);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, target);
      parameters.setRevocationEnabled(false);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
      at.ifPresent(when -> parameters.setDate(Date.from(when)));
      CertPathBuilder.getInstance("PKIX").build(parameters);
      return Trust.TRUSTED;
    } catch (GeneralSecurityException no) {
      return Trust.NOT_TRUSTED;
    }
  }

  /** In a sentence, for people. */
  public String inWords() {
    if (signer.isEmpty()) {
      return fault;
    }
    return "signed by "
        + signer
        + at.map(when -> " on " + when).orElse("")
        + ", certificate valid "
        + from.map(Instant::toString).orElse("?")
        + " to "
        + until.map(Instant::toString).orElse("?")
        + switch (trust) {
          case TRUSTED -> ", trusted";
          case NOT_TRUSTED -> ", NOT TRUSTED by the given truststore";
          case NOT_ASKED -> ", trust not checked (--truststore)";
        }
        + (fault.isEmpty() ? "" : ": BROKEN, " + fault);
  }
}
