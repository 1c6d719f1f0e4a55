package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.ReferenceVerticle.Reading;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.testing.nodes.Facts;
import fil.heartbeat.testing.nodes.Fault;
import fil.heartbeat.testing.nodes.ForestDouble;
import fil.heartbeat.testing.nodes.LotusDouble;
import fil.heartbeat.testing.nodes.NodeDouble;
import fil.heartbeat.testing.nodes.Token;
import fil.heartbeat.testing.nodes.VenusDouble;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From one reading to the next, five seconds of virtual time pass. */
@ExtendWith(VertxExtension.class)
class ReferenceVerticleTest {
  private static final String FINALIZED = "Filecoin.ChainGetFinalizedTipSet";
  private static final String CERTIFICATE = "Filecoin.F3GetLatestCertificate";

  /** The kinds of full nodes. */
  private enum Kind {
    LOTUS(LotusDouble::new),
    FOREST(ForestDouble::new),
    VENUS(VenusDouble::new);

    private final BiFunction<Vertx, Facts, NodeDouble> maker;

    Kind(BiFunction<Vertx, Facts, NodeDouble> maker) {
      this.maker = maker;
    }
  }

  private final Facts facts = new Facts();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger read = new AtomicInteger();

  /** Passes each reading with its number, from 1 on. */
  private void deploy(
      Vertx vertx, NodeDouble node, VertxTestContext test, BiConsumer<Integer, Reading> readings) {
    node.start()
        .compose(
            up ->
                vertx.deployVerticle(
                    new ReferenceVerticle(
                        "ref",
                        new ChainConfig(
                            ChainConfig.Source.RPC,
                            node.url(),
                            Optional.of(Token.READ.text()),
                            Optional.empty(),
                            Duration.ofMillis(1),
                            1),
                        reading -> {
                          nanos.addAndGet(Duration.ofSeconds(5).toNanos());
                          test.verify(() -> readings.accept(read.incrementAndGet(), reading));
                        },
                        nanos::get)))
        .onComplete(test.succeeding(id -> {}));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void headAndFinalizedTipsetAreReportedByEitherMethod(
      Kind kind, Vertx vertx, VertxTestContext test) {
    deploy(
        vertx,
        kind.maker.apply(vertx, facts),
        test,
        (number, reading) -> {
          assertThat(reading.genesis()).isEqualTo(Network.MAINNET.genesisCid().toString());
          assertThat(reading.key()).isEqualTo(facts.key("", facts.epoch));
          assertThat(reading.height()).isEqualTo(facts.epoch);
          if (reading.finalizedHeight() >= 0) {
            assertThat(reading.finalizedHeight()).isEqualTo(facts.finalHeight());
            assertThat(reading.finalizedKey()).isEqualTo(facts.key("", facts.finalHeight()));
            test.completeNow();
          }
          assertThat(number).isLessThan(20);
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theFinalizedTipsetIsAskedForOnceAMinute(Kind kind, Vertx vertx, VertxTestContext test) {
    NodeDouble node = kind.maker.apply(vertx, facts);
    String method = kind == Kind.VENUS ? CERTIFICATE : FINALIZED;
    deploy(
        vertx,
        node,
        test,
        (number, reading) -> {
          if (number == 60) {
            assertThat(node.calls()).filteredOn(method::equals).hasSizeBetween(4, 7);
            assertThat(node.calls())
                .filteredOn((kind == Kind.VENUS ? FINALIZED : CERTIFICATE)::equals)
                .hasSize(kind == Kind.VENUS ? 1 : 0);
            test.completeNow();
          }
        });
  }

  @Test
  void noHeadWaitsForASlowFinalizedTipset(Vertx vertx, VertxTestContext test) {
    NodeDouble node = new LotusDouble(vertx, facts);
    node.fail(FINALIZED, Fault.NEVER);
    deploy(
        vertx,
        node,
        test,
        (number, reading) -> {
          assertThat(reading.finalizedHeight()).isEqualTo(-1);
          assertThat(reading.finalizedKey()).isEqualTo(TipsetKey.EMPTY);
          if (number == 30) {
            assertThat(node.calls()).containsOnlyOnce(FINALIZED);
            test.completeNow();
          }
        });
  }

  @Test
  void whatAnotherChainFinalizedIsNotRepeated(Vertx vertx, VertxTestContext test) {
    NodeDouble node = new LotusDouble(vertx, facts);
    AtomicInteger first = new AtomicInteger();
    deploy(
        vertx,
        node,
        test,
        (number, reading) -> {
          if (first.get() == 0 && reading.finalizedHeight() >= 0) {
            first.set(number);
            facts.network = Network.CALIBNET;
            facts.epoch = 1_000;
            node.fail(FINALIZED, Fault.ERROR_OBJECT);
            nanos.addAndGet(AskPlan.PAUSE.toNanos());
          } else if (first.get() > 0 && reading.height() == 1_000) {
            assertThat(reading.genesis()).isEqualTo(Network.CALIBNET.genesisCid().toString());
            assertThat(reading.finalizedHeight()).isEqualTo(-1);
            test.completeNow();
          }
        });
  }

  @Test
  void aNodeThatFailsIsAskedAgain(Vertx vertx, VertxTestContext test) {
    NodeDouble node = new LotusDouble(vertx, facts);
    node.fail("Filecoin.ChainHead", Fault.ERROR_OBJECT);
    vertx.setPeriodic(
        5,
        id -> {
          if (node.calls().size() > 1) {
            node.mend();
            vertx.cancelTimer(id);
          }
        });
    deploy(
        vertx,
        node,
        test,
        (number, reading) -> {
          assertThat(node.calls().size()).isGreaterThan(1);
          assertThat(reading.height()).isEqualTo(facts.epoch);
          test.completeNow();
        });
  }
}
