package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to a peer: its name is looked up, then its addresses are tried one after
 * another. Each step has a time limit, the whole has none: the callers have their own deadlines,
 * and the dial is cancelled when none is left.
 */
final class Dial {
  /** The tools of a dial. */
  record Tools(HostParts host, Adopter adopter, Names names, Connector connector) {}

  private final Tools tools;
  private final Loop loop;
  private final Multiaddr target;
  private final PeerId peer;
  private final Keepalive keepalive;
  private final Consumer<DialStep> watcher;
  private final Optional<InetAddress> source;
  private final BiConsumer<@Nullable Connection, @Nullable Libp2pException> done;
  private final Deque<Endpoint> endpoints = new ArrayDeque<>();
  private final List<Libp2pException> failures = new ArrayList<>();
  private AtomicBoolean lookup = new AtomicBoolean();
  private @Nullable Upgrader upgrader;
  private @Nullable Endpoint endpoint;
  private boolean over;
  private volatile String progress = "the name lookup was not done";

  /**
   * @param done called once, on the loop, unless the dial is cancelled
   */
  Dial(
      Tools tools,
      Loop loop,
      Multiaddr target,
      PeerId peer,
      DialOptions options,
      BiConsumer<@Nullable Connection, @Nullable Libp2pException> done) {
    this.tools = tools;
    this.loop = loop;
    this.target = target;
    this.peer = peer;
    this.keepalive = Keepalive.dialled(options);
    this.watcher = options.progress();
    this.source = options.source();
    this.done = done;
  }

  void start() {
    loop.execute(
        () -> {
          if (!over) {
            lookup = tools.names().resolve(target, loop, this::onResolved);
          }
        });
  }

  Loop loop() {
    return loop;
  }

  Multiaddr target() {
    return target;
  }

  /**
   * Returns the step that has not been completed yet, for the error of a timed-out caller. Any
   * thread.
   */
  String progress() {
    return progress;
  }

  /** Cancels the dial because no caller waits any more. Any thread. */
  void cancel() {
    loop.run(
        () -> {
          over = true;
          lookup.set(true);
          Upgrader running = upgrader;
          if (running != null) {
            running.cancel();
          }
        });
  }

  private void onResolved(@Nullable List<Endpoint> resolved, @Nullable Libp2pException failure) {
    if (failure != null) {
      finish(null, failure);
    } else if (resolved != null) {
      watcher.accept(DialStep.RESOLVED);
      resolved.stream()
          .filter(this::isOfSourceFamily)
          .forEach(found -> endpoints.add(found.from(source)));
      if (endpoints.isEmpty() && !resolved.isEmpty()) {
        failures.add(
            new Libp2pException(
                Code.CONNECT_FAILED,
                "no address of "
                    + target
                    + " is of the family of "
                    + source.map(InetAddress::getHostAddress).orElse("")));
      }
      next();
    }
  }

  private boolean isOfSourceFamily(Endpoint found) {
    return source.isEmpty()
        || source.get() instanceof Inet6Address == found.address() instanceof Inet6Address;
  }

  private void next() {
    if (over) {
      return;
    }
    Endpoint chosen = endpoints.pollFirst();
    if (chosen == null) {
      finish(null, summary());
      return;
    }
    ConnectionGuard.Ticket ticket = tools.host().guard().dial();
    Refusal refusal = ticket.refusal();
    if (refusal != null) {
      tools.host().refusals().refused(refusal, target);
      finish(
          null,
          new Libp2pException(
              Code.LIMIT, "too many connections are open (raise " + refusal.limit() + ")"));
      return;
    }
    endpoint = chosen;
    progress = chosen + " did not accept the TCP connection";
    connect(chosen, ticket);
  }

  private void connect(Endpoint chosen, ConnectionGuard.Ticket ticket) {
    AtomicBoolean settled = new AtomicBoolean();
    Duration limit = tools.host().config().deadlines().connectTimeout();
    Loop.Timer timer =
        loop.after(
            limit,
            () -> {
              if (settled.compareAndSet(false, true)) {
                failed(
                    ticket,
                    Code.TIMEOUT,
                    chosen + " did not accept within " + limit.toMillis() + " ms");
              }
            });
    tools
        .connector()
        .connect(
            chosen,
            loop,
            (wire, failure) -> {
              timer.cancel();
              if (!settled.compareAndSet(false, true)) {
                if (wire != null) {
                  wire.abort();
                }
              } else if (wire == null) {
                failed(ticket, Code.CONNECT_FAILED, chosen + ": " + reason(failure));
              } else if (over) {
                wire.abort();
                tools.adopter().abandon(ticket);
              } else {
                upgrade(chosen, wire, ticket);
              }
            });
  }

  private static String reason(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? String.valueOf(failure) : message;
  }

  private void upgrade(Endpoint chosen, Wire wire, ConnectionGuard.Ticket ticket) {
    HostParts host = tools.host();
    long startedNanos = loop.nanoTime();
    watcher.accept(DialStep.CONNECTED);
    progress = chosen + " accepted, but did not finish the handshake";
    Upgrader begun =
        new Upgrader(
            wire,
            loop,
            Upgrade.dialer(host.noise(), peer, host.random()),
            host.crypto(),
            watcher,
            outcome -> adopt(wire, outcome, ticket, startedNanos),
            cause -> upgradeFailed(ticket, cause));
    upgrader = begun;
    begun.start(host.config().deadlines().upgradeTimeout());
  }

  private void adopt(
      Wire wire, Upgrade.Outcome outcome, ConnectionGuard.Ticket ticket, long startedNanos) {
    upgrader = null;
    try {
      Connection connection =
          tools.adopter().adopt(wire, loop, outcome, true, keepalive, ticket, startedNanos);
      finish(connection, null);
    } catch (UpgradeException cause) {
      wire.abort();
      upgradeFailed(ticket, cause);
    }
  }

  private void upgradeFailed(ConnectionGuard.Ticket ticket, UpgradeException cause) {
    upgrader = null;
    tools.host().counters().failedUpgrades.count(cause.reason());
    if (cause.code() == Code.LIMIT) {
      tools.host().refusals().refused(Refusal.CRYPTO, target);
    }
    String message =
        cause.code() == Code.WRONG_PEER
            ? "wrong peer: dialled "
                + peer
                + " but "
                + endpoint
                + " proved another one: "
                + cause.getMessage()
            : endpoint + ": " + cause.getMessage();
    failed(ticket, cause.code(), message);
  }

  private void failed(ConnectionGuard.Ticket ticket, Code code, String message) {
    tools.adopter().abandon(ticket);
    failures.add(new Libp2pException(code, message));
    next();
  }

  /** Combines all failures; the code is that of the address that came furthest. */
  private Libp2pException summary() {
    if (failures.size() == 1) {
      return failures.get(0);
    }
    Code code = Code.CONNECT_FAILED;
    for (Libp2pException failure : failures) {
      if (weight(failure.code()) > weight(code)) {
        code = failure.code();
      }
    }
    List<String> messages =
        failures.stream().map(each -> String.valueOf(each.getMessage())).toList();
    return new Libp2pException(
        code, "no address of " + target + " worked: " + String.join("; ", messages));
  }

  private static int weight(Code code) {
    return switch (code) {
      case WRONG_PEER -> 4;
      case HANDSHAKE_FAILED -> 3;
      case LIMIT -> 2;
      case TIMEOUT -> 1;
      case CONNECT_FAILED,
          BAD_ADDRESS,
          UNRESOLVED,
          BIND_FAILED,
          PROTOCOL_REFUSED,
          PROTOCOL_ERROR,
          RESET,
          SUPPLANTED,
          CONNECTION_LOST,
          CLOSED ->
          0;
    };
  }

  private void finish(@Nullable Connection connection, @Nullable Libp2pException failure) {
    if (!over) {
      over = true;
      done.accept(connection, failure);
    }
  }
}
