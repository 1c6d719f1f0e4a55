package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.testing.FakeStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Libp2pTransportTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final byte[] FRAME = {'{', '}', '\n'};

  private static final Map<Libp2pException.Code, TransportException.Code> CODES =
      Map.ofEntries(
          Map.entry(Libp2pException.Code.BAD_ADDRESS, TransportException.Code.BAD_TARGET),
          Map.entry(Libp2pException.Code.UNRESOLVED, TransportException.Code.UNRESOLVED),
          Map.entry(Libp2pException.Code.BIND_FAILED, TransportException.Code.CONNECT_FAILED),
          Map.entry(Libp2pException.Code.CONNECT_FAILED, TransportException.Code.CONNECT_FAILED),
          Map.entry(
              Libp2pException.Code.HANDSHAKE_FAILED, TransportException.Code.HANDSHAKE_FAILED),
          Map.entry(Libp2pException.Code.WRONG_PEER, TransportException.Code.WRONG_PEER),
          Map.entry(
              Libp2pException.Code.PROTOCOL_REFUSED, TransportException.Code.PROTOCOL_REFUSED),
          Map.entry(Libp2pException.Code.TIMEOUT, TransportException.Code.TIMEOUT),
          Map.entry(Libp2pException.Code.LIMIT, TransportException.Code.LIMIT),
          Map.entry(Libp2pException.Code.PROTOCOL_ERROR, TransportException.Code.HANDSHAKE_FAILED),
          Map.entry(Libp2pException.Code.SUPPLANTED, TransportException.Code.SUPPLANTED),
          Map.entry(Libp2pException.Code.RESET, TransportException.Code.CONNECTION_LOST),
          Map.entry(Libp2pException.Code.CONNECTION_LOST, TransportException.Code.CONNECTION_LOST),
          Map.entry(Libp2pException.Code.CLOSED, TransportException.Code.CLOSED));

  private final FakeHost host = new FakeHost(PeerId.parse(Configs.PEER));
  private final CompletableFuture<Stream> opening = host.answerEveryDial();
  private final FakeStream stream = new FakeStream();
  private final Libp2pTransport transport = new Libp2pTransport(host, Duration.ofSeconds(3));

  private HeartbeatStream open() {
    opening.complete(stream);
    return transport.open(Configs.TARGET, TIMEOUT);
  }

  private static TransportException thrown(ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(TransportException.class, call);
  }

  private TransportException failedOpen() {
    return thrown(
        () -> {
          HeartbeatStream unused = transport.open(Configs.TARGET, TIMEOUT);
        });
  }

  @Test
  void itProposesBothIdsTheOneWithoutASlashFirst() {
    assertThat(open()).isNotNull();
    FakeHost.Dial dial = host.dials.remove(0);
    assertThat(dial.target()).hasToString(Configs.TARGET);
    assertThat(dial.protocolIds()).containsExactly("fil/heartbeat/1.0.0", "/fil/heartbeat/1.0.0");
    assertThat(dial.options())
        .isEqualTo(new DialOptions(TIMEOUT, Duration.ofSeconds(3), Duration.ofSeconds(10)));
    assertThat(transport.localPeerId()).contains(Configs.PEER);
  }

  @Test
  void theKeepAliveFollowsTheBeatPeriod() {
    opening.complete(stream);
    HeartbeatStream fast =
        new Libp2pTransport(host, Duration.ofMillis(1)).open(Configs.TARGET, TIMEOUT);
    assertThat(fast).isNotNull();
    assertThat(host.dials.remove(0).options())
        .isEqualTo(new DialOptions(TIMEOUT, Duration.ofSeconds(1), Duration.ofSeconds(10)));
    HeartbeatStream slow =
        new Libp2pTransport(host, Duration.ofMinutes(5)).open(Configs.TARGET, TIMEOUT);
    assertThat(slow).isNotNull();
    assertThat(host.dials.remove(0).options())
        .isEqualTo(new DialOptions(TIMEOUT, Duration.ofMinutes(5), Duration.ofMinutes(15)));
  }

  @ParameterizedTest
  @EnumSource(Libp2pException.Code.class)
  void aFailedOpenHasItsCodeAndMessage(Libp2pException.Code code) {
    opening.completeExceptionally(
        new CompletionException(new Libp2pException(code, "what happened")));
    TransportException failure = failedOpen();
    assertThat(failure.code()).isEqualTo(CODES.get(code));
    assertThat(failure).hasMessage("what happened");
  }

  @Test
  void aBadTargetIsNotDialled() {
    TransportException failure =
        thrown(
            () -> {
              HeartbeatStream unused = transport.open("/ip4/999.0.2.1/tcp/1", TIMEOUT);
            });
    assertThat(failure.code()).isEqualTo(TransportException.Code.BAD_TARGET);
    assertThat(failure).hasMessageContaining("999.0.2.1");
    assertThat(host.dials).isEmpty();
  }

  @Test
  void anUnexpectedFailureIsTypedToo() {
    opening.completeExceptionally(new IllegalStateException("broken host"));
    TransportException failure = failedOpen();
    assertThat(failure).hasMessageContaining("broken host");
  }

  @Test
  void anInterruptedOpenEndsAndItsLateStreamIsReset() {
    Thread.currentThread().interrupt();
    TransportException failure = failedOpen();
    assertThat(failure.code()).isEqualTo(TransportException.Code.CLOSED);
    assertThat(Thread.interrupted()).isTrue();
    opening.complete(stream);
    assertThat(stream.resets).hasValue(1);
  }

  @Test
  void aWriteCompletesWhenItsBytesAreAccepted() {
    HeartbeatStream opened = open();
    stream.accepted.complete(null);
    opened.write(FRAME, TIMEOUT);
    assertThat(stream.written).containsExactly(FRAME);
    assertThat(stream.connectionCloses).hasValue(0);
  }

  @Test
  void aWriteThatRunsOutOfTimeClosesTheConnection() {
    HeartbeatStream opened = open();
    TransportException failure = thrown(() -> opened.write(FRAME, Duration.ofMillis(1)));
    assertThat(failure.code()).isEqualTo(TransportException.Code.TIMEOUT);
    assertThat(failure).hasMessage("not done within 1 ms");
    assertThat(stream.connectionCloses).hasValue(1);
  }

  @Test
  void anInterruptedWriteClosesTheConnection() {
    HeartbeatStream opened = open();
    Thread.currentThread().interrupt();
    TransportException failure = thrown(() -> opened.write(FRAME, TIMEOUT));
    assertThat(failure.code()).isEqualTo(TransportException.Code.CLOSED);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(stream.connectionCloses).hasValue(1);
  }

  @Test
  void aFailedWriteHasItsMessageAndClosesTheConnection() {
    HeartbeatStream opened = open();
    stream.accepted.completeExceptionally(
        new Libp2pException(Libp2pException.Code.PROTOCOL_ERROR, "a bad frame"));
    TransportException failure = thrown(() -> opened.write(FRAME, TIMEOUT));
    assertThat(failure.code()).isEqualTo(TransportException.Code.CONNECTION_LOST);
    assertThat(failure).hasMessage("a bad frame");
    assertThat(stream.connectionCloses).hasValue(1);
  }

  @Test
  void theEndOfTheStreamIsReported() throws Exception {
    CompletableFuture<Void> closed = open().closed().toCompletableFuture();
    assertThat(closed).isNotDone();
    stream.closed.complete(null);
    Void unused = closed.get();
    assertThat(closed).isCompleted();
  }

  @Test
  void theFailureOfTheStreamIsTyped() {
    CompletableFuture<Void> closed = open().closed().toCompletableFuture();
    stream.closed.completeExceptionally(
        new Libp2pException(Libp2pException.Code.RESET, "reset by the peer"));
    assertThatThrownBy(closed::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .asInstanceOf(type(TransportException.class))
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo(TransportException.Code.CONNECTION_LOST);
              assertThat(failure).hasMessage("reset by the peer");
            });
  }

  @Test
  void closingTheConnectionReachesTheHost() {
    open().closeConnection();
    assertThat(stream.connectionCloses).hasValue(1);
  }
}
