package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long a change that a node beats takes to be seen in a running aggregator: a probe of its own
 * connects over libp2p, beats another nickname at a known instant and waits until {@code GET
 * /api/v1/nodes/{peerId}} and the feed say it. From the write to the answer, so what the probe and
 * HTTP take is in it; the API is asked again 2 ms after each answer. A lost connection is dialled
 * again, and what was not seen within 10 s is told as lost. Arguments: target multiaddr, URL of the
 * HTTP role, seconds, milliseconds between changes (500).
 */
public final class VisibleBench {
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Host host;
  private final Multiaddr target;
  private final String peer;
  private final URI api;
  private final URI feed;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ConcurrentHashMap<String, Long> seenInFeed = new ConcurrentHashMap<>();
  private final List<Long> byApi = new ArrayList<>();
  private final List<Long> byFeed = new ArrayList<>();
  private @Nullable Stream stream;
  private int lostApi;
  private int lostFeed;
  private int dials;

  private VisibleBench(Host host, Multiaddr target, String url) {
    this.host = host;
    this.target = target;
    this.peer = host.peerId().toString();
    api = URI.create(url + "/api/v1/nodes/" + peer);
    feed = URI.create(url + "/api/v1/events?q=" + peer);
  }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    Host host = Hosts.create(vertx);
    VisibleBench bench = new VisibleBench(host, Multiaddr.parse(args[0]), args[1]);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.parseInt(args[2]));
    int between = args.length > 3 ? Integer.parseInt(args[3]) : 500;
    Thread watcher = new Thread(bench::watch, "feed");
    watcher.setDaemon(true);
    watcher.start();
    for (int i = 0; System.nanoTime() < end; i++) {
      bench.sample("probe-" + i);
      // At any moment of the feed's period, not always at the same one.
      TimeUnit.MILLISECONDS.sleep(between / 2 + RandomGenerator.getDefault().nextInt(between));
    }
    System.out.println(
        "visible api: " + told(bench.byApi) + " lost=" + bench.lostApi + " dials=" + bench.dials);
    System.out.println("visible feed: " + told(bench.byFeed) + " lost=" + bench.lostFeed);
    Hosts.await(host.close());
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void sample(String name) {
    Stream open = connected();
    if (open == null) {
      return;
    }
    // Empty head: the probe takes no side.
    byte[] frame = HeartbeatEncoder.encode(new Heartbeat("{ }", 0, name, "", null, null));
    long sent = System.nanoTime();
    try {
      Hosts.await(open.write(frame));
    } catch (CompletionException e) {
      stream = null;
      return;
    }
    Long answered = null;
    String wanted = "\"nickname\":\"" + name + '"';
    while (answered == null && System.nanoTime() - sent < LOST_NANOS) {
      if (get().contains(wanted)) {
        answered = System.nanoTime();
      } else {
        LockSupport.parkNanos(2_000_000);
      }
    }
    while (!seenInFeed.containsKey(wanted) && System.nanoTime() - sent < LOST_NANOS) {
      LockSupport.parkNanos(1_000_000);
    }
    lostApi += add(byApi, answered, sent);
    lostFeed += add(byFeed, seenInFeed.get(wanted), sent);
    seenInFeed.clear();
  }

  private static int add(List<Long> delays, @Nullable Long at, long sent) {
    if (at != null) {
      delays.add(at - sent);
    }
    return at == null ? 1 : 0;
  }

  private @Nullable Stream connected() {
    Stream open = stream;
    if (open != null) {
      return open;
    }
    try {
      dials++;
      open = Hosts.await(host.open(target, List.of("fil/heartbeat/1.0.0"), DialOptions.DEFAULT));
      stream = open;
      return open;
    } catch (CompletionException e) {
      LockSupport.parkNanos(200_000_000);
      return null;
    }
  }

  private String get() {
    try {
      HttpRequest request = HttpRequest.newBuilder(api).timeout(Duration.ofSeconds(10)).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Notes when each name comes; comes back when the aggregator does. */
  private void watch() {
    while (true) {
      try {
        var answer =
            http.send(
                HttpRequest.newBuilder(feed).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
          String line;
          while ((line = lines.readLine()) != null) {
            int at = line.indexOf("\"nickname\":\"probe-");
            if (at >= 0) {
              seenInFeed.put(line.substring(at, line.indexOf('"', at + 12) + 1), System.nanoTime());
            }
          }
        }
      } catch (IOException e) {
        LockSupport.parkNanos(200_000_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String told(List<Long> delays) {
    List<Long> sorted = delays.stream().sorted().toList();
    return sorted.isEmpty()
        ? "samples=0"
        : String.format(
            "samples=%d p50=%.1f ms p99=%.1f ms max=%.1f ms",
            sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
  }

  private static double at(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1e6;
  }
}
