package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from the event loops of the connections to the one context of the registry: a bounded
 * batch. Thread-safe.
 */
final class Ingest implements Intake {

  /**
   * Events waiting for the registry. A second of work for it at full load; when they are more, the
   * registry does not keep up, and newer beats will come anyway.
   */
  static final int MAX_WAITING = 65_536;

  private final Context context;
  private final Registry registry;
  private final Supplier<Moment> clock;
  private final int maxWaiting;
  private List<Runnable> waiting = new ArrayList<>();
  private long overflowed;
  private boolean scheduled;

  Ingest(Context context, Registry registry, Supplier<Moment> clock, int maxWaiting) {
    this.context = context;
    this.registry = registry;
    this.clock = clock;
    this.maxWaiting = maxWaiting;
  }

  @Override
  public void arrive(PeerId peer) {
    Moment now = clock.get();
    control(() -> registry.onArrive(peer, now));
  }

  @Override
  public void depart(PeerId peer) {
    control(() -> registry.onDepart(peer));
  }

  @Override
  public void open(PeerId peer, String address) {
    Moment now = clock.get();
    control(() -> registry.onOpen(peer, address, now));
  }

  @Override
  public void close(PeerId peer, @Nullable String reason) {
    Moment now = clock.get();
    control(() -> registry.onClose(peer, reason, now));
  }

  @Override
  public void farewell(PeerId peer, String address) {
    Moment now = clock.get();
    control(() -> registry.onFarewell(peer, address, now));
  }

  @Override
  public void beat(PeerId peer, Heartbeat beat) {
    Moment now = clock.get();
    data(() -> registry.onBeat(peer, beat, now), 1);
  }

  @Override
  public void drop(String reason) {
    data(() -> registry.onDrop(reason, 1), 1);
  }

  /** An event on the registry's context that is no beat of the account, whether it fits or not. */
  void uncounted(Runnable event) {
    data(event, 0);
  }

  private void data(Runnable event, int beats) {
    boolean wake;
    synchronized (this) {
      if (waiting.size() >= maxWaiting) {
        overflowed += beats;
      } else {
        waiting.add(event);
      }
      wake = wakeNeeded();
    }
    wake(wake);
  }

  /** Openings and closings are never dropped: the host's own limits bound how many there can be. */
  private void control(Runnable event) {
    boolean wake;
    synchronized (this) {
      waiting.add(event);
      wake = wakeNeeded();
    }
    wake(wake);
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
    List<Runnable> batch;
    long lost;
    synchronized (this) {
      batch = waiting;
      waiting = new ArrayList<>();
      lost = overflowed;
      overflowed = 0;
      scheduled = false;
    }
    batch.forEach(Runnable::run);
    if (lost > 0) {
      registry.onDrop(Registry.DROP_OVERFLOW, lost);
    }
  }
}
