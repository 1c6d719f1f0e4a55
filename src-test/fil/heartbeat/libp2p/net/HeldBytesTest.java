package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.host.InboundBudget.Limits;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes that peers send and no receiver processes are limited, for all peers together. */
class HeldBytesTest {
  private static final int KIB = 1024;
  private static final Limits LIMITS = new Limits(256 * KIB, 128 * KIB, 96 * KIB, 256 * KIB);

  private final ManualLoop loop = new ManualLoop();
  private final LoopHost host = new LoopHost(loop, LIMITS);
  private final List<Keeper> keepers = new ArrayList<>();
  private final List<FakeWire> wires = new ArrayList<>();

  /** Stores all received bytes, like a listener whose message never ends. */
  private static final class Keeper implements StreamListener {
    final Stream stream;
    int kept;
    @Nullable Libp2pException cause;
    boolean closed;

    Keeper(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuffer bytes) {
      kept += bytes.remaining();
      stream.buffered(kept);
    }

    @Override
    public void onClosed(@Nullable Libp2pException why) {
      cause = why;
      closed = true;
    }
  }

  private RawPeer peer() {
    host.handle(
        PROTOCOL,
        stream -> {
          Keeper keeper = new Keeper(stream);
          keepers.add(keeper);
          return keeper;
        });
    FakeWire[] pair = FakeWire.pair(loop);
    wires.add(pair[0]);
    host.accept(pair[1]);
    RawPeer peer = new RawPeer(loop, pair[0], host.id());
    loop.drive();
    return peer;
  }

  private static byte[] opening(String protocol, int data) {
    byte[] head = RawPeer.multistream("/multistream/1.0.0", protocol);
    byte[] bytes = new byte[head.length + data];
    System.arraycopy(head, 0, bytes, 0, head.length);
    return bytes;
  }

  @Test
  void onePeerHasALimitAndLosesOnlyStreams() {
    RawPeer peer = peer();
    for (int i = 0; i < 64; i++) {
      peer.openWith(opening(PROTOCOL, 30 * KIB));
      loop.drive();
      assertThat(host.parts.budget().held()).isLessThanOrEqualTo(96 * KIB);
    }
    assertThat(keepers.stream().filter(keeper -> !keeper.closed)).hasSize(3);
    assertThat(host.stats().connections()).isEqualTo(1);
    assertThat(host.stats().streamsRefused()).containsEntry("inbound-bytes", 61L);
    assertThat(host.parts.penalties().isRefused(peer.id(), loop.nanoTime())).isFalse();
    assertThat(keepers.get(0).cause)
        .isInstanceOfSatisfying(
            Libp2pException.class, cause -> assertThat(cause.code()).isEqualTo(Code.LIMIT));
  }

  @Test
  void manyStrangersHoldAtMostHalfAndExpectedPeersAreAlwaysServed() {
    Set<PeerId> expected = new HashSet<>();
    host.parts.budget().expect(expected::contains);
    RawPeer honest = peer();
    expected.add(honest.id());
    honest.openWith(opening(PROTOCOL, 60 * KIB));
    loop.drive();
    for (int i = 0; i < 40; i++) {
      RawPeer stranger = peer();
      for (int j = 0; j < 8; j++) {
        stranger.openWith(opening(PROTOCOL, 10 * KIB));
      }
      loop.drive();
      assertThat(host.parts.budget().held()).isLessThanOrEqualTo((60 + 128) * KIB);
    }
    assertThat(keepers.get(0).closed).isFalse();
    int id = honest.openWith(opening(PROTOCOL, 30 * KIB));
    loop.drive();
    assertThat(honest.events).doesNotContain("reset " + id);
    assertThat(keepers.get(keepers.size() - 1).kept).isEqualTo(30 * KIB);
    wires.forEach(FakeWire::abort);
    loop.drive();
    assertThat(host.parts.budget().held()).isZero();
  }

  @Test
  void pausedStreamsCountToo() {
    List<Stream> paused = new ArrayList<>();
    RawPeer peer = peer();
    host.handle(
        PROTOCOL,
        stream -> {
          stream.pause();
          paused.add(stream);
          return bytes -> {};
        });
    for (int i = 0; i < 8; i++) {
      peer.openWith(opening(PROTOCOL, 50 * KIB));
      loop.drive();
    }
    assertThat(host.parts.budget().held()).isEqualTo(50 * KIB);
    paused.forEach(Stream::resume);
    loop.drive();
    assertThat(host.parts.budget().held()).isZero();
  }

  @Test
  void unfinishedNoiseMessagesOfManyConnectionsAreBounded() {
    for (int i = 0; i < 40; i++) {
      RawPeer peer = peer();
      // A prefix that announces 60 KiB, and most of these bytes.
      byte[] begun = new byte[50 * KIB];
      begun[0] = (byte) 0xf0;
      wires.get(i).write(begun, taken -> {});
      loop.drive();
      assertThat(host.parts.budget().held()).isLessThanOrEqualTo(128 * KIB);
      assertThat(peer.events).doesNotContain("failed");
    }
    assertThat(host.stats().connections()).isEqualTo(2);
    assertThat(host.stats().streamsRefused()).containsEntry("inbound-bytes", 38L);
    wires.forEach(FakeWire::abort);
    loop.drive();
    assertThat(host.parts.budget().held()).isZero();
  }

  /** Two bytes announce 8 KiB, for which a reader allocates a buffer. */
  @Test
  void pushesThatAnnounceMuchAreBounded() {
    host.handle(
        IdentifyMessage.PUSH_PROTOCOL,
        new IdentifyProtocol(new byte[0], "test", List::of, List::of).receiver());
    for (int i = 0; i < 20; i++) {
      RawPeer peer = peer();
      for (int j = 0; j < 10; j++) {
        byte[] promise = opening(IdentifyMessage.PUSH_PROTOCOL, 2);
        promise[promise.length - 2] = (byte) 0x80;
        promise[promise.length - 1] = 0x40;
        peer.openWith(promise);
        loop.drive();
      }
      assertThat(host.parts.budget().held()).isLessThanOrEqualTo(128 * KIB);
    }
    assertThat(host.parts.budget().held()).isGreaterThan(64 * KIB);
    loop.advance(Duration.ofSeconds(5));
    assertThat(host.parts.budget().held()).isZero();
  }

  @Test
  void negotiationsThatNeverEndAreBounded() {
    LoopHost small = new LoopHost(loop, new Limits(16 * KIB, 8 * KIB, 4 * KIB, 16 * KIB));
    FakeWire[] pair = FakeWire.pair(loop);
    small.accept(pair[1]);
    RawPeer peer = new RawPeer(loop, pair[0], small.id());
    loop.drive();
    for (int i = 0; i < 16; i++) {
      byte[] begun = RawPeer.multistream("/multistream/1.0.0", "x".repeat(3));
      begun[begun.length - 5] = (byte) 0x80;
      begun[begun.length - 4] = 0x07;
      peer.openWith(begun);
      loop.drive();
      assertThat(small.parts.budget().held()).isLessThanOrEqualTo(4 * KIB);
    }
    assertThat(small.stats().streamsRefused()).containsKey("inbound-bytes");
    loop.advance(HostConfig.DEFAULT.deadlines().negotiationTimeout());
    assertThat(small.parts.budget().held()).isZero();
  }

  @Test
  void wholeMessagesAreNeverCountedAsHeld() {
    Recorder recorder = new Recorder();
    host.handle(PROTOCOL, recorder);
    FakeWire[] pair = FakeWire.pair(loop);
    host.accept(pair[1]);
    RawPeer peer = new RawPeer(loop, pair[0], host.id());
    loop.drive();
    int id = peer.openWith(RawPeer.multistream("/multistream/1.0.0", PROTOCOL));
    loop.drive();
    for (int i = 0; i < 100; i++) {
      byte[] beat = "beat\n".repeat(200).getBytes(UTF_8);
      assertThat(peer.session.write(id, beat, 0, beat.length)).isNotNegative();
      peer.flush();
      loop.drive();
      assertThat(host.parts.budget().held()).isZero();
    }
    assertThat(recorder.stream(0).join().size()).isEqualTo(100_000);
  }

  /** Unread answers are bytes that a peer makes the host hold. */
  @Test
  void unreadAnswersAreBounded() {
    host.handle(
        "/answers",
        stream -> {
          var unused = stream.write(new byte[20 * KIB]);
          return bytes -> {};
        });
    for (int i = 0; i < 20; i++) {
      FakeWire[] pair = FakeWire.pair(loop);
      wires.add(pair[0]);
      host.accept(pair[1]);
      RawPeer peer = new RawPeer(loop, pair[0], host.id());
      loop.drive();
      pair[1].stuck(true);
      for (int j = 0; j < 4; j++) {
        peer.openWith(opening("/answers", 1));
        loop.drive();
        assertThat(host.parts.budget().held()).isLessThanOrEqualTo(128 * KIB);
      }
    }
    assertThat(host.parts.budget().held()).isGreaterThan(64 * KIB);
    assertThat(host.stats().connections()).isLessThan(8);
    wires.forEach(FakeWire::abort);
    loop.drive();
    assertThat(host.parts.budget().held()).isZero();
  }

  /** Pings are answered one by one, and the bytes after them wait. */
  @Test
  void pingsThatWaitForTheirTurnAreBounded() {
    byte[] ping = {0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7};
    ByteBuffer many = ByteBuffer.allocate(5_000 * ping.length);
    while (many.hasRemaining()) {
      many.put(ping);
    }
    for (int i = 0; i < 20; i++) {
      peer().sendPlaintext(many.array());
      loop.drive();
      assertThat(host.parts.budget().held()).isLessThanOrEqualTo(128 * KIB);
    }
    assertThat(host.parts.budget().held()).isGreaterThan(64 * KIB);
    assertThat(host.stats().connections()).isLessThan(4);
  }

  @Test
  void anExpectedPeerFindsAPlaceAmongConnectionsThatDoNothing() {
    LoopHost small =
        new LoopHost(loop, HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(6)));
    Set<PeerId> expected = new HashSet<>();
    small.parts.guard().expect(expected::contains);
    for (int i = 0; i < 9; i++) {
      FakeWire[] pair = FakeWire.pair(loop);
      small.accept(pair[1], "192.0.2." + (10 + i));
      RawPeer unused = new RawPeer(loop, pair[0], small.id());
      loop.drive();
    }
    assertThat(small.stats().connections()).isEqualTo(6);
    FakeWire[] pair = FakeWire.pair(loop);
    RawPeer ours = new RawPeer(loop, pair[0], small.id());
    expected.add(ours.id());
    small.accept(pair[1], "192.0.2.200");
    loop.drive();
    assertThat(small.stats().connections()).isEqualTo(6);
    assertThat(small.parts.table().all()).anyMatch(each -> each.peer().equals(ours.id()));
    assertThat(small.stats().refused()).containsEntry("gave-way-to-expected", 1L);
    assertThat(small.stats().failedUpgrades()).containsEntry("max-connections", 3L);
  }
}
