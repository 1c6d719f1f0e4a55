package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.sink.OwnCertificate;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A handshake that fails says why, and not only that it failed. */
@ExtendWith(VertxExtension.class)
class TlsMeaningTest {

  @Test
  void aCertificateThatNobodySignedIsNotTrusted(
      Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    HttpServerOptions tls =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(OwnCertificate.in(folder).options());
    fails(vertx, tls, "the certificate is not trusted", test);
  }

  @Test
  void aPortWithoutTlsIsNamed(Vertx vertx, VertxTestContext test) {
    fails(vertx, new HttpServerOptions(), "is it http?", test);
  }

  private static void fails(
      Vertx vertx, HttpServerOptions options, String told, VertxTestContext test) {
    vertx
        .createHttpServer(options)
        .requestHandler(request -> request.response().end())
        .listen(0, "127.0.0.1")
        .compose(
            server ->
                HeadProbe.read(
                    vertx,
                    new ChainConfig(
                        ChainConfig.Source.RPC,
                        "https://localhost:" + server.actualPort() + "/rpc/v1",
                        Optional.empty(),
                        Optional.empty(),
                        ChainConfig.POLL_PERIOD,
                        1),
                    InstantSource.system()))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure).hasMessageContaining(told);
                          assertThat(((RpcException) failure).kind()).isEqualTo(Kind.TLS);
                          test.completeNow();
                        })));
  }
}
