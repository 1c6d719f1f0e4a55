package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.CanIgnoreReturnValue;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Dials each peer once at a time for all concurrent callers. Each caller has its own deadline; a
 * dial without waiting callers is cancelled. Thread-safe.
 */
final class Dialer {
  private record Waiter(
      Multiaddr target,
      DialOptions options,
      CompletableFuture<Connection> result,
      List<Loop.Timer> timers) {

    void complete(@Nullable Connection connection, @Nullable Libp2pException failure) {
      timers.forEach(Loop.Timer::cancel);
      if (connection != null) {
        result.complete(connection);
      } else if (failure != null) {
        result.completeExceptionally(failure);
      }
    }
  }

  private record SharedDial(Dial dial, List<Waiter> waiters) {}

  private final Dial.Tools tools;
  private final List<Loop> loops;
  private final AtomicInteger nextLoop = new AtomicInteger();
  private final Map<PeerId, SharedDial> sharedDials = new HashMap<>();
  private boolean closed;

  Dialer(Dial.Tools tools, List<Loop> loops) {
    this.tools = tools;
    this.loops = loops;
  }

  /** Returns the current connection of the peer, or a new one. */
  CompletableFuture<Connection> connect(
      Multiaddr target, PeerId peer, DialOptions options, Duration timeout) {
    CompletableFuture<Connection> result = new CompletableFuture<>();
    Waiter waiter = new Waiter(target, options, result, new ArrayList<>());
    synchronized (this) {
      Connection current = tools.host().table().current(peer);
      if (current != null) {
        result.complete(current);
        return result;
      }
      if (closed) {
        result.completeExceptionally(hostClosed());
        return result;
      }
      SharedDial shared = sharedDials.get(peer);
      if (shared == null) {
        shared = begin(peer, waiter, new ArrayList<>());
      }
      shared.waiters().add(waiter);
      waiter
          .timers()
          .add(shared.dial().loop().after(timeout, () -> expired(peer, waiter, timeout)));
    }
    return result;
  }

  /** Ends all dials. */
  void close() {
    List<SharedDial> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(sharedDials.values());
      sharedDials.clear();
    }
    for (SharedDial shared : open) {
      shared.dial().cancel();
      shared.waiters().forEach(waiter -> waiter.complete(null, hostClosed()));
    }
  }

  @CanIgnoreReturnValue
  private SharedDial begin(PeerId peer, Waiter first, List<Waiter> waiters) {
    Loop loop = loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    Dial dial =
        new Dial(
            tools,
            loop,
            first.target(),
            peer,
            first.options(),
            (connection, failure) -> settled(peer, connection, failure));
    SharedDial shared = new SharedDial(dial, waiters);
    sharedDials.put(peer, shared);
    dial.start();
    return shared;
  }

  /**
   * Completes the callers of a dial. A failed address fails only the callers that gave it; the
   * others get a new dial.
   */
  private void settled(
      PeerId peer, @Nullable Connection connection, @Nullable Libp2pException failure) {
    List<Waiter> done = new ArrayList<>();
    synchronized (this) {
      SharedDial shared = sharedDials.remove(peer);
      if (shared == null) {
        return;
      }
      List<Waiter> others = new ArrayList<>();
      for (Waiter waiter : shared.waiters()) {
        boolean mine = connection != null || waiter.target().equals(shared.dial().target());
        (mine ? done : others).add(waiter);
      }
      if (!others.isEmpty()) {
        begin(peer, others.get(0), others);
      }
    }
    done.forEach(waiter -> waiter.complete(connection, failure));
  }

  private void expired(PeerId peer, Waiter waiter, Duration timeout) {
    String progress = "";
    synchronized (this) {
      SharedDial shared = sharedDials.get(peer);
      if (shared != null && shared.waiters().remove(waiter)) {
        progress = ": " + shared.dial().progress();
        if (shared.waiters().isEmpty()) {
          sharedDials.remove(peer);
          shared.dial().cancel();
        }
      }
    }
    waiter.complete(
        null,
        new Libp2pException(
            Code.TIMEOUT,
            "no connection to "
                + waiter.target()
                + " within "
                + timeout.toMillis()
                + " ms"
                + progress));
  }

  private static Libp2pException hostClosed() {
    return new Libp2pException(Code.CLOSED, "the host was closed");
  }
}
