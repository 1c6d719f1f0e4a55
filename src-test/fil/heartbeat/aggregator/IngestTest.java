package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The queue in front of a busy registry: no peer can fill it with useless events. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class IngestTest {
  private static final String FROM = "/ip4/192.0.2.7/tcp/1234";
  private static final int MAX_WAITING = 1_000;
  private static final int MAX_OF_PEER = 50;
  private static final Moment NOW = new Moment(Instant.parse("2026-01-02T03:04:05Z"), 0);
  private static final Heartbeat BEAT = new Heartbeat("{ }", 1, "", "", null, null);

  private final PeerId ours = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId stranger = Identity.generate(KeyType.ED25519).peerId();
  private final Registry registry =
      new Registry(AggregatorSettings.DEFAULT, new RecordingHistory(), NOW);
  private final CompletableFuture<Void> held = new CompletableFuture<>();
  private Context context;
  private Ingest ingest;

  @BeforeEach
  void busy(Vertx vertx) {
    Membership fleet =
        new Membership(Set.of(), Set.of(), Map.of(ours, new Expected("a", Map.of())));
    registry.membership(fleet, NOW);
    context = vertx.getOrCreateContext();
    ingest = ingest(1 << 30);
    CompletableFuture<Void> holds = new CompletableFuture<>();
    context.runOnContext(
        busy -> {
          holds.complete(null);
          held.join();
        });
    holds.join();
  }

  private Ingest ingest(long bytes) {
    return new Ingest(
        context,
        registry,
        new Clocks(NOW::nanos, InstantSource.fixed(NOW.at())),
        peer -> !peer.equals(ours),
        new Ingest.Limits(MAX_WAITING, MAX_OF_PEER, bytes));
  }

  @Test
  void eventsThatWaitWhileTheClockIsSetGetTheNewTime() throws Exception {
    AtomicReference<Instant> wall = new AtomicReference<>(NOW.at());
    Clocks clocks = new Clocks(NOW::nanos, wall::get);
    Ingest own =
        new Ingest(
            context, registry, clocks, peer -> false, new Ingest.Limits(MAX_WAITING, 50, 1 << 30));
    own.open(ours, "/ip4/192.0.2.1/tcp/1");
    own.beat(ours, "/ip4/192.0.2.1/tcp/1", BEAT);
    Instant after = NOW.at().minusSeconds(3600);
    wall.set(after);
    clocks.step().ifPresent(step -> registry.stepped(step, NOW));
    free();
    assertThat(registry.nodes())
        .filteredOn(node -> node.peerId().equals(ours.toString()))
        .extracting(node -> node.contact().lastBeat(), node -> node.contact().connection().since())
        .containsExactly(Tuple.tuple(after, after));
  }

  /** Lets the registry process all waiting events. */
  private void free() throws Exception {
    held.complete(null);
    CompletableFuture<Void> taken = new CompletableFuture<>();
    context.runOnContext(behind -> taken.complete(null));
    taken.get(20, TimeUnit.SECONDS);
  }

  private static PeerId other() {
    return Identity.generate(KeyType.ED25519).peerId();
  }

  @Test
  void anEventThatFailsFailsNoOther() throws Exception {
    ingest.uncounted(
        () -> {
          throw new IllegalStateException("broken");
        });
    ingest.beat(ours, FROM, BEAT);
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    context.runOnContext(ask -> asked.complete(ingest.drain()));
    free();
    assertThat(asked.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(registry.counts()).isEqualTo(new IngestCounts(1, 1, Map.of()));
  }

  /** Events that come often are taken together, and none of them waits for another one. */
  @Test
  void eachEventIsTakenWhetherAnotherFollowsOrNot() throws Exception {
    free();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<Void> taken = new CompletableFuture<>();
      ingest.uncounted(() -> {});
      ingest.uncounted(() -> taken.complete(null));
      taken.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void openingsAndEndingsPushOutNoBeats() throws Exception {
    int taken = 0;
    for (int i = 0; i < 10 * MAX_WAITING; i++) {
      if (ingest.arrive(stranger)) {
        taken++;
        ingest.depart(stranger);
      }
    }
    ingest.beat(ours, FROM, BEAT);
    assertThat(taken).isEqualTo(MAX_OF_PEER);
    free();
    assertThat(registry.counts()).isEqualTo(new IngestCounts(1, 1, Map.of()));
    assertThat(ingest.arrive(stranger)).isTrue();
  }

  @Test
  void aPeerThatBeatsWithoutAPausePushesOutNoOther() throws Exception {
    for (int i = 0; i < 2 * MAX_WAITING; i++) {
      ingest.beat(stranger, FROM, BEAT);
    }
    ingest.beat(ours, FROM, BEAT);
    free();
    IngestCounts counts = registry.counts();
    assertThat(counts.received()).isEqualTo(2 * MAX_WAITING + 1);
    assertThat(counts.accepted()).isEqualTo(MAX_OF_PEER + 1);
    assertThat(counts.dropped())
        .isEqualTo(Map.of(BeatAccount.DROP_RATE, 2L * MAX_WAITING - MAX_OF_PEER));
  }

  @Test
  void halfOfThePlacesAreReservedForMonitoredNodes() throws Exception {
    List<PeerId> many = new ArrayList<>();
    for (int i = 0; i < 2 * MAX_WAITING / MAX_OF_PEER; i++) {
      many.add(other());
    }
    for (PeerId each : many) {
      for (int i = 0; i < MAX_OF_PEER; i++) {
        ingest.beat(each, FROM, BEAT);
      }
    }
    ingest.beat(ours, FROM, BEAT);
    free();
    assertThat(registry.counts().accepted()).isEqualTo(MAX_WAITING / 2 + 1);
    assertThat(registry.counts().dropped())
        .isEqualTo(Map.of(BeatAccount.DROP_STRANGERS, MAX_WAITING * 3L / 2));
    assertThat(registry.node(ours.toString())).isNotNull();
  }

  @Test
  void unusableBeatsTakeNoPlace() throws Exception {
    for (int i = 0; i < 10 * MAX_WAITING; i++) {
      ingest.drop("implausible");
    }
    ingest.beat(ours, FROM, BEAT);
    free();
    assertThat(registry.counts())
        .isEqualTo(
            new IngestCounts(10L * MAX_WAITING + 1, 1, Map.of("implausible", 10L * MAX_WAITING)));
  }

  /** 500 strangers with beats of 8 KiB, of which half a megabyte may wait. */
  @Test
  void longBeatsOfStrangersTakeHalfOfTheBytes() throws Exception {
    ingest = ingest(1 << 20);
    Heartbeat longest = new Heartbeat("x".repeat(8_000), 1, "", "", null, null);
    for (int i = 0; i < 500; i++) {
      ingest.beat(other(), FROM, longest);
    }
    ingest.beat(ours, FROM, BEAT);
    free();
    IngestCounts counts = registry.counts();
    assertThat(counts.received()).isEqualTo(501);
    assertThat(counts.accepted()).isEqualTo(1);
    // The accepted beats have no head.
    assertThat(counts.dropped())
        .containsOnlyKeys(BeatAccount.DROP_STRANGERS, BeatAccount.DROP_HEAD);
    assertThat(Objects.requireNonNull(counts.dropped().get(BeatAccount.DROP_HEAD)) * 8_256)
        .isBetween(1L << 19, 532_545L);
  }

  @Test
  void onePeerHasASmallPartOfTheBytes() throws Exception {
    ingest = ingest(1 << 20);
    Heartbeat longest = new Heartbeat("x".repeat(8_000), 1, "", "", null, null);
    for (int i = 0; i < 40; i++) {
      ingest.beat(ours, FROM, longest);
    }
    free();
    assertThat(registry.counts().dropped())
        .isEqualTo(Map.of(BeatAccount.DROP_HEAD, 2L, BeatAccount.DROP_RATE, 38L));
  }

  /** A beat may have 64 KiB; of a name 64 characters are stored, however long it is. */
  @Test
  void onlyTheShownPartOfANameIsQueued() throws Exception {
    ingest = ingest(1 << 20);
    Heartbeat named = new Heartbeat("{ }", 1, "n".repeat(60_000), "", "g".repeat(4_000), null);
    for (int i = 0; i < 200; i++) {
      ingest.beat(other(), FROM, named);
    }
    ingest.beat(ours, FROM, named);
    free();
    assertThat(registry.counts()).isEqualTo(new IngestCounts(201, 201, Map.of()));
    Node node = Objects.requireNonNull(registry.node(ours.toString()));
    assertThat(node.claims().nickname()).isEqualTo("n".repeat(64));
  }
}
