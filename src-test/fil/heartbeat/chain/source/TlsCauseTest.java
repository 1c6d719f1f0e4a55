package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TlsCauseTest {

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(new CertificateExpiredException("NotAfter: x"), "the certificate has expired"),
        Arguments.of(new CertificateNotYetValidException("NotBefore: x"), "not valid yet"),
        Arguments.of(
            new CertPathBuilderException("unable to find valid certification path"),
            "the certificate is not trusted"),
        Arguments.of(
            new CertificateException("No subject alternative DNS name matching h found."),
            "for another name"),
        Arguments.of(new NotSslRecordException("not an SSL/TLS record"), "is it http?"),
        Arguments.of(new CertificateException("odd"), "odd"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void theRootCauseIsInWords(Throwable root, String words) {
    assertThat(TlsCause.of(handshake(new CertificateException("PKIX failed", root))))
        .contains(words);
  }

  @Test
  void anotherFailureIsNoneOfTls() {
    assertThat(TlsCause.of(new IOException("Connection refused", new IOException("x")))).isNull();
  }

  private static Throwable handshake(@Nullable Throwable cause) {
    SSLHandshakeException handshake = new SSLHandshakeException("Failed to create SSL connection");
    handshake.initCause(cause);
    return new IOException("wrapped", handshake);
  }
}
