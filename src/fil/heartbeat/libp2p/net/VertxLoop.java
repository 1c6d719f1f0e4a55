package fil.heartbeat.libp2p.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An event loop of a Vertx. Its context belongs to no verticle: a host outlives the verticle that
 * happened to make it.
 */
final class VertxLoop implements Loop {
  private final ContextInternal context;
  private final ComputeShare arithmetic = new ComputeShare(System::nanoTime);

  private VertxLoop(ContextInternal context) {
    this.context = context;
  }

  /** Returns one for each event loop of the Vertx. */
  static List<Loop> all(Vertx vertx) {
    VertxInternal internal = (VertxInternal) vertx;
    List<Loop> loops = new ArrayList<>();
    for (EventExecutor executor : internal.nettyEventLoopGroup()) {
      loops.add(
          new VertxLoop(internal.contextBuilder().withEventLoop((EventLoop) executor).build()));
    }
    return List.copyOf(loops);
  }

  /**
   * Runs the action once the accepting thread has called its selector again, or has stopped: only
   * then does the JDK release a closed listening socket and its port.
   */
  static void afterNextAccept(Vertx vertx, Runnable action) {
    EventExecutor acceptor = ((VertxInternal) vertx).acceptorEventLoopGroup().next();
    try {
      // A task may still run before the selector is called; a timer that a task sets cannot.
      acceptor.execute(
          () ->
              acceptor
                  .schedule(() -> {}, 1, TimeUnit.NANOSECONDS)
                  .addListener(passedOrStopped -> action.run()));
    } catch (RejectedExecutionException stopped) {
      action.run();
    }
  }

  @Override
  public void execute(Runnable action) {
    try {
      context.runOnContext(onContext -> action.run());
    } catch (RejectedExecutionException stopped) {
      // The Vertx was closed: nothing else runs on this loop any more, and callers still wait.
      action.run();
    }
  }

  @Override
  public boolean isCurrent() {
    return context.nettyEventLoop().inEventLoop();
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    try {
      ScheduledFuture<?> scheduled =
          context
              .nettyEventLoop()
              .schedule(
                  () -> context.emit(onContext -> action.run()),
                  delay.toNanos(),
                  TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException stopped) {
      return Timer.NONE;
    }
  }

  @Override
  public <T> boolean compute(Callable<T> work, BiConsumer<@Nullable T, @Nullable Throwable> done) {
    return arithmetic.compute(work, done);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
