package fil.heartbeat.sender;

import io.vertx.core.Vertx;

/** Periodic timers of the current context; tests supply their own. */
interface Timers {

  /**
   * @return the timer's id
   */
  long periodic(long firstMillis, long periodMillis, Runnable tick);

  void cancel(long id);

  static Timers of(Vertx vertx) {
    return new Timers() {
      @Override
      public long periodic(long firstMillis, long periodMillis, Runnable tick) {
        return vertx.setPeriodic(firstMillis, periodMillis, id -> tick.run());
      }

      @Override
      public void cancel(long id) {
        vertx.cancelTimer(id);
      }
    };
  }
}
