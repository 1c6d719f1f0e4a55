package fil.heartbeat.history;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those that hear of something that happens again and again. Thread-safe. */
final class Subscribers {
  private final List<Runnable> all = new CopyOnWriteArrayList<>();

  /**
   * Adds one, as one of its own also when the same is given twice.
   *
   * @return takes it away again
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

  void tell() {
    all.forEach(Runnable::run);
  }
}
