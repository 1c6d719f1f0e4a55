package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseSession;
import fil.heartbeat.libp2p.yamux.YamuxException;
import fil.heartbeat.libp2p.yamux.YamuxLimits;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upgraded connection: one wire, one session, its streams. Everything happens on its loop; only
 * the accessors of what never changes may be called elsewhere.
 *
 * <p>It ends once: streams fail at that moment and exactly once, the peer is told with GO_AWAY, and
 * the socket closes when that is out or the flush time is over.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** GO_AWAY codes of yamux, and none at all when the session has said its own. */
  private static final long NORMAL = 0;

  private static final long PROTOCOL_ERROR = 1;
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
  private final NoiseFrames frames;
  private final NoiseSession noise;
  private final ConnectionStreams streams;
  private final YamuxSession session;
  private final Outbox outbox;
  private final Pulse pulse;
  private final InboundBudget.Owner budget;
  private final InboundBudget.Holder unread;
  private final Set<String> agreed = new LinkedHashSet<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private State state = State.OPEN;
  private boolean retired;

  /**
   * @param dialer whether we dialled
   * @param onGone gives its place back once the socket is closed
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
    this.frames = upgraded.frames();
    this.noise = upgraded.session();
    this.streams = new ConnectionStreams(this, host, dialer, loop.nanoTime());
    this.session = new YamuxSession(dialer, limits(host.config()), streams);
    this.outbox =
        new Outbox(
            wire, loop, noise, session, host.config().maxOutboundBytes(), this::outboxBroken);
    this.pulse = new Pulse(loop, keepalive, this::ping, this::dead);
    this.budget = host.budget().owner(upgraded.peer(), wire.remoteAddress());
    this.unread = budget.holder(() -> loop.execute(this::heldTooMuch));
  }

  private static YamuxLimits limits(HostConfig config) {
    YamuxLimits usual = YamuxLimits.DEFAULT;
    return new YamuxLimits(
        config.maxInboundStreams(),
        config.maxRefusedStreamsPerMinute(),
        usual.maxUnackedOutbound(),
        usual.maxPendingPongs(),
        usual.maxPingsPerSecond());
  }

  /** Takes over the wire, with what arrived during the upgrade. */
  void start() {
    wire.owner(bytes -> receive(() -> frames.receive(bytes, 0, bytes.length)), this::onWireClosed);
    pulse.look();
    byte[] early = upgraded.early();
    receive(() -> session.receive(early, 0, early.length, loop.nanoTime()));
    if (state == State.OPEN) {
      wire.resume();
    }
  }

  PeerId peer() {
    return upgraded.peer();
  }

  /** Whether we dialled it. */
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

  /** Books what is held of what the peer sent. */
  InboundBudget.Owner budget() {
    return budget;
  }

  Outbox outbox() {
    return outbox;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  /** Done when the socket is closed and all is counted. Any thread. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Opens a stream; the ids that the peer took before go first. */
  void open(List<String> protocolIds, Duration timeout, CompletableFuture<Stream> result) {
    if (state != State.OPEN) {
      result.completeExceptionally(lost("it had ended before the stream was opened"));
      return;
    }
    List<String> ordered = new ArrayList<>(agreed);
    ordered.retainAll(protocolIds);
    protocolIds.stream().filter(id -> !agreed.contains(id)).forEach(ordered::add);
    OutboundNegotiation.open(this, ordered, loop.nanoTime() + timeout.toNanos(), result);
  }

  void remember(String protocol) {
    agreed.add(protocol);
  }

  void tighten(Duration pingAfter, Duration deadAfter) {
    pulse.tighten(pingAfter, deadAfter);
  }

  /** Writes on behalf of a negotiation. */
  void send(int streamId, byte[] bytes) {
    if (session.write(streamId, bytes, 0, bytes.length) >= 0) {
      outbox.flushSoon();
    }
  }

  /**
   * A newer connection took its place. One of the same direction ends now: the peer has given it
   * up. One of the other direction ends with its last stream, since with two hosts that dial each
   * other at once each may take another one for the newer.
   */
  void retire(boolean sameDirection) {
    retired = true;
    if (sameDirection) {
      close("replaced by a newer connection");
    } else if (streams.isEmpty()) {
      lastStreamEnded();
    }
  }

  void lastStreamEnded() {
    if (retired && state == State.OPEN) {
      close("replaced by a newer connection");
    }
  }

  /** Ends it from our side. Idempotent. */
  void close(String why) {
    String message = "the connection to " + peer() + " was closed by us: " + why;
    end(new Libp2pException(Code.CLOSED, message), NORMAL);
  }

  /** Ends it because the peer broke a rule of ours. */
  void violated(String message) {
    end(new Libp2pException(Code.PROTOCOL_ERROR, message), PROTOCOL_ERROR);
  }

  void remoteGoAway(long code) {
    end(lost("the peer said GO_AWAY " + code), NORMAL);
  }

  private void end(Libp2pException cause, long goAwayCode) {
    if (!beginEnd(cause)) {
      return;
    }
    // Not from inside of a session's callback.
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
      outbox.end(cause);
      wire.abort();
    }
  }

  private boolean beginEnd(Libp2pException cause) {
    if (state != State.OPEN) {
      return false;
    }
    state = State.CLOSING;
    LOG.debug("connection ends peer={} cause={}", peer(), cause.getMessage());
    pulse.stop();
    unread.holds(0);
    host.table().retire(peer(), this);
    streams.fail(cause);
    return true;
  }

  private void flushAndAbort(Libp2pException cause) {
    if (state == State.CLOSED) {
      return;
    }
    Loop.Timer limit = loop.after(host.config().closeFlush(), wire::abort);
    var ignored = closed.whenComplete((done, failure) -> limit.cancel());
    outbox.flushAndEnd(cause, wire::abort);
  }

  private void onWireClosed() {
    if (state == State.CLOSED) {
      return;
    }
    Libp2pException cause = lost("the peer closed it");
    endAtOnce(cause);
    state = State.CLOSED;
    outbox.end(cause);
    // In this order: who sees it counted as closed finds its place free, and who no longer finds
    // it in the table, as a host that closes, finds it counted.
    onGone.run();
    host.counters().connectionClosed();
    host.table().remove(peer(), this);
    closed.complete(null);
  }

  private interface Intake {
    void take() throws YamuxException;
  }

  private void receive(Intake intake) {
    if (state != State.OPEN) {
      return;
    }
    long now = loop.nanoTime();
    pulse.inbound(now);
    try {
      intake.take();
      byte[] message;
      while (state == State.OPEN
          && (message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE)) != null) {
        byte[] payload = noise.decrypt(message);
        session.receive(payload, 0, payload.length, now);
      }
      streams.countSessionRefusals(session);
      if (state == State.OPEN) {
        unread.holds(frames.held());
        outbox.flush();
      }
    } catch (NoiseException violation) {
      LOG.debug("noise violation peer={} reason={}", peer(), violation.getMessage());
      endAtOnce(new Libp2pException(Code.PROTOCOL_ERROR, String.valueOf(violation.getMessage())));
    } catch (YamuxException violation) {
      LOG.debug("yamux violation peer={} reason={}", peer(), violation.reason());
      streams.countSessionRefusals(session);
      end(new Libp2pException(Code.PROTOCOL_ERROR, String.valueOf(violation.getMessage())), SAID);
    } catch (RuntimeException fault) {
      LOG.error("connection broke peer={}", peer(), fault);
      endAtOnce(new Libp2pException(Code.CONNECTION_LOST, "internal fault", fault));
    }
  }

  private void heldTooMuch() {
    if (state == State.OPEN) {
      streams.countRefused(Refusal.INBOUND.word());
      streams.toldToLetGo();
      String why =
          "the connection to " + peer() + " was closed by us: too much of it was not whole";
      end(new Libp2pException(Code.LIMIT, why), NORMAL);
    }
  }

  private void ping() {
    var ignored = session.ping(loop.nanoTime());
    outbox.flushSoon();
  }

  private void dead() {
    endAtOnce(lost("no sign of life from the peer"));
  }

  private void outboxBroken(Libp2pException cause) {
    if (cause.code() == Code.LIMIT) {
      host.refusals().refused(Refusal.OUTBOUND, peer());
    }
    endAtOnce(cause);
  }

  private Libp2pException lost(String why) {
    return new Libp2pException(Code.CONNECTION_LOST, "connection to " + peer() + " lost: " + why);
  }
}
