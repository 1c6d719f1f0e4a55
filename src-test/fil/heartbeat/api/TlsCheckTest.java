package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.HttpConfig.Tls;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs of certificates and keys of all kinds that people combine. */
@SuppressWarnings("deprecation")
class TlsCheckTest {
  @TempDir private Path folder;

  private static SelfSignedCertificate draw(String kind) throws CertificateException {
    return new SelfSignedCertificate("a.test", kind, kind.equals("EC") ? 256 : 2048);
  }

  private Tls pair(String certificate, String key) throws IOException {
    return new Tls(
        Files.writeString(folder.resolve("cert.pem"), certificate),
        Files.writeString(folder.resolve("key.pem"), key));
  }

  private static String pem(Path file) throws IOException {
    return Files.readString(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aPairMatchesWithAnyLineEnds(String kind) throws Exception {
    SelfSignedCertificate drawn = draw(kind);
    String certificate = pem(drawn.certificate().toPath());
    String key = pem(drawn.privateKey().toPath());
    assertThat(TlsCheck.fault(pair(certificate, key))).isEmpty();
    assertThat(
            TlsCheck.fault(
                pair(
                    "\uFEFF" + certificate.replace("\n", "\r\n") + " \r\n",
                    "\uFEFF" + key.replace("\n", "\r\n") + "\r\n\r\n")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"EC, RSA", "RSA, EC"})
  void aKeyOfAnotherTypeIsReported(String one, String other) throws Exception {
    Tls pair = pair(pem(draw(one).certificate().toPath()), pem(draw(other).privateKey().toPath()));
    assertThat(TlsCheck.fault(pair).orElseThrow())
        .startsWith("http.tls.certFile, http.tls.keyFile: " + pair.certFile())
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aKeyOfAnotherCertificateIsReported(String kind) throws Exception {
    Tls pair = pair(pem(draw(kind).certificate().toPath()), pem(draw(kind).privateKey().toPath()));
    assertThat(TlsCheck.fault(pair))
        .contains(
            "http.tls.keyFile: "
                + pair.keyFile()
                + " (expected: the private key of "
                + pair.certFile()
                + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3\n-----END"
            + " ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
      })
  void anInvalidKeyIsReportedInOneLineWithoutItsContent(String text) throws Exception {
    Tls pair = pair(pem(draw("EC").certificate().toPath()), text);
    assertThat(TlsCheck.fault(pair).orElseThrow())
        .startsWith("http.tls.certFile, http.tls.keyFile: " + pair.certFile())
        .endsWith("(expected: a certificate and its private key, not encrypted, in PEM)")
        .doesNotContain("\n", "MIG", "MIHs", "AAAA", "garbage");
  }

  @Test
  void aKeyInPlaceOfTheCertificateIsReported() throws Exception {
    String key = pem(draw("EC").privateKey().toPath());
    assertThat(TlsCheck.fault(pair(key, key)).orElseThrow())
        .startsWith("http.tls.certFile, http.tls.keyFile: ")
        .doesNotContain("\n");
  }
}
