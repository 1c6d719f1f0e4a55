package fil.heartbeat.api;

import fil.heartbeat.config.HttpConfig.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of the server, which may be renewed while it runs. */
final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);
  private static final long CHECK_MILLIS = 2_000;

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** Those that encrypt and authenticate in one, with keys of their own for each connection. */
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private final Vertx vertx;
  private final Tls files;
  private final Digester digester;
  private List<String> read = List.of();
  private boolean checking;

  /** What tells the content of a file from any other. Blocks. */
  @FunctionalInterface
  interface Digester {
    String digest(Path file) throws IOException;
  }

  TlsFiles(Vertx vertx, Tls files) {
    this(vertx, files, TlsFiles::digest);
  }

  TlsFiles(Vertx vertx, Tls files, Digester digester) {
    this.vertx = vertx;
    this.files = files;
    this.digester = digester;
  }

  void addTo(HttpServerOptions options) {
    options.setSsl(true).setKeyCertOptions(keys()).setEnabledSecureTransportProtocols(PROTOCOLS);
    SUITES.forEach(options::addEnabledCipherSuite);
  }

  /** Looks every two seconds whether the files changed since this was called. */
  Future<?> watch(HttpServer server) {
    return remember()
        .onSuccess(
            now -> {
              long ignored =
                  vertx.setPeriodic(
                      CHECK_MILLIS,
                      tick -> {
                        var unused = check(server);
                      });
            });
  }

  /** Takes the files as they are for those that the server has. */
  Future<?> remember() {
    return vertx.executeBlocking(this::digests, false).onSuccess(now -> read = now);
  }

  /** Looks whether the files changed, unless a look before does not end. */
  Future<?> check(HttpServer server) {
    if (checking) {
      return Future.succeededFuture();
    }
    checking = true;
    // Not in order: what hangs here must not hold what others do.
    return vertx
        .executeBlocking(this::digests, false)
        .compose(now -> reload(server, now))
        .onComplete(done -> checking = false)
        .onFailure(
            failure ->
                log.error(
                    "certificate not read, the old one stays cause={}", failure.getMessage()));
  }

  private Future<?> reload(HttpServer server, List<String> now) {
    if (read.equals(now)) {
      return Future.succeededFuture();
    }
    read = now;
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(keys()).setEnabledSecureTransportProtocols(PROTOCOLS);
    SUITES.forEach(options::addEnabledCipherSuite);
    // The paths are the same, so Vert.x would see nothing new in the options.
    return server
        .updateSSLOptions(options, true)
        .onSuccess(updated -> log.info("certificate read file={}", files.certFile()));
  }

  private List<String> digests() throws IOException {
    return List.of(digester.digest(files.certFile()), digester.digest(files.keyFile()));
  }

  /** A renewed file may have the size and the time stamp of the one before. */
  private static String digest(Path file) throws IOException {
    return Answers.tag(Buffer.buffer(Files.readAllBytes(file)));
  }

  private PemKeyCertOptions keys() {
    return new PemKeyCertOptions()
        .setCertPath(files.certFile().toString())
        .setKeyPath(files.keyFile().toString());
  }
}
