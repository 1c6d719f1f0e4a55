package fil.heartbeat.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long beats of the node that says another nickname each time take until the API tells it. */
final class HostileProbe {
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double SLOW_MILLIS = 500;

  private record Sent(int number, long nanos) {}

  private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  private final List<Long> delays = new ArrayList<>();
  private final HostileSide side;
  private final String path;
  private int lost;
  private volatile boolean over;

  HostileProbe(HostileSide side, String peerId) {
    this.side = side;
    this.path = "/api/v1/nodes/" + peerId;
  }

  /** A beat is about to be written. Any thread. */
  void beats(int number) {
    sent.add(new Sent(number, System.nanoTime()));
  }

  /** Begins to watch; what was sent before does not count. */
  void start() {
    sent.clear();
    Thread watcher = new Thread(this::watch, "probe");
    watcher.setDaemon(true);
    watcher.start();
  }

  void stop() {
    over = true;
  }

  private void watch() {
    try {
      while (!over) {
        Sent next = sent.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          sample(next);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample(Sent next) {
    while (!over) {
      String name = side.answer(path).getString("nickname", "");
      long delay = System.nanoTime() - next.nanos();
      if (name.startsWith(HostileFleet.PROBE_NAME)
          && Integer.parseInt(name.substring(HostileFleet.PROBE_NAME.length())) >= next.number()) {
        add(next.number(), delay);
        return;
      }
      if (delay > LOST_NANOS) {
        lose();
        return;
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  private synchronized void add(int number, long delay) {
    delays.add(delay);
    if (delay / 1e6 > SLOW_MILLIS) {
      System.out.printf("slow: beat %d judged after %.1f ms%n", number, delay / 1e6);
    }
  }

  private synchronized void lose() {
    lost++;
  }

  /** Beats that were not seen within 10 s. */
  synchronized int lost() {
    return lost;
  }

  synchronized int samples() {
    return delays.size();
  }

  /** Milliseconds within which this share was seen; 0 without samples. */
  synchronized double millis(double share) {
    List<Long> sorted = delays.stream().sorted().toList();
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, index)) / 1e6;
  }
}
