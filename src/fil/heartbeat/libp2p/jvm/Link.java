package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.CanIgnoreReturnValue;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.AgreedProtocols;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.KeepaliveTimer;
import fil.heartbeat.libp2p.host.Misconduct;
import fil.heartbeat.libp2p.host.Refusal;
import io.libp2p.core.Connection;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upgraded, usable connection of the library. State lives on its loop. */
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final AttributeKey<Link> KEY = AttributeKey.valueOf(Link.class, "link");

  private final HostParts host;
  private final Connection connection;
  private final Channel channel;
  private final PeerId peer;
  private final Multiaddr remoteAddress;
  private final boolean dialer;
  private final Misconduct misconduct;
  private final Frames frames;
  private final KeepaliveTimer keepaliveTimer;
  private final InboundBudget.Owner budget;
  private final InboundBudget.Holder unread;
  private final InboundBudget.Holder unsent;
  private final AgreedProtocols agreed = new AgreedProtocols();
  private final Set<JvmStream> streams = new HashSet<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile @Nullable Libp2pException cause;

  /**
   * @param dialer whether this host dialled
   */
  Link(
      HostParts host,
      Connection connection,
      Channel channel,
      PeerId peer,
      Multiaddr remoteAddress,
      boolean dialer,
      Keepalive keepalive) {
    this.host = host;
    this.connection = connection;
    this.channel = channel;
    this.peer = peer;
    this.remoteAddress = remoteAddress;
    this.dialer = dialer;
    this.misconduct = host.misconduct(peer);
    this.frames = Frames.of(channel);
    this.budget = host.budget().owner(peer, remoteAddress);
    this.unread = budget.holder(() -> EventLoops.run(channel.eventLoop(), this::overInboundBudget));
    this.unsent =
        budget.holder(() -> EventLoops.run(channel.eventLoop(), this::overOutboundBudget));
    this.keepaliveTimer =
        new KeepaliveTimer(
            this::after,
            System::nanoTime,
            frames::lastInboundNanos,
            keepalive,
            frames::ping,
            () -> endAtOnce(lost("no sign of life from the peer")));
  }

  static Link of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /** Starts the connection; must be called before the first stream. */
  void start() {
    channel.attr(KEY).set(this);
    frames.owner(this::violated, this::remoteGoAway);
    frames.unfinished().whenRead(this::holds);
    if (!dialer) {
      // A peer that connected to this host can cause answers and not read them; on dialled
      // connections this host also sends by itself.
      frames.whenUnsent(unsent::holds);
    }
    channel.closeFuture().addListener(done -> onClosed());
    keepaliveTimer.check();
  }

  /** Runs the action after the delay; returns a cancel function. */
  @CanIgnoreReturnValue
  private Runnable after(Duration delay, Runnable action) {
    Future<?> timer = channel.eventLoop().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  private void remoteGoAway(long code) {
    boolean first = cause == null;
    end(lost("the peer said GO_AWAY " + code));
    if (first && code == 0) {
      host.goAway().received(peer, remoteAddress);
    }
  }

  PeerId peer() {
    return peer;
  }

  /** Returns when bytes last arrived. Any thread. */
  long lastInboundNanos() {
    return frames.lastInboundNanos();
  }

  Multiaddr remoteAddress() {
    return remoteAddress;
  }

  boolean isDialer() {
    return dialer;
  }

  HostConfig config() {
    return host.config();
  }

  Connection connection() {
    return connection;
  }

  Channel channel() {
    return channel;
  }

  /** Returns the account of held bytes that the peer sent. */
  InboundBudget.Owner budget() {
    return budget;
  }

  Frames frames() {
    return frames;
  }

  /** Returns why it ended; null while it is usable. Any thread. */
  @Nullable Libp2pException cause() {
    return cause;
  }

  /** Completes when the socket is closed. Any thread. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Returns the ids in the order to propose: those that the peer agreed to before come first. */
  List<String> ordered(List<String> protocolIds) {
    return agreed.first(protocolIds);
  }

  void remember(String protocol) {
    agreed.add(protocol);
  }

  void tighten(Duration pingAfter, Duration deadAfter) {
    keepaliveTimer.tighten(pingAfter, deadAfter);
  }

  void add(JvmStream stream) {
    streams.add(stream);
  }

  void remove(JvmStream stream) {
    streams.remove(stream);
    if (streams.isEmpty() && host.table().isOlder(peer, this)) {
      endIfUnused();
    }
  }

  /** Logs that a stream or connection of the peer was ended to free its held bytes. */
  void logInboundLimit() {
    misconduct.refused(Refusal.INBOUND);
  }

  void countRefused(String reason) {
    misconduct.countRefused(reason);
  }

  /** Ends the connection because the peer broke a rule of the transport or does not read. */
  private void violated(Libp2pException why) {
    if (why.code() == Code.PROTOCOL_ERROR) {
      misconduct.violation("yamux", String.valueOf(why.getMessage()), "none");
    } else if (why.code() == Code.LIMIT) {
      misconduct.refused(Refusal.OUTBOUND);
    }
    endAtOnce(why);
  }

  private void holds(int bytes) {
    if (cause == null) {
      unread.holds(bytes);
    }
  }

  private void overInboundBudget() {
    if (cause == null) {
      countRefused(Refusal.INBOUND.label());
      logInboundLimit();
      end(
          new Libp2pException(
              Code.LIMIT,
              "the connection to " + peer + " was closed by us: too much of it was not whole"));
    }
  }

  private void overOutboundBudget() {
    if (cause == null) {
      violated(
          new Libp2pException(
              Code.LIMIT,
              "too much waits for " + peer + ", which does not read it, among all connections"));
    }
  }

  /**
   * Counts a stream that was reset because the peer broke a rule of its protocol; a peer with too
   * many of these is refused for a while.
   */
  void resetForViolation(String reason, String detail) {
    if (misconduct.streamReset(reason, detail, System.nanoTime())) {
      for (Link each : host.table().of(peer)) {
        each.close("too many of its streams had to be reset");
      }
    }
  }

  /**
   * Ends it, after a while, if it has no streams and its peer has a newer one. Called when the
   * newer one arrived, and when the last stream here ended. Any thread.
   */
  void endIfUnused() {
    after(ConnectionTable.UNUSED, this::closeIfUnused);
  }

  private void closeIfUnused() {
    if (cause == null && streams.isEmpty() && host.table().isOlder(peer, this)) {
      close("a newer one is used");
    }
  }

  /**
   * Ends it in favour of newer ones of its peer; its streams are reset with a code for that. Any
   * thread.
   */
  void supplant() {
    EventLoops.run(
        channel.eventLoop(),
        () -> {
          streams.forEach(stream -> frames.reset(stream.id(), Frames.SUPPLANTED));
          close("newer ones of the same id took its place");
        });
  }

  /** Closes it from this side. Idempotent. Any thread. */
  void close(String why) {
    EventLoops.run(
        channel.eventLoop(),
        () ->
            end(
                new Libp2pException(
                    Code.CLOSED, "the connection to " + peer + " was closed by us: " + why)));
  }

  /** Ends the connection after giving the socket a while to send queued bytes. */
  private void end(Libp2pException why) {
    if (!begin(why)) {
      return;
    }
    frames.goAway();
    if (frames.inSocket() == 0) {
      EventLoops.close(channel);
    } else {
      after(config().deadlines().closeFlush(), () -> EventLoops.close(channel));
      frames.whenSent(() -> EventLoops.close(channel));
    }
  }

  private void endAtOnce(Libp2pException why) {
    if (begin(why)) {
      EventLoops.close(channel);
    }
  }

  @CanIgnoreReturnValue
  private boolean begin(Libp2pException why) {
    if (cause != null) {
      return false;
    }
    cause = why;
    log.debug("connection ends peer={} cause={}", peer, why.getMessage());
    keepaliveTimer.stop();
    unread.holds(0);
    host.table().retire(peer, this);
    List.copyOf(streams).forEach(stream -> stream.gone(why));
    return true;
  }

  private void onClosed() {
    begin(lost("the peer closed it"));
    frames.ended();
    // In this order: a closing host that no longer finds it in the table finds it already counted.
    host.counters().connectionClosed();
    host.table().remove(peer, this);
    closed.complete(null);
  }

  private Libp2pException lost(String why) {
    return new Libp2pException(Code.CONNECTION_LOST, "connection to " + peer + " lost: " + why);
  }
}
