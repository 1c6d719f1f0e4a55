package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts sockets and decides which may proceed: at once, after waiting unread for an upgrade slot,
 * or not at all. Every socket has a ticket until it is closed. Thread-safe; does no I/O.
 *
 * <p>Slots and waiting places are shared among addresses: waiting sockets are served address by
 * address in turn; while others wait, an address gets at most an eighth of the slots and of the
 * waiting places; when all are taken, the address with the most gives way to one with fewer. Alone,
 * an address may have them all.
 */
public final class ConnectionGuard {
  /**
   * Time from the start of an upgrade until it counts as {@link #slow}: the first byte of its
   * handshake is due after one round trip, and most whole handshakes are done.
   */
  public static final Duration SLOW_AFTER = Duration.ofSeconds(2);

  /** While others wait, one address gets one place in this many. */
  private static final int SHARE = 8;

  /** Limit of sockets that were asked to close and are not closed yet. */
  private static final int MAX_GIVING_WAY = 256;

  /** How far a socket came. */
  public enum Phase {
    /** Never got a place. */
    REFUSED,
    /** Waits unread for an upgrade slot. */
    WAITING,
    /** Has an upgrade slot. */
    UPGRADING,
    /** Is a connection. */
    OPEN,
    /** Was asked to close in favour of others and is not closed yet. */
    GAVE_WAY,
    /** Is closed. */
    GONE
  }

  /** The guard's record of one socket. */
  public static final class Ticket {
    /** Null for dialled sockets. */
    final @Nullable AddressSockets source;

    private final @Nullable Candidate candidate;
    private final @Nullable Refusal refusal;
    private Phase phase;

    private Ticket(
        @Nullable AddressSockets source,
        @Nullable Candidate candidate,
        Phase phase,
        @Nullable Refusal refusal) {
      this.source = source;
      this.candidate = candidate;
      this.phase = phase;
      this.refusal = refusal;
    }

    /** Returns why it was refused; null when it was not. */
    public @Nullable Refusal refusal() {
      return refusal;
    }

    boolean spoke() {
      return candidate == null || candidate.spoke();
    }
  }

  private final HostConfig.Sockets limits;
  private final int maxConnections;
  private final Map<String, AddressSockets> sources = new HashMap<>();
  private final WaitingSockets queue = new WaitingSockets();
  private final EstablishedConnections established;

  /** Upgrades older than {@link #SLOW_AFTER}, oldest first. */
  private final Set<Ticket> slowUpgrades = new LinkedHashSet<>();

  private int sockets;
  private int givingWay;
  private int inboundUpgrades;
  private int outboundUpgrades;

  /**
   * @param maxConnections replaces the configured number, which the open-file limit may not allow
   */
  public ConnectionGuard(HostConfig config, int maxConnections) {
    this.limits = config.sockets();
    this.maxConnections = maxConnections;
    this.established = new EstablishedConnections(maxConnections);
  }

  /** Sets which peers are expected, open ones too: each may take the place of one that is not. */
  public synchronized void expect(Predicate<PeerId> rule) {
    established.expect(rule);
  }

  /** Registers an accepted socket. Other sockets may have to close for it, or start. */
  public Ticket accept(InetAddress remote, Candidate candidate) {
    List<Runnable> calls = new ArrayList<>();
    Ticket ticket = accept(remote, candidate, calls);
    calls.forEach(Runnable::run);
    return ticket;
  }

  private synchronized Ticket accept(
      InetAddress remote, Candidate candidate, List<Runnable> calls) {
    String key = AddressSockets.key(remote);
    AddressSockets known = sources.get(key);
    AddressSockets source =
        known != null
            ? known
            : new AddressSockets(key, limits.exemptLoopback() && remote.isLoopbackAddress());
    if (!source.exempt && source.connections >= limits.maxConnectionsPerAddress()) {
      return refused(Refusal.ADDRESS);
    }
    if (!hasSlot(source) && hasItsShareWaiting(source)) {
      return refused(Refusal.WAITING_SHARE);
    }
    if (sockets >= established.sockets() && !makeRoom(source, calls)) {
      return refused(Refusal.CONNECTIONS);
    }
    boolean slot = hasSlot(source);
    if (!slot && queue.size() >= limits.maxWaitingSockets() && !makeWaitingRoom(source, calls)) {
      return refused(Refusal.WAITING);
    }
    sources.putIfAbsent(key, source);
    source.connections++;
    sockets++;
    Ticket ticket = new Ticket(source, candidate, Phase.WAITING, null);
    if (slot) {
      takeSlot(source, ticket);
    } else {
      queue.add(source, ticket);
    }
    reclaim(ticket, calls);
    return ticket;
  }

  /** Registers a socket that this host is about to connect. */
  public synchronized Ticket dial() {
    if (sockets >= maxConnections) {
      return refused(Refusal.CONNECTIONS);
    }
    sockets++;
    outboundUpgrades++;
    return new Ticket(null, null, Phase.UPGRADING, null);
  }

  /**
   * Marks an unfinished upgrade older than {@link #SLOW_AFTER}. From now on it is ended when others
   * wait and the peer has sent nothing, or its address has more slots than theirs.
   */
  public void slow(Ticket ticket) {
    List<Runnable> calls = new ArrayList<>();
    synchronized (this) {
      if (ticket.phase == Phase.UPGRADING && ticket.source != null) {
        slowUpgrades.add(ticket);
        reclaim(null, calls);
      }
    }
    calls.forEach(Runnable::run);
  }

  /**
   * The upgrade is about to succeed, and the peer is known: from now on it gives way only to
   * expected peers.
   *
   * @return why it has to end; null when it may stay
   */
  public @Nullable Refusal establish(Ticket ticket, PeerId peer) {
    List<Runnable> calls = new ArrayList<>();
    synchronized (this) {
      boolean expected = established.isExpected(peer);
      slowUpgrades.remove(ticket);
      if (ticket.phase != Phase.UPGRADING) {
        return Refusal.UPGRADE_GAVE_WAY;
      }
      if (ticket.source != null && established.isFull()) {
        Ticket stranger = expected && givingWay < MAX_GIVING_WAY ? established.stranger() : null;
        if (stranger == null) {
          return Refusal.CONNECTIONS;
        }
        giveWay(stranger, Refusal.FOR_EXPECTED, calls);
      }
      established.add(ticket, peer, expected);
    }
    calls.forEach(Runnable::run);
    return null;
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
   * The socket is closed, in whatever phase it was. Idempotent.
   *
   * @return sockets that waited and may start now
   */
  public synchronized List<Ticket> gone(Ticket ticket) {
    switch (ticket.phase) {
      case GONE, REFUSED -> {
        return List.of();
      }
      case GAVE_WAY -> givingWay--;
      default -> leave(ticket);
    }
    ticket.phase = Phase.GONE;
    AddressSockets source = ticket.source;
    if (source != null) {
      source.connections--;
      if (source.connections == 0) {
        sources.remove(source.key);
      }
    }
    return promoted();
  }

  /** Starts the upgrades of sockets that waited; must be called without the guard's lock. */
  public static void start(List<Ticket> promoted) {
    for (Ticket ticket : promoted) {
      Candidate candidate = ticket.candidate;
      if (candidate != null) {
        candidate.start();
      }
    }
  }

  /** How far a socket came. */
  public synchronized Phase phase(Ticket ticket) {
    return ticket.phase;
  }

  /** Returns the number of upgrades in progress, both directions. */
  public synchronized int upgrading() {
    return inboundUpgrades + outboundUpgrades;
  }

  /** Returns the number of sockets waiting for an upgrade slot. */
  public synchronized int waiting() {
    return queue.size();
  }

  /** Returns the number of sockets with a ticket, except those asked to close. */
  public synchronized int sockets() {
    return sockets;
  }

  /** Returns the number of connections that give way to expected peers. */
  public synchronized int yielding() {
    return established.yielding();
  }

  private static Ticket refused(Refusal refusal) {
    return new Ticket(null, null, Phase.REFUSED, refusal);
  }

  private boolean hasSlot(AddressSockets source) {
    return inboundUpgrades < limits.maxPendingUpgrades() && mayTakeSlot(source);
  }

  private boolean hasItsShareWaiting(AddressSockets source) {
    return !source.exempt
        && queue.othersThan(source)
        && source.waiting.size() >= Math.max(1, limits.maxWaitingSockets() / SHARE);
  }

  private boolean mayTakeSlot(AddressSockets source) {
    if (source.exempt) {
      return true;
    }
    int most = limits.maxPendingUpgradesPerAddress();
    int share = Math.max(1, limits.maxPendingUpgrades() / SHARE);
    return source.upgrading < (queue.othersThan(source) ? Math.min(most, share) : most);
  }

  private void takeSlot(AddressSockets source, Ticket ticket) {
    ticket.phase = Phase.UPGRADING;
    inboundUpgrades++;
    source.upgrading++;
  }

  private void giveSlotBack(Ticket ticket) {
    AddressSockets source = ticket.source;
    if (source == null) {
      outboundUpgrades--;
    } else {
      inboundUpgrades--;
      source.upgrading--;
      slowUpgrades.remove(ticket);
    }
  }

  private List<Ticket> promoted() {
    List<Ticket> promoted = new ArrayList<>();
    while (inboundUpgrades < limits.maxPendingUpgrades()) {
      AddressSockets next = queue.next(this::mayTakeSlot);
      if (next == null) {
        break;
      }
      Ticket ticket = queue.take(next);
      takeSlot(next, ticket);
      promoted.add(ticket);
    }
    return promoted;
  }

  /** Makes a place among all sockets; returns false when none has to give way to the newcomer. */
  private boolean makeRoom(AddressSockets newcomer, List<Runnable> calls) {
    if (makeWaitingRoom(newcomer, calls)) {
      return true;
    }
    SlowUpgrades slow = SlowUpgrades.among(slowUpgrades);
    Ticket upgrading = givingWay < MAX_GIVING_WAY ? slow.victimFor(newcomer) : null;
    if (upgrading == null) {
      return false;
    }
    giveWay(upgrading, slow.why(upgrading), calls);
    return true;
  }

  /** Makes a waiting place; returns false when none has to give way to the newcomer. */
  private boolean makeWaitingRoom(AddressSockets newcomer, List<Runnable> calls) {
    Ticket waiting = givingWay < MAX_GIVING_WAY ? queue.roomFor(newcomer) : null;
    if (waiting == null) {
      return false;
    }
    giveWay(waiting, Refusal.WAITING_GAVE_WAY, calls);
    return true;
  }

  /** Gives slots of slow upgrades to waiting sockets; the asking one is not called back. */
  private void reclaim(@Nullable Ticket asking, List<Runnable> calls) {
    while (inboundUpgrades >= limits.maxPendingUpgrades()
        && queue.size() > 0
        && !slowUpgrades.isEmpty()
        && givingWay < MAX_GIVING_WAY) {
      SlowUpgrades slow = SlowUpgrades.among(slowUpgrades);
      AddressSockets next =
          queue.next(source -> mayTakeSlot(source) && slow.victimFor(source) != null);
      Ticket victim = next == null ? null : slow.victimFor(next);
      if (next == null || victim == null) {
        return;
      }
      giveWay(victim, slow.why(victim), calls);
      Ticket started = queue.take(next);
      takeSlot(next, started);
      if (started != asking) {
        calls.add(() -> start(List.of(started)));
      }
    }
  }

  private void giveWay(Ticket ticket, Refusal why, List<Runnable> calls) {
    leave(ticket);
    ticket.phase = Phase.GAVE_WAY;
    givingWay++;
    Candidate candidate = ticket.candidate;
    if (candidate != null) {
      calls.add(() -> candidate.giveWay(why));
    }
  }

  /** Frees the place of a socket. */
  private void leave(Ticket ticket) {
    sockets--;
    established.remove(ticket);
    if (ticket.phase == Phase.UPGRADING) {
      giveSlotBack(ticket);
    } else if (ticket.phase == Phase.WAITING && ticket.source != null) {
      queue.remove(ticket.source, ticket);
    }
  }
}
