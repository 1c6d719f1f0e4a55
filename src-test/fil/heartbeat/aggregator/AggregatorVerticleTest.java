package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class AggregatorVerticleTest {
  private static final String CID = "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB";
  private static final String GENESIS =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final String SEED_BEAT =
      "{\"Head\":\"{ "
          + CID
          + " }\",\"Height\":444,\"Nickname\":\"BobHoblaw\",\"MinerAddress\":\"\"}\n";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");

  private final PeerId self = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId alice = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId bob = Identity.generate(KeyType.ED25519).peerId();
  private final FakeHost host = new FakeHost(self);
  private final RecordingHistory history = new RecordingHistory();
  private final AggregatorVerticle aggregator =
      new AggregatorVerticle(
          host,
          Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
          AggregatorSettings.DEFAULT,
          Membership.OPEN,
          history,
          InstantSource.fixed(NOW),
          () -> 0);
  private Snapshot last = FleetFixtures.snapshot(java.util.List.of(), java.util.List.of());

  @AfterEach
  void everyBeatIsCounted() {
    IngestCounts counts = last.overview().accounts().beats();
    assertThat(counts.received())
        .isEqualTo(counts.accepted() + counts.dropped().values().stream().mapToLong(n -> n).sum());
  }

  private void after(Vertx vertx, VertxTestContext test, Runnable act, Consumer<Snapshot> check) {
    vertx
        .deployVerticle(aggregator)
        .compose(
            id -> {
              act.run();
              return aggregator.snapshot();
            })
        .onComplete(
            test.succeeding(
                snapshot ->
                    test.verify(
                        () -> {
                          last = snapshot;
                          check.accept(snapshot);
                          test.completeNow();
                        })));
  }

  @Test
  void votersHaveReservedMemoryUnlessTheFleetIsOpen(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          assertThat(host.expects(alice)).isFalse();
          aggregator.membership(new Membership(Set.of(alice), Set.of(), Map.of()));
          assertThat(host.expects(alice)).isTrue();
          assertThat(host.expects(bob)).isFalse();
          aggregator.membership(
              new Membership(Set.of(alice), Set.of(), Map.of(bob, new Expected("bob", Map.of()))));
          assertThat(host.expects(alice)).isFalse();
          assertThat(host.expects(bob)).isTrue();
        },
        snapshot -> assertThat(snapshot.nodes()).hasSize(1));
  }

  @Test
  void ofSixtyFourStreamsWithAnIncompleteBeatTwoStayOpen(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          for (int i = 0; i < 64; i++) {
            host.inbound(alice, "fil/heartbeat/1.0.0").send("{\"Head\":\"" + "x".repeat(60_000));
          }
        },
        snapshot -> {
          assertThat(snapshot.overview().accounts().beats().dropped())
              .containsExactly(Map.entry("superseded", 62L));
          assertThat(snapshot.overview().accounts().beats().received()).isEqualTo(62);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"fil/heartbeat/1.0.0", "/fil/heartbeat/1.0.0"})
  void theSeedsBeatIsShown(String protocol, Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> host.inbound(alice, protocol).send(SEED_BEAT),
        now -> {
          assertThat(now.nodes()).hasSize(1);
          Node node = now.nodes().get(0);
          assertThat(node.peerId()).isEqualTo(alice.toString());
          assertThat(node.claims().nickname()).isEqualTo("BobHoblaw");
          assertThat(node.claims().minerAddress()).isNull();
          assertThat(node.claims().head()).containsExactly(CID);
          assertThat(node.claims().height()).isEqualTo(444);
          assertThat(node.contact().beats()).isEqualTo(1);
          assertThat(node.contact().firstSeen()).isEqualTo(NOW);
          assertThat(node.connected()).isTrue();
          assertThat(node.contact().connection().address()).isEqualTo("/ip4/192.0.2.7/tcp/1234");
        });
  }

  @Test
  void aStepOfTheClockIsNoticedByTheTick(Vertx vertx, VertxTestContext test) {
    AtomicReference<Instant> wall = new AtomicReference<>(NOW);
    AggregatorVerticle own =
        new AggregatorVerticle(
            host,
            Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
            AggregatorSettings.DEFAULT,
            Membership.OPEN,
            history,
            wall::get,
            () -> 0);
    Instant later = NOW.minusSeconds(3600);
    vertx
        .deployVerticle(own)
        .compose(
            id -> {
              host.inbound(alice, HeartbeatProtocol.IDS.get(0)).send(SEED_BEAT);
              return own.snapshot();
            })
        .compose(
            before -> {
              wall.set(later);
              return stepped(vertx, own, before.overview().version());
            })
        .onComplete(
            test.succeeding(
                changes ->
                    test.verify(
                        () -> {
                          assertThat(changes.overview().steps())
                              .isEqualTo(
                                  new ClockSteps(
                                      Duration.ofHours(-1), true, "clock stepped by -1h"));
                          assertThat(changes.overview().at()).isEqualTo(later);
                          assertThat(own.clock().instant()).isEqualTo(later);
                          assertThat(own.clock().steady().instant()).isEqualTo(NOW);
                          assertThat(changes.complete()).isTrue();
                          assertThat(changes.nodes())
                              .extracting(node -> node.contact().lastBeat())
                              .containsExactly(later);
                          test.completeNow();
                        })));
  }

  private static Future<Changes> stepped(Vertx vertx, AggregatorVerticle own, long version) {
    return vertx
        .timer(10)
        .compose(passed -> own.changesSince(version))
        .compose(
            changes ->
                changes.overview().steps().total().isZero()
                    ? stepped(vertx, own, version)
                    : Future.succeededFuture(changes));
  }

  @Test
  void theLastBeatOfEachPeerWins(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          var a = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          var b = host.inbound(bob, HeartbeatProtocol.IDS.get(0));
          a.send(SEED_BEAT);
          b.send(SEED_BEAT);
          a.send(SEED_BEAT.replace("444", "445"));
        },
        now -> {
          assertThat(now.nodes())
              .extracting(Node::peerId)
              .containsExactly(alice.toString(), bob.toString());
          assertThat(now.nodes())
              .extracting(node -> node.claims().height())
              .containsExactly(445L, 444L);
          assertThat(now.overview().accounts().beats().accepted()).isEqualTo(3);
        });
  }

  @Test
  void aNetworkIsNamedByItsGenesis(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () ->
            host.inbound(alice, HeartbeatProtocol.IDS.get(0))
                .send("{\"Head\":\"{ }\",\"Height\":0,\"GenesisCID\":{\"/\":\"" + GENESIS + "\"}}"),
        now -> {
          assertThat(now.nodes().get(0).network()).isEqualTo("mainnet");
          assertThat(now.nodes().get(0).claims().genesisCid()).isEqualTo(GENESIS);
          assertThat(now.nodes().get(0).claims().head()).isEmpty();
        });
  }

  @Test
  void theFirstViolationResetsTheStreamAndIsCounted(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          var stream = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          stream.send(SEED_BEAT);
          stream.send("nonsense");
          stream.send(SEED_BEAT);
          assertThat(stream.wasReset()).isTrue();
        },
        now -> {
          assertThat(now.overview().accounts().beats().accepted()).isEqualTo(1);
          assertThat(now.overview().accounts().beats().received()).isEqualTo(2);
          assertThat(now.nodes().get(0).connected()).isFalse();
        });
  }

  @Test
  void anInvalidHeadIsDroppedAndTheStreamGoesOn(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          var stream = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          stream.send("{\"Head\":\"{ what }\",\"Height\":1}");
          stream.send(SEED_BEAT);
        },
        now -> {
          assertThat(now.overview().accounts().beats().dropped()).containsEntry("head", 1L);
          assertThat(now.overview().accounts().beats().accepted()).isEqualTo(1);
        });
  }

  @Test
  void aDiagnosticBeatMakesNoNodeAndIsCounted(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          var doctor = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          doctor.send(SEED_BEAT.replace("}\n", ",\"Diagnostic\":true}\n"));
          doctor.end();
          host.inbound(bob, HeartbeatProtocol.IDS.get(0));
        },
        now -> {
          assertThat(now.nodes()).isEmpty();
          assertThat(now.overview().accounts().beats().dropped())
              .containsExactly(Map.entry("diagnostic", 1L));
          assertThat(now.overview().accounts().beats().received()).isEqualTo(1);
          assertThat(history.connections).isEmpty();
        });
  }

  @Test
  void aDiagnosticBeatDoesNotChangeTheNodeWhoseKeyItUses(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          host.inbound(alice, HeartbeatProtocol.IDS.get(0)).send(SEED_BEAT);
          var doctor = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          doctor.send(
              SEED_BEAT
                  .replace("444", "445")
                  .replace("BobHoblaw", "eve")
                  .replace("}\n", ",\"Diagnostic\":true}\n"));
          doctor.end();
        },
        now -> {
          Node node = now.nodes().get(0);
          assertThat(node.claims().nickname()).isEqualTo("BobHoblaw");
          assertThat(node.claims().height()).isEqualTo(444);
          assertThat(node.contact().beats()).isEqualTo(1);
          assertThat(node.connected()).isTrue();
          assertThat(history.connections).hasSize(1);
          assertThat(now.overview().accounts().beats().accepted()).isEqualTo(1);
        });
  }

  @Test
  void thePeerStaysConnectedWhenTheOlderOfTwoStreamsEnds(Vertx vertx, VertxTestContext test) {
    after(
        vertx,
        test,
        () -> {
          var older = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          older.send(SEED_BEAT);
          host.inbound(alice, HeartbeatProtocol.IDS.get(0));
          older.end();
          assertThat(older.hasEnded()).isTrue();
        },
        now -> assertThat(now.nodes().get(0).connected()).isTrue());
  }

  @Test
  void aStopSavesCountsThatNoChangeSaved(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(aggregator)
        .compose(
            id -> {
              var stream = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
              for (int i = 0; i < 3; i++) {
                stream.send(SEED_BEAT);
              }
              return aggregator.snapshot().compose(beaten -> vertx.undeploy(id));
            })
        .onComplete(
            test.succeeding(
                nothing ->
                    test.verify(
                        () -> {
                          assertThat(history.nodes.values())
                              .extracting(node -> node.beats())
                              .containsExactly(3L);
                          test.completeNow();
                        })));
  }

  @Test
  void aNodeThatSaidGoodbyeJustBeforeTheStopIsStoredAsStopped(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(aggregator)
        .compose(
            id -> {
              var stream = host.inbound(alice, HeartbeatProtocol.IDS.get(0));
              stream.send(SEED_BEAT + SEED_BEAT.replace("}\n", ",\"Stopping\":true}\n"));
              stream.leave();
              return aggregator.snapshot().compose(beaten -> vertx.undeploy(id));
            })
        .onComplete(
            test.succeeding(
                nothing ->
                    test.verify(
                        () -> {
                          assertThat(history.nodes.values())
                              .extracting(node -> node.state())
                              .containsExactly(State.STOPPED);
                          test.completeNow();
                        })));
  }

  @Test
  void aStopDoesNotMarkNodesAsLost(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(aggregator)
        .compose(
            id -> {
              host.inbound(alice, HeartbeatProtocol.IDS.get(0)).send(SEED_BEAT);
              return aggregator.snapshot().compose(beaten -> vertx.undeploy(id));
            })
        // After all events caused by closing the host.
        .compose(down -> aggregator.snapshot())
        .onComplete(
            test.succeeding(
                snapshot ->
                    test.verify(
                        () -> {
                          assertThat(host.isClosed()).isTrue();
                          assertThat(history.connections)
                              .extracting(ConnectionEvent::opened)
                              .containsExactly(true);
                          test.completeNow();
                        })));
  }

  @Test
  void undeployingClosesTheHost(Vertx vertx, VertxTestContext test) {
    vertx
        .deployVerticle(aggregator)
        .compose(vertx::undeploy)
        .onComplete(
            test.succeeding(
                nothing ->
                    test.verify(
                        () -> {
                          assertThat(host.isClosed()).isTrue();
                          test.completeNow();
                        })));
  }
}
