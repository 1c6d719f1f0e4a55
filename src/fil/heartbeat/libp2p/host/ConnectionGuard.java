package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.HostConfig;
import java.net.Inet6Address;
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
 * Counts sockets and decides which may go on: at once, after waiting unread for an upgrade slot, or
 * not at all. Every socket has a ticket from here until it is closed. Thread-safe; no sockets.
 */
public final class ConnectionGuard {

  /** How far a socket came. */
  public enum Phase {
    REFUSED,
    WAITING,
    UPGRADING,
    OPEN,
    GONE
  }

  /** What the guard knows of one socket. */
  public static final class Ticket {
    private final @Nullable String address;
    private final boolean inbound;
    private final Runnable start;
    private final @Nullable Refusal refusal;
    private Phase phase;

    private Ticket(
        @Nullable String address,
        boolean inbound,
        Runnable start,
        Phase phase,
        @Nullable Refusal refusal) {
      this.address = address;
      this.inbound = inbound;
      this.start = start;
      this.phase = phase;
      this.refusal = refusal;
    }

    /** Why it was refused; null when it was not. */
    public @Nullable Refusal refusal() {
      return refusal;
    }
  }

  private static final class Load {
    int connections;
    int upgrading;
  }

  private final HostConfig config;
  private final int maxConnections;
  private final Map<String, Load> loads = new HashMap<>();
  private final Set<Ticket> waiting = new LinkedHashSet<>();
  private int sockets;
  private int inboundUpgrades;
  private int outboundUpgrades;

  /**
   * @param maxConnections instead of the configured one, which the open-file limit may not allow
   */
  public ConnectionGuard(HostConfig config, int maxConnections) {
    this.config = config;
    this.maxConnections = maxConnections;
  }

  /**
   * A socket was accepted.
   *
   * @param start runs, outside of the guard, when a socket that has to wait gets its slot
   */
  public synchronized Ticket accept(InetAddress remote, Runnable start) {
    boolean exempt = config.exemptLoopback() && remote.isLoopbackAddress();
    String address = exempt ? null : key(remote);
    if (sockets >= maxConnections) {
      return refused(Refusal.CONNECTIONS);
    }
    Load load = address == null ? null : loads.get(address);
    if (load != null && load.connections >= config.maxConnectionsPerAddress()) {
      return refused(Refusal.ADDRESS);
    }
    boolean slot = hasSlot(address);
    if (!slot && waiting.size() >= config.maxWaitingSockets()) {
      return refused(Refusal.WAITING);
    }
    Ticket ticket = new Ticket(address, true, start, slot ? Phase.UPGRADING : Phase.WAITING, null);
    sockets++;
    if (address != null) {
      loads.computeIfAbsent(address, ignored -> new Load()).connections++;
    }
    if (slot) {
      takeSlot(ticket);
    } else {
      waiting.add(ticket);
    }
    return ticket;
  }

  /** We are about to connect. */
  public synchronized Ticket dial() {
    if (sockets >= maxConnections) {
      return refused(Refusal.CONNECTIONS);
    }
    sockets++;
    outboundUpgrades++;
    return new Ticket(null, false, () -> {}, Phase.UPGRADING, null);
  }

  /**
   * The upgrade succeeded.
   *
   * @return sockets that waited and may start now
   */
  public synchronized List<Ticket> opened(Ticket ticket) {
    if (ticket.phase != Phase.UPGRADING) {
      return List.of();
    }
    giveSlotBack(ticket);
    ticket.phase = Phase.OPEN;
    return promoted();
  }

  /**
   * The socket is closed, whatever it was before. Idempotent.
   *
   * @return sockets that waited and may start now
   */
  public synchronized List<Ticket> gone(Ticket ticket) {
    if (ticket.phase == Phase.GONE || ticket.phase == Phase.REFUSED) {
      return List.of();
    }
    if (ticket.phase == Phase.UPGRADING) {
      giveSlotBack(ticket);
    }
    waiting.remove(ticket);
    ticket.phase = Phase.GONE;
    sockets--;
    if (ticket.address != null) {
      Load load = loads.get(ticket.address);
      if (load != null && --load.connections == 0) {
        loads.remove(ticket.address);
      }
    }
    return promoted();
  }

  /** Begins the upgrades of sockets that waited; not under the guard's lock. */
  public static void start(List<Ticket> promoted) {
    promoted.forEach(ticket -> ticket.start.run());
  }

  public synchronized Phase phase(Ticket ticket) {
    return ticket.phase;
  }

  public synchronized int upgrading() {
    return inboundUpgrades + outboundUpgrades;
  }

  public synchronized int waiting() {
    return waiting.size();
  }

  /** All sockets that hold a ticket. */
  public synchronized int sockets() {
    return sockets;
  }

  private static Ticket refused(Refusal refusal) {
    return new Ticket(null, true, () -> {}, Phase.REFUSED, refusal);
  }

  private boolean hasSlot(@Nullable String address) {
    if (inboundUpgrades >= config.maxPendingUpgrades()) {
      return false;
    }
    Load load = address == null ? null : loads.get(address);
    return load == null || load.upgrading < config.maxPendingUpgradesPerAddress();
  }

  private void takeSlot(Ticket ticket) {
    inboundUpgrades++;
    Load load = ticket.address == null ? null : loads.get(ticket.address);
    if (load != null) {
      load.upgrading++;
    }
  }

  private void giveSlotBack(Ticket ticket) {
    if (!ticket.inbound) {
      outboundUpgrades--;
      return;
    }
    inboundUpgrades--;
    Load load = ticket.address == null ? null : loads.get(ticket.address);
    if (load != null) {
      load.upgrading--;
    }
  }

  private List<Ticket> promoted() {
    List<Ticket> promoted = new ArrayList<>();
    Iterator<Ticket> queue = waiting.iterator();
    while (queue.hasNext() && inboundUpgrades < config.maxPendingUpgrades()) {
      Ticket next = queue.next();
      if (hasSlot(next.address)) {
        queue.remove();
        next.phase = Phase.UPGRADING;
        takeSlot(next);
        promoted.add(next);
      }
    }
    return promoted;
  }

  /** One IPv6 host owns a whole /64 of addresses, so that is what counts as one. */
  private static String key(InetAddress address) {
    if (address instanceof Inet6Address) {
      byte[] bytes = address.getAddress();
      StringBuilder prefix = new StringBuilder("6:");
      for (int i = 0; i < 8; i++) {
        prefix.append(Integer.toHexString(bytes[i] & 0xff)).append('.');
      }
      return prefix.toString();
    }
    return address.getHostAddress();
  }
}
