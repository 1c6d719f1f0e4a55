package fil.heartbeat.alert.canary;

import fil.heartbeat.client.BoundedCall;
import fil.heartbeat.client.FolderReader;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Peer;
import fil.heartbeat.config.CaFile;
import fil.heartbeat.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Periodically asks other aggregators whether they are ready.
 *
 * <p>Create it with {@code new PeerWatchVerticle(alerts.watching().peers(), client.caFile())}; call
 * {@link #peers} when the configuration changes; the rules read {@link #dead}.
 */
public final class PeerWatchVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(PeerWatchVerticle.class);

  static final Duration PERIOD = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** The answer has some hundred bytes, and more for each target of a sender. */
  private static final int MAX_BODY = 1024 * 1024;

  private static final Set<String> ALIVE = Set.of("ready", "degraded");

  private final PeerWatch watch = new PeerWatch();
  private final Optional<CaFile> caFile;
  private final Duration period;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final Set<Peer> underWay = new HashSet<>();

  /** By folder of tokens: a disk that hangs holds no workers of others. */
  private final Map<Path, FolderReader> folders = new HashMap<>();

  private Set<String> toldDead = Set.of();
  private @Nullable Probe probe;
  private boolean stopped;

  /**
   * @param caFile certificates to trust besides those of the JDK
   */
  public PeerWatchVerticle(List<Peer> peers, Optional<CaFile> caFile) {
    this(peers, caFile, PERIOD, TIMEOUT, System::nanoTime);
  }

  /**
   * @param nanoTime monotonic
   */
  PeerWatchVerticle(
      List<Peer> peers,
      Optional<CaFile> caFile,
      Duration period,
      Duration timeout,
      LongSupplier nanoTime) {
    this.caFile = caFile;
    this.period = period;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    peers(peers);
  }

  @Override
  public Future<?> start() {
    probe = new Probe(vertx, timeout, AlertsConfig.MAX_PEERS, caFile);
    probe();
    vertx.setPeriodic(period.toMillis(), timer -> probe());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    keepFolders(Set.of());
    return probe == null ? Future.succeededFuture() : probe.close();
  }

  /** Replaces the watched peers. From any thread, at any time. */
  public void peers(List<Peer> next) {
    if (next.size() > AlertsConfig.MAX_PEERS) {
      log.warn("too many peers, watching the first {} of {}", AlertsConfig.MAX_PEERS, next.size());
    }
    synchronized (watch) {
      watch.watch(next, nanoTime.getAsLong());
    }
  }

  /** The names of peers that do not answer. From any thread. */
  public List<String> dead() {
    synchronized (watch) {
      return watch.dead(nanoTime.getAsLong());
    }
  }

  private void probe() {
    List<Peer> watched;
    synchronized (watch) {
      watched = watch.watched();
    }
    keepFolders(
        watched.stream()
            .flatMap(peer -> peer.tokenFile().map(PeerWatchVerticle::folder).stream())
            .collect(Collectors.toSet()));
    Probe by = probe;
    for (Peer peer : watched) {
      if (by != null && underWay.add(peer)) {
        ask(peer, by);
      } else {
        // The file of the token cannot be read in time, so the peer's state is unknown.
        failed(peer);
      }
    }
    tellDeaths();
  }

  private void ask(Peer peer, Probe by) {
    token(peer)
        .compose(
            bearer -> by.get(peer.url().replaceAll("/+$", "") + "/health/ready", bearer, MAX_BODY))
        .compose(PeerWatchVerticle::judged)
        .onComplete(
            done -> {
              underWay.remove(peer);
              if (done.succeeded()) {
                answered(peer);
              } else if (!stopped) {
                failed(peer);
                log.debug("peer not ready name={} cause={}", peer.name(), why(done.cause()));
              }
            });
  }

  private void answered(Peer peer) {
    synchronized (watch) {
      watch.answered(peer, nanoTime.getAsLong());
    }
  }

  private void failed(Peer peer) {
    synchronized (watch) {
      watch.failed(peer);
    }
  }

  private Future<Optional<String>> token(Peer peer) {
    return peer.tokenFile()
        .map(
            file ->
                folders
                    .computeIfAbsent(folder(file), folder -> new FolderReader(vertx, folder))
                    .read(new Secret.Token(file)::read)
                    .map(Optional::of))
        .orElse(Future.succeededFuture(Optional.empty()));
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  /** Gives up the threads of folders that no watched peer has its token in any more. */
  private void keepFolders(Set<Path> wanted) {
    folders
        .entrySet()
        .removeIf(
            each -> {
              if (wanted.contains(each.getKey())) {
                return false;
              }
              each.getValue().close();
              return true;
            });
  }

  private static Future<Void> judged(BoundedCall.Answer answer) {
    if (answer.status() != 200) {
      return Future.failedFuture(
          new ProbeException("HTTP " + answer.status() + " (expected: 200)"));
    }
    return isAlive(answer.body())
        ? Future.succeededFuture()
        : Future.failedFuture(
            new ProbeException("another answer (expected: a status that is ready or degraded)"));
  }

  private static boolean isAlive(Buffer body) {
    try {
      return new JsonObject(body).getValue("status") instanceof String status
          && ALIVE.contains(status);
    } catch (DecodeException | ClassCastException e) {
      return false;
    }
  }

  private void tellDeaths() {
    Set<String> dead = Set.copyOf(dead());
    for (String name : dead) {
      if (!toldDead.contains(name)) {
        log.warn("peer aggregator is down name={}", name);
      }
    }
    for (String name : toldDead) {
      if (!dead.contains(name)) {
        log.info("peer aggregator recovered or no longer watched name={}", name);
      }
    }
    toldDead = dead;
  }

  private static String why(Throwable cause) {
    return cause instanceof IOException || cause instanceof ProbeException
        ? String.valueOf(cause.getMessage())
        : cause.getClass().getSimpleName();
  }
}
