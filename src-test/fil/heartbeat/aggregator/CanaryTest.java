package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The canary connects to the same port as the nodes but is not one of them. */
@ExtendWith(VertxExtension.class)
class CanaryTest {
  private static final String PROTOCOL = HeartbeatProtocol.IDS.get(0);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");

  private final PeerId alice = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId bird = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId next = Identity.generate(KeyType.ED25519).peerId();
  private final FakeHost host = new FakeHost(Identity.generate(KeyType.ED25519).peerId());
  private final RecordingHistory history = new RecordingHistory();

  private AggregatorVerticle aggregator(Membership membership) {
    return new AggregatorVerticle(
        host,
        Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
        AggregatorSettings.DEFAULT,
        membership,
        history,
        InstantSource.fixed(NOW),
        () -> 0);
  }

  private static String beat(long number) {
    return "{\"Head\":\"{ }\",\"Height\":" + number + ",\"Nickname\":\"\",\"MinerAddress\":\"\"}\n";
  }

  private void after(
      AggregatorVerticle aggregator,
      Vertx vertx,
      VertxTestContext test,
      Runnable act,
      BiConsumer<Changes, Snapshot> check) {
    vertx
        .deployVerticle(aggregator)
        .map(
            id -> {
              act.run();
              return id;
            })
        .compose(id -> Future.join(aggregator.changesSince(0), aggregator.snapshot()))
        .onComplete(
            test.succeeding(
                both ->
                    test.verify(
                        () -> {
                          check.accept(both.resultAt(0), both.resultAt(1));
                          test.completeNow();
                        })));
  }

  private void nothingIsKnown(Snapshot now) {
    assertThat(now.nodes()).isEmpty();
    assertThat(now.overview().accounts().beats()).isEqualTo(new IngestCounts(0, 0, Map.of()));
    assertThat(now.overview().networks())
        .allSatisfy(net -> assertThat(net.votes().voters()).isZero());
    assertThat(now.overview().version()).isEqualTo(1);
    assertThat(history.nodes).isEmpty();
    assertThat(history.connections).isEmpty();
    assertThat(history.changes).isEmpty();
    assertThat(history.rows).isEmpty();
  }

  @Test
  void itsBeatsAreReportedOnlyAsANumber(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator = aggregator(Membership.OPEN);
    after(
        aggregator,
        vertx,
        test,
        () -> {
          aggregator.canary(bird);
          var stream = host.inbound(bird, PROTOCOL);
          stream.send(beat(1));
          stream.send(beat(3));
          stream.send(beat(2));
          // A second stream and its end are not reported either.
          host.inbound(bird, PROTOCOL).end();
        },
        (changes, now) -> {
          assertThat(changes.canary()).isEqualTo(3);
          assertThat(changes.nodes()).isEmpty();
          nothingIsKnown(now);
        });
  }

  @Test
  void itsInvalidBeatsAreNotCountedAsDropped(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator = aggregator(Membership.OPEN);
    after(
        aggregator,
        vertx,
        test,
        () -> {
          aggregator.canary(bird);
          var stream = host.inbound(bird, PROTOCOL);
          stream.send(beat(-1));
          stream.send("nonsense");
          assertThat(stream.wasReset()).isTrue();
        },
        (changes, now) -> {
          assertThat(changes.canary()).isZero();
          nothingIsKnown(now);
        });
  }

  @Test
  void itMayConnectWhateverTheMembership(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator =
        aggregator(new Membership(Set.of(alice), Set.of(bird), Map.of()));
    after(
        aggregator,
        vertx,
        test,
        () -> {
          assertThat(host.admits(bird)).isFalse();
          aggregator.canary(bird);
          assertThat(host.admits(bird)).isTrue();
          assertThat(host.admits(next)).isFalse();
          aggregator.membership(new Membership(Set.of(alice), Set.of(bird), Map.of()));
          assertThat(List.of(host.admits(bird), host.admits(alice), host.admits(next)))
              .containsExactly(true, true, false);
          host.inbound(bird, PROTOCOL).send(beat(7));
        },
        (changes, now) -> {
          assertThat(changes.canary()).isEqualTo(7);
          nothingIsKnown(now);
        });
  }

  @Test
  void anotherTakesItsPlaceAndStartsOver(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator = aggregator(Membership.OPEN);
    after(
        aggregator,
        vertx,
        test,
        () -> {
          aggregator.canary(bird);
          var old = host.inbound(bird, PROTOCOL);
          old.send(beat(9));
          aggregator.canary(next);
          old.send(beat(10));
          host.inbound(next, PROTOCOL).send(beat(1));
        },
        (changes, now) -> {
          assertThat(changes.canary()).isEqualTo(1);
          nothingIsKnown(now);
        });
  }

  @Test
  void otherPeersAreNotAffected(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator = aggregator(Membership.OPEN);
    after(
        aggregator,
        vertx,
        test,
        () -> {
          aggregator.canary(bird);
          host.inbound(bird, PROTOCOL).send(beat(5));
          host.inbound(alice, PROTOCOL).send(beat(444));
        },
        (changes, now) -> {
          assertThat(changes.canary()).isEqualTo(5);
          assertThat(now.nodes()).extracting(Node::peerId).containsExactly(alice.toString());
          assertThat(now.overview().accounts().beats()).isEqualTo(new IngestCounts(1, 1, Map.of()));
        });
  }

  @Test
  void thereIsNoneBeforeItIsSet(Vertx vertx, VertxTestContext test) {
    AggregatorVerticle aggregator = aggregator(Membership.OPEN);
    assertThatThrownBy(() -> aggregator.canary(bird)).isInstanceOf(IllegalStateException.class);
    after(
        aggregator,
        vertx,
        test,
        () -> {},
        (changes, now) -> {
          assertThat(changes.canary()).isZero();
          nothingIsKnown(now);
        });
  }

  @Test
  void aCanaryBeatWithoutRoomIsNotCountedAsDropped(Vertx vertx, VertxTestContext test) {
    Moment now = new Moment(NOW, 0);
    Registry registry = new Registry(AggregatorSettings.DEFAULT, history, now);
    Context context = vertx.getOrCreateContext();
    Ingest full =
        new Ingest(
            context,
            registry,
            new Clocks(now::nanos, InstantSource.fixed(now.at())),
            peer -> false,
            new Ingest.Limits(0, 1, 1 << 20));
    Canary canary = new Canary(bird, full);
    canary.beat(bird, "/ip4/192.0.2.7/tcp/1", new Heartbeat("{ }", 1, "", "", null, null));
    full.beat(alice, "/ip4/192.0.2.7/tcp/1", new Heartbeat("{ }", 1, "", "", null, null));
    context.runOnContext(
        nothing ->
            test.verify(
                () -> {
                  assertThat(canary.newest()).isZero();
                  assertThat(registry.counts())
                      .isEqualTo(new IngestCounts(1, 0, Map.of(BeatAccount.DROP_OVERFLOW, 1L)));
                  test.completeNow();
                }));
  }
}
