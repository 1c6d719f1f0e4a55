package fil.heartbeat.sender;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HostProviders;
import fil.heartbeat.config.NodeLabel;
import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats to one target: connects, requests chain head and miner address on the event bus once a beat
 * period, and writes one line of JSON for each beat. Deployment fails with {@link ConfigException}
 * when its config is invalid, when another sender already uses the same target and identity, or
 * when the limit of targets is reached. With an empty {@code beatTarget} it is deployed and does
 * nothing.
 *
 * <p>When undeployed, it tells the target that the stop is planned. Undeploy it before you close
 * its Vert.x, which closes the sockets first.
 *
 * <p>{@link SenderConfig} lists its config; {@link Senders} has its counters.
 */
public final class HeartbeatVerticle extends VerticleBase {

  /** The libp2p implementation of this project, without further dependencies. */
  public static final String BUILT_IN = HostProvider.BUILT_IN;

  private static final Logger log = LoggerFactory.getLogger(HeartbeatVerticle.class);

  /** Longer than any dial or write may take, so that Vert.x warns only about a faulty transport. */
  private static final long MAX_BLOCKING_SECONDS = 60;

  private final @Nullable HeartbeatTransport given;
  private final String implementation;
  private final HostConfig limits;
  private final Function<Vertx, SenderClock> clocks;

  private SharedHosts.@Nullable Lease lease;
  private @Nullable Runnable registration;
  private @Nullable WorkerExecutor writer;
  private @Nullable TargetSender sender;

  /**
   * Sends beats through a libp2p host with its key file; verticles with the same file share the
   * host.
   */
  public HeartbeatVerticle() {
    this(BUILT_IN, HostProviders.DEFAULT_LIMITS);
  }

  /**
   * @param implementation {@code built-in} or {@code jvm-libp2p}
   * @param limits of the host; used only by the first verticle with a key file
   */
  public HeartbeatVerticle(String implementation, HostConfig limits) {
    this(null, implementation, limits, SenderClock::of);
  }

  /** Sends beats through the given transport; {@code keyFile} is not read. */
  public HeartbeatVerticle(HeartbeatTransport transport) {
    this(transport, SenderClock::of);
  }

  HeartbeatVerticle(HeartbeatTransport transport, Function<Vertx, SenderClock> clocks) {
    this(transport, BUILT_IN, HostProviders.DEFAULT_LIMITS, clocks);
  }

  private HeartbeatVerticle(
      @Nullable HeartbeatTransport given,
      String implementation,
      HostConfig limits,
      Function<Vertx, SenderClock> clocks) {
    this.given = given;
    this.implementation = implementation;
    this.limits = limits;
    this.clocks = clocks;
  }

  @Override
  public Future<?> start() {
    SenderConfig config = SenderConfig.parse(config());
    if (config.beatTarget().isEmpty()) {
      log.info(
          "heartbeat sender is off: beatTarget is empty node={}",
          NodeLabel.of(config.nickname(), "unknown"));
      return Future.succeededFuture();
    }
    Target target = Target.parse(config.beatTarget());
    return transport(config)
        .map(
            transport -> {
              beginToBeat(config, target, transport);
              return transport;
            })
        .recover(error -> release().transform(done -> Future.failedFuture(error)));
  }

  private Future<HeartbeatTransport> transport(SenderConfig config) {
    if (given != null) {
      return Future.succeededFuture(given);
    }
    return vertx
        .executeBlocking(
            () -> SharedHosts.of(vertx).acquire(vertx, config.keyFile(), implementation, limits),
            false)
        .map(
            acquired -> {
              lease = acquired;
              return new Libp2pTransport(acquired.host(), config.beatPeriod());
            });
  }

  private void beginToBeat(SenderConfig config, Target target, HeartbeatTransport transport) {
    String localPeerId = transport.localPeerId().orElse(null);
    SenderCounters counters =
        new SenderCounters(target, transport.localPeerId(), config.nickname());
    registration =
        Senders.of(vertx).register(counters, localPeerId == null ? transport : localPeerId);
    SenderClock clock = clocks.apply(vertx);
    SenderTimes times = SenderTimes.of(config);
    // A pool of n threads starts all n of them however few are busy, so each target has its own
    // pool.
    WorkerExecutor ownThread =
        vertx.createSharedWorkerExecutor(
            "heartbeat-write-" + deploymentID(), 1, MAX_BLOCKING_SECONDS, TimeUnit.SECONDS);
    writer = ownThread;
    sender =
        new TargetSender(
            context,
            ownThread,
            transport,
            times,
            clock,
            firstBeat(clock),
            counters,
            new BeatSource(vertx.eventBus(), config, times, clock, counters),
            new ConnectionEvents(
                vertx.eventBus(), config.clustered(), target, localPeerId, config.nickname()),
            config.extras());
    sender.start();
  }

  /**
   * Senders of one identity beat together, to targets that are each another process: so one turn of
   * a loop serves many of them, and none is woken for a single beat. Different identities beat at
   * different moments.
   */
  private LongUnaryOperator firstBeat(SenderClock clock) {
    SharedHosts.Lease shared = lease;
    return shared == null
        ? clock.random()::nextLong
        : period -> shared.untilBeat(period, clock.nanoTime().getAsLong());
  }

  @Override
  public Future<?> stop() {
    Future<Void> left = sender == null ? Future.succeededFuture() : sender.stop();
    return left.eventually(this::release);
  }

  private Future<Void> release() {
    Future<Void> done = writer == null ? Future.succeededFuture() : writer.close();
    if (lease != null) {
      done = done.eventually(lease::release);
    }
    return done.onComplete(
        result -> {
          if (registration != null) {
            registration.run();
          }
        });
  }
}
