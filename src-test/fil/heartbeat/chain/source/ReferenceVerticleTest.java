package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ReferenceVerticleTest {
  private static final String FINALIZED = "Filecoin.ChainGetFinalizedTipSet";

  private RpcDouble node;

  @BeforeEach
  void startNode(Vertx vertx, VertxTestContext test) {
    node = new RpcDouble(vertx);
    node.healthy(RpcDouble.BLOCK_B, 1000);
    node.start().onComplete(test.succeedingThenComplete());
  }

  private ChainConfig config() {
    return new ChainConfig(
        ChainConfig.Source.RPC,
        node.url(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofMillis(1),
        1);
  }

  private static TipsetKey key(String block) {
    return TipsetKey.of(List.of(Cid.parse(block)));
  }

  @Test
  void headAndFinalizedTipsetAreReported(Vertx vertx, VertxTestContext test) {
    node.on(FINALIZED, RpcDouble.result(RpcDouble.tipset(900, RpcDouble.BLOCK_A)));
    vertx
        .deployVerticle(
            new ReferenceVerticle(
                "ref",
                config(),
                reading ->
                    test.verify(
                        () -> {
                          assertThat(reading)
                              .isEqualTo(
                                  new ReferenceVerticle.Reading(
                                      RpcDouble.BLOCK_A,
                                      key(RpcDouble.BLOCK_B),
                                      1000,
                                      key(RpcDouble.BLOCK_A),
                                      900));
                          test.completeNow();
                        })))
        .onComplete(test.succeeding(id -> {}));
  }

  @Test
  void aNodeWithoutFinalizedTipsetsIsAskedForThemOnce(Vertx vertx, VertxTestContext test) {
    node.on(FINALIZED, RpcDouble.error(200, -32601, "method not found"));
    AtomicInteger readings = new AtomicInteger();
    vertx
        .deployVerticle(
            new ReferenceVerticle(
                "ref",
                config(),
                reading ->
                    test.verify(
                        () -> {
                          assertThat(reading.height()).isEqualTo(1000);
                          assertThat(reading.finalizedKey()).isEqualTo(TipsetKey.EMPTY);
                          assertThat(reading.finalizedHeight()).isEqualTo(-1);
                          if (readings.incrementAndGet() == 3) {
                            assertThat(node.calls()).containsOnlyOnce(FINALIZED);
                            test.completeNow();
                          }
                        })))
        .onComplete(test.succeeding(id -> {}));
  }

  @Test
  void aNodeThatFailsIsAskedAgain(Vertx vertx, VertxTestContext test) {
    node.on(
        "Filecoin.ChainHead",
        (request, call) -> {
          RpcDouble.error(500, 1, "down").answer(request, call);
          node.healthy(RpcDouble.BLOCK_B, 7);
        });
    vertx
        .deployVerticle(
            new ReferenceVerticle(
                "ref",
                config(),
                reading ->
                    test.verify(
                        () -> {
                          assertThat(reading.height()).isEqualTo(7);
                          test.completeNow();
                        })))
        .onComplete(test.succeeding(id -> {}));
  }
}
