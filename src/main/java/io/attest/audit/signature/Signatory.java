package io.attest.audit.signature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** A key and its certificates, that sign in the name of this installation. */
public final class Signatory {
  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final Clock clock;

  private Signatory(PrivateKey key, List<X509Certificate> chain, Clock clock) {
    this.key = key;
    this.chain = List.copyOf(chain);
    this.clock = clock;
  }

  /**
   * Reads a key from a PKCS#12 file.
   *
   * @param alias its name in the file; empty if the file has one key
   * @throws IllegalArgumentException if the file is not there, the password is wrong, there is no
   *     such key, or its certificate is not valid now
   */
  public static Signatory of(Path file, char[] password, String alias, Clock clock) {
    KeyStore store;
    try (InputStream in = Files.newInputStream(file)) {
      store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The key file "
              + file
              + " (attest.signature.file) cannot be opened: "
              + (Files.exists(file)
                  ? e.getMessage() + ". Maybe the password in attest.signature.password is wrong."
                  : "it is not there."),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(file + " is no PKCS#12 file: " + e.getMessage(), e);
    }
    try {
      List<String> keys = new ArrayList<>();
      for (String name : Collections.list(store.aliases())) {
        if (store.isKeyEntry(name)) {
          keys.add(name);
        }
      }
      String name = alias.isEmpty() && keys.size() == 1 ? keys.get(0) : alias;
      if (!keys.contains(name.toLowerCase(java.util.Locale.ROOT)) && !keys.contains(name)) {
        throw new IllegalArgumentException(
            file
                + " has no key '"
                + alias
                + "'; it has "
                + keys
                + ". Name one of them in attest.signature.alias.");
      }
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : store.getCertificateChain(name)) {
        chain.add((X509Certificate) certificate);
      }
      PrivateKey key = (PrivateKey) store.getKey(name, password);
      if (!key.getAlgorithm().equals("RSA")) {
        throw new IllegalArgumentException(
            "The key '"
                + name
                + "' of "
                + file
                + " is of the kind "
                + key.getAlgorithm()
                + ". Workbooks can only be signed with RSA keys: use one.");
      }
      Signatory signatory = new Signatory(key, chain, clock);
      signatory.validNow();
      return signatory;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "The key of " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Makes sure that the certificate is valid now.
   *
   * @throws IllegalArgumentException if it is not yet, or no longer
   */
  public void validNow() {
    X509Certificate own = chain.get(0);
    Date now = Date.from(clock.instant());
    if (now.before(own.getNotBefore()) || now.after(own.getNotAfter())) {
      throw new IllegalArgumentException(
          "The certificate of "
              + name()
              + " is valid from "
              + own.getNotBefore().toInstant()
              + " to "
              + own.getNotAfter().toInstant()
              + " and cannot sign now. Put a new one into attest.signature.file.");
    }
  }

  /** Who signs, as the certificate says. */
  public String name() {
    return chain.get(0).getSubjectX500Principal().getName();
  }

  public PrivateKey key() {
    return key;
  }

  /** Its own certificate first. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * Signs bytes: a CMS (PKCS#7) signature that stands beside them.
   *
   * @throws IllegalArgumentException if the certificate is not valid now
   */
  public byte[] sign(byte[] content) {
    validNow();
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      ASN1EncodableVector attributes = new ASN1EncodableVector();
      attributes.add(
          new Attribute(
              CMSAttributes.signingTime, new DERSet(new Time(Date.from(clock.instant())))));
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .setSignedAttributeGenerator(
                  new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)))
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(key), chain.get(0)));
      generator.addCertificates(new JcaCertStore(chain));
      return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
    } catch (OperatorCreationException | GeneralSecurityException | CMSException | IOException e) {
      throw new IllegalStateException(
          "The key of " + name() + " cannot sign: " + e.getMessage(), e);
    }
  }
}
