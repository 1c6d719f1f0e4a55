package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static fil.heartbeat.libp2p.net.HostPair.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.testing.Configs;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real hosts on real sockets: the parts fit together, and no resources leak. */
class TcpHostTest {
  private static final Multiaddr ANY_PORT = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

  private final Vertx vertx = Vertx.vertx();
  private final Recorder recorder = new Recorder();

  @AfterEach
  void close() {
    get(vertx.close().toCompletionStage());
  }

  private static int port(Multiaddr address) {
    return Integer.parseInt(address.parts().get(1).value());
  }

  /** Waits for other threads, however long they take. */
  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private TcpHost host(HostConfig config) {
    return HostPair.host(vertx, Identity.generate(KeyType.ED25519), config);
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void twoHostsExchangeAStream(KeyType type) {
    TcpHost listener = HostPair.host(vertx, Identity.generate(type), Configs.patient());
    TcpHost dialer = HostPair.host(vertx, Identity.generate(type), Configs.patient());
    listener.handle(PROTOCOL, recorder);
    Multiaddr address = get(listener.listen(ANY_PORT));
    assertThat(listener.listenAddresses()).containsExactly(address);
    Stream stream = get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    assertThat(stream.protocol()).isEqualTo(PROTOCOL);
    assertThat(stream.remotePeer()).isEqualTo(listener.peerId());
    assertThat(stream.remoteAddress()).isEqualTo(address.withoutPeerId());
    get(stream.write("one\n".getBytes(UTF_8)));
    get(stream.write("two\n".getBytes(UTF_8)));
    stream.closeWrite();
    Recorder.Heard heard = get(recorder.stream(0));
    assertThat(get(heard.untilClose)).isEqualTo("one\ntwo\n");
    assertThat(heard.stream.remotePeer()).isEqualTo(dialer.peerId());
    assertThat(get(heard.closed)).isEmpty();
    get(stream.closed());
    get(dialer.close());
    get(listener.close());
  }

  @Test
  void anIpv6AddressWorksToo() {
    try (HostPair pair = HostPair.usual(vertx)) {
      pair.listener.handle(PROTOCOL, recorder);
      Multiaddr address = get(pair.listener.listen(Multiaddr.parse("/ip6/::1/tcp/0")));
      Stream stream = get(pair.dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
      assertThat(stream.remoteAddress()).isEqualTo(address.withoutPeerId());
    }
  }

  @Test
  void aNameIsLookedUp() {
    try (HostPair pair = HostPair.usual(vertx)) {
      pair.listener.handle(PROTOCOL, recorder);
      Multiaddr named =
          Multiaddr.parse("/dns4/localhost/tcp/" + port(pair.address))
              .withPeerId(pair.listener.peerId());
      Stream stream = get(pair.dialer.open(named, List.of(PROTOCOL), Configs.PATIENT_DIAL));
      assertThat(stream.remoteAddress()).isEqualTo(pair.address.withoutPeerId());
    }
  }

  @Test
  void aHundredOpensAtOnceMakeOneConnection() {
    try (HostPair pair =
        new HostPair(
            vertx,
            Configs.patient()
                .withStreams(s -> s.withMaxInboundStreams(200).withMaxUnnegotiatedStreams(200)),
            Configs.patient())) {
      pair.listener.handle(PROTOCOL, recorder);
      List<CompletionStage<Stream>> opens = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        opens.add(pair.open());
      }
      opens.forEach(HostPair::get);
      assertThat(pair.listener.stats().socketsAccepted()).isEqualTo(1);
      assertThat(pair.dialer.stats().upgrades()).isEqualTo(1);
    }
  }

  @Test
  void writesArriveInOrderFromManyTurns() {
    try (HostPair pair = HostPair.usual(vertx)) {
      pair.listener.handle(PROTOCOL, recorder);
      Stream stream = get(pair.open());
      StringBuilder said = new StringBuilder();
      CompletionStage<Void> last = CompletableFuture.completedFuture(null);
      for (int i = 0; i < 20_000; i++) {
        String beat = i + "\n";
        said.append(beat);
        last = stream.write(beat.getBytes(UTF_8));
      }
      stream.closeWrite();
      get(last);
      assertThat(get(get(recorder.stream(0)).untilClose)).isEqualTo(said.toString());
    }
  }

  @Test
  void theListenerServesOnEveryEventLoop() {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    TcpHost listener = host(Configs.patient());
    listener.handle(
        PROTOCOL,
        stream -> {
          threads.add(Thread.currentThread().getName());
          return NetStream.DISCARD;
        });
    Multiaddr address = get(listener.listen(ANY_PORT));
    List<TcpHost> dialers = new ArrayList<>();
    int loops = VertxLoop.all(vertx).size();
    for (int i = 0; i < loops; i++) {
      TcpHost dialer = host(Configs.patient());
      dialers.add(dialer);
      get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    }
    await(() -> threads.size() == loops);
    dialers.forEach(dialer -> get(dialer.close()));
    get(listener.close());
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    try (HostPair pair = HostPair.usual(vertx)) {
      Multiaddr wrong = pair.address.withPeerId(Identity.generate(KeyType.ED25519).peerId());
      Libp2pException failure =
          catchThrowableOfType(
              Libp2pException.class,
              () -> get(pair.dialer.open(wrong, List.of(PROTOCOL), Configs.PATIENT_DIAL)));
      assertThat(failure.code()).isEqualTo(Code.WRONG_PEER);
      assertThat(failure)
          .hasMessageContaining("wrong peer: dialled")
          .hasMessageContaining(pair.listener.peerId().toString())
          .hasMessageContaining(pair.address.withoutPeerId().toString());
      assertThat(pair.dialer.stats().failedUpgrades()).containsEntry("wrong-peer", 1L);
    }
  }

  @Test
  void unusableAddressesAreNamed() {
    try (HostPair pair = HostPair.usual(vertx)) {
      assertThatThrownBy(
              () ->
                  get(
                      pair.dialer.open(
                          pair.address.withoutPeerId(), List.of(PROTOCOL), Configs.PATIENT_DIAL)))
          .hasMessageContaining("/p2p/<id>");
      assertThatThrownBy(
              () -> get(pair.listener.open(pair.address, List.of("/x"), Configs.PATIENT_DIAL)))
          .hasMessageContaining("this host itself");
      assertThatThrownBy(
              () ->
                  get(
                      pair.dialer.open(
                          pair.address, List.of(PROTOCOL, "/a\n/b"), Configs.PATIENT_DIAL)))
          .hasMessage("cannot propose \"/a?/b\" (expected: one line of 1 to 256 bytes of UTF-8)");
      assertThatThrownBy(() -> get(pair.dialer.listen(Multiaddr.parse("/dns4/localhost/tcp/0"))))
          .hasMessageContaining("/dns4/localhost/tcp/0")
          .hasMessageContaining("expected");
      assertThatThrownBy(() -> get(pair.dialer.listen(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001"))))
          .hasMessageContaining("/ip4/192.0.2.1/tcp/4001")
          .extracting(failure -> ((Libp2pException) failure).code())
          .isEqualTo(Code.BIND_FAILED);
    }
  }

  /** Vert.x alone would share the port between both hosts. */
  @Test
  void aPortThatIsTakenIsRefusedAlsoWithinOneVertx() {
    try (HostPair pair = HostPair.usual(vertx)) {
      Multiaddr taken = pair.address.withoutPeerId();
      Libp2pException failure =
          catchThrowableOfType(Libp2pException.class, () -> get(pair.dialer.listen(taken)));
      assertThat(failure.code()).isEqualTo(Code.BIND_FAILED);
      assertThat(failure)
          .hasMessageContaining(taken.toString())
          .hasMessageContaining("already in use");
    }
  }

  @Test
  void aListenerThatRestartsIsDialledAgain() {
    try (HeldPort port = new HeldPort()) {
      Identity identity = Identity.generate(KeyType.ED25519);
      TcpHost before = HostPair.host(vertx, identity, Configs.patient());
      before.handle(PROTOCOL, recorder);
      Multiaddr address = get(before.listen(port.address()));
      TcpHost dialer = host(Configs.patient());
      Stream first = get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
      get(before.close());
      assertThatThrownBy(() -> get(first.closed()))
          .extracting(failure -> ((Libp2pException) failure).code())
          .isEqualTo(Code.CONNECTION_LOST);
      assertThatThrownBy(() -> get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL)))
          .hasMessageContaining("refused");
      TcpHost after = HostPair.host(vertx, identity, Configs.patient());
      after.handle(PROTOCOL, recorder);
      assertThat(get(after.listen(port.address()))).isEqualTo(address);
      Stream second = get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
      get(second.write(new byte[] {1}));
      get(dialer.close());
      get(after.close());
    }
  }

  @Test
  void anAddressWithTooManyConnectionsIsRefused() {
    TcpHost listener =
        host(
            Configs.patient()
                .withSockets(s -> s.withMaxConnectionsPerAddress(2).withExemptLoopback(false)));
    listener.handle(PROTOCOL, recorder);
    Multiaddr address = get(listener.listen(ANY_PORT));
    List<TcpHost> dialers = List.of(host(Configs.patient()), host(Configs.patient()));
    dialers.forEach(dialer -> get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL)));
    TcpHost third = host(Configs.patient());
    assertThatThrownBy(() -> get(third.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL)))
        .isInstanceOf(Libp2pException.class);
    assertThat(listener.stats().refused()).containsEntry("max-connections-per-address", 1L);
    get(dialers.get(0).close());
    await(() -> listener.stats().connections() == 1);
    get(third.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    get(third.close());
    get(dialers.get(1).close());
    get(listener.close());
  }

  @Test
  void socketsBeyondTheUpgradeSlotsWaitForOne() throws IOException {
    TcpHost listener = host(Configs.patient().withSockets(s -> s.withMaxPendingUpgrades(1)));
    listener.handle(PROTOCOL, recorder);
    Multiaddr address = get(listener.listen(ANY_PORT));
    TcpHost dialer = host(Configs.patient());
    CompletionStage<Stream> waiting;
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port(address))) {
      assertThat(silent.isConnected()).isTrue();
      await(() -> listener.stats().pendingUpgrades() == 1);
      waiting = dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL);
      await(() -> listener.stats().waitingSockets() == 1);
      assertThat(waiting.toCompletableFuture()).isNotDone();
    }
    get(waiting);
    assertThat(listener.stats().failedUpgrades()).containsEntry("closed", 1L);
    get(dialer.close());
    get(listener.close());
  }

  @Test
  void aPeerBehindADeadLinkIsClosedAtTheLimit() {
    TcpHost listener = host(Configs.patient());
    listener.handle(PROTOCOL, recorder);
    FaultyLink link = new FaultyLink(vertx, get(listener.listen(ANY_PORT)));
    TcpHost dialer = host(Configs.patient().withStreams(s -> s.withMaxOutboundBytes(4_000_000)));
    // One stream's window alone would fit into the buffers of the system's sockets.
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Multiaddr target = link.address().withPeerId(listener.peerId());
      streams.add(get(dialer.open(target, List.of(PROTOCOL), Configs.PATIENT_DIAL)));
    }
    Stream stream = streams.get(0);
    get(stream.write(new byte[100]));
    link.freeze();
    // One array for all: a slow loop must not cost memory.
    byte[] piece = new byte[20_000];
    List<CompletionStage<Void>> writes = new ArrayList<>();
    await(
        () -> {
          writes.add(streams.get(writes.size() % streams.size()).write(piece));
          return stream.closed().toCompletableFuture().isDone();
        });
    assertThatThrownBy(() -> get(stream.closed()))
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.LIMIT);
    await(() -> writes.stream().allMatch(write -> write.toCompletableFuture().isDone()));
    await(() -> dialer.stats().connections() == 0);
    link.thaw();
    get(dialer.close());
    get(listener.close());
  }

  @Test
  void aHostThatClosesWhileItBindsLeavesThePortFree() {
    try (HeldPort port = new HeldPort()) {
      for (int i = 0; i < 50; i++) {
        TcpHost host = host(Configs.patient());
        CompletionStage<Multiaddr> bind = host.listen(port.address());
        get(host.close());
        assertThat(host.listenAddresses()).isEmpty();
        // Bound just before or refused: the result is reported either way.
        get(bind.handle((bound, cause) -> true));
      }
      TcpHost host = host(Configs.patient());
      get(host.listen(port.address()));
      get(host.close());
    }
  }

  @Test
  void aClosedHostHasReleasedItsPort() {
    Identity identity = Identity.generate(KeyType.ED25519);
    try (HeldPort port = new HeldPort()) {
      TcpHost before = HostPair.host(vertx, identity, Configs.patient());
      get(before.listen(port.address()));
      for (int i = 0; i < 100; i++) {
        TcpHost next = HostPair.host(vertx, identity, Configs.patient());
        get(before.close());
        get(next.listen(port.address()));
        before = next;
      }
      get(before.close());
    }
  }

  @Test
  void closingEndsEverythingOnce() {
    HostPair pair = HostPair.usual(vertx);
    pair.listener.handle(PROTOCOL, recorder);
    Stream stream = get(pair.open());
    get(stream.write(new byte[10]));
    Recorder.Heard heard = get(recorder.stream(0));
    pair.close();
    pair.close();
    assertThatThrownBy(() -> get(stream.closed()))
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.CLOSED);
    assertThat(get(heard.closed)).isPresent();
    assertThat(heard.closedCalls).isEqualTo(1);
    assertThatThrownBy(() -> get(pair.open()))
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.CLOSED);
    assertThatThrownBy(() -> get(pair.listener.listen(ANY_PORT)))
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.CLOSED);
    assertThat(pair.listener.stats().connections()).isZero();
    assertThat(pair.listener.stats().closed()).isEqualTo(1);
  }

  @Test
  void hostsThatComeAndGoLeaveNoThreadAndNoSocket() {
    Identity listening = Identity.generate(KeyType.ED25519);
    Identity dialling = Identity.generate(KeyType.ED25519);
    for (int i = 0; i < 200; i++) {
      TcpHost listener = HostPair.host(vertx, listening, Configs.patient());
      listener.handle(PROTOCOL, recorder);
      TcpHost dialer = HostPair.host(vertx, dialling, Configs.patient());
      Multiaddr address = get(listener.listen(ANY_PORT));
      get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
      get(dialer.close());
      get(listener.close());
      assertThat(dialer.stats().connections()).isZero();
      assertThat(listener.stats().inboundStreams()).isZero();
    }
    String mine = "libp2p-" + dialling.peerId();
    String theirs = "libp2p-" + listening.peerId();
    await(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.startsWith(mine) || name.startsWith(theirs)));
  }

  @Test
  void aHostOfAClosedVertxStillCloses() {
    Vertx other = Vertx.vertx();
    TcpHost listener = HostPair.host(other, Identity.generate(KeyType.ED25519), Configs.patient());
    listener.handle(PROTOCOL, recorder);
    Multiaddr address = get(listener.listen(ANY_PORT));
    TcpHost dialer = host(Configs.patient());
    get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    get(other.close().toCompletionStage());
    get(listener.close());
    get(dialer.close());
  }

  @Test
  void theServiceLoaderFindsIt() {
    assertThat(ServiceLoader.load(HostProvider.class).stream().map(ServiceLoader.Provider::get))
        .anySatisfy(
            provider -> {
              assertThat(provider.name()).isEqualTo("built-in");
              Identity identity = Identity.generate(KeyType.ED25519);
              assertThat(provider.create(vertx, identity, Configs.patient()).peerId())
                  .isEqualTo(identity.peerId());
            });
  }
}
