package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.testing.LogLines;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A TLS port and clients of several kinds. */
@SuppressWarnings("deprecation")
class TlsPortTest {
  @TempDir private Path folder;
  private SelfSignedCertificate certificate;

  @BeforeEach
  void draw() throws GeneralSecurityException {
    certificate = new SelfSignedCertificate("127.0.0.1", "EC", 256);
  }

  private HttpSide side(JsonObject more) {
    JsonObject tls =
        new JsonObject()
            .put("certFile", certificate.certificate().getPath())
            .put("keyFile", certificate.privateKey().getPath());
    return HttpSide.start(
        new ApiSettings(
            HttpSide.config(folder, new JsonObject().put("tls", tls).mergeIn(more)), "0"));
  }

  /** Returns the protocol and suite agreed with a client that offers these. */
  private static String agreed(HttpSide side, String protocol, String suite)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", side.port())) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.setEnabledCipherSuites(new String[] {suite});
      socket.startHandshake();
      return socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite();
    }
  }

  @Test
  void plainHttpGetsAnAnswerThatSaysSo() {
    try (LogLines log = LogLines.loud();
        HttpSide side = side(new JsonObject())) {
      assertThat(RawHttp.ask(side.vertx(), side.port(), RawHttp.LAST))
          .startsWith("HTTP/1.1 400 Bad Request")
          .contains("application/problem+json", "plain HTTP (expected: HTTPS)");
      assertThat(side.refused()).isEqualTo("not-tls 1");
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aConnectionCountsBeforeItsHandshake() {
    JsonObject limits = new JsonObject().put("maxConnectionsPerAddress", 2);
    try (LogLines log = LogLines.loud();
        HttpSide side = side(limits)) {
      for (int i = 0; i < 2; i++) {
        RawHttp ignored = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      }
      RawHttp more = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      assertThat(HttpSide.await(more.ended())).isEmpty();
      assertThat(side.refused()).isEqualTo("address 1");
      assertThat(log.lines()).isEmpty();
    }
  }

  /** Each byte of a handshake takes memory of the server. */
  @Test
  void aClientWithoutAHandshakeIsClosed() {
    try (LogLines log = LogLines.loud();
        HttpSide side = side(new JsonObject())) {
      RawHttp silent = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      RawHttp half = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      half.send("\u0016\u0003\u0001\u0001");
      assertThat(HttpSide.await(silent.ended())).isEmpty();
      assertThat(HttpSide.await(half.ended())).isEmpty();
      assertThat(log.lines()).isEmpty();
    }
  }

  /** A greeting that knows nothing newer than TLS 1.1, which the JDK's client does not send. */
  @Test
  void olderProtocolsAreRefused() throws IOException {
    byte[] hello =
        HexFormat.of()
            .parseHex(
                "1603010031"
                    + "0100002d"
                    + "0302"
                    + "00".repeat(32)
                    + "00"
                    + "0006"
                    + "c009c00a002f"
                    + "0100"
                    + "0000");
    try (HttpSide side = side(new JsonObject());
        Socket socket = new Socket("127.0.0.1", side.port())) {
      socket.getOutputStream().write(hello);
      // An alert and nothing after it.
      assertThat(socket.getInputStream().readAllBytes()).hasSize(7).startsWith(0x15);
    }
  }

  /** HTTP/2 would have other limits, which nothing here counts. */
  @Test
  void onlyHttp11IsAgreed() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (HttpSide side = side(new JsonObject().put("hsts", true));
        SSLSocket socket =
            (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", side.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
      socket.getOutputStream().write(RawHttp.LAST.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("strict-transport-security: max-age=31536000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLSv1.3, TLS_AES_128_GCM_SHA256"
  })
  void goodSuitesAreAccepted(String protocol, String suite) throws Exception {
    try (HttpSide side = side(new JsonObject())) {
      assertThat(agreed(side, protocol, suite)).isEqualTo(protocol + " " + suite);
    }
  }

  @Test
  void otherSuitesAreRefused() {
    try (LogLines log = LogLines.loud();
        HttpSide side = side(new JsonObject())) {
      for (String suite :
          List.of(
              "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA")) {
        assertThatThrownBy(() -> agreed(side, "TLSv1.2", suite)).isInstanceOf(SSLException.class);
      }
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void hstsIsSentOnlyWhereConfigured() {
    ApiSettings plain = new ApiSettings(HttpSide.config(folder, new JsonObject()), "0");
    try (HttpSide side = HttpSide.start(plain)) {
      assertThat(side.ask("GET", "/health/live", "").headers().map())
          .doesNotContainKey("strict-transport-security");
    }
    ApiSettings strict =
        new ApiSettings(HttpSide.config(folder, new JsonObject().put("hsts", true)), "0");
    try (HttpSide side = HttpSide.start(strict)) {
      for (String path : List.of("/health/live", "/nothing", "/api/v1/nodes?limit=x")) {
        assertThat(side.ask("GET", path, "").headers().firstValue("strict-transport-security"))
            .as(path)
            .contains("max-age=31536000");
      }
    }
  }
}
