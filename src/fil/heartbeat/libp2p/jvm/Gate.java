package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sockets may go on: at once, after waiting unread for an upgrade slot, or not at
 * all. Every socket has a ticket until it is closed. Thread-safe; no sockets.
 */
final class Gate {
  /** How far a socket came. */
  enum Phase {
    REFUSED,
    WAITING,
    UPGRADING,
    OPEN,
    GONE
  }

  /** What the gate knows of one socket. */
  static final class Ticket {
    private final @Nullable InetAddress address;
    private final boolean inbound;
    private final Runnable start;
    private final @Nullable String refusal;
    private Phase phase;

    private Ticket(
        @Nullable InetAddress address,
        boolean inbound,
        Runnable start,
        Phase phase,
        @Nullable String refusal) {
      this.address = address;
      this.inbound = inbound;
      this.start = start;
      this.phase = phase;
      this.refusal = refusal;
    }

    /** Why it was refused; null when it was not. */
    @Nullable String refusal() {
      return refusal;
    }
  }

  private static final class Load {
    int sockets;
    int upgrading;
  }

  private final HostConfig config;
  private final Map<InetAddress, Load> loads = new HashMap<>();
  private final Set<Ticket> waiting = new LinkedHashSet<>();
  private int sockets;
  private int upgradingIn;
  private int upgradingOut;

  Gate(HostConfig config) {
    this.config = config;
  }

  /**
   * A socket was accepted.
   *
   * @param start runs when a socket that has to wait gets its slot
   */
  synchronized Ticket accept(InetAddress remote, Runnable start) {
    InetAddress address = config.exemptLoopback() && remote.isLoopbackAddress() ? null : remote;
    Load load = address == null ? null : loads.get(address);
    boolean slot = hasSlot(address);
    String refusal = null;
    if (sockets >= config.maxConnections()) {
      refusal = "max-connections";
    } else if (load != null && load.sockets >= config.maxConnectionsPerAddress()) {
      refusal = "max-connections-per-address";
    } else if (!slot && waiting.size() >= config.maxWaitingSockets()) {
      refusal = "max-waiting-sockets";
    }
    if (refusal != null) {
      return new Ticket(null, true, () -> {}, Phase.REFUSED, refusal);
    }
    Ticket ticket = new Ticket(address, true, start, Phase.WAITING, null);
    sockets++;
    if (address != null) {
      loads.computeIfAbsent(address, unused -> new Load()).sockets++;
    }
    if (slot) {
      takeSlot(ticket);
    } else {
      waiting.add(ticket);
    }
    return ticket;
  }

  /** We are about to connect. */
  synchronized Ticket dial() {
    if (sockets >= config.maxConnections()) {
      return new Ticket(null, false, () -> {}, Phase.REFUSED, "max-connections");
    }
    sockets++;
    upgradingOut++;
    return new Ticket(null, false, () -> {}, Phase.UPGRADING, null);
  }

  synchronized boolean isWaiting(Ticket ticket) {
    return ticket.phase == Phase.WAITING;
  }

  /** The upgrade succeeded. */
  void opened(Ticket ticket) {
    List<Ticket> promoted = List.of();
    synchronized (this) {
      if (ticket.phase == Phase.UPGRADING) {
        giveSlotBack(ticket);
        ticket.phase = Phase.OPEN;
        promoted = promoted();
      }
    }
    promoted.forEach(next -> next.start.run());
  }

  /** The socket is closed, whatever it was before. Idempotent. */
  void gone(Ticket ticket) {
    List<Ticket> promoted;
    synchronized (this) {
      if (ticket.phase == Phase.GONE || ticket.phase == Phase.REFUSED) {
        return;
      }
      if (ticket.phase == Phase.UPGRADING) {
        giveSlotBack(ticket);
      }
      waiting.remove(ticket);
      ticket.phase = Phase.GONE;
      sockets--;
      Load load = ticket.address == null ? null : loads.get(ticket.address);
      if (load != null && --load.sockets == 0) {
        loads.remove(ticket.address);
      }
      promoted = promoted();
    }
    promoted.forEach(next -> next.start.run());
  }

  synchronized int upgrading() {
    return upgradingIn + upgradingOut;
  }

  synchronized int waiting() {
    return waiting.size();
  }

  private boolean hasSlot(@Nullable InetAddress address) {
    Load load = address == null ? null : loads.get(address);
    return upgradingIn < config.maxPendingUpgrades()
        && (load == null || load.upgrading < config.maxPendingUpgradesPerAddress());
  }

  private void takeSlot(Ticket ticket) {
    ticket.phase = Phase.UPGRADING;
    upgradingIn++;
    Load load = ticket.address == null ? null : loads.get(ticket.address);
    if (load != null) {
      load.upgrading++;
    }
  }

  private void giveSlotBack(Ticket ticket) {
    if (!ticket.inbound) {
      upgradingOut--;
      return;
    }
    upgradingIn--;
    Load load = ticket.address == null ? null : loads.get(ticket.address);
    if (load != null) {
      load.upgrading--;
    }
  }

  private List<Ticket> promoted() {
    List<Ticket> promoted = new ArrayList<>();
    Iterator<Ticket> queue = waiting.iterator();
    while (queue.hasNext() && upgradingIn < config.maxPendingUpgrades()) {
      Ticket next = queue.next();
      if (hasSlot(next.address)) {
        queue.remove();
        takeSlot(next);
        promoted.add(next);
      }
    }
    return promoted;
  }
}
