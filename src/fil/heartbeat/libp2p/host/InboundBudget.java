package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.IpLiteral;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Limits the bytes held in memory because their message is incomplete or their receiver has not
 * processed them: for each peer, for each address and in total. A holder of too much is evicted; a
 * limit never stops reading.
 *
 * <p>Expected peers have a reserve that others cannot use, and only the limit per peer. Among the
 * others, the largest holder of the address that holds most is evicted. Thread-safe; uses neither
 * sockets nor time.
 */
public final class InboundBudget {

  /**
   * The limits, in bytes.
   *
   * @param total for all peers
   * @param reserve the part of {@code total} that only expected peers may use
   * @param perPeer one peer, expected or not
   * @param perAddress the peers of one remote address, without those that are expected
   */
  public record Limits(long total, long reserve, long perPeer, long perAddress) {
    /**
     * A peer that follows the rules may have two unfinished Noise messages and two of its protocol.
     */
    private static final long PEER = 1024 * 1024;

    private static final int SHARE = 8;

    /**
     * Returns limits of an eighth of the heap, half of it for expected peers.
     *
     * @param heapBytes maximum heap size
     */
    public static Limits ofHeap(long heapBytes) {
      long total = heapBytes / SHARE;
      return new Limits(total, total / 2, Math.min(PEER, total / SHARE), total / SHARE);
    }
  }

  /** A holder of bytes that can be asked to free them. */
  public interface Evictable {
    /** Frees all held bytes. Called without the budget's lock, on any thread. */
    void evict();
  }

  /** The owner of held bytes: one connection. */
  public final class Owner {
    private final PeerId peer;
    private final @Nullable String address;

    private Owner(PeerId peer, @Nullable String address) {
      this.peer = peer;
      this.address = address;
    }

    /** Creates a holder for a part of the connection that can be ended by itself. */
    public Holder holder(Evictable end) {
      return new Holder(this, end, numbers.getAndIncrement());
    }
  }

  /** Holds bytes. */
  public final class Holder {
    private final Owner owner;
    private final Evictable end;
    private final long number;
    private volatile long bytes;
    private boolean ended;
    // The pool at the time when it began to hold bytes.
    private @Nullable Pool pool;
    private @Nullable Account account;

    private Holder(Owner owner, Evictable end, long number) {
      this.owner = owner;
      this.end = end;
      this.number = number;
    }

    /** Reports how many bytes it holds now; 0 when it is done. Ignored after an eviction. */
    public void holds(long now) {
      if (now == bytes) {
        return;
      }
      List<Holder> ends = new ArrayList<>();
      changed(this, now, ends);
      ends.forEach(each -> each.end.evict());
    }
  }

  /** Holders with a common limit, largest first. */
  private static final class Account {
    final Object key;
    final NavigableSet<Holder> holders =
        new TreeSet<>(
            Comparator.<Holder>comparingLong(holder -> -holder.bytes)
                .thenComparingLong(holder -> holder.number));
    final long number;
    long bytes;

    Account(Object key, long number) {
      this.key = key;
      this.number = number;
    }
  }

  /** Accounts that share a part of the total, largest first. */
  private static final class Pool {
    final Map<Object, Account> accounts = new HashMap<>();
    final NavigableSet<Account> ranked =
        new TreeSet<>(
            Comparator.<Account>comparingLong(account -> -account.bytes)
                .thenComparingLong(account -> account.number));
    long bytes;
  }

  private final Limits limits;
  private final boolean exemptLoopback;
  private final Map<PeerId, Account> peers = new HashMap<>();
  private final Pool expected = new Pool();
  private final Pool others = new Pool();
  private volatile Predicate<PeerId> isExpected = peer -> false;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * @param exemptLoopback whether loopback has no limit of one address
   */
  public InboundBudget(Limits limits, boolean exemptLoopback) {
    this.limits = limits;
    this.exemptLoopback = exemptLoopback;
  }

  /** Sets which peers are expected; applies to holders that begin to hold bytes from now on. */
  public void expect(Predicate<PeerId> rule) {
    isExpected = rule;
  }

  /** Creates the owner for a connection of a peer, from an address that begins with an IP. */
  public Owner owner(PeerId peer, Multiaddr remote) {
    String ip = remote.value("ip4").or(() -> remote.value("ip6")).orElse("");
    InetAddress address;
    try {
      address = InetAddress.getByAddress(IpLiteral.parse(ip).orElse(new byte[0]));
    } catch (UnknownHostException none) {
      return new Owner(peer, null);
    }
    boolean exempt = exemptLoopback && address.isLoopbackAddress();
    return new Owner(peer, exempt ? null : AddressSockets.key(address));
  }

  /** Returns the bytes held by all. */
  public synchronized long held() {
    return expected.bytes + others.bytes;
  }

  private synchronized void changed(Holder holder, long bytes, List<Holder> ends) {
    long before = holder.bytes;
    if (holder.ended || bytes == before) {
      return;
    }
    set(holder, bytes);
    if (bytes > before) {
      enforce(holder, ends);
    }
  }

  private void enforce(Holder grown, List<Holder> ends) {
    Account ofPeer = peers.get(grown.owner.peer);
    while (ofPeer != null && ofPeer.bytes > limits.perPeer()) {
      end(ofPeer.holders.first(), ends);
    }
    Account ofAddress = grown.account;
    if (grown.pool == others && ofAddress != null && grown.owner.address != null) {
      while (ofAddress.bytes > limits.perAddress()) {
        end(ofAddress.holders.first(), ends);
      }
    }
    while (others.bytes > limits.total() - limits.reserve()) {
      end(others.ranked.first().holders.first(), ends);
    }
    while (held() > limits.total()) {
      Pool first = others.bytes > 0 ? others : expected;
      end(first.ranked.first().holders.first(), ends);
    }
  }

  private void end(Holder holder, List<Holder> ends) {
    set(holder, 0);
    holder.ended = true;
    ends.add(holder);
  }

  private void set(Holder holder, long bytes) {
    Pool pool = holder.pool;
    Account account = holder.account;
    Account ofPeer = peers.get(holder.owner.peer);
    if (pool == null || account == null) {
      PeerId peer = holder.owner.peer;
      pool = isExpected.test(peer) ? expected : others;
      Object key = pool == others && holder.owner.address != null ? holder.owner.address : peer;
      account =
          pool.accounts.computeIfAbsent(
              key, whose -> new Account(whose, numbers.getAndIncrement()));
      holder.pool = pool;
      holder.account = account;
    }
    if (ofPeer == null) {
      ofPeer = new Account(holder.owner.peer, numbers.getAndIncrement());
      peers.put(holder.owner.peer, ofPeer);
    }
    long more = bytes - holder.bytes;
    pool.ranked.remove(account);
    account.holders.remove(holder);
    ofPeer.holders.remove(holder);
    holder.bytes = bytes;
    account.bytes += more;
    ofPeer.bytes += more;
    pool.bytes += more;
    if (bytes > 0) {
      account.holders.add(holder);
      ofPeer.holders.add(holder);
    } else {
      holder.pool = null;
      holder.account = null;
    }
    if (account.holders.isEmpty()) {
      pool.accounts.remove(account.key);
    } else {
      pool.ranked.add(account);
    }
    if (ofPeer.holders.isEmpty()) {
      peers.remove(holder.owner.peer);
    }
  }

  /** For tests: checks the invariants. */
  synchronized void checkInvariants() {
    long sum = 0;
    for (Pool pool : List.of(expected, others)) {
      long ofPool =
          pool.accounts.values().stream()
              .flatMap(account -> account.holders.stream())
              .mapToLong(holder -> holder.bytes)
              .sum();
      require(ofPool == pool.bytes && pool.ranked.size() == pool.accounts.size(), "pool");
      sum += ofPool;
    }
    require(sum == peers.values().stream().mapToLong(account -> account.bytes).sum(), "peers");
    require(sum <= limits.total(), "total");
    require(others.bytes <= limits.total() - limits.reserve(), "reserve");
    require(
        peers.values().stream().allMatch(account -> account.bytes <= limits.perPeer()), "per peer");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("unsound: " + what);
    }
  }
}
