package fil.heartbeat.api;

import fil.heartbeat.alert.Validity;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate of the server, which may be renewed while it runs. */
final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** Suites with authenticated encryption and ephemeral keys. */
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
  private final InstantSource clock;
  private volatile @Nullable TlsPair served;
  private @Nullable TlsPair toldOf;

  TlsFiles(Vertx vertx, Tls files, InstantSource clock) {
    this.vertx = vertx;
    this.files = files;
    this.clock = clock;
  }

  /**
   * Reads the files for the first time.
   *
   * @return fails with a {@link fil.heartbeat.config.ConfigException}
   */
  Future<?> open() {
    return vertx.executeBlocking(() -> TlsPair.read(files)).onSuccess(this::serve);
  }

  /** Adds the certificate to the options; to be called after {@link #open}. */
  void addTo(HttpServerOptions options) {
    options
        .setSsl(true)
        .setKeyCertOptions(pair().keys())
        .setEnabledSecureTransportProtocols(PROTOCOLS);
    SUITES.forEach(options::addEnabledCipherSuite);
  }

  /**
   * Serves the content of the files whenever it changes: a valid pair, or else still the old one.
   */
  void watch(FileWatch.Part watch, HttpServer server) {
    var unused =
        watch.watch(
            List.of(files.certFile(), files.keyFile()),
            pair().contents(),
            new FileChanges.Taker() {
              @Override
              public Future<?> take(List<byte[]> contents) {
                return vertx
                    .executeBlocking(() -> TlsPair.of(files, contents))
                    .compose(pair -> renew(server, pair));
              }

              @Override
              public void fault(String cause) {
                log.error("cannot reload certificate, keeping the current one cause={}", cause);
              }

              @Override
              public void asBefore() {
                log.info("certificate is as before file={}", files.certFile());
              }
            });
  }

  private Future<?> renew(HttpServer server, TlsPair pair) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(pair.keys()).setEnabledSecureTransportProtocols(PROTOCOLS);
    SUITES.forEach(options::addEnabledCipherSuite);
    return server
        .updateSSLOptions(options, true)
        .onSuccess(
            updated -> {
              log.info("certificate read file={}", files.certFile());
              serve(pair);
            });
  }

  private void serve(TlsPair pair) {
    served = pair;
    tellAge();
  }

  /** Logs once for each certificate that clients refuse it because of its dates. */
  void tellAge() {
    TlsPair pair = pair();
    Validity valid = pair.validity();
    if (!pair.equals(toldOf) && valid.fault(clock.instant()).isPresent()) {
      toldOf = pair;
      boolean over = clock.instant().isAfter(valid.until());
      log.error(
          "certificate is {}, clients refuse it file={} {}={} (expected: a renewed one)",
          over ? "out of date" : "not valid yet",
          files.certFile(),
          over ? "valid-until" : "valid-from",
          over ? valid.until() : valid.from());
    }
  }

  /** Returns the validity of the served certificate. */
  Validity validity() {
    return pair().validity();
  }

  private TlsPair pair() {
    TlsPair pair = served;
    if (pair == null) {
      throw new IllegalStateException("not open");
    }
    return pair;
  }
}
