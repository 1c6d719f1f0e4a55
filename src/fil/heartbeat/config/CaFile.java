package fil.heartbeat.config;

import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A PEM file of certificates that outgoing clients trust besides those of the JDK, such as those of
 * a company's own authority. Read with the config; equal when path and content are.
 */
public final class CaFile {
  static final String EXPECTED = "a file of certificates as PEM";

  private final Path path;
  private final Set<Certificate> own;
  private final TrustOptions trust;

  private CaFile(Path path, Set<Certificate> own, TrustOptions trust) {
    this.path = path;
    this.own = own;
    this.trust = trust;
  }

  /** The file that a key names; none with a fault when it cannot be used. Blocks. */
  static Optional<CaFile> read(Section section, String name, Path folder) {
    return Checks.optionalPath(section, name, folder)
        .flatMap(
            path -> {
              try {
                return Optional.of(read(path));
              } catch (IOException e) {
                section.fault(
                    name,
                    String.valueOf(e.getMessage()).replaceFirst(" \\(expected: .*\\)$", ""),
                    EXPECTED);
                return Optional.empty();
              }
            });
  }

  /**
   * Reads a file. Blocks.
   *
   * @throws IOException of one line when there is no certificate in it
   */
  public static CaFile read(Path path) throws IOException {
    Set<Certificate> own = Set.copyOf(certificates(path));
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      for (X509Certificate each : accepted(null).getAcceptedIssuers()) {
        all.setCertificateEntry("jdk-" + all.size(), each);
      }
      for (Certificate each : own) {
        all.setCertificateEntry("own-" + all.size(), each);
      }
      return new CaFile(path, own, TrustOptions.wrap(accepted(all)));
    } catch (GeneralSecurityException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** For the options of a client. */
  public TrustOptions trust() {
    return trust;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CaFile file && path.equals(file.path) && own.equals(file.own);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    byte[] content = SmallFile.bytes(file, SmallFile.MAX_BYTES);
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new IOException(file + ": no certificate (expected: " + EXPECTED + ")", e);
    }
    if (found.isEmpty()) {
      throw new IOException(file + ": no certificate (expected: " + EXPECTED + ")");
    }
    return found;
  }

  /**
   * @param store null for that of the JDK
   */
  private static X509TrustManager accepted(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("no trust manager");
  }
}
