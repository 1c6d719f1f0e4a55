package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.CaFile;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.PrivateCa;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Another aggregator, or the service of a dead man's switch, with a certificate of our own. */
@ExtendWith(VertxExtension.class)
class PrivateCaProbeTest {
  @TempDir Path folder;

  @Test
  void aPrivateAuthorityIsTrustedWithItsFileOnly(Vertx vertx) throws Exception {
    PrivateCa authority = PrivateCa.in(folder);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(authority.server()))
            .requestHandler(request -> request.response().end("ready"));
    String url = "https://localhost:" + Await.done(server.listen(0, "localhost")).actualPort();
    Duration timeout = Duration.ofSeconds(30);
    Probe trusting = new Probe(vertx, timeout, 1, Optional.of(CaFile.read(authority.pem())));
    assertThat(Await.done(trusting.get(url, Optional.empty(), 100)).body().toString())
        .isEqualTo("ready");
    Probe other = new Probe(vertx, timeout, 1, Optional.empty());
    assertThatThrownBy(() -> Await.done(other.get(url, Optional.empty(), 100)))
        .hasRootCauseInstanceOf(ProbeException.class);
    var unused = Await.done(trusting.close().compose(closed -> other.close()));
  }
}
