package fil.heartbeat.alert.canary;

import fil.heartbeat.client.FailureLog;
import fil.heartbeat.config.AlertsConfig.Deadman;
import fil.heartbeat.config.CaFile;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings the secret URL of an external service once a period, and only while this process is
 * healthy: the service alarms when pings stop. The URL is read again for each ping and never shown.
 *
 * <p>Create it with {@code new DeadmanVerticle(alerts.watching().deadman(), canary::isHealthy,
 * System.getenv(), client.caFile())}; call {@link #config} when the configuration changes.
 */
public final class DeadmanVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(DeadmanVerticle.class);

  /** Such services wait longer than this; one that is slower has a problem of its own. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  /**
   * The longest time to the first ping. A process in a restart loop does not run for so long, and
   * must not look alive.
   */
  static final Duration MAX_FIRST = Duration.ofSeconds(60);

  private static final long NO_TIMER = -1;

  private final BooleanSupplier healthy;
  private final Map<String, String> environment;
  private final Optional<CaFile> caFile;
  private final Duration timeout;
  private final InstantSource wall;
  private final FailureLog failureLog = new FailureLog();
  private Optional<Deadman> config;
  private @Nullable Probe probe;
  private long timer = NO_TIMER;
  private boolean underWay;
  private boolean stopped;
  private volatile DeadmanStats stats = DeadmanStats.NONE;

  /**
   * @param config empty for no pings
   * @param healthy called on this verticle's context; must not block
   * @param environment may hold the secret
   * @param caFile certificates to trust besides those of the JDK
   */
  public DeadmanVerticle(
      Optional<Deadman> config,
      BooleanSupplier healthy,
      Map<String, String> environment,
      Optional<CaFile> caFile) {
    this(config, healthy, environment, caFile, TIMEOUT, InstantSource.system());
  }

  DeadmanVerticle(
      Optional<Deadman> config,
      BooleanSupplier healthy,
      Map<String, String> environment,
      Optional<CaFile> caFile,
      Duration timeout,
      InstantSource wall) {
    this.caFile = caFile;
    this.config = config;
    this.healthy = healthy;
    this.environment = Map.copyOf(environment);
    this.timeout = timeout;
    this.wall = wall;
  }

  @Override
  public Future<?> start() {
    probe = new Probe(vertx, timeout, 1, caFile);
    schedule();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return probe == null ? Future.succeededFuture() : probe.close();
  }

  /** Applies another configuration. From any thread, after the deployment succeeded. */
  public void config(Optional<Deadman> next) {
    context.runOnContext(
        nothing -> {
          if (!next.equals(config)) {
            config = next;
            schedule();
          }
        });
  }

  /** From any thread. */
  public DeadmanStats stats() {
    return stats;
  }

  private void schedule() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
    config.ifPresent(
        to -> {
          Duration first = to.period().compareTo(MAX_FIRST) < 0 ? to.period() : MAX_FIRST;
          timer = vertx.setPeriodic(first.toMillis(), to.period().toMillis(), id -> ping(to));
        });
  }

  private void ping(Deadman to) {
    Probe by = probe;
    if (by == null || underWay) {
      return;
    }
    if (!healthy.getAsBoolean()) {
      stats = stats.withheldOne();
      return;
    }
    underWay = true;
    vertx
        .executeBlocking(() -> to.url().read(environment), false)
        .compose(url -> by.get(url, Optional.empty(), 0))
        .compose(
            answer ->
                answer.status() / 100 == 2
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new ProbeException("HTTP " + answer.status() + " (expected: 2xx)")))
        .onComplete(
            done -> {
              underWay = false;
              if (done.succeeded()) {
                answered();
              } else if (!stopped) {
                failed(done.cause());
              }
            });
  }

  private void answered() {
    stats = stats.answered(wall.instant());
    if (failureLog.succeeded()) {
      log.info("dead man's switch recovered");
    }
  }

  private void failed(Throwable cause) {
    // One says where the secret was expected, the other what was read.
    String why =
        cause instanceof IOException || cause instanceof ProbeException
            ? String.valueOf(cause.getMessage())
            : cause.getClass().getSimpleName();
    stats = stats.failed(why);
    long now = System.nanoTime();
    log.atLevel(failureLog.failed(now))
        .log("dead-man ping failed for={}s cause={}", failureLog.lasting(now).toSeconds(), why);
  }
}
