package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a peer may do on the streams that it opens, and what it may not. */
class InboundStreamTest {
  private static final String HEADER = "/multistream/1.0.0";

  private final ManualLoop loop = new ManualLoop();
  private final Recorder recorder = new Recorder();

  private RawPeer peer(LoopHost host) {
    host.handle(PROTOCOL, recorder);
    FakeWire[] wires = FakeWire.pair(loop);
    host.accept(wires[1]);
    RawPeer peer = new RawPeer(loop, wires[0], host.id());
    loop.drive();
    assertThat(host.stats().connections()).isEqualTo(1);
    return peer;
  }

  private static byte[] opening(String data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(RawPeer.multistream(HEADER, PROTOCOL));
    bytes.writeBytes(data.getBytes(UTF_8));
    return bytes.toByteArray();
  }

  @Test
  void dataRightBehindTheIdIsDeliveredWhereverItIsCut() {
    byte[] said = opening("beat 1\nbeat 2\n");
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int cut = 0; cut <= said.length; cut++) {
      int id = peer.openWith(Arrays.copyOfRange(said, 0, cut));
      loop.drive();
      assertThat(peer.session.write(id, said, cut, said.length - cut)).isNotNegative();
      peer.session.closeWrite(id);
      peer.flush();
      loop.drive();
      Recorder.Heard heard = recorder.stream(cut).join();
      assertThat(heard.untilClose).isCompletedWithValue("beat 1\nbeat 2\n");
      assertThat(heard.closed.join()).isEmpty();
    }
    assertThat(host.stats().inboundStreams()).isZero();
  }

  @Test
  void aLazilyOpenedStreamMayWaitFifteenMinutesForItsFirstByte() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    int id = peer.openWith(new byte[0]);
    loop.advance(Duration.ofMinutes(15).minusMillis(1));
    byte[] said = opening("beat\n");
    assertThat(peer.session.write(id, said, 0, said.length)).isNotNegative();
    peer.flush();
    loop.advance(Duration.ofHours(1));
    assertThat(recorder.stream(0).join().size()).isEqualTo(5);
    int silent = peer.openWith(new byte[0]);
    loop.advance(Duration.ofMinutes(15));
    assertThat(peer.events).contains("reset " + silent).doesNotContain("reset " + id);
    assertThat(host.stats().streamsRefused()).containsEntry("first-byte-timeout", 1L);
  }

  @Test
  void aNegotiationHasTenSecondsFromItsFirstByteHoweverItDribbles() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    byte[] said = opening("");
    int id = peer.openWith(Arrays.copyOfRange(said, 0, 1));
    for (int second = 1; second < 10; second++) {
      loop.advance(Duration.ofSeconds(1));
      assertThat(peer.session.write(id, said, second, 1)).isNotNegative();
      peer.flush();
    }
    loop.drive();
    assertThat(host.stats().inboundStreams()).isEqualTo(1);
    loop.advance(Duration.ofSeconds(1));
    assertThat(peer.events).contains("reset " + id);
    assertThat(host.stats().inboundStreams()).isZero();
    assertThat(host.stats().streamsRefused()).containsEntry("negotiation-timeout", 1L);
  }

  @Test
  void anUnknownProtocolIsAnsweredAndTheStreamStaysForAnother() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    peer.openWith(RawPeer.multistream(HEADER, "/no/such/1.0.0"));
    loop.drive();
    assertThat(peer.received.toString(UTF_8)).contains("na\n");
    assertThat(host.stats().inboundStreams()).isEqualTo(1);
    assertThat(host.stats().connections()).isEqualTo(1);
  }

  @Test
  void garbageInsteadOfANegotiationCostsTheStreamAndNotTheConnection() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    int id = peer.openWith("GET / HTTP/1.1\r\n".repeat(10).getBytes(UTF_8));
    loop.drive();
    assertThat(peer.events).contains("reset " + id);
    assertThat(host.stats().streamsRefused()).containsEntry("negotiation-violation", 1L);
    assertThat(host.stats().connections()).isEqualTo(1);
  }

  @Test
  void streamsWithoutAProtocolAreLimited() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int i = 0; i < 20; i++) {
      peer.openWith(new byte[0]);
    }
    loop.drive();
    assertThat(host.stats().inboundStreams()).isEqualTo(16);
    assertThat(host.stats().streamsRefused()).containsEntry("max-unnegotiated-streams", 4L);
    assertThat(peer.events.stream().filter(event -> event.startsWith("reset"))).hasSize(4);
  }

  @Test
  void streamsAreLimitedWhateverTheirState() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int i = 0; i < 70; i++) {
      peer.openWith(opening(""));
      loop.drive();
    }
    assertThat(host.stats().inboundStreams()).isEqualTo(64);
    assertThat(host.stats().streamsRefused()).containsEntry("max-inbound-streams", 6L);
  }

  @Test
  void aFloodOfStreamsCostsTheConnectionAndLeavesNothing() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int i = 0; i < 2_000; i++) {
      peer.openWith(new byte[0]);
    }
    loop.drive();
    assertThat(peer.events).contains("go away 1", "wire closed");
    assertThat(host.stats().connections()).isZero();
    assertThat(host.stats().inboundStreams()).isZero();
    assertThat(host.parts.guard().sockets()).isZero();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aStreamThatEndsBeforeItsProtocolIsReset() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    int id = peer.openWith(RawPeer.multistream(HEADER));
    peer.session.closeWrite(id);
    peer.flush();
    loop.drive();
    assertThat(peer.events).contains("reset " + id);
    assertThat(host.stats().streamsRefused()).containsEntry("negotiation-eof", 1L);
    assertThat(host.stats().inboundStreams()).isZero();
  }

  @Test
  void aGoAwayOfThePeerEndsTheConnection() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    peer.openWith(opening("beat\n"));
    loop.drive();
    peer.session.goAway(0);
    peer.flush();
    loop.drive();
    assertThat(recorder.stream(0).join().closed.join()).isPresent();
    assertThat(peer.events).contains("wire closed");
    assertThat(host.stats().connections()).isZero();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void anUnknownFrameIsAnsweredWithAGoAway() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    peer.sendPlaintext(new byte[] {0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    loop.drive();
    assertThat(peer.events).contains("go away 1", "wire closed");
    assertThat(host.stats().connections()).isZero();
    assertThat(host.stats().closed()).isEqualTo(1);
  }

  @Test
  void pingsAreAnswered() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    assertThat(peer.session.ping(loop.nanoTime())).isTrue();
    peer.flush();
    loop.drive();
    assertThat(peer.events).contains("pong");
  }
}
