package fil.heartbeat.cli;

import fil.heartbeat.config.HostProviders;
import fil.heartbeat.swarm.Summary;
import fil.heartbeat.swarm.Swarm;
import fil.heartbeat.swarm.SwarmConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a swarm: progress on standard error, the summary on standard output at the end. */
final class SwarmCommand {
  /** The longest time for the summary at the end. */
  private static final long STOP_SECONDS = 2;

  /**
   * The longest time for closing the streams in good order; the end of the process closes the rest.
   */
  private static final long CLOSE_SECONDS = 2;

  private final Vertx vertx;
  private final Swarm swarm;
  private final PrintStream out;
  private final PrintStream err;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param implementation of libp2p, as {@code libp2p.implementation} names it
   */
  SwarmCommand(SwarmConfig config, String implementation, PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
    // One event loop: decisions, writes and results need no hand-over, and each thread has a cost.
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    swarm =
        new Swarm(
            vertx,
            HostProviders.named(implementation),
            config,
            InstantSource.system(),
            err::println);
  }

  /** Returns the exit code. */
  int run() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "swarm-stop"));
    err.println(
        "to see alerts about these nodes soon, give the aggregator \"alerts\": {\"monitorAfter\":"
            + " \"10s\"}: in a fleet without names they are about nodes that have beaten for 5m");
    try {
      Summary summary = swarm.run().toCompletionStage().toCompletableFuture().get();
      end();
      if (summary.connects() == 0) {
        err.println(
            "not one node could connect to "
                + summary.config().targets()
                + summary.lastFailure().map(cause -> "; last: " + cause).orElse(""));
        return Main.FAILURE;
      }
      return Main.DONE;
    } catch (ExecutionException e) {
      err.println("the swarm broke: " + e.getCause());
      return Main.FAILURE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILURE;
    }
  }

  /** Stops, prints the summary and closes, once; a second caller waits for the first. */
  synchronized void end() {
    if (!told.compareAndSet(false, true)) {
      return;
    }
    try {
      Summary summary = await(swarm.stop(), STOP_SECONDS);
      out.println(summary.toJson().encodePrettily());
      out.flush();
      close();
    } catch (ExecutionException | TimeoutException e) {
      err.println("no summary: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void close() throws InterruptedException {
    try {
      Void ignored = await(swarm.close().transform(closed -> vertx.close()), CLOSE_SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The sockets close with the process.
    }
  }

  private static <T> T await(Future<T> future, long seconds)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
  }
}
