package fil.heartbeat.testing;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostStats;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A host without a network: a test opens inbound streams on it by hand, and says what becomes of
 * each dial.
 */
public final class FakeHost implements Host {
  private volatile java.util.function.Predicate<PeerId> admitted = peer -> true;
  private volatile java.util.function.Predicate<PeerId> expected = peer -> false;
  private volatile java.util.function.BiConsumer<PeerId, Multiaddr> goAwayListener =
      (peer, address) -> {};

  private volatile int connections;
  private volatile int yielding;

  /** An inbound stream, driven by the test. */
  public final class Inbound implements Stream {
    private final PeerId peer;
    private final String protocol;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private @Nullable StreamListener listener;
    private @Nullable Libp2pException cause;
    private volatile boolean reset;
    private volatile boolean writeClosed;
    private volatile String expired = "";
    private volatile int kept;
    private final AtomicLong unreadNanos = new AtomicLong();

    private final Multiaddr from;

    private Inbound(PeerId peer, String protocol, Multiaddr from) {
      this.peer = peer;
      this.from = from;
      this.protocol = protocol;
      StreamListener given = handlers.get(protocol).onStream(this);
      this.listener = given;
      if (cause != null) {
        given.onClosed(cause);
      }
    }

    public void send(String text) {
      listener.onData(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    public void end() {
      listener.onRemoteClose();
      if (writeClosed) {
        listener.onClosed(null);
        closed.complete(null);
      }
    }

    public boolean wasReset() {
      return reset;
    }

    /** Why it was ended without blame; empty when it was not. */
    public String expired() {
      return expired;
    }

    /** Bytes that the listener keeps. */
    public int kept() {
      return kept;
    }

    /** Its peer was slowed down for so long: nothing of it was read. */
    public void slowed(Duration time) {
      unreadNanos.addAndGet(time.toNanos());
    }

    @Override
    public long unreadNanos() {
      return unreadNanos.get();
    }

    /** Ends it as a host does whose memory for what peers send is used up. */
    public void letGo() {
      end(new Libp2pException(Libp2pException.Code.LIMIT, "too much is held"));
    }

    /** The connection that carries it is lost. */
    public void lose() {
      end(new Libp2pException(Libp2pException.Code.CONNECTION_LOST, "connection reset"));
    }

    /** The peer ends the connection that carries it in good order. */
    public void leave() {
      end(new Libp2pException(Libp2pException.Code.CONNECTION_LOST, "the peer said GO_AWAY 0"));
      goAwayListener.accept(peer, remoteAddress());
    }

    public boolean hasEnded() {
      return closed.isDone();
    }

    @Override
    public PeerId remotePeer() {
      return peer;
    }

    @Override
    public Multiaddr remoteAddress() {
      return from;
    }

    @Override
    public String protocol() {
      return protocol;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public void closeWrite() {
      writeClosed = true;
    }

    @Override
    public void reset() {
      reset = true;
      end(new Libp2pException(Libp2pException.Code.CLOSED, "reset by us"));
    }

    @Override
    public void expire(String reason) {
      if (!closed.isDone()) {
        expired = reason;
        end(new Libp2pException(Libp2pException.Code.CLOSED, "reset by us: " + reason));
      }
    }

    @Override
    public void buffered(int bytes) {
      kept = bytes;
    }

    private void end(Libp2pException cause) {
      if (!closed.isDone()) {
        this.cause = cause;
        closed.completeExceptionally(cause);
        if (listener != null) {
          listener.onClosed(cause);
        }
      }
    }

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
      reset();
    }
  }

  /** A dial that was asked for; the test answers it. */
  public record Dial(
      Multiaddr target,
      List<String> protocolIds,
      DialOptions options,
      CompletableFuture<Stream> answer) {}

  public final List<Dial> dials = new CopyOnWriteArrayList<>();
  public final AtomicInteger closes = new AtomicInteger();
  private volatile @Nullable CompletableFuture<Stream> everyDial;

  private final PeerId peerId;
  private final Map<String, ProtocolHandler> handlers = new ConcurrentHashMap<>();
  private final List<Inbound> inbounds = new CopyOnWriteArrayList<>();

  public FakeHost(PeerId peerId) {
    this.peerId = peerId;
  }

  @CanIgnoreReturnValue
  public Inbound inbound(PeerId peer, String protocol) {
    return inbound(peer, protocol, "/ip4/192.0.2.7/tcp/1234");
  }

  /** One from an address. */
  @CanIgnoreReturnValue
  public Inbound inbound(PeerId peer, String protocol, String from) {
    Inbound inbound = new Inbound(peer, protocol, Multiaddr.parse(from));
    inbounds.add(inbound);
    return inbound;
  }

  public boolean isClosed() {
    return closes.get() > 0;
  }

  /** The one answer of all dials from now on. */
  public CompletableFuture<Stream> answerEveryDial() {
    CompletableFuture<Stream> answer = new CompletableFuture<>();
    everyDial = answer;
    return answer;
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
    return CompletableFuture.completedFuture(address.withPeerId(peerId));
  }

  @Override
  public void announce(List<Multiaddr> addresses) {}

  @Override
  public void handle(String protocolId, ProtocolHandler handler) {
    handlers.put(protocolId, handler);
  }

  @Override
  public void admit(java.util.function.Predicate<PeerId> mayConnect) {
    admitted = mayConnect;
  }

  @Override
  public void expect(java.util.function.Predicate<PeerId> rule) {
    expected = rule;
  }

  /** Whether a peer has its part of the memory now. */
  public boolean expects(PeerId peer) {
    return expected.test(peer);
  }

  /** Whether a peer may connect now. */
  public boolean admits(PeerId peer) {
    return admitted.test(peer);
  }

  @Override
  public void onGoAway(java.util.function.BiConsumer<PeerId, Multiaddr> listener) {
    goAwayListener = listener;
  }

  @Override
  public CompletionStage<Stream> open(
      Multiaddr target, List<String> protocolIds, DialOptions options) {
    if (isClosed()) {
      return CompletableFuture.failedFuture(closedByUs());
    }
    CompletableFuture<Stream> every = everyDial;
    CompletableFuture<Stream> answer = every == null ? new CompletableFuture<>() : every;
    dials.add(new Dial(target, protocolIds, options, answer));
    return answer;
  }

  @Override
  public HostStats stats() {
    return new HostStats(
        connections,
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Collections.nCopies(HostStats.UPGRADE_BUCKETS.size() + 1, 0L),
        0,
        yielding);
  }

  /** So many connections are open, and so many of them give way to expected peers. */
  public void connections(int open, int giveWay) {
    connections = open;
    yielding = giveWay;
  }

  @Override
  public CompletionStage<Void> close() {
    closes.incrementAndGet();
    Libp2pException cause = closedByUs();
    inbounds.forEach(inbound -> inbound.end(cause));
    return CompletableFuture.completedFuture(null);
  }

  private static Libp2pException closedByUs() {
    return new Libp2pException(Libp2pException.Code.CLOSED, "the host was closed");
  }
}
