package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The upgrade's deadline and its arithmetic, at a listener, in virtual time. */
class UpgraderTest {
  private final ManualLoop loop = new ManualLoop();
  private final LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
  private final FakeWire[] wires = FakeWire.pair(loop);

  private void assertAbandoned(LoopHost abandoned) {
    assertThat(abandoned.parts.guard().sockets()).isZero();
    assertThat(abandoned.stats().pendingUpgrades()).isZero();
    assertThat(loop.timers()).isZero();
  }

  /**
   * A peer that follows the protocol for a number of messages and then sends nothing more: none
   * (before multistream), its header and /noise, Noise message 1, Noise message 3 when the muxer is
   * still to be agreed.
   */
  @ParameterizedTest
  @CsvSource({
    "0, the security protocol was agreed",
    "1, the Noise handshake was done",
    "2, the Noise handshake was done",
    "3, the muxer was agreed"
  })
  void silenceAtAnyStageEndsAtTheDeadline(int messages, String missing) throws Exception {
    host.accept(wires[1]);
    Identity identity = Identity.generate(KeyType.ED25519);
    Upgrade peer =
        Upgrade.dialer(
            NoiseStatic.create(identity, List.of(), Randomness.source()),
            host.id(),
            Randomness.source());
    Deque<byte[]> heard = new ArrayDeque<>();
    wires[0].owner(heard::add, () -> {});
    wires[0].resume();
    int said = 0;
    loop.drive();
    while (said < messages) {
      Upgrade.Step step = peer.step();
      if (step != null) {
        peer.stepDone(step.run());
      }
      byte[] bytes = peer.takeOutput();
      if (bytes.length > 0) {
        // Message 3 and the muxer's proposal are sent together: hold the proposal back.
        int frame = said == 2 ? 2 + (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) : bytes.length;
        wires[0].write(Arrays.copyOfRange(bytes, 0, frame), taken -> {});
        said++;
      }
      loop.drive();
      if (said < messages && peer.step() == null) {
        peer.receive(heard.removeFirst());
      }
    }
    loop.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(wires[1].isOpen()).isTrue();
    assertThat(host.stats().pendingUpgrades()).isEqualTo(1);
    loop.advance(Duration.ofMillis(1));
    assertThat(wires[0].isOpen()).isFalse();
    assertThat(host.stats().failedUpgrades()).containsEntry("timeout", 1L);
    assertThat(missing).isNotEmpty();
    assertAbandoned(host);
  }

  @Test
  void aSlowPeerDoesNotStretchTheDeadline() {
    host.accept(wires[1]);
    wires[0].owner(bytes -> {}, () -> {});
    byte[] header = RawPeer.multistream("/multistream/1.0.0", "/noise");
    for (int second = 0; second < 9; second++) {
      wires[0].write(new byte[] {header[second]}, taken -> {});
      loop.advance(Duration.ofSeconds(1));
    }
    assertThat(wires[1].isOpen()).isTrue();
    loop.advance(Duration.ofSeconds(1));
    assertThat(wires[1].isOpen()).isFalse();
    assertAbandoned(host);
  }

  @Test
  void aPeerThatHangsUpIsCounted() {
    host.accept(wires[1]);
    wires[0].abort();
    loop.drive();
    assertThat(host.stats().failedUpgrades()).containsEntry("closed", 1L);
    assertAbandoned(host);
  }

  @Test
  void garbageInTheClearIsCounted() {
    host.accept(wires[1]);
    wires[0].write("GET / HTTP/1.1\r\n".repeat(10).getBytes(StandardCharsets.UTF_8), taken -> {});
    loop.drive();
    assertThat(wires[0].isOpen()).isFalse();
    assertThat(host.stats().failedUpgrades()).containsEntry("security", 1L);
    assertAbandoned(host);
  }

  @Test
  void nothingIsReadWhileArithmeticRuns() {
    Deque<Runnable> work = new ArrayDeque<>();
    LoopHost busy =
        new LoopHost(loop, HostConfig.DEFAULT, Identity.generate(KeyType.ED25519), work::addLast);
    busy.accept(wires[1]);
    RawPeer peer = new RawPeer(loop, wires[0], busy.id());
    loop.drive();
    assertThat(work).hasSize(1);
    assertThat(wires[1].isPaused()).isTrue();
    while (!work.isEmpty()) {
      work.removeFirst().run();
      loop.drive();
    }
    assertThat(busy.stats().connections()).isEqualTo(1);
    assertThat(wires[1].isPaused()).isFalse();
    assertThat(peer.events).isEmpty();
  }

  @Test
  void arithmeticForADisconnectedPeerIsSkipped() {
    Deque<Runnable> work = new ArrayDeque<>();
    LoopHost busy =
        new LoopHost(loop, HostConfig.DEFAULT, Identity.generate(KeyType.ED25519), work::addLast);
    busy.accept(wires[1]);
    RawPeer peer = new RawPeer(loop, wires[0], busy.id());
    loop.advance(Duration.ofSeconds(10));
    assertThat(peer.events).containsExactly("wire closed");
    work.removeFirst().run();
    loop.drive();
    assertThat(work).isEmpty();
    assertThat(busy.stats().failedUpgrades()).containsEntry("timeout", 1L);
    assertAbandoned(busy);
  }

  @Test
  void aFullQueueOfArithmeticRefusesTheUpgrade() {
    LoopHost full =
        new LoopHost(
            loop,
            HostConfig.DEFAULT,
            Identity.generate(KeyType.ED25519),
            work -> {
              throw new RejectedExecutionException("full");
            });
    full.accept(wires[1]);
    RawPeer peer = new RawPeer(loop, wires[0], full.id());
    loop.drive();
    assertThat(peer.events).containsExactly("wire closed");
    assertThat(full.stats().failedUpgrades()).containsEntry("crypto-queue", 1L);
    assertAbandoned(full);
  }
}
