package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from the event loops of the connections to the one context of the registry: a batch that
 * is bounded in events and in bytes, of which one peer has a small part and all strangers together
 * one half. Thread-safe.
 */
final class Ingest implements BeatSink {

  /**
   * Events waiting for the registry. A second of work for it at full load; when they are more, the
   * registry does not keep up, and newer beats will come anyway.
   */
  static final int MAX_WAITING = 65_536;

  /** Events of one peer waiting for the registry, at least: what an honest one never has. */
  private static final int LEAST_OF_PEER = 256;

  /** An event with its objects, without what it says. */
  private static final int BYTES = 256;

  /**
   * The part of the heap that what waits may take: with beats as they are, all events fit 1 GiB.
   */
  private static final int SHARE_OF_HEAP = 16;

  /** The part of all bytes that one peer may take. */
  private static final int SHARE_OF_PEER = 64;

  /**
   * How much may wait.
   *
   * @param events of all peers
   * @param ofPeer events of one peer
   * @param bytes of all peers
   */
  record Limits(int events, int ofPeer, long bytes) {

    /**
     * For this process.
     *
     * @param beatBurst beats taken of a peer at once
     */
    static Limits of(int beatBurst) {
      return new Limits(
          MAX_WAITING,
          Math.max(LEAST_OF_PEER, Math.min(MAX_WAITING / 2, beatBurst) * 2),
          Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }
  }

  private final Context context;
  private final Registry registry;
  private final Clocks clock;
  private final Predicate<PeerId> isStranger;
  private final Limits limits;
  private Batch waiting = new Batch();
  private boolean scheduled;

  /** What waits of one peer or class. */
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

    private void drop(String reason) {
      long unused = drops.merge(reason, 1L, Long::sum);
    }
  }

  /**
   * @param clock asked for the moment of an event when the registry takes it: it may have been set
   *     since
   * @param isStranger asked on any thread, for each event
   * @param limits of what waits
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
    // One that finds no place is an end like any other.
    String unused = offer(peer, BYTES, () -> registry.onFarewell(peer, address, clock.at(nanos)));
  }

  /** Never dropped, since there are no more of them than arrivals that found a place. */
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
    Heartbeat bounded = Claim.bounded(beat);
    int bytes = BYTES + Claim.length(bounded);
    String refusal =
        offer(peer, bytes, () -> registry.onBeat(peer, address, bounded, clock.at(nanos)));
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

  /** An event on the registry's context that is no beat of the account, if it fits. */
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

  /** Why there is no place for it; null when it has one. */
  private @Nullable String offer(PeerId peer, int bytes, Runnable event) {
    boolean stranger = isStranger.test(peer);
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
    boolean needed = !scheduled;
    scheduled = true;
    return needed;
  }

  private void wake(boolean needed) {
    if (needed) {
      context.runOnContext(nothing -> drain());
    }
  }

  private void drain() {
    Batch batch;
    synchronized (this) {
      batch = waiting;
      waiting = new Batch();
      scheduled = false;
    }
    batch.events.forEach(Runnable::run);
    batch.drops.forEach(registry::onDrop);
  }
}
