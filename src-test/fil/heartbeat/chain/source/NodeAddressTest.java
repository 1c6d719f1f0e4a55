package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FolderReader;
import fil.heartbeat.config.Repo;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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

  /** As when the disks of others hang. */
  @Test
  void aBusyPoolOfWorkersHoldsNoCall() throws Exception {
    RpcDouble node = started();
    runs(node, "some.token");
    try (Busy workers = new Busy()) {
      for (int each = 0; each < VertxOptions.DEFAULT_WORKER_POOL_SIZE; each++) {
        Future<Boolean> unused = vertx.executeBlocking(workers::run, false);
      }
      JsonRpcClient ofRepo = new JsonRpcClient(vertx, repo(), Duration.ofSeconds(20));
      assertThat(call(ofRepo)).isEqualTo("mainnet");
      RpcEndpoint withFile =
          new RpcEndpoint(
              node.url(),
              Optional.empty(),
              Optional.of(folder.resolve("token")),
              Optional.empty(),
              Optional.empty(),
              "");
      assertThat(call(new JsonRpcClient(vertx, withFile, Duration.ofSeconds(20))))
          .isEqualTo("mainnet");
    }
  }

  @Test
  void aDiskThatHangsIsAFailureWithinTheTimeoutAndHoldsNoWorkers() throws Exception {
    RpcDouble node = started();
    runs(node, "some.token");
    try (Busy disk = new Busy()) {
      Future<Boolean> unused =
          vertx
              .createSharedWorkerExecutor("files of " + folder.toAbsolutePath(), 1)
              .executeBlocking(disk::run, false);
      for (int each = 0; each < VertxOptions.DEFAULT_WORKER_POOL_SIZE + 1; each++) {
        JsonRpcClient client = new JsonRpcClient(vertx, repo(), Duration.ofMillis(10));
        assertThatThrownBy(() -> call(client))
            .rootCause()
            .hasMessageContaining("from the disk with " + folder)
            .extracting(failure -> ((RpcException) failure).kind())
            .isEqualTo(Kind.UNAVAILABLE);
      }
      assertThat(Await.done(vertx.executeBlocking(() -> true, false))).isTrue();
    }
  }

  /** Else each call would hang what it holds on the one reading, for as long as the disk hangs. */
  @Test
  void whileADiskHangsFurtherCallsFailAtOnce() throws Exception {
    RpcDouble node = started();
    runs(node, "some.token");
    NodeAddress address = new NodeAddress(vertx, repo());
    try (Busy disk = new Busy()) {
      Future<Boolean> unused =
          vertx
              .createSharedWorkerExecutor("files of " + folder.toAbsolutePath(), 1)
              .executeBlocking(disk::run, false);
      assertThatThrownBy(() -> Await.done(address.get(Duration.ofMillis(10))))
          .rootCause()
          .isInstanceOf(RpcException.class);
      // Within a day, none of these would end by itself.
      Future<NodeAddress.Now> again = address.get(Duration.ofDays(1));
      assertThat(again.failed()).isTrue();
      assertThat(again.cause())
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
    Await.until(vertx, () -> address.get(Duration.ofSeconds(20)).succeeded());
  }

  /** The earlier value is used, so that nobody else speaks of it. */
  @Test
  void aDiskThatHangsIsOneWarningAndOneLineAtItsEnd() throws Exception {
    RpcDouble node = started();
    runs(node, "some.token");
    try (LogLines lines = new LogLines(FolderReader.class)) {
      NodeAddress address = new NodeAddress(vertx, repo());
      NodeAddress other = new NodeAddress(vertx, repo());
      NodeAddress.Now known = Await.done(address.get(Duration.ofSeconds(20)));
      assertThat(Await.done(other.get(Duration.ofSeconds(20)))).isEqualTo(known);
      try (Busy disk = new Busy()) {
        Future<Boolean> unused =
            vertx
                .createSharedWorkerExecutor("files of " + folder.toAbsolutePath(), 1)
                .executeBlocking(disk::run, false);
        for (int each = 0; each < 3; each++) {
          assertThat(Await.done(address.get(Duration.ofSeconds(20)))).isEqualTo(known);
          assertThat(Await.done(other.get(Duration.ofSeconds(20)))).isEqualTo(known);
        }
        assertThat(lines.lines())
            .filteredOn(line -> line.startsWith("WARN"))
            .singleElement()
            .asString()
            .contains("disk hangs, using what was read last folder=" + folder);
      }
      Await.until(
          vertx,
          () ->
              lines.lines().stream()
                  .anyMatch(line -> line.startsWith("INFO disk answers again folder=" + folder)));
    }
  }

  /** Holds threads until it is closed. */
  private static final class Busy implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);

    boolean run() throws InterruptedException {
      end.await();
      return true;
    }

    @Override
    public void close() {
      end.countDown();
    }
  }
}
