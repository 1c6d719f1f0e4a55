package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.host.Candidate;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepted sockets until they become connections: refused, waiting unread for an upgrade slot, or
 * being upgraded. The guard limits their number.
 */
final class InboundSockets {
  private static final Logger log = LoggerFactory.getLogger(InboundSockets.class);

  /** A timer that fires this long after it was set was held up. */
  private static final long LATE_NANOS =
      ConnectionGuard.SLOW_AFTER.plus(ConnectionGuard.SLOW_AFTER.dividedBy(2)).toNanos();

  private final HostParts host;
  private final Adopter adopter;
  private final Set<Accepted> accepted = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  InboundSockets(HostParts host, Adopter adopter) {
    this.host = host;
    this.adopter = adopter;
  }

  /** Takes an accepted socket; must be called on its loop before anything was read. */
  void accept(Wire wire, InetAddress remote, Loop loop) {
    host.counters().accepted.increment();
    Accepted socket = new Accepted(wire, loop);
    accepted.add(socket);
    if (closed) {
      socket.refuse(Refusal.CLOSING.label());
      return;
    }
    socket.ask(remote);
  }

  /** Drops all sockets that are not connections yet. */
  void close() {
    closed = true;
    List.copyOf(accepted).forEach(socket -> socket.loop.run(socket::hostClosed));
  }

  private final class Accepted implements Candidate {
    private final Wire wire;
    private final Loop loop;
    private ConnectionGuard.@Nullable Ticket ticket;
    private Loop.Timer timer = Loop.Timer.NONE;
    private volatile @Nullable Upgrader upgrader;
    private @Nullable Connection opened;
    private final long acceptedNanos;
    private long startedNanos;
    private volatile boolean over;

    Accepted(Wire wire, Loop loop) {
      this.wire = wire;
      this.loop = loop;
      this.acceptedNanos = loop.nanoTime();
    }

    void ask(InetAddress remote) {
      ConnectionGuard.Ticket given = host.guard().accept(remote, this);
      ticket = given;
      Refusal refusal = given.refusal();
      if (refusal != null) {
        host.refusals().refused(refusal, wire.remoteAddress());
        refuse(refusal.label());
      } else if (host.guard().phase(given) == ConnectionGuard.Phase.WAITING) {
        wire.owner(bytes -> {}, () -> refuse("closed-while-waiting"));
        timer = loop.after(host.config().deadlines().upgradeTimeout(), this::waitedTooLong);
      } else {
        upgrade();
      }
    }

    @Override
    public void start() {
      loop.execute(this::upgrade);
    }

    @Override
    public void giveWay(Refusal why) {
      loop.execute(
          () -> {
            Connection connection = opened;
            if (connection != null) {
              host.refusals().refused(why, connection.peer());
              host.counters().refused.count(why.label());
              connection.close("an expected peer needs its place");
            }
            if (over) {
              return;
            }
            host.refusals().refused(why, wire.remoteAddress());
            Upgrader running = upgrader;
            if (running != null) {
              running.giveWay(why);
            } else {
              refuse(why.label());
            }
          });
    }

    @Override
    public boolean spoke() {
      Upgrader running = upgrader;
      return running == null ? over : running.spoke();
    }

    private void waitedTooLong() {
      if (!over && upgrader == null) {
        host.refusals().refused(Refusal.WAITED, wire.remoteAddress());
        refuse(Refusal.WAITED.label());
      }
    }

    private void upgrade() {
      if (over || upgrader != null) {
        return;
      }
      timer.cancel();
      startedNanos = loop.nanoTime();
      Upgrader begun =
          new Upgrader(
              wire,
              loop,
              Upgrade.listener(host.noise(), host.random()),
              host.crypto(),
              step -> {},
              this::upgraded,
              this::failed);
      upgrader = begun;
      // One deadline for all: the time spent waiting for a slot is part of it.
      long left =
          host.config().deadlines().upgradeTimeout().toNanos() - (startedNanos - acceptedNanos);
      begun.start(Duration.ofNanos(Math.max(1, left)));
      if (!over) {
        checkSlowAfter(startedNanos);
      }
    }

    /**
     * Marks the upgrade as slow, unless this loop was held up meanwhile and received bytes may lie
     * unread: then its time starts again.
     */
    private void checkSlowAfter(long sinceNanos) {
      timer =
          loop.after(
              ConnectionGuard.SLOW_AFTER,
              () -> {
                long now = loop.nanoTime();
                ConnectionGuard.Ticket held = ticket;
                if (now - sinceNanos > LATE_NANOS) {
                  checkSlowAfter(now);
                } else if (held != null) {
                  host.guard().slow(held);
                }
              });
    }

    private void upgraded(Upgrade.Outcome outcome) {
      ConnectionGuard.Ticket held = ticket;
      if (over || held == null) {
        return;
      }
      over = true;
      timer.cancel();
      // This stays for as long as the connection does; what the handshake needed does not.
      upgrader = null;
      accepted.remove(this);
      Keepalive keepalive = Keepalive.accepted(host.config());
      try {
        opened = adopter.adopt(wire, loop, outcome, false, keepalive, held, startedNanos);
      } catch (UpgradeException cause) {
        wire.abort();
        count(cause);
        adopter.abandon(held);
      }
    }

    private void failed(UpgradeException cause) {
      if (cause.code() == Code.LIMIT) {
        host.refusals().refused(Refusal.CRYPTO, wire.remoteAddress());
      }
      count(cause);
      leave();
    }

    private void count(UpgradeException cause) {
      Multiaddr remote = wire.remoteAddress();
      log.debug(
          "upgrade failed remote={} reason={} cause={}",
          remote,
          cause.reason(),
          cause.getMessage());
      host.counters().failedUpgrades.count(cause.reason());
    }

    private void refuse(String reason) {
      if (!over) {
        host.counters().refused.count(reason);
        wire.abort();
        leave();
      }
    }

    private void hostClosed() {
      Upgrader running = upgrader;
      if (running != null) {
        running.cancel();
      } else {
        refuse(Refusal.CLOSING.label());
      }
    }

    private void leave() {
      over = true;
      timer.cancel();
      upgrader = null;
      accepted.remove(this);
      ConnectionGuard.Ticket held = ticket;
      if (held != null) {
        adopter.abandon(held);
      }
    }
  }
}
