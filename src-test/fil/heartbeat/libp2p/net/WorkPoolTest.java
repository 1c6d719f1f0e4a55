package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkPoolTest {
  private final ManualLoop loop = new ManualLoop();
  private final AtomicReference<Object> told = new AtomicReference<>();

  private boolean submit(WorkPool pool, AtomicBoolean cancelled, CountDownLatch gate) {
    return pool.submit(
        () -> {
          gate.await();
          return "done";
        },
        cancelled,
        loop,
        this::tell);
  }

  private void tell(@Nullable String value, @Nullable Throwable failure) {
    told.set(value != null ? value : String.valueOf(failure));
  }

  @Test
  void aFullQueueOrAClosedPoolRefusesWork() {
    WorkPool pool = WorkPool.threads("work-pool-test", 1, 1);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean wanted = new AtomicBoolean();
    assertThat(submit(pool, wanted, gate)).isTrue();
    assertThat(submit(pool, wanted, gate)).isTrue();
    assertThat(submit(pool, wanted, gate)).isFalse();
    pool.close();
    assertThat(submit(pool, wanted, gate)).isFalse();
  }

  @Test
  void aResultIsReportedOnTheLoop() {
    WorkPool pool = new WorkPool(Runnable::run, () -> {});
    assertThat(submit(pool, new AtomicBoolean(), new CountDownLatch(0))).isTrue();
    assertThat(told.get()).isNull();
    loop.drive();
    assertThat(told.get()).isEqualTo("done");
  }

  @Test
  void cancelledWorkIsSkipped() {
    WorkPool pool = new WorkPool(Runnable::run, () -> {});
    assertThat(submit(pool, new AtomicBoolean(true), new CountDownLatch(0))).isTrue();
    loop.drive();
    assertThat(told.get()).isNull();
  }

  @Test
  void anExceptionOfWorkIsReported() {
    WorkPool pool = new WorkPool(Runnable::run, () -> {});
    assertThat(
            pool.<String>submit(
                () -> {
                  throw new IllegalStateException("broken");
                },
                new AtomicBoolean(),
                loop,
                this::tell))
        .isTrue();
    loop.drive();
    assertThat(told.get()).isEqualTo("java.lang.IllegalStateException: broken");
  }
}
