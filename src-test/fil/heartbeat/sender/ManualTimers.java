package fil.heartbeat.sender;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** Timers and a clock that a test drives; ticks run on the contexts that created the timers. */
final class ManualTimers implements Timers {

  private record Timer(Context context, long periodMillis, Runnable tick) {}

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<Long, Timer> live = new LinkedHashMap<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final long start = nanos.get();
  private long lastId;

  SenderClock clock(Vertx vertx) {
    return new SenderClock(nanos::get, this::now, new SplittableRandom(42), this);
  }

  Instant now() {
    return START.plusNanos(nanos.get() - start);
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public synchronized long periodic(long firstMillis, long periodMillis, Runnable tick) {
    live.put(
        ++lastId, new Timer(Objects.requireNonNull(Vertx.currentContext()), periodMillis, tick));
    return lastId;
  }

  @Override
  public synchronized void cancel(long id) {
    live.remove(id);
  }

  synchronized int count() {
    return live.size();
  }

  /** Fires every matching timer once; returns when all handlers have run. */
  void fire(LongPredicate period) throws InterruptedException {
    fire(period, 1);
  }

  /** Fires several times, a period apart, in one turn of the context: nothing runs in between. */
  void fire(LongPredicate period, int times) throws InterruptedException {
    List<Timer> due = new ArrayList<>();
    synchronized (this) {
      live.values().stream().filter(timer -> period.test(timer.periodMillis())).forEach(due::add);
    }
    CountDownLatch done = new CountDownLatch(due.size());
    for (Timer timer : due) {
      timer
          .context()
          .runOnContext(
              v -> {
                timer.tick().run();
                for (int again = 1; again < times; again++) {
                  advance(Duration.ofMillis(timer.periodMillis()));
                  timer.tick().run();
                }
                done.countDown();
              });
    }
    if (!done.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("a tick did not end");
    }
  }
}
