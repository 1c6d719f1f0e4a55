package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections and streams between two hosts without sockets, in virtual time. */
class ConnectionTest {
  private static final String SLASHED = "/fil/heartbeat/1.0.0";

  private final ManualLoop loop = new ManualLoop();
  private final Recorder recorder = new Recorder();

  private LoopHost listener(HostConfig config) {
    LoopHost listener = new LoopHost(loop, config);
    listener.handle(PROTOCOL, recorder);
    return listener;
  }

  private LoopHost dialer(LoopHost listener) {
    LoopHost dialer = new LoopHost(loop, HostConfig.DEFAULT);
    dialer.dialTo(listener);
    return dialer;
  }

  @CanIgnoreReturnValue
  private <T> T driven(CompletionStage<T> stage) {
    loop.drive();
    assertThat(stage.toCompletableFuture()).isCompleted();
    return stage.toCompletableFuture().join();
  }

  @CanIgnoreReturnValue
  private Libp2pException failed(CompletionStage<?> stage) {
    loop.drive();
    CompletableFuture<?> future = stage.toCompletableFuture();
    assertThat(future).isCompletedExceptionally();
    return (Libp2pException) future.handle((value, failure) -> failure).join();
  }

  private Recorder.Heard heard(int index) {
    return driven(recorder.stream(index));
  }

  @Test
  void twoHostsExchangeAStream() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Stream stream = driven(dialer(listener).open(listener.id(), PROTOCOL));
    CompletionStage<Void> written = stream.write("beat\n".getBytes(UTF_8));
    stream.closeWrite();
    loop.drive();
    assertThat(written.toCompletableFuture()).isCompleted();
    assertThat(heard(0).untilClose.join()).isEqualTo("beat\n");
    assertThat(heard(0).closed.join()).isEmpty();
    assertThat(stream.closed().toCompletableFuture()).isCompleted();
    assertThat(listener.stats().inboundStreams()).isZero();
  }

  @Test
  void anInboundConnectionCarriesOutboundStreamsToo() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Recorder theirs = new Recorder();
    dialer.handle("/back", theirs);
    driven(dialer.open(listener.id(), PROTOCOL));
    Stream back = driven(listener.open(dialer.id(), "/back"));
    assertThat(back.remotePeer()).isEqualTo(dialer.id());
    assertThat(listener.stats().connections()).isEqualTo(1);
  }

  @Test
  void aRefusedProtocolIsFollowedByTheNext() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(SLASHED, recorder);
    LoopHost dialer = dialer(listener);
    assertThat(driven(dialer.open(listener.id(), PROTOCOL, SLASHED)).protocol()).isEqualTo(SLASHED);
  }

  @Test
  void aPeerThatServesNoneGetsAReset() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Libp2pException failure = failed(dialer.open(listener.id(), PROTOCOL, SLASHED));
    assertThat(failure.code()).isEqualTo(Code.PROTOCOL_REFUSED);
    assertThat(failure).hasMessageContaining(PROTOCOL).hasMessageContaining(SLASHED);
    loop.drive();
    assertThat(listener.stats().inboundStreams()).isZero();
    assertThat(listener.stats().connections()).isEqualTo(1);
  }

  /** The behaviour of rust-libp2p for an id without a leading slash. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerThatEndsTheStreamInsteadOfAnsweringGetsTheNextIdOnANewStream(boolean reset) {
    LoopHost dialer = new LoopHost(loop, HostConfig.DEFAULT);
    Identity rust = Identity.generate(KeyType.ED25519);
    List<RawPeer> peers = new ArrayList<>();
    dialer.dialTo(wire -> peers.add(new Rust(wire, rust, reset)));
    Stream stream = driven(dialer.open(rust.peerId(), PROTOCOL, SLASHED));
    assertThat(stream.protocol()).isEqualTo(SLASHED);
    driven(stream.write("beat\n".getBytes(UTF_8)));
    assertThat(peers.get(0).received.toString(UTF_8)).endsWith("beat\n");
    assertThat(peers.get(0).events).contains("stream 1", "stream 3");
    Libp2pException refused = failed(dialer.open(rust.peerId(), PROTOCOL));
    assertThat(refused.code()).isEqualTo(Code.RESET);
    assertThat(refused).hasMessageContaining(rust.peerId().toString());
  }

  private final class Rust extends RawPeer {
    private final boolean reset;

    Rust(FakeWire wire, Identity identity, boolean reset) {
      super(loop, wire, identity, null);
      this.reset = reset;
    }

    @Override
    public void onData(int id, byte[] bytes, int offset, int length) {
      super.onData(id, bytes, offset, length);
      String said = new String(bytes, offset, length, UTF_8);
      if (said.contains(SLASHED)) {
        byte[] answer = multistream("/multistream/1.0.0", SLASHED);
        assertThat(session.write(id, answer, 0, answer.length)).isNotNegative();
      } else if (said.contains(PROTOCOL) && reset) {
        session.reset(id, 0);
      } else if (said.contains(PROTOCOL)) {
        session.closeWrite(id);
      }
    }
  }

  @Test
  void anAgreedProtocolIsStoredForTheConnection() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(SLASHED, recorder);
    LoopHost dialer = dialer(listener);
    driven(dialer.open(listener.id(), PROTOCOL, SLASHED));
    // If the first id were proposed first again, it would now be agreed.
    listener.handle(PROTOCOL, recorder);
    assertThat(driven(dialer.open(listener.id(), PROTOCOL, SLASHED)).protocol()).isEqualTo(SLASHED);
  }

  @Test
  void aHundredOpensShareOneConnection() {
    LoopHost listener =
        listener(
            HostConfig.DEFAULT.withStreams(
                s -> s.withMaxInboundStreams(200).withMaxUnnegotiatedStreams(200)));
    LoopHost dialer = dialer(listener);
    List<CompletableFuture<Stream>> opens = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      opens.add(dialer.open(listener.id(), PROTOCOL));
    }
    opens.forEach(this::driven);
    assertThat(listener.stats().socketsAccepted()).isEqualTo(1);
    assertThat(listener.stats().inboundStreams()).isEqualTo(100);
  }

  /** A peer with one identity and as many connections as the test asks for. */
  private final class Several {
    final LoopHost dialer = new LoopHost(loop, HostConfig.DEFAULT);
    private final LoopHost listener;
    private final List<FakeWire> wires = new ArrayList<>();
    private final Dialer dialling;

    Several(LoopHost listener) {
      this.listener = listener;
      dialling =
          dialer.dialer(
              (endpoint, on, done) -> {
                FakeWire[] pair = FakeWire.pair(loop);
                wires.add(pair[0]);
                listener.accept(pair[1]);
                loop.execute(() -> done.accept(pair[0], null));
              });
    }

    /** Opens one more; the dialer itself assumes that it has none. */
    Connection connect() {
      Connection known;
      while ((known = dialer.parts.table().current(listener.id())) != null) {
        dialer.parts.table().retire(listener.id(), known);
      }
      return driven(
          dialling.connect(
              LoopHost.ADDRESS.withPeerId(listener.id()),
              listener.id(),
              DialOptions.DEFAULT,
              Duration.ofSeconds(5)));
    }
  }

  private void beat(Stream stream, int index, int beats) {
    driven(stream.write("beat\n".getBytes(UTF_8)));
    loop.drive();
    assertThat(heard(index).size()).isEqualTo(5 * beats);
  }

  @Test
  void streamsOnTheOlderConnectionContinueWhenANewerArrives() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Stream onOlder = opened(peer.connect());
    beat(onOlder, 0, 1);
    Stream onNewer = opened(peer.connect());
    for (int minute = 1; minute < 30; minute++) {
      loop.advance(Duration.ofMinutes(1));
      beat(onOlder, 0, 1 + minute);
      beat(onNewer, 1, minute);
    }
    assertThat(listener.stats().connections()).isEqualTo(2);
    assertThat(heard(0).closedCalls + heard(1).closedCalls).isZero();

    peer.dialer.handle("/back", new Recorder());
    Stream back = driven(listener.open(peer.dialer.id(), "/back"));
    assertThat(((NetStream) back).connection())
        .isSameAs(((NetStream) heard(1).stream).connection());

    onOlder.closeWrite();
    loop.advance(Duration.ofSeconds(5));
    assertThat(driven(heard(0).closed)).isEmpty();
    assertThat(peer.wires.get(0).isOpen()).isFalse();
    beat(onNewer, 1, 30);
    assertThat(listener.stats().connections()).isEqualTo(1);
  }

  @Test
  void anOlderConnectionWithoutStreamsEndsSoonButNotAtOnce() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Connection older = peer.connect();
    Stream onNewer = opened(peer.connect());
    loop.advance(Duration.ofMillis(4_999));
    assertThat(peer.wires.get(0).isOpen()).isTrue();
    loop.advance(Duration.ofMillis(1));
    assertThat(peer.wires.get(0).isOpen()).isFalse();
    assertThat(older.isOpen()).isFalse();
    assertThat(onNewer.closed().toCompletableFuture()).isNotDone();
  }

  @Test
  void aPeerMayOpenItsStreamsOnTheOlderOfTwo() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Connection older = peer.connect();
    driven(CompletableFuture.completedFuture(peer.connect()));
    loop.advance(Duration.ofSeconds(1));
    Stream late = opened(older);
    loop.advance(Duration.ofHours(1));
    beat(late, 0, 1);
  }

  @Test
  void theOlderIsUsedAgainWhenTheNewerEnds() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Stream onOlder = opened(peer.connect());
    Stream onNewer = opened(peer.connect());
    onNewer.closeConnection();
    loop.drive();
    assertThat(listener.stats().connections()).isEqualTo(1);
    onOlder.closeWrite();
    loop.advance(Duration.ofMinutes(1));
    assertThat(peer.wires.get(0).isOpen()).isTrue();
    peer.dialer.handle("/back", new Recorder());
    assertThat(driven(listener.open(peer.dialer.id(), "/back")).protocol()).isEqualTo("/back");
    assertThat(listener.stats().socketsAccepted()).isEqualTo(2);
  }

  @Test
  void aSilentOlderConnectionIsClosedAndTheNewerContinues() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Stream onOlder = opened(peer.connect());
    beat(onOlder, 0, 1);
    Stream onNewer = opened(peer.connect());
    peer.wires.get(0).stuck(true);
    loop.advance(Duration.ofSeconds(49));
    assertThat(listener.stats().connections()).isEqualTo(2);
    loop.advance(Duration.ofSeconds(1));
    assertThat(heard(0).closed.join().orElseThrow().code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(listener.stats().connections()).isEqualTo(1);
    beat(onNewer, 1, 1);
  }

  @Test
  void aThirdConnectionEndsTheOneThatWasSilentLongest() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    Stream first = opened(peer.connect());
    Stream second = opened(peer.connect());
    loop.advance(Duration.ofSeconds(1));
    beat(first, 0, 1);
    Stream third = opened(peer.connect());
    assertThat(failed(second.closed()))
        .hasMessageContaining("newer connections of this id took its place");
    assertThat(heard(1).closed.join().orElseThrow().code()).isEqualTo(Code.CLOSED);
    assertThat(heard(1).closedCalls).isEqualTo(1);
    assertThat(peer.wires.get(1).isOpen()).isFalse();
    beat(first, 0, 2);
    beat(third, 2, 1);
    assertThat(listener.stats().connections()).isEqualTo(2);
    assertThat(listener.stats().violations()).isEmpty();
  }

  @Test
  void connectionsOfOnePeerWithoutEndLeaveTwo() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Several peer = new Several(listener);
    for (int i = 0; i < 100; i++) {
      beat(opened(peer.connect()), i, 1);
      assertThat(listener.stats().connections()).isLessThanOrEqualTo(2);
    }
    assertThat(listener.parts.guard().sockets()).isEqualTo(2);
  }

  private Stream opened(Connection connection) {
    CompletableFuture<Stream> stream = new CompletableFuture<>();
    connection.open(List.of(PROTOCOL), Duration.ofSeconds(5), stream);
    return driven(stream);
  }

  @Test
  void hostsThatDialEachOtherAtOnceKeepTheirStreams() {
    LoopHost one = listener(HostConfig.DEFAULT);
    LoopHost other = listener(HostConfig.DEFAULT);
    one.dialTo(other);
    other.dialTo(one);
    CompletableFuture<Stream> fromOne = one.open(other.id(), PROTOCOL);
    CompletableFuture<Stream> fromOther = other.open(one.id(), PROTOCOL);
    Stream first = driven(fromOne);
    Stream second = driven(fromOther);
    assertThat(first.closed().toCompletableFuture()).isNotDone();
    assertThat(second.closed().toCompletableFuture()).isNotDone();
    driven(first.write("x".getBytes(UTF_8)));
    first.closeWrite();
    second.closeWrite();
    loop.drive();
    assertThat(first.closed().toCompletableFuture()).isCompleted();
    assertThat(second.closed().toCompletableFuture()).isCompleted();
  }

  @Test
  void openingRightAfterTheConnectionWasLostDialsAgain() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream first = driven(dialer.open(listener.id(), PROTOCOL));
    dialer.lastWire().abort();
    CompletableFuture<Stream> second = dialer.open(listener.id(), PROTOCOL);
    assertThat(driven(second).closed().toCompletableFuture()).isNotDone();
    assertThat(failed(first.closed()).code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(listener.stats().socketsAccepted()).isEqualTo(2);
  }

  @Test
  void openingRightAfterALocalCloseDialsAgain() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream first = driven(dialer.open(listener.id(), PROTOCOL));
    first.closeConnection();
    assertThat(driven(dialer.open(listener.id(), PROTOCOL)).protocol()).isEqualTo(PROTOCOL);
    assertThat(failed(first.closed()).code()).isEqualTo(Code.CLOSED);
  }

  @Test
  void everythingPendingFailsOnceWhenTheConnectionDies() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    heard(0).stream.pause();
    dialer.lastWire().stuck(true);
    CompletionStage<Void> inSocket = stream.write(new byte[1000]);
    loop.drive();
    CompletionStage<Void> inWindow = stream.write(new byte[300_000]);
    CompletableFuture<Stream> opening = dialer.open(listener.id(), PROTOCOL);
    loop.drive();
    listener.connection(dialer.id()).close("test");
    dialer.lastWire().abort();
    assertThat(failed(inSocket).code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(failed(inWindow).code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(failed(stream.closed()).code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(driven(opening).closed().toCompletableFuture()).isNotDone();
    assertThat(heard(0).closedCalls).isEqualTo(1);
  }

  @Test
  void aPausedStreamTakesOneWindowAndItsSiblingsGoOn() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream pausedStream = driven(dialer.open(listener.id(), PROTOCOL));
    Stream sibling = driven(dialer.open(listener.id(), PROTOCOL));
    heard(0).stream.pause();
    // The negotiation used some bytes of the first window.
    int almost = YamuxSession.INITIAL_WINDOW - 100;
    CompletionStage<Void> window = pausedStream.write(new byte[almost]);
    CompletionStage<Void> beyond = pausedStream.write(new byte[1000]);
    CompletionStage<Void> other = sibling.write(new byte[500_000]);
    loop.drive();
    assertThat(window.toCompletableFuture()).isCompleted();
    assertThat(beyond.toCompletableFuture()).isNotDone();
    assertThat(other.toCompletableFuture()).isCompleted();
    assertThat(heard(0).size()).isZero();
    assertThat(heard(1).size()).isEqualTo(500_000);
    heard(0).stream.resume();
    loop.drive();
    assertThat(beyond.toCompletableFuture()).isCompleted();
    assertThat(heard(0).size()).isEqualTo(almost + 1000);
  }

  @Test
  void aListenerThatPausesAgainWithholdsTheCreditForReceivedBytes() {
    List<Integer> sizes = new ArrayList<>();
    List<Stream> streams = new ArrayList<>();
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(
        PROTOCOL,
        stream -> {
          streams.add(stream);
          stream.pause();
          return bytes -> {
            sizes.add(bytes.remaining());
            stream.pause();
          };
        });
    Stream stream = driven(dialer(listener).open(listener.id(), PROTOCOL));
    int almost = YamuxSession.INITIAL_WINDOW - 100;
    driven(stream.write(new byte[almost]));
    CompletionStage<Void> beyond = stream.write(new byte[1000]);
    streams.get(0).resume();
    loop.drive();
    assertThat(sizes).containsExactly(almost);
    assertThat(beyond.toCompletableFuture()).isNotDone();
    streams.get(0).resume();
    loop.drive();
    assertThat(beyond.toCompletableFuture()).isCompleted();
    // Credit is returned once: the window has its initial size, and no more.
    streams.get(0).resume();
    loop.drive();
    streams.get(0).pause();
    CompletionStage<Void> window = stream.write(new byte[YamuxSession.INITIAL_WINDOW + 1]);
    loop.drive();
    assertThat(window.toCompletableFuture()).isNotDone();
  }

  @Test
  void theEndOfAPausedStreamWaitsForItsBytes() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    Stream stream = driven(dialer(listener).open(listener.id(), PROTOCOL));
    heard(0).stream.pause();
    heard(0).stream.closeWrite();
    driven(stream.write("late".getBytes(UTF_8)));
    stream.closeWrite();
    loop.drive();
    assertThat(heard(0).closed).isNotDone();
    heard(0).stream.resume();
    loop.drive();
    assertThat(heard(0).untilClose.join()).isEqualTo("late");
    assertThat(heard(0).closed.join()).isEmpty();
    assertThat(listener.stats().inboundStreams()).isZero();
  }

  @Test
  void aPeerThatDoesNotReadLosesItsConnection() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer =
        new LoopHost(loop, HostConfig.DEFAULT.withStreams(s -> s.withMaxOutboundBytes(2_000_000)));
    dialer.dialTo(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    dialer.lastWire().stuck(true);
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      writes.add(stream.write(new byte[100_000]));
      loop.drive();
    }
    assertThat(failed(writes.get(0)).code()).isIn(Code.LIMIT, Code.CONNECTION_LOST);
    assertThat(failed(stream.closed()).code()).isEqualTo(Code.LIMIT);
    assertThat(failed(stream.closed())).hasMessageContaining("maxOutboundBytes");
    writes.forEach(this::failed);
  }

  @Test
  void aSlowPeerThatMovesSurvives() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer =
        new LoopHost(loop, HostConfig.DEFAULT.withStreams(s -> s.withMaxOutboundBytes(2_000_000)));
    dialer.dialTo(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    for (int i = 0; i < 100; i++) {
      dialer.lastWire().stuck(true);
      CompletionStage<Void> first = stream.write(new byte[100_000]);
      loop.drive();
      assertThat(first.toCompletableFuture()).isNotDone();
      dialer.lastWire().stuck(false);
      driven(first);
    }
    assertThat(heard(0).size()).isEqualTo(10_000_000);
  }

  @Test
  void closingUnderLoadInBothDirectionsCompletes() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    Stream back = heard(0).stream;
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(stream.write(new byte[50_000]));
      writes.add(back.write(new byte[50_000]));
    }
    stream.closeConnection();
    back.closeConnection();
    loop.drive();
    assertThat(writes).allMatch(write -> write.toCompletableFuture().isDone());
    assertThat(dialer.stats().connections()).isZero();
    assertThat(listener.stats().connections()).isZero();
    assertThat(dialer.lastWire().isOpen()).isFalse();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aCloseThatThePeerDoesNotReadEndsAfterTheFlushTime() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    dialer.lastWire().stuck(true);
    stream.closeConnection();
    loop.drive();
    assertThat(dialer.lastWire().isOpen()).isTrue();
    loop.advance(Duration.ofMillis(999));
    assertThat(dialer.lastWire().isOpen()).isTrue();
    loop.advance(Duration.ofMillis(1));
    assertThat(dialer.lastWire().isOpen()).isFalse();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aHandlerThatThrowsResetsTheStream() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(
        PROTOCOL,
        stream -> {
          throw new IllegalStateException("handler");
        });
    LoopHost dialer = dialer(listener);
    assertThat(failed(dialer.open(listener.id(), PROTOCOL)).code()).isEqualTo(Code.RESET);
    assertThat(listener.stats().streamsRefused()).containsEntry("handler-error", 1L);
    assertThat(listener.stats().inboundStreams()).isZero();
  }

  @Test
  void aListenerThatThrowsOnDataResetsTheStream() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(
        PROTOCOL,
        stream ->
            bytes -> {
              throw new IllegalStateException("listener");
            });
    Stream stream = driven(dialer(listener).open(listener.id(), PROTOCOL));
    CompletionStage<Void> write = stream.write(new byte[1]);
    assertThat(failed(stream.closed()).code()).isEqualTo(Code.RESET);
    assertThat(write.toCompletableFuture()).isDone();
  }

  @Test
  void aListenerMayCloseEverythingInItsFirstCall() {
    List<String> calls = new ArrayList<>();
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(
        PROTOCOL,
        stream -> {
          stream.reset();
          stream.reset();
          stream.closeConnection();
          return new StreamListener() {
            @Override
            public void onData(ByteBuffer bytes) {
              calls.add("data");
            }

            @Override
            public void onClosed(@Nullable Libp2pException cause) {
              calls.add("closed");
            }
          };
        });
    LoopHost dialer = dialer(listener);
    CompletableFuture<Stream> open = dialer.open(listener.id(), PROTOCOL);
    loop.drive();
    assertThat(open).isDone();
    assertThat(calls).containsExactly("closed");
    assertThat(listener.stats().connections()).isZero();
    assertThat(listener.stats().closed()).isEqualTo(1);
    assertThat(listener.stats().inboundStreams()).isZero();
  }

  @Test
  void aPeerThatBrokeRulesOnItsStreamsIsRefusedForAWhile() {
    LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
    listener.handle(
        PROTOCOL,
        stream -> {
          stream.violated("syntax", "a comma (expected: a colon)");
          return NetStream.DISCARD;
        });
    LoopHost dialer = dialer(listener);
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Stream> open = dialer.open(listener.id(), PROTOCOL);
      loop.drive();
      assertThat(open).isDone();
    }
    assertThat(listener.stats().connections()).isZero();
    assertThat(listener.stats().violations()).containsExactly(Map.entry("syntax", 3L));
    assertThat(listener.stats().streamsRefused()).containsExactly(Map.entry("reset", 3L));
    loop.advance(Duration.ofMinutes(10).minusMillis(1));
    CompletableFuture<Stream> refused = dialer.open(listener.id(), PROTOCOL);
    loop.drive();
    assertThat(refused).isCompletedExceptionally();
    assertThat(listener.stats().failedUpgrades()).containsEntry("penalty", 1L);
    loop.advance(Duration.ofMillis(1));
    CompletableFuture<Stream> again = dialer.open(listener.id(), PROTOCOL);
    loop.drive();
    assertThat(listener.stats().connections()).isEqualTo(1);
    assertThat(again).isDone();
  }

  @Test
  void aSilentPeerIsPingedAndThenDisconnected() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    DialOptions options =
        new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(10));
    Stream stream = driven(dialer.open(listener.id(), options, PROTOCOL));
    loop.advance(Duration.ofMinutes(5));
    assertThat(stream.closed().toCompletableFuture()).isNotDone();
    // From here on the listener receives nothing, and so answers nothing.
    dialer.lastWire().stuck(true);
    loop.advance(Duration.ofSeconds(13));
    assertThat(failed(stream.closed())).hasMessageContaining("no sign of life");
    assertThat(dialer.lastWire().isOpen()).isFalse();
  }

  @Test
  void aPingThatIsDueSoonLeavesWithABeat() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    DialOptions options =
        new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(10));
    Stream stream = driven(dialer.open(listener.id(), options, PROTOCOL));
    int mine = dialer.lastWire().writes();
    for (int beat = 0; beat < 20; beat++) {
      loop.advance(Duration.ofMillis(2_950));
      driven(stream.write("beat\n".getBytes(UTF_8)));
    }
    assertThat(dialer.lastWire().writes() - mine).isEqualTo(20);
    assertThat(stream.closed().toCompletableFuture()).isNotDone();
  }

  @Test
  void anOpenTightensTheKeepaliveOfTheConnectionItFinds() {
    LoopHost listener = listener(HostConfig.DEFAULT);
    LoopHost dialer = dialer(listener);
    Stream stream = driven(dialer.open(listener.id(), PROTOCOL));
    driven(
        dialer.open(
            listener.id(),
            new DialOptions(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(2)),
            PROTOCOL));
    dialer.lastWire().stuck(true);
    loop.advance(Duration.ofSeconds(3));
    assertThat(failed(stream.closed()).code()).isEqualTo(Code.CONNECTION_LOST);
  }
}
