package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.nodes.Facts;
import fil.heartbeat.testing.nodes.Fault;
import fil.heartbeat.testing.nodes.LotusDouble;
import fil.heartbeat.testing.nodes.NodeDouble;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class RpcHeadSourceTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private RpcDouble node;

  @BeforeEach
  void startNode(Vertx vertx, VertxTestContext test) {
    node = new RpcDouble(vertx);
    node.healthy(RpcDouble.BLOCK_B, 123);
    node.start().onComplete(test.succeedingThenComplete());
  }

  @Test
  void genesisAndNetworkAreRequestedOnce(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    source
        .read()
        .compose(first -> source.read())
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.genesis()).isEqualTo(RpcDouble.BLOCK_A);
                          assertThat(head.network()).isEqualTo("testnetnet");
                          assertThat(head.asOf()).isEqualTo(NOW);
                          assertThat(head.height()).isEqualTo(123);
                          assertThat(node.calls())
                              .containsExactly(
                                  "Filecoin.ChainHead",
                                  "Filecoin.ChainGetGenesis",
                                  "Filecoin.StateNetworkName",
                                  "Filecoin.ChainHead");
                          test.completeNow();
                        })));
  }

  @Test
  void afterAReconnectTheGenesisIsRequestedAgain(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    source
        .read()
        .compose(
            head -> {
              node.on(
                  "Filecoin.ChainGetGenesis",
                  RpcDouble.result(RpcDouble.tipset(0, RpcDouble.BLOCK_B)));
              node.on("Filecoin.StateNetworkName", RpcDouble.result("calibrationnet"));
              nanos.addAndGet(AskPlan.PAUSE.toNanos());
              return node.dropConnections();
            })
        .compose(up -> source.read().recover(cut -> source.read()))
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.genesis()).isEqualTo(RpcDouble.BLOCK_B);
                          assertThat(head.network()).isEqualTo("calibrationnet");
                          test.completeNow();
                        })));
  }

  /** Else its heads would be taken for those of the chain before. */
  @Test
  void anotherChainThatIsSlowToSayWhoItIsIsNotTakenForTheFirst(Vertx vertx, VertxTestContext test) {
    Facts facts = new Facts();
    NodeDouble lotus = new LotusDouble(vertx, facts);
    lotus
        .start()
        .map(up -> source(vertx, lotus.url()))
        .compose(
            source ->
                source
                    .read()
                    .compose(
                        first -> {
                          test.verify(() -> assertThat(first.genesis()).isNotNull());
                          facts.network = Network.CALIBNET;
                          facts.epoch = 1000;
                          lotus.fail("Filecoin.ChainGetGenesis", Fault.NEVER);
                          nanos.addAndGet(AskPlan.PAUSE.toNanos());
                          return lotus.dropConnections();
                        })
                    .compose(cut -> source.read().recover(failure -> source.read())))
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.height()).isEqualTo(1000);
                          assertThat(head.genesis()).isNull();
                          assertThat(head.network()).isNull();
                          test.completeNow();
                        })));
  }

  @Test
  void anUnreadableGenesisDoesNotAffectTheHeadAndIsRequestedAgainInHalfAMinute(
      Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    node.on("Filecoin.ChainGetGenesis", RpcDouble.body(403, ""));
    source
        .read()
        .compose(
            head -> {
              test.verify(
                  () -> {
                    assertThat(head.height()).isEqualTo(123);
                    assertThat(head.genesis()).isNull();
                  });
              node.healthy(RpcDouble.BLOCK_B, 124);
              nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
              return source.read();
            })
        .compose(
            head -> {
              test.verify(() -> assertThat(head.genesis()).isNull());
              nanos.addAndGet(1);
              return source.read();
            })
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.genesis()).isEqualTo(RpcDouble.BLOCK_A);
                          test.completeNow();
                        })));
  }

  @Test
  void anUnknownNetworkNameIsNoFailure(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    node.on("Filecoin.StateNetworkName", RpcDouble.error(200, -32601, "Method not found"));
    source
        .read()
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.network()).isNull();
                          assertThat(head.genesis()).isEqualTo(RpcDouble.BLOCK_A);
                          test.completeNow();
                        })));
  }

  @Test
  void aNodeWithoutSyncStateIsAskedForForestsMethodAndThenNoMore(
      Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    RpcDouble.Behaviour unknown = RpcDouble.error(200, -32601, "Method not found");
    node.on("Filecoin.SyncState", unknown);
    node.on("Forest.SyncStatus", unknown);
    twice(source)
        .onComplete(
            test.succeeding(
                syncing ->
                    test.verify(
                        () -> {
                          assertThat(syncing).isNull();
                          assertThat(node.calls())
                              .containsOnlyOnce("Filecoin.SyncState", "Forest.SyncStatus");
                          test.completeNow();
                        })));
  }

  @Test
  void aForestNodeIsAskedByItsOwnMethod(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    node.on("Filecoin.SyncState", RpcDouble.error(200, -32601, "Method not found"));
    node.on("Forest.SyncStatus", RpcDouble.result(new JsonObject().put("status", "Syncing")));
    twice(source)
        .onComplete(
            test.succeeding(
                syncing ->
                    test.verify(
                        () -> {
                          assertThat(syncing).isTrue();
                          assertThat(node.calls()).containsOnlyOnce("Filecoin.SyncState");
                          test.completeNow();
                        })));
  }

  @Test
  void aFailedSyncStateIsUnknownAndRequestedAgain(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    node.on("Filecoin.SyncState", RpcDouble.error(500, 1, "busy"));
    twice(source)
        .onComplete(
            test.succeeding(
                syncing ->
                    test.verify(
                        () -> {
                          assertThat(syncing).isNull();
                          assertThat(node.calls())
                              .filteredOn("Filecoin.SyncState"::equals)
                              .hasSize(2);
                          assertThat(node.calls()).doesNotContain("Forest.SyncStatus");
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "1",
        "[]",
        "{}",
        "{\"Cids\":[],\"Height\":null}",
        "{\"Cids\":[],\"Height\":1.5}",
        "{\"Cids\":[],\"Height\":\"1\"}",
        "{\"Cids\":[],\"Height\":-1}",
        "{\"Cids\":[],\"Height\":9007199254740992}",
        "{\"Cids\":[],\"Height\":99999999999999999999999}",
        "{\"Cids\":null,\"Height\":1}",
        "{\"Cids\":[1],\"Height\":1}",
        "{\"Cids\":[null],\"Height\":1}",
        "{\"Cids\":[{}],\"Height\":1}",
        "{\"Cids\":[{\"/\":null}],\"Height\":1}",
        "{\"Cids\":[{\"/\":7}],\"Height\":1}",
        "{\"Cids\":[{\"/\":\"bafy\"}],\"Height\":1}",
      })
  void anInvalidTipsetIsATypedFailure(String result, Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    node.on("Filecoin.ChainHead", RpcDouble.body(200, "{\"result\":" + result + "}"));
    source
        .read()
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .isInstanceOf(RpcException.class)
                              .hasMessageStartingWith("Filecoin.ChainHead: ")
                              .hasMessageContaining("expected");
                          test.completeNow();
                        })));
  }

  @Test
  void aTipsetOfTooManyBlocksIsRefused(Vertx vertx, VertxTestContext test) {
    RpcHeadSource source = source(vertx);
    String[] blocks = Collections.nCopies(65, RpcDouble.BLOCK_A).toArray(String[]::new);
    node.on("Filecoin.ChainHead", RpcDouble.result(RpcDouble.tipset(1, blocks)));
    source.read().onComplete(test.failingThenComplete());
  }

  private RpcHeadSource source(Vertx vertx) {
    return source(vertx, node.url());
  }

  private RpcHeadSource source(Vertx vertx, String url) {
    return new RpcHeadSource(
        client(vertx, url), client(vertx, url), "alice", InstantSource.fixed(NOW), nanos::get);
  }

  private static JsonRpcClient client(Vertx vertx, String url) {
    return new JsonRpcClient(vertx, RpcEndpoint.of(url), Duration.ofSeconds(20));
  }

  /** Asks now and half a minute later, of a node that is far behind the clock. */
  private Future<@Nullable Boolean> twice(RpcHeadSource source) {
    return source
        .read()
        .compose(
            head ->
                source
                    .syncing(head)
                    .compose(
                        first -> {
                          nanos.addAndGet(AskPlan.PAUSE.toNanos());
                          return source.syncing(head);
                        }));
  }
}
