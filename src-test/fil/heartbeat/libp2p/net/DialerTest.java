package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Dials over wires in memory, in virtual time. */
class DialerTest {
  private final ManualLoop loop = new ManualLoop();
  private final LoopHost listener = new LoopHost(loop, HostConfig.DEFAULT);
  private final LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);

  /** The peer at an address; an address without a peer never answers. */
  private final Map<String, Consumer<FakeWire>> network = new HashMap<>();

  private final List<String> tried = new ArrayList<>();
  private final List<FakeWire> opened = new ArrayList<>();
  private final Dialer dialer =
      host.dialer(
          (endpoint, on, done) -> {
            String address = endpoint.toString();
            tried.add(address);
            Consumer<FakeWire> peer = network.get(address);
            if (address.contains("/tcp/1")) {
              loop.execute(() -> done.accept(null, new ConnectException("Connection refused")));
            } else if (peer != null) {
              FakeWire[] wires = FakeWire.pair(loop);
              opened.add(wires[0]);
              peer.accept(wires[1]);
              loop.execute(() -> done.accept(wires[0], null));
            }
          });

  private CompletableFuture<Connection> connect(String address, int seconds) {
    return connect(address, seconds, DialOptions.DEFAULT);
  }

  private CompletableFuture<Connection> connect(String address, int seconds, DialOptions options) {
    CompletableFuture<Connection> connection =
        dialer.connect(
            Multiaddr.parse(address).withPeerId(listener.id()),
            listener.id(),
            options,
            Duration.ofSeconds(seconds));
    loop.drive();
    return connection;
  }

  private static Libp2pException failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return (Libp2pException) future.handle((value, failure) -> failure).join();
  }

  private void assertNothingLeft() {
    assertThat(host.parts.guard().sockets()).isZero();
    assertThat(loop.timers()).isZero();
    assertThat(opened).noneMatch(FakeWire::isOpen);
  }

  @Test
  void anAddressOfAnotherFamilyThanTheSourceIsNotTried() throws IOException {
    InetAddress source = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    CompletableFuture<Connection> dial =
        connect("/ip6/2001:db8::1/tcp/2", 10, DialOptions.DEFAULT.from(source));
    assertThat(failure(dial).code()).isEqualTo(Code.CONNECT_FAILED);
    assertThat(failure(dial)).hasMessageContaining("is of the family of 127.0.0.2");
    assertThat(tried).isEmpty();
    assertNothingLeft();
  }

  @Test
  void aRefusedConnectIsReported() {
    CompletableFuture<Connection> dial = connect("/ip4/192.0.2.1/tcp/1", 10);
    assertThat(failure(dial).code()).isEqualTo(Code.CONNECT_FAILED);
    assertThat(failure(dial)).hasMessageContaining("/ip4/192.0.2.1/tcp/1: Connection refused");
    assertNothingLeft();
  }

  @Test
  void anAddressThatNeverAnswersTimesOut() {
    CompletableFuture<Connection> dial = connect("/ip4/192.0.2.1/tcp/2", 10);
    loop.advance(Duration.ofMillis(4_999));
    assertThat(dial).isNotDone();
    loop.advance(Duration.ofMillis(1));
    assertThat(failure(dial).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(dial)).hasMessageContaining("did not accept within 5000 ms");
    assertNothingLeft();
  }

  @Test
  void aSilentPeerEndsTheDialInTime() {
    network.put("/ip4/192.0.2.1/tcp/2", wire -> {});
    CompletableFuture<Connection> dial = connect("/ip4/192.0.2.1/tcp/2", 7);
    loop.advance(Duration.ofSeconds(7));
    assertThat(failure(dial).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(dial))
        .hasMessageContaining("within 7000 ms")
        .hasMessageContaining("did not finish the handshake");
    loop.drive();
    assertNothingLeft();
  }

  @Test
  void aWrongPeerIsNamed() {
    LoopHost stranger = new LoopHost(loop, HostConfig.DEFAULT);
    network.put("/ip4/192.0.2.1/tcp/2", stranger::accept);
    CompletableFuture<Connection> dial = connect("/ip4/192.0.2.1/tcp/2", 10);
    assertThat(failure(dial).code()).isEqualTo(Code.WRONG_PEER);
    assertThat(failure(dial))
        .hasMessageContaining("wrong peer: dialled " + listener.id())
        .hasMessageContaining("/ip4/192.0.2.1/tcp/2")
        .hasMessageContaining(stranger.id().toString());
    loop.drive();
    assertNothingLeft();
    assertThat(stranger.stats().connections()).isZero();
  }

  @Test
  void eachCallerHasItsOwnDeadline() {
    network.put("/ip4/192.0.2.1/tcp/2", wire -> {});
    CompletableFuture<Connection> patient = connect("/ip4/192.0.2.1/tcp/2", 8);
    CompletableFuture<Connection> hasty = connect("/ip4/192.0.2.1/tcp/2", 2);
    assertThat(tried).hasSize(1);
    loop.advance(Duration.ofSeconds(2));
    assertThat(hasty).isCompletedExceptionally();
    assertThat(patient).isNotDone();
    assertThat(opened).allMatch(FakeWire::isOpen);
    loop.advance(Duration.ofSeconds(6));
    assertThat(patient).isCompletedExceptionally();
    loop.drive();
    assertNothingLeft();
  }

  @Test
  void aCallerWithAnotherAddressGetsANewDialWhenTheFirstFails() {
    network.put("/ip4/192.0.2.1/tcp/2", wire -> {});
    network.put("/ip4/192.0.2.2/tcp/2", listener::accept);
    CompletableFuture<Connection> first = connect("/ip4/192.0.2.1/tcp/2", 20);
    CompletableFuture<Connection> second = connect("/ip4/192.0.2.2/tcp/2", 20);
    loop.advance(Duration.ofSeconds(10));
    assertThat(failure(first).code()).isEqualTo(Code.TIMEOUT);
    assertThat(second).isCompleted();
    assertThat(tried).containsExactly("/ip4/192.0.2.1/tcp/2", "/ip4/192.0.2.2/tcp/2");
  }

  @Test
  void closingTheHostEndsDials() {
    network.put("/ip4/192.0.2.1/tcp/2", wire -> {});
    CompletableFuture<Connection> dial = connect("/ip4/192.0.2.1/tcp/2", 20);
    dialer.close();
    loop.drive();
    assertThat(failure(dial).code()).isEqualTo(Code.CLOSED);
    assertThat(failure(connect("/ip4/192.0.2.1/tcp/2", 20)).code()).isEqualTo(Code.CLOSED);
    assertNothingLeft();
  }

  @Test
  void aConnectThatSucceedsTooLateIsClosed() {
    List<Runnable> late = new ArrayList<>();
    FakeWire[] wires = FakeWire.pair(loop);
    Dialer slow = host.dialer((endpoint, on, done) -> late.add(() -> done.accept(wires[0], null)));
    CompletableFuture<Connection> dial =
        slow.connect(
            LoopHost.ADDRESS.withPeerId(listener.id()),
            listener.id(),
            DialOptions.DEFAULT,
            Duration.ofSeconds(1));
    loop.advance(Duration.ofSeconds(1));
    assertThat(dial).isCompletedExceptionally();
    late.forEach(Runnable::run);
    loop.drive();
    assertThat(wires[0].isOpen()).isFalse();
    assertThat(host.parts.guard().sockets()).isZero();
    assertThat(loop.timers()).isZero();
  }
}
