package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.yamux.IgnoredFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Allowed and forbidden behaviour of a peer on the streams that it opens. */
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
  void dataRightAfterTheIdIsDeliveredHoweverItIsSplit() {
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
  void aNegotiationHasTenSecondsFromItsFirstByteHoweverSlow() {
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
  void aPeerThatSelectsTwiceIsAnsweredAndGoesOn() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    int id = peer.openWith(RawPeer.multistream(HEADER, "/other", HEADER, PROTOCOL));
    loop.drive();
    assertThat(peer.events).doesNotContain("reset " + id);
    assertThat(peer.received.toByteArray())
        .isEqualTo(RawPeer.multistream(HEADER, "na", HEADER, PROTOCOL));
    assertThat(recorder.count()).isEqualTo(1);
  }

  @Test
  void moreThanSixteenRoundsCostTheStreamAndNothingElse() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int i = 0; i < 10; i++) {
      byte[] round = RawPeer.multistream(i % 2 == 0 ? HEADER : "/other");
      int id = peer.openWith(RawPeer.multistream(HEADER));
      for (int n = 0; n < 17; n++) {
        assertThat(peer.session.write(id, round, 0, round.length)).isNotNegative();
      }
      peer.flush();
      loop.drive();
      assertThat(peer.events).contains("reset " + id);
    }
    assertThat(host.stats().streamsRefused()).containsEntry("negotiation-rounds", 10L);
    assertThat(host.stats().connections()).isEqualTo(1);
    peer.openWith(opening(""));
    loop.drive();
    assertThat(recorder.count()).isEqualTo(1);
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

  private static byte[] frame(int type, int flags, int streamId, int length) {
    return ByteBuffer.allocate(12)
        .put((byte) 0)
        .put((byte) type)
        .putShort((short) flags)
        .putInt(streamId)
        .putInt(length)
        .array();
  }

  @Test
  void aFloodOfYamuxPingsIsSlowedAndNothingElseIsLost() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    int beating = peer.openWith(opening("beat\n"));
    loop.drive();
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 2_000; i++) {
      flood.writeBytes(frame(2, 1, 0, i));
    }
    peer.sendPlaintext(flood.toByteArray());
    byte[] behind = "behind\n".getBytes(UTF_8);
    assertThat(peer.session.write(beating, behind, 0, behind.length)).isNotNegative();
    peer.flush();
    loop.advance(Duration.ofSeconds(190));
    assertThat(recorder.stream(0).join().size()).isEqualTo(5);
    loop.advance(Duration.ofSeconds(5));
    assertThat(recorder.stream(0).join().size()).isEqualTo(12);
    assertThat(peer.session.ignoredFrames(IgnoredFrame.STRAY_PONG)).isEqualTo(2_000);
    assertThat(host.stats().connections()).isEqualTo(1);
    assertThat(host.stats().violations()).isEmpty();
    assertThat(peer.events).doesNotContain("go away 1");
  }

  @Test
  void aFloodOfPingsOfAPeerThatReadsNothingIsBoundedAndEnds() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    FakeWire[] wires = FakeWire.pair(loop);
    host.accept(wires[1]);
    RawPeer peer = new RawPeer(loop, wires[0], host.id());
    loop.drive();
    wires[1].stuck(true);
    ByteArrayOutputStream pings = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      pings.writeBytes(frame(2, 1, 0, i));
    }
    long most = 0;
    for (int second = 0; second < 5_000 && wires[1].isOpen(); second++) {
      peer.sendPlaintext(pings.toByteArray());
      loop.advance(Duration.ofSeconds(1));
      most = Math.max(most, host.parts.table().all().stream().mapToLong(this::queued).sum());
    }
    // The answers, and one ping of the host before it gives up.
    assertThat(most).isLessThanOrEqualTo(33 * 12);
    assertThat(wires[1].isOpen()).isFalse();
    assertThat(host.stats().connections()).isZero();
    assertThat(host.stats().violations()).isEmpty();
    assertThat(loop.timers()).isZero();
  }

  private long queued(Connection connection) {
    return connection.session().queuedBytes();
  }

  @Test
  void violationsAreCountedByReasonAndSoAreFramesThatChangeNothing() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer rude = peer(host);
    rude.sendPlaintext(frame(1, 1, 2, 0));
    loop.drive();
    assertThat(rude.events).contains("go away 1");
    RawPeer greedy = peer(host);
    greedy.sendPlaintext(frame(0, 1, 1, 300_000));
    loop.drive();
    RawPeer honest = peer(host);
    honest.sendPlaintext(frame(1, 0, 99, 5));
    int id = honest.openWith(opening(""));
    honest.session.closeWrite(id);
    honest.flush();
    honest.openWith("GET / HTTP/1.1\r\n".repeat(10).getBytes(UTF_8));
    loop.drive();
    assertThat(host.stats().violations())
        .containsOnly(entry("stream-id", 1L), entry("window", 1L), entry("multistream", 1L));
    assertThat(host.stats().framesIgnored()).containsOnly(entry("unknown-stream", 1L));
    assertThat(host.stats().connections()).isEqualTo(1);
  }

  @Test
  void streamsOpenedAndResetInBurstsAreNoViolation() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int burst = 0; burst < 20; burst++) {
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        ids.add(peer.openWith(opening("")));
      }
      loop.drive();
      ids.forEach(id -> peer.session.reset(id, 0));
      peer.flush();
      loop.drive();
      assertThat(host.stats().inboundStreams()).isZero();
    }
    assertThat(host.stats().connections()).isEqualTo(1);
    assertThat(host.stats().violations()).isEmpty();
    peer.openWith(opening("beat\n"));
    loop.drive();
    assertThat(host.stats().inboundStreams()).isEqualTo(1);
  }

  @Test
  void aReusedIdIsANewStream() {
    LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
    RawPeer peer = peer(host);
    for (int i = 0; i < 3; i++) {
      byte[] said = opening("beat " + i);
      peer.sendPlaintext(frame(1, 1, 7, 0));
      peer.sendPlaintext(frame(0, 0, 7, said.length));
      peer.sendPlaintext(said);
      loop.drive();
      assertThat(recorder.stream(i).join().size()).isEqualTo(6);
      peer.sendPlaintext(frame(1, i == 1 ? 4 : 8, 7, 0));
      loop.drive();
      assertThat(host.stats().inboundStreams()).isZero();
    }
    assertThat(host.stats().connections()).isEqualTo(1);
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
