package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.sink.OwnCertificate;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** As a balancer does without a node behind it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHandshakeThatIsCutIsNoneOfACertificate(boolean atOnce, Vertx vertx, VertxTestContext test) {
    vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              if (atOnce) {
                socket.close().onFailure(test::failNow);
              } else {
                socket.handler(hello -> socket.close().onFailure(test::failNow));
              }
            })
        .listen(0, "127.0.0.1")
        .compose(server -> head(vertx, server.actualPort()))
        .onComplete(test.failing(failure -> check(failure, Kind.UNAVAILABLE, "no answer", test)));
  }

  private static void fails(
      Vertx vertx, HttpServerOptions options, String told, VertxTestContext test) {
    vertx
        .createHttpServer(options)
        .requestHandler(request -> request.response().end())
        .listen(0, "127.0.0.1")
        .compose(server -> head(vertx, server.actualPort()))
        .onComplete(test.failing(failure -> check(failure, Kind.TLS, told, test)));
  }

  private static void check(Throwable failure, Kind kind, String told, VertxTestContext test) {
    test.verify(
        () -> {
          assertThat(failure).hasMessageContaining(told);
          assertThat(((RpcException) failure).kind()).isEqualTo(kind);
          test.completeNow();
        });
  }

  private static Future<HeadProbe.Reading> head(Vertx vertx, int port) {
    return HeadProbe.read(
        vertx,
        new ChainConfig(
            ChainConfig.Source.RPC,
            "https://localhost:" + port + "/rpc/v1",
            Optional.empty(),
            Optional.empty(),
            ChainConfig.POLL_PERIOD,
            1),
        InstantSource.system());
  }
}
