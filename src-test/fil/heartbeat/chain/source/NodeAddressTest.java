package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.Repo;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node whose folder names its endpoint. */
@ExtendWith(VertxExtension.class)
class NodeAddressTest {
  @TempDir Path folder;
  private Vertx vertx;

  @BeforeEach
  void use(Vertx vertx) {
    this.vertx = vertx;
  }

  private void write(String name, String content) throws Exception {
    var unused = Files.writeString(folder.resolve(name), content);
  }

  private RpcEndpoint repo() {
    return RpcEndpoint.of(new Repo(folder, Repo.Type.NODE));
  }

  private void runs(RpcDouble node, String token) throws Exception {
    int port = java.net.URI.create(node.url()).getPort();
    write("api", "/ip4/127.0.0.1/tcp/" + port + "/http");
    write("token", token);
  }

  private RpcDouble started() throws Exception {
    RpcDouble node = new RpcDouble(vertx);
    node.on("Filecoin.StateNetworkName", RpcDouble.result("mainnet"));
    return Await.done(node.start());
  }

  private String call(JsonRpcClient client) throws Exception {
    return Await.done(client.call("Filecoin.StateNetworkName", List.of(), String.class));
  }

  /** A restart changes port and token together. */
  @Test
  void aRestartedNodeIsFoundAtItsNewPortWithItsNewToken() throws Exception {
    RpcDouble before = started();
    RpcDouble after = started();
    JsonRpcClient client = new JsonRpcClient(vertx, repo(), Duration.ofSeconds(20));
    runs(before, "old.token");
    assertThat(call(client)).isEqualTo("mainnet");
    runs(after, "new.token");
    assertThat(call(client)).isEqualTo("mainnet");
    assertThat(before.authorizations()).containsExactly("Bearer old.token");
    assertThat(after.authorizations()).containsExactly("Bearer new.token");
  }

  @Test
  void aStoppedNodeIsUnavailableUntilItsFilesAreBack() throws Exception {
    RpcDouble node = started();
    JsonRpcClient client = new JsonRpcClient(vertx, repo(), Duration.ofSeconds(20));
    assertThatThrownBy(() -> call(client))
        .rootCause()
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
              assertThat(e).hasMessageContaining("api: no such file").hasMessageContaining("run?");
            });
    runs(node, "a.token");
    assertThat(call(client)).isEqualTo("mainnet");
    Files.delete(folder.resolve("api"));
    assertThatThrownBy(() -> call(client)).rootCause().isInstanceOf(RpcException.class);
  }

  @Test
  void aTokenFileCountsInsteadOfTheReposToken() throws Exception {
    RpcDouble node = started();
    runs(node, "admin.token");
    write("read.token", "read.token");
    RpcEndpoint endpoint =
        new RpcEndpoint(
            "",
            Optional.empty(),
            Optional.of(folder.resolve("read.token")),
            repo().repo(),
            Optional.empty(),
            "");
    JsonRpcClient client = new JsonRpcClient(vertx, endpoint, Duration.ofSeconds(20));
    assertThat(call(client)).isEqualTo("mainnet");
    assertThat(node.authorizations()).containsExactly("Bearer read.token");
  }

  @Test
  void aRefusedTokenIsReadAgain() throws Exception {
    RpcDouble node = started();
    runs(node, "old.token");
    node.on("Filecoin.StateNetworkName", RpcDouble.body(401, ""));
    JsonRpcClient client = new JsonRpcClient(vertx, repo(), Duration.ofSeconds(20));
    assertThatThrownBy(() -> call(client))
        .rootCause()
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.NOT_AUTHORISED);
              assertThat(e).hasMessageContaining(folder.resolve("token").toString());
            });
    runs(node, "new.token");
    node.on("Filecoin.StateNetworkName", RpcDouble.result("mainnet"));
    assertThat(call(client)).isEqualTo("mainnet");
    assertThat(node.authorizations()).containsExactly("Bearer old.token", "Bearer new.token");
  }
}
