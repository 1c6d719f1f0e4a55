package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
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

  static Stream<Throwable> others() {
    return Stream.of(
        new IOException("Connection refused", new IOException("x")),
        // What netty and the JDK say when the connection ends in the middle.
        new SSLHandshakeException("Connection closed while SSL/TLS handshake was in progress"),
        new SslHandshakeTimeoutException("handshake timed out after 10000ms"),
        new SSLException("closing inbound before receiving peer's close_notify"),
        new SSLException("SSLEngine closed already"),
        handshake(new EOFException("SSL peer shut down incorrectly")),
        handshake(new SocketException("Connection reset")),
        handshake(new ClosedChannelException()));
  }

  /** Whoever stands before a node that is down ends the handshake; no certificate is at fault. */
  @ParameterizedTest
  @MethodSource("others")
  void anotherFailureIsNoneOfTls(Throwable failure) {
    assertThat(TlsCause.of(failure)).isNull();
  }

  @Test
  void whatTheOtherSideRefusesIsOneOfTls() {
    assertThat(TlsCause.of(new SSLHandshakeException("Received fatal alert: protocol_version")))
        .contains("protocol_version");
  }

  private static Throwable handshake(@Nullable Throwable cause) {
    SSLHandshakeException handshake = new SSLHandshakeException("Failed to create SSL connection");
    handshake.initCause(cause);
    return new IOException("wrapped", handshake);
  }
}
