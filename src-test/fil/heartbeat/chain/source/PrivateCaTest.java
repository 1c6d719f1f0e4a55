package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.CaFile;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.PrivateCa;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes behind certificates of an authority that only the operator knows. */
@ExtendWith(VertxExtension.class)
class PrivateCaTest {
  @TempDir static Path folder;
  private static PrivateCa authority;

  private Vertx vertx;
  private int port;

  @BeforeAll
  static void draw() {
    authority = PrivateCa.in(folder);
  }

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    this.vertx = vertx;
    JsonObject head =
        new JsonObject()
            .put("Cids", new JsonArray().add(new JsonObject().put("/", RpcDouble.BLOCK_A)))
            .put("Height", 7);
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(authority.server()))
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(
                            new JsonObject()
                                .put("id", 1)
                                .put("jsonrpc", "2.0")
                                .put("result", head)
                                .encode()));
    port = Await.done(server.listen(0, "localhost")).actualPort();
  }

  private long height(String host, Optional<CaFile> caFile) throws Exception {
    RpcEndpoint endpoint =
        new RpcEndpoint(
            "https://" + host + ":" + port + "/rpc/v1",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            caFile,
            "");
    ChainConfig config =
        new ChainConfig(
            ChainConfig.Source.RPC, endpoint, Duration.ofSeconds(3), Duration.ofSeconds(10), 1);
    HeadSource source =
        HeadSource.of(
            vertx,
            config,
            "alice",
            InstantSource.system(),
            System::nanoTime,
            Duration.ofSeconds(20));
    return Await.done(source.read().onComplete(read -> source.close())).height();
  }

  @Test
  void aNodeOfAPrivateAuthorityIsReadWithItsFile() throws Exception {
    assertThat(height("localhost", Optional.of(CaFile.read(authority.pem())))).isEqualTo(7);
  }

  @Test
  void withoutTheFileItIsNotTrusted() {
    assertThatThrownBy(() -> height("localhost", Optional.empty()))
        .hasRootCauseInstanceOf(RpcException.class);
  }

  @Test
  void theFileTrustsNoOtherName() {
    assertThatThrownBy(() -> height("127.0.0.1", Optional.of(CaFile.read(authority.pem()))))
        .hasRootCauseInstanceOf(RpcException.class);
  }
}
