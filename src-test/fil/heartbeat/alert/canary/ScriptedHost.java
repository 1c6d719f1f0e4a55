package fil.heartbeat.alert.canary;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A host that only dials, and of which a test says what becomes of each dial and write. */
final class ScriptedHost implements Host {

  /** A stream that takes what is written when the test lets it. */
  static final class Out implements Stream {
    final List<String> written = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> taken = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();

    @Override
    public PeerId remotePeer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Multiaddr remoteAddress() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String protocol() {
      return "fil/heartbeat/1.0.0";
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
      written.add(new String(bytes, UTF_8));
      return taken;
    }

    @Override
    public void closeWrite() {}

    @Override
    public void reset() {
      closeConnection();
    }

    @Override
    public void expire(String reason) {
      closeConnection();
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
      Libp2pException end = new Libp2pException(Libp2pException.Code.CLOSED, "closed by us");
      closed.completeExceptionally(end);
      taken.completeExceptionally(end);
    }
  }

  /** A dial that was asked for. */
  record Dial(Multiaddr target, List<String> protocolIds, CompletableFuture<Stream> answer) {}

  final List<Dial> dials = new CopyOnWriteArrayList<>();
  final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final PeerId peerId;

  ScriptedHost(Identity identity) {
    this.peerId = identity.peerId();
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
    throw new UnsupportedOperationException();
  }

  @Override
  public void announce(List<Multiaddr> addresses) {}

  @Override
  public void handle(String protocolId, ProtocolHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void admit(Predicate<PeerId> mayConnect) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void expect(Predicate<PeerId> expected) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onGoAway(java.util.function.BiConsumer<PeerId, Multiaddr> listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Stream> open(
      Multiaddr target, List<String> protocolIds, DialOptions options) {
    Dial dial = new Dial(target, protocolIds, new CompletableFuture<>());
    dials.add(dial);
    return dial.answer();
  }

  @Override
  public HostStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Void> close() {
    closed.complete(null);
    return closed;
  }
}
