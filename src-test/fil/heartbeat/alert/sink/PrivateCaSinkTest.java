package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.CaFile;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.PrivateCa;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A receiver behind a certificate of an authority that only the operator knows. */
@ExtendWith(VertxExtension.class)
class PrivateCaSinkTest {
  @TempDir Path folder;
  private final List<String> got = new CopyOnWriteArrayList<>();
  private PrivateCa authority;
  private Vertx vertx;
  private String url;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    this.vertx = vertx;
    authority = PrivateCa.in(folder);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(authority.server()))
            .requestHandler(
                request -> {
                  got.add(request.path());
                  request.response().end();
                });
    url = "https://localhost:" + Await.done(server.listen(0, "localhost")).actualPort() + "/hook";
  }

  private void deliver(Optional<CaFile> caFile) throws Exception {
    SinkConfig config =
        new SinkConfig(
            "ops",
            SinkConfig.Type.WEBHOOK,
            Optional.of(new Secret.Plain(url)),
            Optional.empty(),
            false,
            600,
            Duration.ofSeconds(30),
            Optional.empty(),
            Optional.empty(),
            caFile);
    Sink sink = Sinks.create(vertx, config, Map.of(), Optional.empty());
    var unused = Await.done(sink.deliver(SampleAlerts.of(SampleAlerts.firing())));
  }

  @Test
  void itIsTrustedWithTheSinksFile() throws Exception {
    deliver(Optional.of(CaFile.read(authority.pem())));
    assertThat(got).containsExactly("/hook");
  }

  @Test
  void itIsNotTrustedWithoutIt() {
    assertThatThrownBy(() -> deliver(Optional.empty()))
        .hasRootCauseInstanceOf(DeliveryException.class);
    assertThat(got).isEmpty();
  }
}
