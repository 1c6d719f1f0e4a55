package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Counters;
import fil.heartbeat.libp2p.host.OpenFiles;
import fil.heartbeat.libp2p.host.RefusalLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counters of a host add up. */
class HostStatsTest {

  private static long sum(Map<String, Long> reasons) {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void assertAllAccountedFor(HostStats stats) {
    assertThat(
            stats.connections()
                + stats.pendingUpgrades()
                + stats.waitingSockets()
                + sum(stats.refused())
                + sum(stats.failedUpgrades())
                + stats.closed())
        .isEqualTo(stats.socketsAccepted());
    assertThat(stats.upgrades()).isEqualTo(stats.connections() + stats.closed());
  }

  /** Peers that upgrade, stay silent, send garbage, disconnect, open streams or vanish later. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyAcceptedSocketIsCounted(long seed) {
    Random random = new Random(seed);
    ManualLoop loop = new ManualLoop();
    LoopHost host =
        new LoopHost(
            loop,
            HostConfig.DEFAULT.withSockets(
                s ->
                    s.withMaxPendingUpgrades(4)
                        .withMaxWaitingSockets(3)
                        .withMaxConnections(20)
                        .withMaxConnectionsPerAddress(6)));
    host.handle(PROTOCOL, new Recorder());
    List<FakeWire> wires = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      FakeWire[] pair = FakeWire.pair(loop);
      wires.add(pair[0]);
      host.accept(pair[1], "192.0.2." + random.nextInt(5));
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          RawPeer peer = new RawPeer(loop, pair[0], host.id());
          loop.drive();
          if (peer.upgrade.outcome() != null) {
            peer.openWith(RawPeer.multistream("/multistream/1.0.0", PROTOCOL));
          }
        }
        case 2 -> pair[0].write(new byte[200], taken -> {});
        case 3 -> pair[0].abort();
        default -> {}
      }
      if (random.nextInt(4) == 0) {
        wires.remove(random.nextInt(wires.size())).abort();
      }
      loop.advance(Duration.ofMillis(random.nextInt(1_500)));
      assertAllAccountedFor(host.stats());
    }
    host.inbound.close();
    host.parts.table().close().forEach(connection -> connection.close("test"));
    loop.advance(Duration.ofMinutes(1));
    HostStats end = host.stats();
    assertAllAccountedFor(end);
    assertThat(end.connections() + end.pendingUpgrades() + end.waitingSockets()).isZero();
    assertThat(end.inboundStreams()).isZero();
    assertThat(host.parts.guard().sockets()).isZero();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aClosedConnectionIsCountedAndItsPlaceFree() {
    ManualLoop loop = new ManualLoop();
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    FakeWire[] pair = FakeWire.pair(loop);
    listener.accept(pair[1]);
    RawPeer peer = new RawPeer(loop, pair[0], listener.id());
    loop.drive();
    List<Object> found = new ArrayList<>();
    CompletableFuture<Void> told =
        listener
            .connection(peer.id())
            .closed()
            .thenRun(
                () -> {
                  found.add(listener.parts.guard().sockets());
                  found.add(listener.stats().connections());
                  found.add(listener.stats().closed());
                });
    pair[0].abort();
    loop.drive();
    assertThat(told).isCompleted();
    assertThat(found).containsExactly(0, 0, 1L);
  }

  @Test
  void upgradeTimesFillCumulativeBuckets() {
    Counters counters = new Counters();
    counters.connectionOpened(Duration.ofMillis(1));
    counters.connectionOpened(Duration.ofMillis(30));
    counters.connectionOpened(Duration.ofSeconds(11));
    HostStats stats = counters.now(new ConnectionGuard(HostConfig.DEFAULT, 1));
    assertThat(stats.upgradeSecondsBuckets())
        .containsExactly(1L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 3L);
    assertThat(stats.upgradeSecondsSum()).isEqualTo(11.031);
    assertThat(stats.upgrades()).isEqualTo(3);
  }

  @Test
  void aRefusalIsLoggedOnceAndThenAtMostEveryTenSeconds() {
    long[] now = {0};
    RefusalLog log = new RefusalLog(() -> now[0]);
    assertThat(log.note("full")).isZero();
    now[0] = 9_999_999_999L;
    assertThat(log.note("full")).isNegative();
    assertThat(log.note("full")).isNegative();
    assertThat(log.note("other")).isZero();
    now[0] = 10_000_000_000L;
    assertThat(log.note("full")).isEqualTo(2);
    now[0] = 20_000_000_000L;
    assertThat(log.note("full")).isZero();
  }

  @Test
  void theOpenFileLimitLowersTheConnections() {
    assertThat(OpenFiles.connections(16_384, 1_048_576)).isEqualTo(16_384);
    assertThat(OpenFiles.connections(16_384, 4_096)).isEqualTo(3_584);
    assertThat(OpenFiles.connections(16_384, 256)).isEqualTo(1);
  }
}
