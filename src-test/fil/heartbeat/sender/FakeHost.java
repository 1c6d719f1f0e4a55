package fil.heartbeat.sender;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host that opens what a test gives it. */
final class FakeHost implements Host {

  /** A stream whose write and end a test completes. */
  static final class FakeStream implements Stream {
    final CompletableFuture<Void> written = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    final AtomicInteger resets = new AtomicInteger();
    final AtomicInteger connectionCloses = new AtomicInteger();
    volatile byte @Nullable [] bytes;

    @Override
    public PeerId remotePeer() {
      return PeerId.parse(Configs.PEER);
    }

    @Override
    public Multiaddr remoteAddress() {
      return Multiaddr.parse("/ip4/192.0.2.1/tcp/9081");
    }

    @Override
    public String protocol() {
      return "fil/heartbeat/1.0.0";
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
      this.bytes = bytes;
      return written;
    }

    @Override
    public void closeWrite() {}

    @Override
    public void reset() {
      resets.incrementAndGet();
    }

    @Override
    public void expire(String reason) {
      reset();
    }

    @Override
    public void buffered(int bytes) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public CompletionStage<Void> closed() {
      return closed;
    }

    @Override
    public void closeConnection() {
      connectionCloses.incrementAndGet();
    }
  }

  record Dial(Multiaddr target, List<String> protocolIds, DialOptions options) {}

  final PeerId peerId;
  final BlockingQueue<Dial> dials = new LinkedBlockingQueue<>();
  final AtomicInteger closes = new AtomicInteger();
  final CompletableFuture<Stream> opening = new CompletableFuture<>();

  FakeHost(PeerId peerId) {
    this.peerId = peerId;
  }

  @Override
  public PeerId peerId() {
    return peerId;
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return List.of();
  }

  @Override
  public CompletionStage<Multiaddr> listen(Multiaddr address) {
    return CompletableFuture.failedFuture(new UnsupportedOperationException());
  }

  @Override
  public void announce(List<Multiaddr> addresses) {}

  @Override
  public void handle(String protocolId, ProtocolHandler handler) {}

  @Override
  public void admit(java.util.function.Predicate<PeerId> mayConnect) {}

  @Override
  public void expect(java.util.function.Predicate<PeerId> expected) {}

  @Override
  public void onGoAway(java.util.function.BiConsumer<PeerId, Multiaddr> listener) {}

  @Override
  public CompletionStage<Stream> open(
      Multiaddr target, List<String> protocolIds, DialOptions options) {
    dials.add(new Dial(target, protocolIds, options));
    return opening;
  }

  @Override
  public HostStats stats() {
    return new HostStats(
        0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(), 0);
  }

  @Override
  public CompletionStage<Void> close() {
    closes.incrementAndGet();
    return CompletableFuture.completedFuture(null);
  }
}
