package fil.heartbeat.alert.canary;

import fil.heartbeat.client.Backoff;
import fil.heartbeat.client.FailureLog;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats to the aggregator of its own process, like an external node: with a key made at the start,
 * a host of its own and the real port. A beat's height is its number.
 *
 * <p>Created like this, and deployed after the aggregator:
 *
 * <pre>{@code
 * new CanaryVerticle(
 *     identity -> provider.create(vertx, identity, limits), // closed by the verticle
 *     dialable(aggregator.address()),
 *     aggregator::canary)
 * }</pre>
 *
 * <p>The alert loop calls {@link #seen} with {@code changes.canary()} each second, {@link #ruled}
 * when the rules were evaluated, and {@link #delivered} when {@link CanarySink} gets the
 * notification. These and the queries may be called from any thread, at any time.
 */
public final class CanaryVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CanaryVerticle.class);

  private final Function<Identity, Host> maker;
  private final Multiaddr target;
  private final Consumer<PeerId> known;
  private final CanaryTimes times;
  private final LongSupplier nanoTime;
  private final InstantSource wall;
  private final CanaryRounds rounds;
  private final Backoff backoff;
  private int failures;
  private final FailureLog failureLog = new FailureLog();
  private @Nullable Host host;
  private @Nullable Stream stream;
  private boolean writing;
  private boolean due;
  private boolean ill;
  private boolean stopped;

  /**
   * @param maker creates a host for an identity, on a worker thread
   * @param target the aggregator's address, with {@code /p2p/}
   * @param known receives the canary's peer id before it dials
   */
  public CanaryVerticle(Function<Identity, Host> maker, Multiaddr target, Consumer<PeerId> known) {
    this(maker, target, known, CanaryTimes.DEFAULT, System::nanoTime, InstantSource.system());
  }

  CanaryVerticle(
      Function<Identity, Host> maker,
      Multiaddr target,
      Consumer<PeerId> known,
      CanaryTimes times,
      LongSupplier nanoTime,
      InstantSource wall) {
    this.maker = maker;
    this.target = target;
    this.known = known;
    this.times = times;
    this.nanoTime = nanoTime;
    this.wall = wall;
    this.backoff = new Backoff(times.minBackoff(), times.maxBackoff());
    this.rounds = new CanaryRounds(nanoTime.getAsLong());
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(() -> maker.apply(Identity.generate(KeyType.ED25519)))
        .map(
            made -> {
              host = made;
              known.accept(made.peerId());
              log.debug("canary peer={} target={}", made.peerId(), target);
              dial(made);
              return vertx.setPeriodic(
                  times.first().toMillis(), times.period().toMillis(), timer -> onDue());
            });
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return host == null ? Future.succeededFuture() : Future.fromCompletionStage(host.close());
  }

  /** Reports the newest beat number in the aggregator's answer; 0 for none. */
  public void seen(long number) {
    synchronized (rounds) {
      rounds.seen(number, nanoTime.getAsLong());
    }
  }

  /** Reports that the rule was evaluated for a number. */
  public void ruled(long number) {
    synchronized (rounds) {
      rounds.ruled(number, nanoTime.getAsLong());
    }
  }

  /** Reports that the notification of a number reached {@link CanarySink}. */
  public void delivered(long number) {
    synchronized (rounds) {
      rounds.delivered(number, nanoTime.getAsLong(), wall.instant());
    }
  }

  /** The value of {@link CanaryReport#healthy()}. */
  public boolean isHealthy() {
    synchronized (rounds) {
      return rounds.isHealthy(nanoTime.getAsLong());
    }
  }

  public CanaryReport report() {
    synchronized (rounds) {
      return rounds.report(nanoTime.getAsLong());
    }
  }

  private void dial(Host from) {
    if (stopped) {
      return;
    }
    Future.fromCompletionStage(
            from.open(target, HeartbeatProtocol.IDS, DialOptions.DEFAULT), context)
        .onSuccess(opened -> onOpened(opened, from))
        .onFailure(failure -> onFailure("dial", failure, from));
  }

  private void onOpened(Stream opened, Host from) {
    if (stopped) {
      opened.closeConnection();
      return;
    }
    stream = opened;
    writing = false;
    Future.fromCompletionStage(opened.closed(), context)
        .onComplete(
            end -> {
              if (stream == opened) {
                stream = null;
                onFailure("stream", end.cause(), from);
              }
            });
    if (due) {
      beat(opened);
    }
  }

  private void onFailure(String what, @Nullable Throwable cause, Host from) {
    if (stopped) {
      return;
    }
    log.atLevel(failureLog.failed(nanoTime.getAsLong()))
        .log(
            "canary not connected target={} at={} cause={}",
            target,
            what,
            cause == null ? "the aggregator ended it" : cause.getMessage());
    vertx.setTimer(backoff.after(++failures).toMillis(), timer -> dial(from));
  }

  /** Without a connection the beat is written as soon as there is one. */
  private void onDue() {
    tellHealth();
    Stream current = stream;
    due = true;
    if (current == null) {
      return;
    }
    if (writing) {
      // The aggregator has not read the last beat for a whole period.
      current.closeConnection();
    } else {
      beat(current);
    }
  }

  private void beat(Stream on) {
    due = false;
    writing = true;
    long number;
    synchronized (rounds) {
      number = rounds.begin(nanoTime.getAsLong());
    }
    byte[] frame = HeartbeatEncoder.encode(new Heartbeat("{ }", number, "", "", null, null));
    Future.fromCompletionStage(on.write(frame), context)
        .onComplete(
            written -> {
              if (stream != on) {
                return;
              }
              writing = false;
              if (written.succeeded()) {
                failures = 0;
                if (failureLog.succeeded()) {
                  log.info("canary connected again target={}", target);
                }
              } else {
                on.closeConnection();
              }
            });
  }

  private void tellHealth() {
    boolean now = !isHealthy();
    if (now != ill) {
      ill = now;
      if (now) {
        log.warn(
            "canary failing: no beat became a notification for={}s",
            CanaryRounds.HEALTHY_FOR.toSeconds());
      } else {
        log.info("canary recovered");
      }
    }
  }
}
