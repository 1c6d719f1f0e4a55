package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node behind a proxy that goes to the upstream of the time when a connection was made. */
@ExtendWith(VertxExtension.class)
class ProxiedHeadTest {
  private static final long HEIGHT = 5_000;
  private static final long LATER = HEIGHT + 50_000;

  private final AtomicLong nanos = new AtomicLong();
  private final Map<HttpConnection, Network> upstreams = new ConcurrentHashMap<>();
  private volatile Network upstream = Network.MAINNET;
  private volatile @Nullable HttpConnection ofHead;

  /** Whether the later upstream has more than a head. */
  private volatile boolean isWhole = true;

  private HttpServer proxy;
  private RpcHeadSource source;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    proxy = vertx.createHttpServer();
    proxy.connectionHandler(made -> upstreams.put(made, upstream));
    proxy.requestHandler(
        request -> request.body().onSuccess(body -> answer(request, body.toJsonObject())));
    HttpServer listening = Await.done(proxy.listen(0, "127.0.0.1"));
    RpcEndpoint endpoint = RpcEndpoint.of("http://127.0.0.1:" + listening.actualPort() + "/rpc/v1");
    source =
        new RpcHeadSource(
            new JsonRpcClient(vertx, endpoint, Duration.ofSeconds(20)),
            new JsonRpcClient(vertx, endpoint, Duration.ofSeconds(20)),
            "n",
            InstantSource.fixed(Network.MAINNET.clock().startOf(HEIGHT)),
            nanos::get);
  }

  private void answer(HttpServerRequest request, JsonObject call) {
    Network of = Objects.requireNonNull(upstreams.get(request.connection()));
    String method = call.getString("method");
    Buffer result =
        switch (method) {
          case "Filecoin.ChainHead" -> {
            ofHead = request.connection();
            yield tipset(of, of.equals(Network.MAINNET) ? HEIGHT : LATER);
          }
          case "Filecoin.ChainGetGenesis" -> tipset(of, 0);
          case "Filecoin.SyncState" -> Buffer.buffer("{\"ActiveSyncs\":[]}");
          default -> Buffer.buffer("\"" + of.name() + "\"");
        };
    boolean known = of.equals(Network.MAINNET) || isWhole || method.equals("Filecoin.ChainHead");
    String answer =
        known
            ? "\"result\":" + result
            : "\"error\":{\"code\":-32601,\"message\":\"method '" + method + "' not found\"}";
    request
        .response()
        .end("{\"jsonrpc\":\"2.0\",\"id\":" + call.getLong("id") + "," + answer + "}");
  }

  private static Buffer tipset(Network of, long height) {
    return Buffer.buffer(
        "{\"Cids\":[{\"/\":\"" + of.genesisCid() + "\"}],\"Height\":" + height + "}");
  }

  /** The proxy's next upstream is of another chain; of its connections the head's alone ends. */
  private Future<ChainHead> afterTheChange() {
    upstream = Network.CALIBNET;
    nanos.addAndGet(AskPlan.PAUSE.toNanos());
    HttpConnection connection = Objects.requireNonNull(ofHead);
    return connection.close().compose(cut -> source.read().recover(failure -> source.read()));
  }

  @Test
  void anotherUpstreamIsAskedWhoItIsOnAConnectionToIt() throws Exception {
    assertThat(Await.done(source.read()).genesis())
        .isEqualTo(Network.MAINNET.genesisCid().toString());
    ChainHead head = Await.done(afterTheChange());
    assertThat(head.height()).isEqualTo(LATER);
    assertThat(head.genesis()).isEqualTo(Network.CALIBNET.genesisCid().toString());
  }

  /** By the clock of the chain before, any head of another seems on time. */
  @Test
  void aChainThatIsNotKnownYetIsNotOnTime() throws Exception {
    ChainHead first = Await.done(source.read());
    assertThat(Await.done(source.syncing(first))).isFalse();
    isWhole = false;
    ChainHead head = Await.done(afterTheChange());
    assertThat(head.genesis()).isNull();
    assertThat(Await.done(source.syncing(head))).isNull();
  }
}
