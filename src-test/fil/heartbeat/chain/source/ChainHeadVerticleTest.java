package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import fil.heartbeat.chain.Network;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.ChainConfig.Source;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class ChainHeadVerticleTest {
  private static final String ADDRESS = "filecoin.chain.head.test";
  private static final Duration PERIOD = Duration.ofMillis(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);
  private RpcDouble node;

  @BeforeEach
  void startNode(Vertx vertx, VertxTestContext test) {
    node = new RpcDouble(vertx);
    node.healthy(RpcDouble.BLOCK_B, 123);
    node.start().onComplete(test.succeedingThenComplete());
  }

  @Test
  void theReplyHasTheContractsForm(Vertx vertx, VertxTestContext test) {
    node.on(
        "Filecoin.ChainHead",
        RpcDouble.result(RpcDouble.tipset(123, RpcDouble.BLOCK_B, RpcDouble.BLOCK_A)));
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> reply.getValue("syncing") != null))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply)
                              .isEqualTo(
                                  new JsonObject()
                                      .put(
                                          "cids",
                                          new JsonArray()
                                              .add(RpcDouble.BLOCK_A)
                                              .add(RpcDouble.BLOCK_B))
                                      .put("height", 123L)
                                      .put("genesis", RpcDouble.BLOCK_A)
                                      .put("network", "testnetnet")
                                      .put("syncing", false)
                                      .put("asOf", Instant.ofEpochMilli(millis.get()).toString()));
                          test.completeNow();
                        })));
  }

  @Test
  void beforeTheFirstReadingThereIsNoHeadToReplyWith(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.ChainHead", RpcDouble.hang());
    deploy(vertx, LONG)
        .compose(up -> Bus.ask(vertx, ADDRESS))
        .onComplete(test.succeeding(reply -> refused(reply, 1, "no head read yet", test)));
  }

  @Test
  void aNodeWithoutAHeadIsNoHead(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.ChainHead", RpcDouble.result(RpcDouble.tipset(0)));
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, ChainHeadVerticleTest::hasTried))
        .onComplete(test.succeeding(reply -> refused(reply, 1, "the node has no head", test)));
  }

  @Test
  void aFailedRpcIsCode2WithItsCause(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.ChainHead", RpcDouble.error(500, 1, "store broken"));
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, ChainHeadVerticleTest::hasTried))
        .onComplete(test.succeeding(reply -> refused(reply, 2, "store broken", test)));
  }

  @Test
  void aRefusedTokenIsCode3WithARemedy(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.ChainHead", RpcDouble.body(401, ""));
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, ChainHeadVerticleTest::hasTried))
        .onComplete(test.succeeding(reply -> refused(reply, 3, "none is configured", test)));
  }

  @Test
  void aReplacedTokenIsUsed(Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    Path file = folder.resolve("token");
    node.on(
        "Filecoin.ChainHead",
        (request, call) -> {
          boolean known = "Bearer new".equals(request.getHeader("Authorization"));
          (known
                  ? RpcDouble.result(RpcDouble.tipset(7, RpcDouble.BLOCK_B))
                  : RpcDouble.body(401, ""))
              .answer(request, call);
        });
    ChainConfig config =
        new ChainConfig(Source.RPC, node.url(), Optional.empty(), Optional.of(file), PERIOD, 1);
    vertx
        .fileSystem()
        .writeFile(file.toString(), Buffer.buffer("old"))
        .compose(written -> vertx.deployVerticle(verticle(config, LONG)))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "code", 3)))
        .compose(refused -> vertx.fileSystem().writeFile(file.toString(), Buffer.buffer("new\n")))
        .compose(written -> Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 7)))
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void theLastHeadOfAFailingNodeIsUsedUntilItIsStale(Vertx vertx, VertxTestContext test) {
    String asOf = Instant.ofEpochMilli(millis.get()).toString();
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 123)))
        .compose(
            head -> {
              node.on("Filecoin.ChainHead", RpcDouble.body(502, "gateway"));
              int before = node.calls().size();
              return Bus.until(vertx, ADDRESS, reply -> node.calls().size() > before + 3);
            })
        .compose(
            reply -> {
              test.verify(
                  () -> {
                    assertThat(reply.getLong("height")).isEqualTo(123);
                    assertThat(reply.getString("asOf")).isEqualTo(asOf);
                  });
              millis.addAndGet(10_001);
              return Bus.until(vertx, ADDRESS, stale -> stale.containsKey("code"));
            })
        .compose(
            stale -> {
              test.verify(
                  () -> {
                    assertThat(stale.getInteger("code")).isEqualTo(2);
                    assertThat(stale.getString("message")).contains("HTTP 502");
                  });
              node.healthy(RpcDouble.BLOCK_B, 124);
              return Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 124));
            })
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void aHangingRequestTimesOutAndIsRepeated(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.ChainHead", RpcDouble.hang());
    deploy(vertx, SHORT)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "code", 2)))
        .compose(
            failed -> {
              test.verify(() -> assertThat(failed.getString("message")).contains("within 300 ms"));
              node.healthy(RpcDouble.BLOCK_B, 9);
              return Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 9));
            })
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void aHangingSyncStateDelaysNoHead(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.SyncState", RpcDouble.hang());
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 123)))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.getValue("syncing")).isNull();
                          test.completeNow();
                        })));
  }

  @Test
  void aHangingSyncStateDelaysNoLaterHeadEither(Vertx vertx, VertxTestContext test) {
    node.on("Filecoin.SyncState", RpcDouble.hang());
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 123)))
        .compose(
            head -> {
              node.on(
                  "Filecoin.ChainHead", RpcDouble.result(RpcDouble.tipset(124, RpcDouble.BLOCK_B)));
              return Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 124));
            })
        .onComplete(test.succeedingThenComplete());
  }

  @Test
  void requestsForHeadsDoNotOverlapAndTheSyncStateHasAConnectionOfItsOwn(
      Vertx vertx, VertxTestContext test) {
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> node.calls().size() > 30))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(node.mostInFlight()).isLessThanOrEqualTo(2);
                          assertThat(node.openConnections()).isEqualTo(2);
                          assertThat(node.calls()).containsOnlyOnce("Filecoin.SyncState");
                          test.completeNow();
                        })));
  }

  @Test
  void anUndeployedVerticleStopsPollingAndClosesItsConnection(Vertx vertx, VertxTestContext test) {
    deploy(vertx, LONG)
        .compose(
            id ->
                Bus.until(vertx, ADDRESS, reply -> is(reply, "height", 123))
                    .compose(head -> vertx.undeploy(id)))
        .compose(gone -> Bus.ask(vertx, ADDRESS))
        .onComplete(
            test.succeeding(
                reply -> {
                  test.verify(() -> assertThat(reply.getInteger("code")).isEqualTo(-1));
                  vertx.setPeriodic(
                      5,
                      id -> {
                        if (node.openConnections() == 0 && vertx.cancelTimer(id)) {
                          test.completeNow();
                        }
                      });
                }));
  }

  @Test
  void aSimulatedChainIsServed(Vertx vertx, VertxTestContext test) {
    ChainConfig config =
        new ChainConfig(Source.SIMULATED, "", Optional.empty(), Optional.empty(), PERIOD, 5);
    SimulatedChain.Head expected =
        new SimulatedChain(5, "").headAt(Instant.ofEpochMilli(millis.get()));
    vertx
        .deployVerticle(verticle(config, LONG))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> reply.getValue("syncing") != null))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.getLong("height")).isEqualTo(expected.height());
                          assertThat(reply.getJsonArray("cids").stream().map(String::valueOf))
                              .containsExactlyElementsOf(
                                  expected.key().cids().stream().map(Object::toString).toList());
                          assertThat(reply.getString("genesis"))
                              .isEqualTo(Network.SIMULATED.genesisCid().toString());
                          assertThat(reply.getString("network")).isEqualTo("simulated");
                          assertThat(reply.getBoolean("syncing")).isFalse();
                          test.completeNow();
                        })));
  }

  @Test
  void failuresAreLoggedAsAWarningOnceAndEveryTenMinutes(Vertx vertx, VertxTestContext test) {
    LogLines logs = new LogLines(ChainHeadVerticle.class);
    node.on("Filecoin.ChainHead", RpcDouble.error(200, 1, "broken"));
    deploy(vertx, LONG)
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> logs.has(Level.DEBUG)))
        .compose(
            quiet -> {
              millis.addAndGet(Duration.ofMinutes(10).toMillis());
              return Bus.until(vertx, ADDRESS, reply -> warnings(logs).size() == 2);
            })
        .compose(
            loud -> {
              node.healthy(RpcDouble.BLOCK_B, 5);
              return Bus.until(vertx, ADDRESS, reply -> logs.has(Level.INFO));
            })
        .onComplete(done -> logs.close())
        .onComplete(
            test.succeeding(
                done ->
                    test.verify(
                        () -> {
                          List<String> lines = logs.lines();
                          assertThat(lines.get(0))
                              .startsWith("WARN ")
                              .contains(" node=alice ", "error 1", "broken");
                          assertThat(warnings(logs)).hasSize(2);
                          assertThat(warnings(logs).get(1)).contains("for=600s");
                          assertThat(lines).noneMatch(line -> line.startsWith("ERROR"));
                          test.completeNow();
                        })));
  }

  private static List<String> warnings(LogLines logs) {
    return logs.lines().stream().filter(line -> line.startsWith("WARN")).toList();
  }

  private static boolean hasTried(JsonObject reply) {
    return !"no head read yet".equals(reply.getString("message"));
  }

  private static boolean is(JsonObject reply, String member, long value) {
    return reply.getValue(member) instanceof Number number && number.longValue() == value;
  }

  private static void refused(JsonObject reply, int code, String told, VertxTestContext test) {
    test.verify(
        () -> {
          assertThat(reply.getInteger("code")).isEqualTo(code);
          assertThat(reply.getString("message")).contains(told);
          test.completeNow();
        });
  }

  private Future<String> deploy(Vertx vertx, Duration timeout) {
    ChainConfig config =
        new ChainConfig(Source.RPC, node.url(), Optional.empty(), Optional.empty(), PERIOD, 1);
    return vertx.deployVerticle(verticle(config, timeout));
  }

  private ChainHeadVerticle verticle(ChainConfig config, Duration timeout) {
    InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    return new ChainHeadVerticle(
        config, ADDRESS, "alice", clock, () -> millis.get() * 1_000_000, timeout);
  }
}
