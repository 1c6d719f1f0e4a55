package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostStats;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that start handshakes and do not continue them take no place from others. */
class CrowdedListenerTest {
  private static final Duration UPGRADE_TIME = HostConfig.DEFAULT.deadlines().upgradeTimeout();

  /** How far an attacker goes. */
  private enum Halt {
    SILENT(new byte[0]),
    AGREED(RawPeer.multistream("/multistream/1.0.0", Upgrade.NOISE)),
    NOISE(firstNoiseMessage());

    final byte[] says;

    Halt(byte[] says) {
      this.says = says;
    }

    private static byte[] firstNoiseMessage() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(RawPeer.multistream("/multistream/1.0.0", Upgrade.NOISE));
      bytes.write(0);
      bytes.write(32);
      for (int i = 1; i <= 32; i++) {
        bytes.write(i);
      }
      return bytes.toByteArray();
    }
  }

  private final ManualLoop loop = new ManualLoop();
  private final List<RawPeer> honest = new ArrayList<>();

  private void halfOpen(LoopHost host, Halt halt, String address) {
    halfOpen(host, halt, address, closed -> {});
  }

  private void halfOpen(LoopHost host, Halt halt, String address, Consumer<String> onClosed) {
    FakeWire[] wires = FakeWire.pair(loop);
    wires[0].owner(bytes -> {}, () -> onClosed.accept(address));
    host.accept(wires[1], address);
    if (halt.says.length > 0) {
      wires[0].write(halt.says, taken -> {});
    }
  }

  private void honest(LoopHost host, String address) {
    FakeWire[] wires = FakeWire.pair(loop);
    host.accept(wires[1], address);
    honest.add(new RawPeer(loop, wires[0], host.id()));
  }

  private void honest(LoopHost host, int count, IntFunction<String> address) {
    for (int i = 0; i < count; i++) {
      honest(host, address.apply(i));
      loop.drive();
    }
  }

  private static long sum(HostStats stats) {
    return stats.failedUpgrades().values().stream().mapToLong(Long::longValue).sum()
        + stats.refused().values().stream().mapToLong(Long::longValue).sum();
  }

  @ParameterizedTest
  @EnumSource(Halt.class)
  void oneAddressWithElevenHundredHalfOpenSocketsTakesNoPlaceOfOthers(Halt halt) {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    for (int i = 0; i < 1_100; i++) {
      halfOpen(host, halt, "192.0.2.66");
    }
    loop.drive();
    honest(host, 50, i -> "198.51.100." + i);
    loop.advance(UPGRADE_TIME.minusMillis(1));
    assertThat(host.stats().connections()).isEqualTo(50);
    assertThat(honest).allMatch(peer -> peer.upgrade.outcome() != null);
  }

  @ParameterizedTest
  @EnumSource(Halt.class)
  void eightAddressesThatFillEveryPlaceAndReturnTakeNoPlaceOfOthers(Halt halt) {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    long end = loop.nanoTime() + UPGRADE_TIME.toNanos();
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 800; j++) {
        halfOpen(host, halt, "192.0.2." + i, address -> comeBack(host, halt, address, end));
      }
    }
    loop.drive();
    honest(host, 50, i -> "198.51.100." + i);
    loop.advance(UPGRADE_TIME.minusMillis(1));
    assertThat(host.stats().connections()).isEqualTo(50);
    assertThat(host.stats().waitingSockets())
        .isLessThanOrEqualTo(HostConfig.DEFAULT.sockets().maxWaitingSockets());
  }

  /** A round trip takes time, in which the host may do other things. */
  private void comeBack(LoopHost host, Halt halt, String address, long end) {
    if (loop.nanoTime() < end) {
      var unused =
          loop.after(
              Duration.ofMillis(500),
              () -> halfOpen(host, halt, address, again -> comeBack(host, halt, again, end)));
    }
  }

  @ParameterizedTest
  @EnumSource(Halt.class)
  void aSubscribersWholeIpv6NetworkIsOneAddress(Halt halt) {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    for (int i = 0; i < 1_100; i++) {
      halfOpen(host, halt, String.format("2001:db8:0:12%02x::%x", i % 256, i));
    }
    loop.drive();
    honest(host, 50, i -> "2001:db8:0:" + Integer.toHexString(0x1300 + 256 * i) + "::1");
    loop.advance(UPGRADE_TIME.minusMillis(1));
    assertThat(host.stats().connections()).isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource(Halt.class)
  void loopbackAddressesCountOneByOneWhenTheyAreNotExempt(Halt halt) {
    LoopHost host =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withExemptLoopback(false)));
    for (int i = 0; i < 1_100; i++) {
      halfOpen(host, halt, "127.0.0.66");
    }
    loop.drive();
    honest(host, 50, i -> "127.0.0." + (100 + i));
    loop.advance(UPGRADE_TIME.minusMillis(1));
    assertThat(host.stats().connections()).isEqualTo(50);
  }

  /** A host with few open files has no room for all of them, upgrading, waiting or connected. */
  @ParameterizedTest
  @EnumSource(Halt.class)
  void aSmallHostThatIsFullOfHalfOpenSocketsMakesRoom(Halt halt) {
    LoopHost host =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(512)));
    for (int i = 0; i < 1_100; i++) {
      halfOpen(host, halt, "192.0.2.66");
    }
    loop.drive();
    honest(host, 50, i -> "198.51.100." + i);
    loop.advance(UPGRADE_TIME.minusMillis(1));
    assertThat(host.stats().connections()).isEqualTo(50);
    assertThat(host.parts.guard().sockets()).isLessThanOrEqualTo(512);
  }

  @Test
  void aThousandPeersBehindOneAddressAreServedAtFullSpeedWhenAlone() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    List<FakeWire> slow = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      FakeWire[] wires = FakeWire.pair(loop);
      slow.add(wires[0]);
      host.accept(wires[1], "192.0.2.7");
    }
    loop.drive();
    assertThat(host.stats().pendingUpgrades()).isEqualTo(256);
    assertThat(host.stats().waitingSockets()).isEqualTo(744);
    // Slow peers have the full time too.
    loop.advance(UPGRADE_TIME.minusSeconds(1));
    assertThat(host.stats().pendingUpgrades()).isEqualTo(256);
    for (FakeWire wire : slow) {
      honest.add(new RawPeer(loop, wire, host.id()));
    }
    loop.drive();
    assertThat(host.stats().connections()).isEqualTo(1_000);
    assertThat(sum(host.stats())).isZero();
  }

  @Test
  void aSlowPeerLosesItsPlaceOnlyWhenOthersWait() {
    LoopHost host =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(1)));
    halfOpen(host, Halt.SILENT, "192.0.2.66");
    loop.advance(Duration.ofSeconds(5));
    assertThat(host.stats().pendingUpgrades()).isEqualTo(1);
    honest(host, "198.51.100.1");
    loop.drive();
    assertThat(host.stats().connections()).isEqualTo(1);
    assertThat(host.stats().failedUpgrades()).containsOnlyKeys("silent-while-others-wait");
  }

  @Test
  void theTimeForAHandshakeBeginsBeforeItsTurn() {
    LoopHost host =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(1)));
    halfOpen(host, Halt.SILENT, "192.0.2.66");
    loop.advance(Duration.ofSeconds(6));
    halfOpen(host, Halt.SILENT, "192.0.2.66");
    loop.advance(UPGRADE_TIME.minusSeconds(1));
    assertThat(host.stats().pendingUpgrades()).isEqualTo(1);
    loop.advance(Duration.ofSeconds(1));
    assertThat(host.stats().pendingUpgrades()).isZero();
    assertThat(sum(host.stats())).isEqualTo(2);
  }

  @Test
  void withinTwoSecondsNoSocketLosesItsTurn() {
    LoopHost host =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(1)));
    halfOpen(host, Halt.SILENT, "192.0.2.66");
    honest(host, "198.51.100.1");
    loop.advance(Duration.ofMillis(1_999));
    assertThat(host.stats().pendingUpgrades()).isEqualTo(1);
    assertThat(host.stats().waitingSockets()).isEqualTo(1);
    loop.advance(Duration.ofMillis(1));
    assertThat(host.stats().connections()).isEqualTo(1);
  }
}
