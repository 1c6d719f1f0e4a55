package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.testing.LogLines;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A certificate and its key on disk: renewed, mixed up, late and removed. */
@ExtendWith(VertxExtension.class)
@SuppressWarnings("deprecation")
class TlsFilesTest {
  @TempDir private Path folder;

  private Path cert() {
    return folder.resolve("cert.pem");
  }

  private Path key() {
    return folder.resolve("key.pem");
  }

  private static SelfSignedCertificate draw(String name) {
    try {
      return new SelfSignedCertificate(name, "EC", 256);
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static SelfSignedCertificate until(Instant end) {
    try {
      return new SelfSignedCertificate(
          "late.test", Date.from(end.minus(Duration.ofDays(365))), Date.from(end), "EC", 256);
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  /** Like a tool that keeps the old time stamp of a copied file. */
  private static void put(Path from, Path to) {
    try {
      Path next = Files.copy(from, to.resolveSibling("next"));
      var ignored = Files.setLastModifiedTime(next, FileTime.from(Instant.EPOCH));
      var unusedMove = Files.move(next, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(SelfSignedCertificate pair) {
    put(pair.certificate().toPath(), cert());
    put(pair.privateKey().toPath(), key());
  }

  private ApiVerticle start(Vertx vertx) {
    HttpConfig http =
        HttpSide.config(
            folder,
            new JsonObject()
                .put(
                    "tls",
                    new JsonObject()
                        .put("certFile", cert().toString())
                        .put("keyFile", key().toString())));
    ApiVerticle api =
        new ApiVerticle(new ApiSettings(http, "0"), Optional.empty(), Optional.empty(), List::of);
    HttpSide.await(vertx.deployVerticle(api));
    return api;
  }

  private static String subject(ApiVerticle api) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", api.port())) {
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
            .getSubjectX500Principal()
            .getName();
      }
    } catch (IOException | GeneralSecurityException e) {
      return e.toString();
    }
  }

  private static void look(ApiVerticle api, int times) {
    for (int i = 0; i < times; i++) {
      HttpSide.await(api.check());
    }
  }

  private static String get(Vertx vertx, ApiVerticle api, String path) {
    WebClient client =
        WebClient.create(
            vertx, new WebClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false));
    return HttpSide.await(client.get(api.port(), "127.0.0.1", path).send()).bodyAsString();
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedAtTheStart(Vertx vertx) {
    serve(draw("first.test"));
    put(draw("other.test").privateKey().toPath(), key());
    assertThatThrownBy(() -> start(vertx))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "http.tls.keyFile: " + key() + " (expected: the private key of " + cert() + ")");
  }

  @Test
  void anAbsentCertificateIsRefusedAtTheStart(Vertx vertx) throws IOException {
    serve(draw("first.test"));
    Files.delete(cert());
    assertThatThrownBy(() -> start(vertx))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("http.tls.certFile: " + cert() + ": no such file (expected: ");
  }

  @Test
  void theOldPairIsServedUntilTheNewOneMatches(Vertx vertx) {
    serve(draw("first.test"));
    SelfSignedCertificate second = draw("other.test");
    try (LogLines log = new LogLines(TlsFiles.class)) {
      ApiVerticle api = start(vertx);
      put(second.privateKey().toPath(), key());
      look(api, 5);
      assertThat(subject(api)).isEqualTo("CN=first.test");
      put(second.certificate().toPath(), cert());
      look(api, 2);
      assertThat(subject(api)).isEqualTo("CN=other.test");
      assertThat(log.lines())
          .containsExactly(
              "ERROR cannot reload certificate, keeping the current one cause=http.tls.keyFile: "
                  + key()
                  + " (expected: the private key of "
                  + cert()
                  + ")",
              "INFO certificate read file=" + cert());
    }
  }

  @Test
  void aRemovedPairIsLoggedOnceAndStillServed(Vertx vertx) throws IOException {
    SelfSignedCertificate pair = draw("first.test");
    serve(pair);
    try (LogLines log = new LogLines(TlsFiles.class)) {
      ApiVerticle api = start(vertx);
      Files.delete(key());
      look(api, 5);
      assertThat(subject(api)).isEqualTo("CN=first.test");
      put(pair.privateKey().toPath(), key());
      look(api, 2);
      assertThat(log.lines())
          .containsExactly(
              "ERROR cannot reload certificate, keeping the current one cause="
                  + key()
                  + ": no such file (expected: one that can be read)",
              "INFO certificate is as before file=" + cert());
    }
  }

  @Test
  void anExpiredCertificateIsServedAndLogged(Vertx vertx) {
    Instant end = Instant.parse("2026-01-02T03:04:05Z");
    serve(until(end));
    try (LogLines log = new LogLines(TlsFiles.class)) {
      ApiVerticle api = start(vertx);
      assertThat(subject(api)).isEqualTo("CN=late.test");
      assertThat(log.lines())
          .containsExactly(
              "ERROR certificate is out of date, clients refuse it file="
                  + cert()
                  + " valid-until=2026-01-02T03:04:05Z (expected: a renewed one)");
      assertThat(get(vertx, api, "/health/ready"))
          .contains("degraded", "the certificate is out of date since 2026-01-02T03:04:05Z");
      assertThat(get(vertx, api, "/metrics"))
          .contains(
              "fil_heartbeat_http_certificate_expires_timestamp_seconds "
                  + (double) end.getEpochSecond());
    }
  }
}
