package fil.heartbeat.sender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.Configs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of the sender's transport; every implementation of libp2p runs these tests. The
 * listener uses the same implementation.
 */
public abstract class HeartbeatTransportContract {
  private static final String PROTOCOL = "fil/heartbeat/1.0.0";
  private static final Multiaddr ANY_PORT = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  /** More bytes than a window and the buffers of two sockets hold for a peer that does not read. */
  private static final int FLOOD = 4 * 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private final List<Host> hosts = new ArrayList<>();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  /** The name of the implementation. */
  protected abstract String implementation();

  @AfterEach
  void closeAll() throws Exception {
    for (Host host : hosts) {
      Void unused = Await.done(Future.fromCompletionStage(host.close()));
    }
    Void unused = Await.done(vertx.close());
  }

  private Host host() {
    Host host =
        HostProvider.named(implementation())
            .create(vertx, Identity.generate(KeyType.ED25519), Configs.patient());
    hosts.add(host);
    return host;
  }

  private static Multiaddr listen(Host host) throws Exception {
    return Await.done(Future.fromCompletionStage(host.listen(ANY_PORT)));
  }

  private Host listener() {
    Host listener = host();
    listener.handle(PROTOCOL, stream -> bytes -> received.add(UTF_8.decode(bytes).toString()));
    return listener;
  }

  /** Creates a listener that accepts one window of bytes and nothing more. */
  private Host deaf() {
    Host listener = host();
    listener.handle(
        PROTOCOL,
        stream -> {
          stream.pause();
          return (StreamListener) (ByteBuffer bytes) -> {};
        });
    return listener;
  }

  private Libp2pTransport transport() {
    return new Libp2pTransport(host(), Duration.ofSeconds(3));
  }

  private static TransportException.Code code(ThrowingCallable call) {
    return catchThrowableOfType(TransportException.class, call).code();
  }

  private static byte[] frame(int number) {
    return ("{\"Height\":" + number + "}\n").getBytes(UTF_8);
  }

  @Test
  void framesArriveWholeAndInOrder() throws Exception {
    Multiaddr target = listen(listener());
    HeartbeatStream stream = transport().open(target.toString(), LONG);
    StringBuilder wanted = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      stream.write(frame(i), LONG);
      wanted.append(new String(frame(i), UTF_8));
    }
    StringBuilder heard = new StringBuilder();
    while (heard.length() < wanted.length()) {
      heard.append(Await.take(received));
    }
    assertThat(heard).hasToString(wanted.toString());
    assertThat(stream.closed().toCompletableFuture()).isNotDone();
  }

  @Test
  void aPeerThatStopsReadingFailsTheWriteAtItsDeadlineAndEndsTheConnection() throws Exception {
    Multiaddr target = listen(deaf());
    HeartbeatStream stream = transport().open(target.toString(), LONG);
    assertThat(code(() -> stream.write(new byte[FLOOD], SHORT)))
        .isEqualTo(TransportException.Code.TIMEOUT);
    assertThat(Await.failed(stream.closed().toCompletableFuture())).isTrue();
    assertThat(code(() -> stream.write(frame(1), LONG)))
        .isNotEqualTo(TransportException.Code.TIMEOUT);
  }

  @Test
  void aPeerThatIsKilledEndsTheStreamAndFailsTheNextWrite() throws Exception {
    Host listener = listener();
    Multiaddr target = listen(listener);
    HeartbeatStream stream = transport().open(target.toString(), LONG);
    stream.write(frame(1), LONG);
    assertThat(Await.take(received)).isEqualTo(new String(frame(1), UTF_8));
    Void unused = Await.done(Future.fromCompletionStage(listener.close()));
    assertThat(stream.closed().toCompletableFuture())
        .satisfies(HeartbeatTransportContract::isDoneInTheEnd);
    assertThat(code(() -> stream.write(frame(2), LONG)))
        .isIn(TransportException.Code.CONNECTION_LOST, TransportException.Code.CLOSED);
  }

  @Test
  void aPeerThatProvesAnotherIdIsRefused() throws Exception {
    Multiaddr target = listen(listener());
    Multiaddr other =
        target.withoutPeerId().withPeerId(Identity.generate(KeyType.ED25519).peerId());
    assertThat(
            code(
                () -> {
                  HeartbeatStream unused = transport().open(other.toString(), LONG);
                }))
        .isEqualTo(TransportException.Code.WRONG_PEER);
  }

  @Test
  void aPeerWithoutTheProtocolIsRefused() throws Exception {
    Multiaddr target = listen(host());
    assertThat(
            code(
                () -> {
                  HeartbeatStream stream = transport().open(target.toString(), LONG);
                  // A dialer may learn of the refusal only with its first bytes.
                  stream.write(frame(1), LONG);
                }))
        .isEqualTo(TransportException.Code.PROTOCOL_REFUSED);
  }

  @Test
  void closingTheConnectionFailsAWaitingWrite() throws Exception {
    Multiaddr target = listen(deaf());
    HeartbeatStream stream = transport().open(target.toString(), LONG);
    FutureTask<TransportException.Code> failed =
        new FutureTask<>(() -> code(() -> stream.write(new byte[FLOOD], LONG)));
    Thread writer = new Thread(failed, "writer");
    writer.start();
    untilItWaits(writer);
    stream.closeConnection();
    assertThat(failed.get(20, TimeUnit.SECONDS))
        .isIn(TransportException.Code.CONNECTION_LOST, TransportException.Code.CLOSED);
  }

  @Test
  void undeployingDuringAWriteEndsIt() throws Exception {
    SenderFixture bench = new SenderFixture(vertx);
    bench.answerHead(bench.head().putNull("asOf"));
    Multiaddr target = listen(deaf());
    BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();
    HeartbeatTransport flooding = flooding(transport(), writers);
    String id =
        bench.deploy(
            new HeartbeatVerticle(flooding),
            new JsonObject()
                .put("beatTarget", target.toString())
                .put("beatPeriod", "20ms")
                .put("reconnectPeriod", "50ms")
                .put("nickname", "alice"));
    untilItWaits(Await.take(writers));
    bench.undeploy(id);
    assertThat(Senders.of(vertx).snapshot()).isEmpty();
  }

  /** Regularly or not: a killed peer may or may not have closed its connection. */
  private static void isDoneInTheEnd(CompletableFuture<?> closed) {
    boolean failed = Await.failed(closed);
    assertThat(closed.isCompletedExceptionally()).isEqualTo(failed);
  }

  /** Waits until a write has passed its bytes on and blocks for the peer. */
  private void untilItWaits(Thread writer) throws InterruptedException {
    Await.until(vertx, () -> writer.getState() == Thread.State.TIMED_WAITING);
  }

  /**
   * Writes so many bytes with each beat that a peer that does not read blocks it.
   *
   * @param writers receives the thread of each write
   */
  private static HeartbeatTransport flooding(
      HeartbeatTransport real, BlockingQueue<Thread> writers) {
    return (target, timeout) -> {
      HeartbeatStream stream = real.open(target, timeout);
      return new HeartbeatStream() {
        @Override
        public void write(byte[] frame, Duration limit) {
          writers.add(Thread.currentThread());
          stream.write(new byte[FLOOD], LONG);
        }

        @Override
        public java.util.concurrent.CompletionStage<Void> closed() {
          return stream.closed();
        }

        @Override
        public void closeConnection() {
          stream.closeConnection();
        }
      };
    };
  }

  @Test
  void aHundredTargetsAreWrittenTo() throws Exception {
    Libp2pTransport transport = transport();
    List<HeartbeatStream> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(transport.open(listen(listener()).toString(), LONG));
    }
    for (int i = 0; i < 100; i++) {
      streams.get(i).write(frame(i), LONG);
    }
    List<String> heard = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      heard.add(Await.take(received));
      wanted.add(new String(frame(i), UTF_8));
    }
    assertThat(heard).containsExactlyInAnyOrderElementsOf(wanted);
  }
}
