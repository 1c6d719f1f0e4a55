package fil.heartbeat.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.Configs;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contract of a host; every implementation runs these tests. A subclass names the
 * implementations of both sides.
 */
public abstract class HostContract {
  protected static final String PROTOCOL = "fil/heartbeat/1.0.0";
  protected static final String WITH_SLASH = "/fil/heartbeat/1.0.0";
  protected static final Multiaddr ANY_PORT = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

  /** More than the window of a stream, so that writing it needs a peer that reads. */
  private static final int ABOVE_WINDOW = 300_000;

  protected final Vertx vertx = Vertx.vertx();
  private final List<Host> hosts = new CopyOnWriteArrayList<>();

  /** Returns the name of the listening implementation. */
  protected abstract String listening();

  /** Returns the name of the dialling implementation. */
  protected String dialling() {
    return listening();
  }

  /** One inbound stream and the bytes it received. */
  protected static final class Heard implements StreamListener {
    public final Stream stream;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Void> remoteClosed = new CompletableFuture<>();
    private final CompletableFuture<Optional<Libp2pException>> closed = new CompletableFuture<>();

    Heard(Stream stream) {
      this.stream = stream;
    }

    public synchronized String text() {
      return bytes.toString(UTF_8);
    }

    synchronized int size() {
      return bytes.size();
    }

    /** Completes when the stream ended, with the cause unless it ended regularly. */
    CompletionStage<Optional<Libp2pException>> closed() {
      return closed;
    }

    @Override
    public synchronized void onData(ByteBuffer data) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void onRemoteClose() {
      remoteClosed.complete(null);
      stream.closeWrite();
    }

    @Override
    public void onClosed(@Nullable Libp2pException cause) {
      assertThat(closed.complete(Optional.ofNullable(cause))).isTrue();
    }
  }

  /** Serves a protocol and stores its streams. */
  protected static final class Streams implements ProtocolHandler {
    private final BlockingQueue<Heard> streams = new LinkedBlockingQueue<>();
    private final boolean paused;

    Streams(boolean paused) {
      this.paused = paused;
    }

    @Override
    public StreamListener onStream(Stream stream) {
      if (paused) {
        stream.pause();
      }
      Heard heard = new Heard(stream);
      streams.add(heard);
      return heard;
    }

    public Heard next() {
      try {
        Heard heard = streams.poll(20, TimeUnit.SECONDS);
        assertThat(heard).isNotNull();
        return heard;
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  @AfterEach
  void closeAll() {
    List<CompletionStage<Void>> ends = hosts.stream().map(Host::close).toList();
    ends.forEach(HostContract::get);
    get(vertx.close().toCompletionStage());
  }

  protected final Host host(String implementation, KeyType type) {
    return host(implementation, Identity.generate(type), Configs.patient());
  }

  protected final Host host(String implementation, HostConfig config) {
    return host(implementation, Identity.generate(KeyType.ED25519), config);
  }

  private Host host(String implementation, Identity identity, HostConfig config) {
    Host host = HostProvider.named(implementation).create(vertx, identity, config);
    hosts.add(host);
    return host;
  }

  private Host listener() {
    return host(listening(), KeyType.ED25519);
  }

  private Host dialer() {
    return host(dialling(), KeyType.ED25519);
  }

  @CanIgnoreReturnValue
  protected static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(failure.getCause());
    } catch (InterruptedException | TimeoutException failure) {
      throw new AssertionError("not done within 20 s", failure);
    }
  }

  protected static Libp2pException failure(CompletionStage<?> stage) {
    Libp2pException failure =
        catchThrowableOfType(Libp2pException.class, () -> get(stage.thenApply(done -> "done")));
    assertThat(failure).isNotNull();
    return failure;
  }

  protected static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static CompletionStage<Stream> open(Host dialer, Multiaddr target) {
    return dialer.open(target, List.of(PROTOCOL, WITH_SLASH), Configs.PATIENT_DIAL);
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void aStreamOfEachKeyTypeCarriesBytesAndEndsRegularly(KeyType type) {
    Host listener = host(listening(), type);
    Host dialer = host(dialling(), type);
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Multiaddr address = get(listener.listen(ANY_PORT));
    assertThat(listener.listenAddresses()).containsExactly(address);
    Stream stream = get(open(dialer, address));
    assertThat(stream.protocol()).isEqualTo(PROTOCOL);
    assertThat(stream.remotePeer()).isEqualTo(listener.peerId());
    assertThat(stream.remoteAddress()).isEqualTo(address.withoutPeerId());
    get(stream.write("one\n".getBytes(UTF_8)));
    get(stream.write("two\n".getBytes(UTF_8)));
    stream.closeWrite();
    Heard heard = streams.next();
    get(heard.remoteClosed);
    assertThat(heard.text()).isEqualTo("one\ntwo\n");
    assertThat(heard.stream.remotePeer()).isEqualTo(dialer.peerId());
    assertThat(heard.stream.protocol()).isEqualTo(PROTOCOL);
    assertThat(get(heard.closed)).isEmpty();
    get(stream.closed());
  }

  @Test
  void writesArriveInTheirOrder() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    StringBuilder said = new StringBuilder();
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 5_000; i++) {
      String line = i + "\n";
      said.append(line);
      last = stream.write(line.getBytes(UTF_8));
    }
    stream.closeWrite();
    get(last);
    Heard heard = streams.next();
    get(heard.remoteClosed);
    assertThat(heard.text()).isEqualTo(said.toString());
  }

  @Test
  void aWriteAboveTheWindowCompletesWhenThePeerReads() {
    Host listener = listener();
    Streams streams = new Streams(true);
    listener.handle(PROTOCOL, streams);
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    CompletionStage<Void> write = stream.write(new byte[ABOVE_WINDOW]);
    Heard heard = streams.next();
    assertThat(heard.size()).isZero();
    // After a whole round trip on the same connection, the earlier bytes must have arrived.
    get(dialledAgain(stream));
    assertThat(write.toCompletableFuture()).isNotDone();
    heard.stream.resume();
    get(write);
    await(() -> heard.size() == ABOVE_WINDOW);
  }

  private CompletionStage<Stream> dialledAgain(Stream stream) {
    Host dialer = hosts.get(hosts.size() - 1);
    return open(dialer, stream.remoteAddress().withPeerId(stream.remotePeer()));
  }

  @Test
  void aPeerThatStopsReadingFailsTheWriteWhenItsConnectionIsClosed() {
    Host listener = listener();
    Streams streams = new Streams(true);
    listener.handle(PROTOCOL, streams);
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    CompletionStage<Void> write = stream.write(new byte[ABOVE_WINDOW]);
    Heard heard = streams.next();
    assertThat(write.toCompletableFuture()).isNotDone();
    stream.closeConnection();
    assertThat(failure(write).code()).isEqualTo(Libp2pException.Code.CLOSED);
    assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.CLOSED);
    assertThat(get(heard.closed).orElseThrow().code())
        .isEqualTo(Libp2pException.Code.CONNECTION_LOST);
    assertThat(failure(stream.write(new byte[1])).code()).isEqualTo(Libp2pException.Code.CLOSED);
  }

  @Test
  void aPeerThatNeverReadsCannotMakeTheHostQueueWithoutEnd() {
    Host listener = listener();
    listener.handle(PROTOCOL, new Streams(true));
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      writes.add(stream.write(new byte[1_000_000]));
    }
    assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.LIMIT);
    writes.forEach(write -> assertThat(failure(write)).isNotNull());
  }

  @Test
  void aPeerThatIsKilledEndsItsStreams() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Host dialer = dialer();
    Multiaddr address = get(listener.listen(ANY_PORT));
    try (Relay relay = new Relay(address)) {
      Stream stream = get(open(dialer, relay.address().withPeerId(listener.peerId())));
      get(stream.write(new byte[10]));
      Heard heard = streams.next();
      await(() -> heard.size() == 10);
      relay.cut();
      assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.CONNECTION_LOST);
      assertThat(failure(stream.write(new byte[1])).code())
          .isEqualTo(Libp2pException.Code.CONNECTION_LOST);
      assertThat(get(heard.closed).orElseThrow().code())
          .isEqualTo(Libp2pException.Code.CONNECTION_LOST);
      await(() -> dialer.stats().connections() == 0 && listener.stats().connections() == 0);
    }
    Stream again = get(open(dialer, address));
    get(again.write(new byte[1]));
  }

  /** A regular end by the peer is distinguished from a loss, and from an end by this side. */
  @Test
  void aRegularEndOfAConnectionIsReported() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    BlockingQueue<String> farewells = new LinkedBlockingQueue<>();
    listener.onGoAway((peer, address) -> farewells.add(peer + " " + address));
    Multiaddr address = get(listener.listen(ANY_PORT));
    try (Relay relay = new Relay(address)) {
      Host cut = dialer();
      Stream stream = get(open(cut, relay.address().withPeerId(listener.peerId())));
      get(stream.write(new byte[10]));
      Heard heard = streams.next();
      relay.cut();
      assertThat(get(heard.closed)).isPresent();
    }
    Host refused = dialer();
    get(get(open(refused, address)).write(new byte[10]));
    Heard ours = streams.next();
    listener.admit(peer -> !peer.equals(refused.peerId()));
    assertThat(get(ours.closed)).isPresent();
    await(() -> listener.stats().connections() == 0);
    Host leaving = dialer();
    Stream last = get(open(leaving, address));
    get(last.write(new byte[10]));
    Heard heard = streams.next();
    last.closeConnection();
    assertThat(get(heard.closed).orElseThrow().code())
        .isEqualTo(Libp2pException.Code.CONNECTION_LOST);
    await(() -> !farewells.isEmpty());
    await(() -> listener.stats().connections() == 0);
    assertThat(farewells).containsExactly(leaving.peerId() + " " + heard.stream.remoteAddress());
  }

  @Test
  void aResetEndsBothSidesAtOnce() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    get(stream.write(new byte[10]));
    Heard heard = streams.next();
    stream.reset();
    stream.reset();
    assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.CLOSED);
    assertThat(get(heard.closed).orElseThrow().code()).isEqualTo(Libp2pException.Code.RESET);
    assertThat(failure(heard.stream.write(new byte[1])).code())
        .isEqualTo(Libp2pException.Code.RESET);
  }

  @Test
  void aSupplantedPeerIsNotified() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Stream stream = get(open(dialer(), get(listener.listen(ANY_PORT))));
    get(stream.write(new byte[10]));
    Heard heard = streams.next();
    heard.stream.supplant("superseded");
    heard.stream.supplant("superseded");
    assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.SUPPLANTED);
    assertThat(get(heard.closed).orElseThrow().code()).isEqualTo(Libp2pException.Code.CLOSED);
    assertThat(listener.stats().streamsRefused()).containsEntry("superseded", 1L);
  }

  @Test
  void ofThreeHostsWithOneKeyTheStalestIsNotifiedOfItsReplacement() {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Multiaddr address = get(listener.listen(ANY_PORT));
    Identity key = Identity.generate(KeyType.ED25519);
    List<Stream> opened = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      opened.add(get(open(host(dialling(), key, Configs.patient()), address)));
      get(opened.get(i).write(new byte[10]));
      Heard heard = streams.next();
      assertThat(heard).isNotNull();
    }
    assertThat(failure(opened.get(0).closed()).code()).isEqualTo(Libp2pException.Code.SUPPLANTED);
    get(opened.get(1).write(new byte[10]));
  }

  @Test
  void aHandlerThatThrowsResetsItsStreamAlone() {
    Host listener = listener();
    listener.handle(
        PROTOCOL,
        stream ->
            bytes -> {
              throw new IllegalStateException("thrown on purpose by a test");
            });
    listener.handle(WITH_SLASH, new Streams(false));
    Host dialer = dialer();
    Multiaddr address = get(listener.listen(ANY_PORT));
    Stream bad = get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    Stream good = get(dialer.open(address, List.of(WITH_SLASH), Configs.PATIENT_DIAL));
    get(bad.write(new byte[1]));
    assertThat(failure(bad.closed()).code()).isEqualTo(Libp2pException.Code.RESET);
    get(good.write(new byte[1]));
    assertThat(listener.stats().connections()).isEqualTo(1);
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    Host listener = listener();
    listener.handle(PROTOCOL, new Streams(false));
    Multiaddr wrong =
        get(listener.listen(ANY_PORT)).withPeerId(Identity.generate(KeyType.ED25519).peerId());
    Host dialer = dialer();
    Libp2pException failure = failure(open(dialer, wrong));
    assertThat(failure.code()).isEqualTo(Libp2pException.Code.WRONG_PEER);
    assertThat(failure).hasMessageContaining(wrong.peerId().orElseThrow().toString());
    assertThat(dialer.stats().failedUpgrades()).containsEntry("wrong-peer", 1L);
    await(() -> listener.stats().connections() == 0);
  }

  @Test
  void aProtocolThatIsNotServedIsRefusedAndTheConnectionStays() {
    Host listener = listener();
    listener.handle(WITH_SLASH, new Streams(false));
    Multiaddr address = get(listener.listen(ANY_PORT));
    Host dialer = dialer();
    assertThat(
            failure(dialer.open(address, List.of("/other/1", "other"), Configs.PATIENT_DIAL))
                .code())
        .isEqualTo(Libp2pException.Code.PROTOCOL_REFUSED);
    Stream stream = get(open(dialer, address));
    assertThat(stream.protocol()).isEqualTo(WITH_SLASH);
    assertThat(dialer.stats().upgrades()).isEqualTo(1);
  }

  @Test
  void manyOpensAtOnceShareOneConnection() {
    Host listener = listener();
    listener.handle(PROTOCOL, new Streams(false));
    Multiaddr address = get(listener.listen(ANY_PORT));
    Host dialer = dialer();
    List<CompletionStage<Stream>> opens = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      opens.add(open(dialer, address));
    }
    opens.forEach(HostContract::get);
    assertThat(dialer.stats().upgrades()).isEqualTo(1);
    assertThat(listener.stats().socketsAccepted()).isEqualTo(1);
  }

  @Test
  void aHundredTargetsAreDialledAndWrittenToAtOnce() {
    Streams streams = new Streams(false);
    List<Multiaddr> targets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Host listener = listener();
      listener.handle(PROTOCOL, streams);
      targets.add(get(listener.listen(ANY_PORT)));
    }
    Host dialer = dialer();
    List<CompletionStage<Stream>> opens =
        targets.stream()
            .map(target -> dialer.open(target, List.of(PROTOCOL), Configs.PATIENT_DIAL))
            .toList();
    List<Stream> opened = opens.stream().map(HostContract::get).toList();
    assertThat(dialer.stats().connections()).isEqualTo(100);
    opened.forEach(stream -> get(stream.write("beat\n".getBytes(UTF_8))));
    Set<PeerId> heardBy = opened.stream().map(Stream::remotePeer).collect(Collectors.toSet());
    assertThat(heardBy).hasSize(100);
    for (int i = 0; i < 100; i++) {
      Heard heard = streams.next();
      await(() -> heard.text().equals("beat\n"));
    }
  }

  @Test
  void unusableAddressesAreNamed() {
    Host listener = listener();
    Multiaddr address = get(listener.listen(ANY_PORT));
    Host dialer = dialer();
    assertThat(failure(open(dialer, address.withoutPeerId())))
        .hasMessageContaining("/p2p/<id>")
        .extracting(Libp2pException::code)
        .isEqualTo(Libp2pException.Code.BAD_ADDRESS);
    assertThat(failure(open(listener, address))).hasMessageContaining("this host itself");
    assertThat(failure(dialer.listen(Multiaddr.parse("/dns4/localhost/tcp/0"))))
        .hasMessageContaining("/dns4/localhost/tcp/0")
        .extracting(Libp2pException::code)
        .isEqualTo(Libp2pException.Code.BAD_ADDRESS);
    assertThat(failure(dialer.listen(address.withoutPeerId())))
        .hasMessageContaining("already in use")
        .extracting(Libp2pException::code)
        .isEqualTo(Libp2pException.Code.BIND_FAILED);
    try (HeldPort nobody = new HeldPort()) {
      assertThat(failure(open(dialer, nobody.address().withPeerId(listener.peerId()))).code())
          .isEqualTo(Libp2pException.Code.CONNECT_FAILED);
    }
  }

  @Test
  void aNameIsLookedUpAndWatchersSeeEachStep() {
    Host listener = listener();
    listener.handle(PROTOCOL, new Streams(false));
    Multiaddr address = get(listener.listen(ANY_PORT));
    Multiaddr named =
        Multiaddr.parse("/dns4/localhost/tcp/" + address.value("tcp").orElseThrow())
            .withPeerId(listener.peerId());
    List<DialStep> steps = new CopyOnWriteArrayList<>();
    DialOptions patient = Configs.PATIENT_DIAL;
    DialOptions watched =
        new DialOptions(patient.timeout(), patient.pingAfter(), patient.deadAfter(), steps::add);
    Stream stream = get(dialer().open(named, List.of(PROTOCOL), watched));
    assertThat(stream.remoteAddress()).isEqualTo(address.withoutPeerId());
    assertThat(steps).containsExactly(DialStep.values());
  }

  /** Only Linux has all of 127.0.0.0/8 without being told to. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aConnectionComesFromTheSourceThatTheDialNames() throws IOException {
    Host listener = listener();
    Streams streams = new Streams(false);
    listener.handle(PROTOCOL, streams);
    Multiaddr address = get(listener.listen(ANY_PORT));
    for (int last : new int[] {3, 2, 3}) {
      InetAddress source = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
      Stream opened =
          get(dialer().open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL.from(source)));
      get(opened.write(new byte[1]));
      assertThat(streams.next().stream.remoteAddress().value("ip4"))
          .contains(source.getHostAddress());
    }
    InetAddress strange = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    assertThat(
            failure(dialer().open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL.from(strange))))
        .extracting(Libp2pException::code)
        .isEqualTo(Libp2pException.Code.CONNECT_FAILED);
  }

  @Test
  void aSilentPeerFailsTheOpenAtTheDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Multiaddr target =
          Multiaddr.ofSocket("127.0.0.1", silent.getLocalPort())
              .withPeerId(Identity.generate(KeyType.ED25519).peerId());
      DialOptions hasty =
          new DialOptions(Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofSeconds(50));
      assertThat(failure(dialer().open(target, List.of(PROTOCOL), hasty)).code())
          .isEqualTo(Libp2pException.Code.TIMEOUT);
    }
  }

  @Test
  void aStreamThatHoldsTooMuchOrExpiresEndsWithoutPenalty() {
    Host listener = listener();
    String patient = PROTOCOL + "/patient";
    listener.handle(PROTOCOL, stream -> bytes -> stream.buffered(Integer.MAX_VALUE));
    listener.handle(patient, stream -> bytes -> stream.expire("test"));
    Multiaddr address = get(listener.listen(ANY_PORT));
    Host dialer = dialer();
    for (int i = 0; i < 4; i++) {
      for (String protocol : List.of(PROTOCOL, patient)) {
        Stream stream = get(dialer.open(address, List.of(protocol), DialOptions.DEFAULT));
        get(stream.write(new byte[10]));
        assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.RESET);
      }
    }
    assertThat(listener.stats().connections()).isEqualTo(1);
    await(() -> listener.stats().inboundStreams() == 0);
    assertThat(listener.stats().streamsRefused())
        .containsEntry("inbound-bytes", 4L)
        .containsEntry("test", 4L);
  }

  @Test
  void onlyAdmittedPeersAreConnectedAndStayConnected() {
    Host listener = listener();
    listener.handle(PROTOCOL, new Streams(false));
    Multiaddr address = get(listener.listen(ANY_PORT));
    Host dialer = dialer();
    Stream stream = get(open(dialer, address));
    listener.admit(peer -> peer.equals(listener.peerId()));
    assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.CONNECTION_LOST);
    await(() -> listener.stats().connections() == 0);
    CompletionStage<Void> beat =
        open(dialer, address).thenCompose(refused -> refused.closed().thenApply(end -> null));
    assertThat(failure(beat)).isNotNull();
    await(() -> listener.stats().failedUpgrades().keySet().equals(Set.of("not-admitted")));
    listener.admit(peer -> peer.equals(dialer.peerId()));
    assertThat(get(open(dialer, address)).remotePeer()).isEqualTo(listener.peerId());
  }

  @Test
  void closingEndsEverythingOnceAndFreesThePort() {
    try (HeldPort port = new HeldPort()) {
      Host listener = listener();
      Streams streams = new Streams(false);
      listener.handle(PROTOCOL, streams);
      Multiaddr address = get(listener.listen(port.address()));
      Host dialer = dialer();
      Stream stream = get(open(dialer, address));
      get(stream.write(new byte[10]));
      Heard heard = streams.next();
      get(dialer.close());
      get(dialer.close());
      assertThat(failure(stream.closed()).code()).isEqualTo(Libp2pException.Code.CLOSED);
      assertThat(get(heard.closed)).isPresent();
      assertThat(failure(open(dialer, address)).code()).isEqualTo(Libp2pException.Code.CLOSED);
      Host after = listener();
      get(listener.close());
      assertThat(get(after.listen(port.address())).withoutPeerId()).isEqualTo(port.address());
      assertThat(listener.listenAddresses()).isEmpty();
      assertThat(listener.stats().connections()).isZero();
      assertThat(listener.stats().inboundStreams()).isZero();
      assertThat(listener.stats().closed()).isEqualTo(1);
      assertThat(failure(listener.listen(ANY_PORT)).code()).isEqualTo(Libp2pException.Code.CLOSED);
    }
  }

  @Test
  void hostsThatComeAndGoLeaveNoThread() {
    Set<Thread> before = Set.of();
    for (int i = 0; i < 20; i++) {
      Host listener = listener();
      listener.handle(PROTOCOL, new Streams(false));
      Host dialer = dialer();
      get(open(dialer, get(listener.listen(ANY_PORT))));
      get(dialer.close());
      get(listener.close());
      assertThat(dialer.stats().connections()).isZero();
      if (i == 0) {
        // Threads that the first hosts of a process start for all later ones may stay.
        before = threads();
      }
    }
    Set<Thread> known = before;
    await(() -> known.containsAll(threads()));
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("vert.x-"))
        .collect(Collectors.toSet());
  }

  /**
   * A TCP relay that can be cut like the connection of a killed peer: both ends see their socket
   * close.
   */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    Relay(Multiaddr target) {
      int port = Integer.parseInt(target.value("tcp").orElseThrow());
      try {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      } catch (IOException cause) {
        throw new AssertionError(cause);
      }
      run(
          () -> {
            Socket in = server.accept();
            Socket out = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(in);
            sockets.add(out);
            run(() -> in.getInputStream().transferTo(out.getOutputStream()));
            run(() -> out.getInputStream().transferTo(in.getOutputStream()));
          });
    }

    private interface Work {
      void run() throws IOException;
    }

    private void run(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException ended) {
                  // Cut by the test.
                  return;
                }
              },
              "relay");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }

    Multiaddr address() {
      return Multiaddr.ofSocket("127.0.0.1", server.getLocalPort());
    }

    void cut() {
      for (Socket socket : sockets) {
        try {
          socket.setSoLinger(true, 0);
          socket.close();
        } catch (IOException cause) {
          throw new AssertionError(cause);
        }
      }
      sockets.clear();
    }

    @Override
    public void close() {
      cut();
      try {
        server.close();
        for (Thread thread : threads) {
          thread.join(20_000);
        }
      } catch (IOException | InterruptedException cause) {
        throw new AssertionError(cause);
      }
    }
  }
}
