package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.AgreedProtocols;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.KeepaliveTimer;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.yamux.YamuxException;
import fil.heartbeat.libp2p.yamux.YamuxLimits;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upgraded connection: one wire, one session, its streams. It lives on its loop; only accessors
 * of constant values may be called elsewhere.
 *
 * <p>It ends once: its streams fail at that moment and exactly once, GO_AWAY is sent to the peer,
 * and the socket closes when that is sent or the flush time has passed.
 */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** GO_AWAY codes of yamux; none is sent when the session has sent its own. */
  private static final long NORMAL = 0;

  private static final long SAID = -1;

  private enum State {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final HostParts host;
  private final Wire wire;
  private final Loop loop;
  private final Upgrade.Outcome upgraded;
  private final boolean dialer;
  private final Runnable onGone;
  private final ConnectionStreams streams;
  private final YamuxSession session;
  private final WriteQueue writeQueue;
  private final KeepaliveTimer keepaliveTimer;
  private final ConnectionReader reader;
  private final InboundBudget.Owner budget;
  private final InboundBudget.Holder unread;
  private final InboundBudget.Holder unsent;
  private final AgreedProtocols agreed = new AgreedProtocols();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile long inboundNanos;
  private State state = State.OPEN;
  private @Nullable Libp2pException ended;
  private Loop.Timer flushLimit = Loop.Timer.NONE;
  private Loop.Timer idleTimer = Loop.Timer.NONE;

  /**
   * @param dialer whether this host dialled
   * @param onGone frees its place once the socket is closed
   */
  Connection(
      HostParts host,
      Wire wire,
      Loop loop,
      Upgrade.Outcome upgraded,
      boolean dialer,
      Keepalive keepalive,
      Runnable onGone) {
    this.host = host;
    this.wire = wire;
    this.loop = loop;
    this.upgraded = upgraded;
    this.dialer = dialer;
    this.onGone = onGone;
    this.streams = new ConnectionStreams(this, host, dialer);
    this.session = new YamuxSession(dialer, limits(host.config()), streams);
    this.writeQueue =
        new WriteQueue(
            wire,
            loop,
            upgraded.session(),
            session,
            host.config().streams().maxOutboundBytes(),
            this::unsent,
            this::writesFailed);
    this.inboundNanos = loop.nanoTime();
    this.keepaliveTimer =
        new KeepaliveTimer(
            (delay, action) -> loop.after(delay, action)::cancel,
            loop::nanoTime,
            this::lastInboundNanos,
            keepalive,
            this::ping,
            this::dead);
    this.reader = new ConnectionReader(this, wire, upgraded.frames(), upgraded.session());
    this.budget = host.budget().owner(upgraded.peer(), wire.remoteAddress());
    this.unread = budget.holder(() -> loop.execute(this::overInboundBudget));
    this.unsent = budget.holder(() -> loop.execute(this::overOutboundBudget));
  }

  private static YamuxLimits limits(HostConfig config) {
    YamuxLimits usual = YamuxLimits.DEFAULT;
    return new YamuxLimits(
        config.streams().maxInboundStreams(),
        config.streams().maxRefusedStreamsPerMinute(),
        usual.maxUnackedOutbound(),
        usual.maxPendingPongs(),
        usual.maxPingsPerSecond());
  }

  /** Takes over the wire, with the bytes that arrived during the upgrade. */
  void start() {
    wire.owner(reader::onBytes, this::onWireClosed);
    keepaliveTimer.check();
    reader.start(upgraded.early());
  }

  /** Returns when bytes last arrived. Any thread. */
  long lastInboundNanos() {
    return inboundNanos;
  }

  /** Records that bytes arrived. */
  void arrived(long nowNanos) {
    inboundNanos = nowNanos;
  }

  /** Returns the total nanoseconds without reading, in order to slow the peer down. Any thread. */
  long unreadNanos() {
    return reader.unreadNanos();
  }

  PeerId peer() {
    return upgraded.peer();
  }

  /** Whether this host dialled it. */
  boolean isDialer() {
    return dialer;
  }

  Loop loop() {
    return loop;
  }

  Multiaddr remoteAddress() {
    return wire.remoteAddress();
  }

  HostConfig config() {
    return host.config();
  }

  Protocols protocols() {
    return host.protocols();
  }

  YamuxSession session() {
    return session;
  }

  ConnectionStreams streams() {
    return streams;
  }

  /** Returns the account of held bytes that the peer sent. */
  InboundBudget.Owner budget() {
    return budget;
  }

  WriteQueue writeQueue() {
    return writeQueue;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Completes when the socket is closed and counted. Any thread. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Opens a stream; ids that the peer agreed to before are proposed first. */
  void open(List<String> protocolIds, Duration timeout, CompletableFuture<Stream> result) {
    if (state != State.OPEN) {
      result.completeExceptionally(lost("it had ended before the stream was opened"));
      return;
    }
    OutboundNegotiation.open(
        this, agreed.first(protocolIds), loop.nanoTime() + timeout.toNanos(), result);
  }

  void remember(String protocol) {
    agreed.add(protocol);
  }

  void pingWithBytes() {
    keepaliveTimer.joinBytes();
  }

  void tighten(Duration pingAfter, Duration deadAfter) {
    keepaliveTimer.tighten(pingAfter, deadAfter);
  }

  /** Writes on behalf of a negotiation. */
  void send(int streamId, byte[] bytes) {
    if (session.write(streamId, bytes, 0, bytes.length) >= 0) {
      writeQueue.flushSoon();
    }
  }

  /**
   * Ends it, after a while, if it has no streams and its peer has a newer one. Called when the
   * newer one arrived, and when the last stream here ended.
   */
  void endIfUnused() {
    idleTimer.cancel();
    idleTimer = loop.after(ConnectionTable.UNUSED, this::closeIfUnused);
  }

  private void closeIfUnused() {
    if (streams.isEmpty() && host.table().isOlder(peer(), this)) {
      close("a newer one is used");
    }
  }

  void lastStreamEnded() {
    if (state == State.OPEN && host.table().isOlder(peer(), this)) {
      endIfUnused();
    }
  }

  /** Ends it in favour of newer ones of its peer; its streams are reset with a code for that. */
  void supplant() {
    if (state == State.OPEN) {
      session.resetAll(YamuxSession.CODE_SUPPLANTED);
      close("newer ones of the same id took its place");
    }
  }

  /** Closes it from this side. Idempotent. */
  void close(String why) {
    String message = "the connection to " + peer() + " was closed by us: " + why;
    end(Libp2pException.event(Code.CLOSED, message), NORMAL);
  }

  void remoteGoAway(long code) {
    if (state != State.OPEN) {
      return;
    }
    end(lost("the peer said GO_AWAY " + code), NORMAL);
    if (code == NORMAL) {
      host.goAway().received(peer(), remoteAddress());
    }
  }

  private void end(Libp2pException cause, long goAwayCode) {
    if (!beginEnd(cause)) {
      return;
    }
    // Not from inside a callback of the session.
    loop.execute(
        () -> {
          if (goAwayCode != SAID) {
            session.goAway(goAwayCode);
          }
          flushAndAbort(cause);
        });
  }

  private void endAtOnce(Libp2pException cause) {
    if (beginEnd(cause)) {
      writeQueue.end(cause);
      wire.abort();
    }
  }

  private boolean beginEnd(Libp2pException cause) {
    if (state != State.OPEN) {
      return false;
    }
    state = State.CLOSING;
    ended = cause;
    log.debug("connection ends peer={} cause={}", peer(), cause.getMessage());
    keepaliveTimer.stop();
    idleTimer.cancel();
    reader.stop();
    unread.holds(0);
    host.table().retire(peer(), this);
    streams.fail(cause);
    return true;
  }

  private void flushAndAbort(Libp2pException cause) {
    if (state == State.CLOSED) {
      return;
    }
    flushLimit = loop.after(host.config().deadlines().closeFlush(), wire::abort);
    writeQueue.flushAndEnd(cause, wire::abort);
  }

  private void onWireClosed() {
    if (state == State.CLOSED) {
      return;
    }
    Libp2pException known = ended;
    Libp2pException cause = known == null ? lost("the peer closed it") : known;
    endAtOnce(cause);
    state = State.CLOSED;
    flushLimit.cancel();
    writeQueue.end(cause);
    // In this order: once it is counted as closed its place is free, and a closing host that no
    // longer finds it in the table finds it already counted.
    onGone.run();
    host.counters().connectionClosed();
    host.table().remove(peer(), this);
    closed.complete(null);
  }

  /** Ends the connection because received bytes are invalid. */
  void broken(Exception cause) {
    String detail = String.valueOf(cause.getMessage());
    if (cause instanceof NoiseException) {
      streams.violation("noise", detail, "none");
      endAtOnce(new Libp2pException(Code.PROTOCOL_ERROR, detail));
    } else if (cause instanceof YamuxException violation) {
      boolean flood = violation.reason().equals(YamuxException.REFUSED_STREAMS);
      String limit = flood ? "maxRefusedStreamsPerMinute" : "none";
      streams.violation(violation.reason(), detail, limit);
      end(new Libp2pException(Code.PROTOCOL_ERROR, detail), SAID);
    } else {
      log.error("connection broke peer={}", peer(), cause);
      endAtOnce(new Libp2pException(Code.CONNECTION_LOST, "internal fault", cause));
    }
  }

  /** Reports the received bytes of an incomplete message. */
  void holds(int bytes) {
    unread.holds(bytes);
  }

  /**
   * Reports unsent bytes, only for a peer that connected to this host: it can cause answers and not
   * read them, while on dialled connections this host also sends by itself.
   */
  private void unsent(long bytes) {
    if (!dialer) {
      unsent.holds(bytes);
    }
  }

  private void overOutboundBudget() {
    String why = "too much waits for " + peer() + ", which does not read it, among all connections";
    writesFailed(new Libp2pException(Code.LIMIT, why));
  }

  private void overInboundBudget() {
    if (state == State.OPEN) {
      streams.countRefused(Refusal.INBOUND.label());
      streams.logInboundLimit();
      String why =
          "the connection to " + peer() + " was closed by us: too much of it was not whole";
      end(new Libp2pException(Code.LIMIT, why), NORMAL);
    }
  }

  private void ping() {
    if (session.ping(loop.nanoTime())) {
      writeQueue.flushSoon();
    }
  }

  private void dead() {
    endAtOnce(lost("no sign of life from the peer"));
  }

  private void writesFailed(Libp2pException cause) {
    if (cause.code() == Code.LIMIT) {
      streams.misconduct().refused(Refusal.OUTBOUND);
    }
    endAtOnce(cause);
  }

  private Libp2pException lost(String why) {
    return Libp2pException.event(Code.CONNECTION_LOST, "connection to " + peer() + " lost: " + why);
  }
}
