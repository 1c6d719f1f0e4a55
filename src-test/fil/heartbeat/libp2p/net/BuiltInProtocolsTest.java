package fil.heartbeat.libp2p.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import fil.heartbeat.libp2p.identify.IdentifyReader;
import fil.heartbeat.libp2p.ping.PingResponder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** identify, push and ping as peers use them. */
class BuiltInProtocolsTest {
  private static final String HEADER = "/multistream/1.0.0";

  private final ManualLoop loop = new ManualLoop();
  private final LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
  private final FakeWire[] wires = FakeWire.pair(loop);
  private RawPeer peer = new RawPeer(loop, wires[0], host.id());

  @BeforeEach
  void connect() {
    IdentifyProtocol identify =
        new IdentifyProtocol(
            new byte[] {1, 2, 3},
            "agent",
            () -> List.of(LoopHost.ADDRESS.withPeerId(host.id())),
            host.parts.protocols()::ids);
    host.handle(IdentifyMessage.PROTOCOL, identify.responder());
    host.handle(IdentifyMessage.PUSH_PROTOCOL, identify.receiver());
    host.handle(PingResponder.PROTOCOL, new PingProtocol());
    host.accept(wires[1]);
    loop.drive();
  }

  @CanIgnoreReturnValue
  private int opened(String protocol) {
    int id = peer.openWith(RawPeer.multistream(HEADER, protocol));
    loop.drive();
    assertThat(peer.received.toString(UTF_8)).contains(protocol);
    return id;
  }

  private void say(int id, byte[] bytes) {
    assertThat(peer.session.write(id, bytes, 0, bytes.length)).isNotNegative();
    peer.flush();
    loop.drive();
  }

  @Test
  void anIdentifyRequestIsAnsweredAndEnded() throws Exception {
    int id = opened(IdentifyMessage.PROTOCOL);
    byte[] heard = peer.received.toByteArray();
    int skip = RawPeer.multistream(HEADER, IdentifyMessage.PROTOCOL).length;
    IdentifyReader reader = new IdentifyReader();
    reader.receive(heard, skip, heard.length - skip);
    IdentifyMessage said = reader.message();
    assertThat(said.publicKey().orElseThrow()).containsExactly(1, 2, 3);
    assertThat(said.protocols())
        .containsExactly("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");
    assertThat(said.listenAddresses().get(0)).isEqualTo(LoopHost.ADDRESS.toBytes());
    assertThat(Multiaddr.fromBytes(said.observedAddress().orElseThrow()))
        .hasToString("/ip4/192.0.2.7/tcp/4001");
    assertThat(peer.events).contains("fin " + id);
    peer.session.closeWrite(id);
    peer.flush();
    loop.drive();
    assertThat(host.stats().inboundStreams()).isZero();
  }

  @Test
  void anIdentifyRequestThatNeverClosesIsEndedWithoutPenalty() {
    for (int i = 0; i < 5; i++) {
      int id = opened(IdentifyMessage.PROTOCOL);
      loop.advance(Duration.ofMillis(9_999));
      assertThat(peer.events).doesNotContain("reset " + id);
      loop.advance(Duration.ofMillis(1));
      assertThat(peer.events).contains("reset " + id);
    }
    assertThat(host.stats().streamsRefused()).containsEntry("identify-linger", 5L);
    assertThat(host.stats().connections()).isEqualTo(1);
  }

  @Test
  void aPushIsAcceptedAndClosed() {
    int id = opened(IdentifyMessage.PUSH_PROTOCOL);
    say(
        id,
        IdentifyMessage.encode(
            new byte[36], List.of(), List.of("/x"), LoopHost.ADDRESS, "their agent"));
    peer.session.closeWrite(id);
    peer.flush();
    loop.drive();
    assertThat(peer.events).contains("closed " + id);
    assertThat(host.stats().inboundStreams()).isZero();
  }

  @Test
  void anInvalidOrHangingPushIsReset() {
    int broken = opened(IdentifyMessage.PUSH_PROTOCOL);
    say(broken, new byte[] {2, 0x0a, 0x7f});
    assertThat(peer.events).contains("reset " + broken);
    int hanging = opened(IdentifyMessage.PUSH_PROTOCOL);
    loop.advance(Duration.ofSeconds(5));
    assertThat(peer.events).contains("reset " + hanging);
    assertThat(host.stats().streamsRefused())
        .containsEntry("push-violation", 1L)
        .containsEntry("push-timeout", 1L);
  }

  @Test
  void pingsAreEchoed() {
    int id = opened(PingResponder.PROTOCOL);
    peer.received.reset();
    byte[] block = new byte[32];
    block[31] = 9;
    say(id, block);
    assertThat(peer.received.toByteArray()).isEqualTo(block);
    loop.advance(Duration.ofSeconds(40));
    say(id, block);
    loop.advance(Duration.ofSeconds(59));
    assertThat(host.stats().inboundStreams()).isEqualTo(1);
    peer.session.closeWrite(id);
    peer.flush();
    loop.drive();
    assertThat(peer.events).contains("closed " + id);
  }

  @Test
  void anIdlePingStreamEndsAfterAMinute() {
    int id = opened(PingResponder.PROTOCOL);
    loop.advance(Duration.ofSeconds(60));
    assertThat(peer.events).contains("reset " + id);
  }

  @Test
  void aPeerMayPingOnTwoStreamsAtATime() {
    int first = opened(PingResponder.PROTOCOL);
    opened(PingResponder.PROTOCOL);
    int third = peer.openWith(RawPeer.multistream(HEADER, PingResponder.PROTOCOL));
    loop.drive();
    assertThat(peer.events).contains("reset " + third);
    peer.session.closeWrite(first);
    peer.flush();
    loop.drive();
    int fourth = peer.openWith(RawPeer.multistream(HEADER, PingResponder.PROTOCOL));
    loop.drive();
    assertThat(peer.events).doesNotContain("reset " + fourth);
  }

  /** The behaviour of go-libp2p's ping when its channel is read without a pause. */
  @Test
  void tenThousandPingsInALoopAreAnsweredSlowlyBeyondTheWindow() {
    Recorder beats = new Recorder();
    host.handle(HostPair.PROTOCOL, beats);
    int beating = opened(HostPair.PROTOCOL);
    int id = opened(PingResponder.PROTOCOL);
    long start = loop.nanoTime();
    peer.received.reset();
    int echoed = 0;
    int pings = 10_000;
    int beaten = 0;
    for (int ping = 0; ping < pings; ping++) {
      byte[] block = new byte[32];
      block[0] = (byte) ping;
      block[1] = (byte) (ping >> 8);
      say(id, block);
      while (peer.received.size() == 0) {
        loop.advance(Duration.ofMillis(50));
        say(beating, "beat\n".getBytes(UTF_8));
        beaten++;
        assertThat(beats.stream(0).join().size()).isEqualTo(5 * beaten);
      }
      assertThat(peer.received.toByteArray()).isEqualTo(block);
      peer.received.reset();
      echoed++;
    }
    assertThat(echoed).isEqualTo(pings);
    // A window of 8192 blocks, less what the negotiation and the burst took, then ten a second.
    Duration took = Duration.ofNanos(loop.nanoTime() - start);
    assertThat(took).isBetween(Duration.ofSeconds(170), Duration.ofSeconds(185));
    assertThat(peer.events).doesNotContain("reset " + id);
    assertThat(host.stats().streamsRefused()).isEmpty();
    assertThat(host.stats().violations()).isEmpty();
    assertThat(host.stats().connections()).isEqualTo(1);
  }

  @Test
  void aFloodOfPingsInOnePieceIsEchoedWholeAndBuffersNothing() {
    int id = opened(PingResponder.PROTOCOL);
    peer.received.reset();
    byte[] flood = new byte[32 * 10_000];
    new java.util.Random(5).nextBytes(flood);
    say(id, flood);
    assertThat(peer.received.size()).isBetween(32 * 8_100, 32 * 8_192);
    loop.advance(Duration.ofSeconds(200));
    assertThat(peer.received.toByteArray()).isEqualTo(flood);
    assertThat(peer.events).doesNotContain("reset " + id);
    peer.session.closeWrite(id);
    peer.flush();
    loop.drive();
    assertThat(peer.events).contains("closed " + id);
  }

  @Test
  void manyConsecutivePingStreamsAreNoViolation() {
    for (int i = 0; i < 100; i++) {
      int id = opened(PingResponder.PROTOCOL);
      say(id, new byte[32]);
      peer.session.closeWrite(id);
      peer.flush();
      loop.drive();
      assertThat(peer.events).contains("closed " + id);
    }
    assertThat(host.stats().streamsRefused()).isEmpty();
  }
}
