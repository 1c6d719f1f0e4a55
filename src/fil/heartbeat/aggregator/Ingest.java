package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue from the event loops of the connections to the one context of the registry. It is
 * limited in events and in bytes; one peer may use a small part of it, and all strangers together
 * one half. Thread-safe.
 */
final class Ingest implements BeatSink {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);

  /** A peer may cause as many as it sends events. */
  private static final Duration FAULTS_LOGGED_EACH = Duration.ofMinutes(1);

  /**
   * Least maximum of events waiting for the registry: a second of its work at full load. Beyond the
   * maximum the registry does not keep up; dropping is harmless because newer beats follow.
   */
  static final int LEAST_WAITING = 65_536;

  /** Beats of a node that may wait: 6 s of a node that beats each 3 s, a long collection. */
  private static final int PER_NODE = 2;

  /** Least limit of waiting events for one peer; an honest peer never reaches it. */
  private static final int LEAST_OF_PEER = 256;

  /** Bytes that an event takes with its objects, without its texts. */
  private static final int BYTES = 256;

  /**
   * Waiting events may take one part in this many of the heap: at usual beat sizes the maximum of
   * events fits 1 GiB.
   */
  private static final int SHARE_OF_HEAP = 16;

  /**
   * While events come at least this often, in milliseconds, the registry takes them so often and
   * not one by one: to wake its thread costs more than all else that is done with a beat. Their
   * times are those of their arrival.
   */
  static final int TOGETHER_MILLIS = 10;

  /** So many events do not wait for the rest of that time. */
  private static final int SOON = 512;

  /** One peer may take one part in this many of all bytes. */
  private static final int SHARE_OF_PEER = 64;

  /**
   * Limits of the waiting events.
   *
   * @param events of all peers
   * @param ofPeer events of one peer
   * @param bytes of all peers
   */
  record Limits(int events, int ofPeer, long bytes) {

    /**
     * Returns the limits for this process.
     *
     * @param beatBurst beats accepted from a peer at once
     * @param nodes that this process can handle; 0 when not measured
     */
    static Limits of(int beatBurst, long nodes) {
      return new Limits(
          (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_WAITING, PER_NODE * nodes)),
          Math.max(LEAST_OF_PEER, Math.min(LEAST_WAITING / 2, beatBurst) * 2),
          Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }
  }

  private final Context context;
  private final Registry registry;
  private final Clocks clock;
  private final Predicate<PeerId> isStranger;
  private final Limits limits;
  private Batch waiting = new Batch();

  // Whether a turn of the registry's context is asked for, and whether one comes by a timer.
  private boolean woken;
  private boolean timed;
  private long drainedNanos = Long.MIN_VALUE;
  private long faults;
  private long loggedNanos = Long.MIN_VALUE;

  /** The waiting events of one peer or class. */
  private static final class Part {
    private int events;
    private long bytes;

    private void add(int more) {
      events++;
      bytes += more;
    }
  }

  /** What waits. */
  private static final class Batch {
    private final List<Runnable> events = new ArrayList<>();
    private final Map<PeerId, Part> ofPeers = new HashMap<>();
    private final Map<String, Long> drops = new HashMap<>();
    private final Part ofStrangers = new Part();
    private long bytes;

    private boolean isEmpty() {
      return events.isEmpty() && drops.isEmpty();
    }

    private void drop(String reason) {
      long unused = drops.merge(reason, 1L, Long::sum);
    }
  }

  /**
   * @param clock converts the time of an event when the registry processes it: the clock may have
   *     been set since
   * @param isStranger called on any thread, for each event
   * @param limits of the waiting events
   */
  Ingest(
      Context context,
      Registry registry,
      Clocks clock,
      Predicate<PeerId> isStranger,
      Limits limits) {
    this.context = context;
    this.registry = registry;
    this.clock = clock;
    this.isStranger = isStranger;
    this.limits = limits;
  }

  @Override
  public boolean arrive(PeerId peer) {
    long nanos = clock.nanos();
    return offer(peer, BYTES, () -> registry.onArrive(peer, clock.at(nanos))) == null;
  }

  @Override
  public void depart(PeerId peer) {
    follow(() -> registry.onDepart(peer));
  }

  @Override
  public void open(PeerId peer, String address) {
    long nanos = clock.nanos();
    follow(() -> registry.onOpen(peer, address, clock.at(nanos)));
  }

  @Override
  public void close(PeerId peer, @Nullable String reason) {
    long nanos = clock.nanos();
    follow(() -> registry.onClose(peer, reason, clock.at(nanos)));
  }

  @Override
  public void farewell(PeerId peer, String address) {
    long nanos = clock.nanos();
    // Without room for it, this counts as an ordinary end.
    String unused = offer(peer, BYTES, () -> registry.onFarewell(peer, address, clock.at(nanos)));
  }

  /** Queues an event without a limit: there are never more of these than accepted arrivals. */
  private void follow(Runnable event) {
    boolean wake;
    synchronized (this) {
      waiting.events.add(event);
      wake = wakeNeeded();
    }
    wake(wake);
  }

  @Override
  public void beat(PeerId peer, String address, Heartbeat beat) {
    long nanos = clock.nanos();
    boolean stranger = isStranger.test(peer);
    boolean without = stranger && !beat.extras().isNone();
    // A repeated beat stays the same object, which the registry recognises.
    Heartbeat bounded = Claim.bounded(without ? beat.with(Extras.NONE) : beat);
    int bytes = BYTES + Claim.length(bounded);
    String refusal =
        offer(
            peer, stranger, bytes, () -> registry.onBeat(peer, address, bounded, clock.at(nanos)));
    if (refusal != null) {
      drop(refusal);
    }
  }

  @Override
  public void drop(String reason) {
    boolean wake;
    synchronized (this) {
      waiting.drop(reason);
      wake = wakeNeeded();
    }
    wake(wake);
  }

  /** Queues an event that is not counted as a beat; drops it when there is no room. */
  void uncounted(Runnable event) {
    boolean wake = false;
    synchronized (this) {
      if (waiting.events.size() < limits.events()) {
        waiting.events.add(event);
        wake = wakeNeeded();
      }
    }
    wake(wake);
  }

  /** Queues an event; returns the drop reason when there is no room, else null. */
  private @Nullable String offer(PeerId peer, int bytes, Runnable event) {
    return offer(peer, isStranger.test(peer), bytes, event);
  }

  private @Nullable String offer(PeerId peer, boolean stranger, int bytes, Runnable event) {
    boolean wake;
    synchronized (this) {
      Part own = waiting.ofPeers.computeIfAbsent(peer, ignored -> new Part());
      if (own.events >= limits.ofPeer() || own.bytes >= limits.bytes() / SHARE_OF_PEER) {
        return BeatAccount.DROP_RATE;
      }
      Part strangers = waiting.ofStrangers;
      if (stranger
          && (strangers.events >= limits.events() / 2 || strangers.bytes >= limits.bytes() / 2)) {
        return BeatAccount.DROP_STRANGERS;
      }
      if (waiting.events.size() >= limits.events() || waiting.bytes >= limits.bytes()) {
        return BeatAccount.DROP_OVERFLOW;
      }
      own.add(bytes);
      waiting.bytes += bytes;
      if (stranger) {
        strangers.add(bytes);
      }
      waiting.events.add(event);
      wake = wakeNeeded();
    }
    wake(wake);
    return null;
  }

  private boolean wakeNeeded() {
    boolean needed = !woken && (!timed || waiting.events.size() >= SOON);
    woken |= needed;
    return needed;
  }

  private void wake(boolean needed) {
    if (needed) {
      context.runOnContext(nothing -> woken());
    }
  }

  private void woken() {
    synchronized (this) {
      woken = false;
    }
    long now = clock.nanos();
    boolean often =
        drainedNanos != Long.MIN_VALUE && now - drainedNanos < TOGETHER_MILLIS * 1_000_000L;
    drainedNanos = now;
    if (drain() && often) {
      drainLater();
    }
  }

  private void drainLater() {
    synchronized (this) {
      if (timed) {
        return;
      }
      timed = true;
    }
    long unused = context.owner().setTimer(TOGETHER_MILLIS, timer -> timePassed());
  }

  private void timePassed() {
    synchronized (this) {
      timed = false;
    }
    drainedNanos = clock.nanos();
    if (drain()) {
      drainLater();
    }
  }

  /**
   * Gives the registry all that waits; returns whether there was anything. Must be called on its
   * context, before it is asked or judges.
   */
  boolean drain() {
    Batch batch;
    synchronized (this) {
      batch = waiting;
      if (batch.isEmpty()) {
        return false;
      }
      waiting = new Batch();
    }
    batch.events.forEach(this::run);
    batch.drops.forEach(registry::onDrop);
    return true;
  }

  /** The fault of one event is not that of the next one, nor of who asks meanwhile. */
  private void run(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException fault) {
      faults++;
      long now = clock.nanos();
      if (loggedNanos == Long.MIN_VALUE || now - loggedNanos >= FAULTS_LOGGED_EACH.toNanos()) {
        log.error("an event of a peer failed faults={}", faults, fault);
        loggedNanos = now;
      }
    }
  }
}
