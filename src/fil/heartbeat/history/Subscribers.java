package fil.heartbeat.history;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listeners of a recurring event. Thread-safe. */
final class Subscribers {
  private final List<Runnable> all = new CopyOnWriteArrayList<>();

  /**
   * Adds a listener; the same one given twice is called twice.
   *
   * @return removes it
   */
  Runnable add(Runnable listener) {
    Runnable own =
        new Runnable() {
          @Override
          public void run() {
            listener.run();
          }
        };
    all.add(own);
    return () -> {
      boolean unused = all.remove(own);
    };
  }

  void publish() {
    all.forEach(Runnable::run);
  }
}
