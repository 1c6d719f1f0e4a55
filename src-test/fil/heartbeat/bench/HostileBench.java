package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import fil.heartbeat.Main;
import fil.heartbeat.chain.Network;
import fil.heartbeat.config.GoDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of 12 expected nodes, with troubles of their own, beside strangers who do all that a
 * stranger can do at once. The same fleet beats to a second aggregator, to which no stranger comes;
 * second by second both have to say the same of it. Exit code 1, and a list, when a promise does
 * not hold. Arguments: duration (10m), strangers (1000), ids that come in the course of it (50000
 * in 10 minutes). Aggregators, strangers and fleet are four processes; the strangers are nice 19.
 */
public final class HostileBench {
  private static final int HEAP_MIB = 512;
  private static final int HEAP_BOUND_MIB = HEAP_MIB * 4 / 5;
  private static final long P99_BOUND_MILLIS = 500;
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOG_BOUND = 16L * 1024 * 1024;
  private static final long LEAST_NODES = 1_000;
  private static final Pattern AFTER_GC = Pattern.compile("->(\\d+)M\\(");
  private static final List<String> METRICS =
      List.of(
          "fil_heartbeat_nodes{",
          "fil_heartbeat_beats",
          "fil_heartbeat_connections",
          "fil_heartbeat_sockets_refused",
          "fil_heartbeat_upgrades_failed",
          "fil_heartbeat_streams_refused",
          "fil_heartbeat_violations");

  /** A beat of the probe: its number and when it was written. */
  private record Sent(int number, long nanos) {}

  /** An aggregator in a process of its own. */
  private record Side(String name, Path folder, Child process, String address, String page) {
    Path log() {
      return folder.resolve("log");
    }

    Path collections() {
      return folder.resolve("gc.log");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final HostileTwins twins = new HostileTwins();
  private final HostileFleet fleet = new HostileFleet();
  private final Map<String, Set<String>> told = new HashMap<>();
  private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
  private final List<Long> delays = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final int seconds;
  private final int strangers;
  private final long ids;
  private int lost;
  private volatile boolean over;

  private HostileBench(int seconds, int strangers, long ids) {
    this.seconds = seconds;
    this.strangers = strangers;
    this.ids = ids;
  }

  public static void main(String[] args) throws Exception {
    int seconds = (int) GoDuration.parse(args.length > 0 ? args[0] : "10m").toSeconds();
    int strangers = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
    long ids = args.length > 2 ? Long.parseLong(args[2]) : 50_000L * seconds / 600;
    List<String> broken = new HostileBench(seconds, strangers, ids).run();
    broken.forEach(promise -> System.out.println("BROKEN " + promise));
    System.out.println(broken.isEmpty() ? "all promises hold" : broken.size() + " promises broken");
    System.exit(broken.isEmpty() ? 0 : 1);
  }

  private List<String> run() throws Exception {
    Path folder = Files.createTempDirectory("hostile");
    System.out.println("files=" + folder + " load=" + load());
    HttpServer sink = sink();
    try (Child without = aggregator(folder.resolve("without"), sink);
        Child with = aggregator(folder.resolve("with"), sink)) {
      Side quiet = side("without", folder, without);
      Side attacked = side("with", folder, with);
      run(quiet, attacked);
    } finally {
      over = true;
      sink.stop(0);
    }
    return broken;
  }

  private Child aggregator(Path folder, HttpServer sink) throws IOException {
    Path unused = Files.createDirectory(folder);
    String url = "http://127.0.0.1:" + sink.getAddress().getPort() + "/" + folder.getFileName();
    JsonObject config =
        new JsonObject()
            .put(
                "aggregator",
                new JsonObject()
                    .put("listen", "/ip4/127.0.0.1/tcp/0")
                    .put("network", "simulated")
                    .put("maxNodes", Math.max(LEAST_NODES, ids * 4 / 5))
                    .put("expected", fleet.expected()))
            .put("http", new JsonObject().put("port", 0))
            .put("libp2p", new JsonObject().put("exemptLoopback", false))
            .put(
                "alerts",
                new JsonObject()
                    .put(
                        "sinks",
                        new JsonArray()
                            .add(
                                new JsonObject()
                                    .put("name", "bench")
                                    .put("type", "webhook")
                                    .put("url", url))));
    Path file = folder.resolve("config.json");
    Path unusedToo = Files.writeString(file, config.encodePrettily());
    List<String> options =
        List.of("-Xmx" + HEAP_MIB + "m", "-Xlog:gc:file=" + folder.resolve("gc.log"));
    return new Child(
        Child.command(options, Main.class, "run", "--config", file.toString()),
        ProcessBuilder.Redirect.to(folder.resolve("log").toFile()));
  }

  private static Side side(String name, Path folder, Child process) {
    String address = process.await("ready: aggregator").replace("ready: aggregator ", "");
    String page = process.await("ready: http").replace("ready: http ", "");
    return new Side(name, folder.resolve(name), process, address, page);
  }

  /** Takes what sinks are told: status, rule and fingerprint of each alert. */
  private HttpServer sink() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    for (String side : List.of("without", "with")) {
      Set<String> lines = new ConcurrentSkipListSet<>();
      told.put(side, lines);
      var unused =
          server.createContext(
              "/" + side,
              exchange -> {
                JsonObject body =
                    new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                for (Object each : body.getJsonArray("alerts")) {
                  JsonObject alert = (JsonObject) each;
                  lines.add(
                      alert.getString("status")
                          + ' '
                          + alert.getJsonObject("labels").getString("alertname")
                          + ' '
                          + alert.getString("fingerprint"));
                }
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
              });
    }
    server.start();
    return server;
  }

  private void run(Side quiet, Side attacked) throws Exception {
    List<String> targets = List.of(quiet.address(), attacked.address());
    BiConsumer<String, Integer> onProbe =
        (target, number) -> {
          if (target.equals(attacked.address())) {
            sent.add(new Sent(number, System.nanoTime()));
          }
        };
    fleet.start(targets, onProbe);
    // An aggregator judges nobody in its first 30 s, and the two did not start at one moment.
    await(() -> isJudged(quiet) && isJudged(attacked));
    List<String> crowd = new ArrayList<>(List.of("nice", "-n", "19"));
    crowd.addAll(
        Child.command(
            List.of("-Xmx1g"),
            HostileCrowd.class,
            attacked.address(),
            Integer.toString(strangers),
            Long.toString(ids),
            Integer.toString(seconds),
            HostileFleet.name(5),
            HostileFleet.miner(5)));
    try (Child attackers = new Child(crowd)) {
      System.out.println(attackers.await("attacking"));
      Thread watcher = new Thread(() -> watch(attacked), "probe");
      watcher.setDaemon(true);
      watcher.start();
      double[] before = cpu(quiet, attacked, attackers);
      long begun = System.nanoTime();
      for (int second = 0; second < seconds; second++) {
        fleet.live((double) second / seconds, targets, onProbe);
        compare(quiet, attacked);
        long next = begun + TimeUnit.SECONDS.toNanos(second + 1L);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
      }
      double elapsed = (System.nanoTime() - begun) / 1e9;
      double[] after = cpu(quiet, attacked, attackers);
      over = true;
      String did = attackers.ask("stats", "crowd");
      report(quiet, attacked, did);
      System.out.printf(
          "seconds=%.0f load=%s cpu: aggregator with strangers %.1f %%, without %.1f %%, strangers"
              + " %.1f %%, fleet and bench %.1f %% of a core%n",
          elapsed,
          load(),
          100 * (after[1] - before[1]) / elapsed,
          100 * (after[0] - before[0]) / elapsed,
          100 * (after[2] - before[2]) / elapsed,
          100 * (after[3] - before[3]) / elapsed);
    }
    fleet.close();
  }

  private static double[] cpu(Side quiet, Side attacked, Child attackers) {
    return new double[] {
      quiet.process().cpuSeconds(),
      attacked.process().cpuSeconds(),
      attackers.cpuSeconds(),
      Child.cpuSeconds(ProcessHandle.current().pid())
    };
  }

  private static String load() throws IOException {
    return String.join(
        " ", List.of(Files.readString(Path.of("/proc/loadavg")).split(" ")).subList(0, 3));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    for (int second = 0; second < 180; second++) {
      if (condition.holds()) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IllegalStateException("the fleet was not called ok within 3 minutes");
  }

  private boolean isJudged(Side side) {
    for (int i = 0; i < HostileFleet.NODES; i++) {
      JsonObject node = get(side, "/api/v1/nodes/" + fleet.peerId(i));
      if (node == null || !"ok".equals(node.getString("state"))) {
        return false;
      }
    }
    return true;
  }

  /** What the API answers; null when it does not. */
  private @Nullable JsonObject get(Side side, String path) {
    String body = text(side, path);
    return body == null ? null : new JsonObject(body);
  }

  private @Nullable String text(Side side, String path) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(side.page() + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString(UTF_8));
      return answer.statusCode() == 200 ? answer.body() : null;
    } catch (IOException gone) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void compare(Side quiet, Side attacked) {
    for (int i = 0; i < HostileFleet.NODES; i++) {
      String path = "/api/v1/nodes/" + fleet.peerId(i);
      twins.node(HostileFleet.name(i), orNothing(get(quiet, path)), orNothing(get(attacked, path)));
    }
    twins.fleet(network(quiet), network(attacked));
    twins.alerts(alerts(quiet), alerts(attacked));
    twins.secondIsOver();
  }

  private static JsonObject orNothing(@Nullable JsonObject json) {
    return json == null ? new JsonObject().put("state", "(no answer)") : json;
  }

  private JsonObject network(Side side) {
    JsonObject all = orNothing(get(side, "/api/v1/consensus"));
    String genesis = Network.SIMULATED.genesisCid().toString();
    return all.getJsonArray("networks", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .filter(each -> genesis.equals(each.getString("genesisCid")))
        .findFirst()
        .orElse(new JsonObject());
  }

  private Map<String, String> alerts(Side side) {
    Map<String, String> all = new HashMap<>();
    JsonObject page = orNothing(get(side, "/api/v1/alerts?limit=1000"));
    for (Object each : page.getJsonArray("alerts", new JsonArray())) {
      JsonObject alert = (JsonObject) each;
      String peer = alert.getString("peerId");
      String subject = peer == null ? "" : " " + name(peer);
      // Those that are not over come first, then the newest of those that are.
      String unused =
          all.putIfAbsent(
              "alert " + alert.getString("rule") + subject,
              alert.getString("status") + ' ' + alert.getString("severity"));
    }
    return all;
  }

  private String name(String peerId) {
    for (int i = 0; i < HostileFleet.NODES; i++) {
      if (fleet.peerId(i).equals(peerId)) {
        return HostileFleet.name(i);
      }
    }
    return "a stranger";
  }

  /** Waits for each beat of the probe until the API tells it. */
  private void watch(Side attacked) {
    String path = "/api/v1/nodes/" + fleet.peerId(HostileFleet.PROBE);
    sent.clear();
    try {
      while (!over) {
        Sent next = sent.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          sample(attacked, path, next);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample(Side attacked, String path, Sent next) {
    while (!over) {
      JsonObject node = get(attacked, path);
      String name = node == null ? null : node.getString("nickname");
      long now = System.nanoTime();
      if (name != null
          && name.startsWith(HostileFleet.PROBE_NAME)
          && Integer.parseInt(name.substring(HostileFleet.PROBE_NAME.length())) >= next.number()) {
        synchronized (delays) {
          delays.add(now - next.nanos());
        }
        if (now - next.nanos() > P99_BOUND_MILLIS * 1_000_000) {
          System.out.printf(
              "slow: beat %d judged after %.1f ms%n", next.number(), (now - next.nanos()) / 1e6);
        }
        return;
      }
      if (now - next.nanos() > LOST_NANOS) {
        lost++;
        return;
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  private void report(Side quiet, Side attacked, String crowd) throws Exception {
    System.out.println(crowd);
    String metrics = text(attacked, "/metrics");
    if (metrics != null) {
      metrics
          .lines()
          .filter(line -> METRICS.stream().anyMatch(line::startsWith))
          .filter(line -> !line.endsWith(" 0") && !line.endsWith(" 0.0"))
          .forEach(line -> System.out.println("  " + line));
    }
    twins.alertsSeen().forEach(line -> System.out.println("  " + line));
    System.out.println("twins " + twins.told());
    broken.addAll(twins.differences());
    Set<String> only = new TreeSet<>(told.get("with"));
    only.removeAll(told.get("without"));
    only.forEach(line -> broken.add("told only with strangers: " + line));
    Set<String> missing = new TreeSet<>(told.get("without"));
    missing.removeAll(told.get("with"));
    missing.forEach(line -> broken.add("told only without strangers: " + line));
    latency();
    memory(quiet, attacked);
    long log = Files.size(attacked.log());
    long errors = Files.readString(attacked.log()).lines().filter(HostileBench::isError).count();
    System.out.println("log bytes=" + log + " errors=" + errors);
    promise(log <= LOG_BOUND, "log of " + log + " bytes (expected: at most " + LOG_BOUND + ")");
    promise(errors == 0, errors + " lines of ERROR in " + attacked.log());
    long came = ListenerProcess.stat(crowd, "ids");
    promise(came >= ids * 8 / 10, "only " + came + " of " + ids + " ids came: no proof");
    long connected = ListenerProcess.stat(crowd, "connected");
    promise(connected >= strangers / 2, "only " + connected + " connections: no proof");
  }

  private static boolean isError(String line) {
    return line.contains(" ERROR ") || line.contains("OutOfMemoryError");
  }

  private void latency() {
    List<Long> sorted;
    synchronized (delays) {
      sorted = delays.stream().sorted().toList();
    }
    if (sorted.isEmpty()) {
      broken.add("no beat of the probe was seen");
      return;
    }
    double p99 = at(sorted, 0.99);
    System.out.printf(
        "beat to judged: samples=%d lost=%d p50=%.1f ms p99=%.1f ms max=%.1f ms%n",
        sorted.size(), lost, at(sorted, 0.5), p99, at(sorted, 1));
    promise(lost == 0, lost + " beats of the probe not seen within 10 s");
    promise(
        p99 < P99_BOUND_MILLIS,
        String.format("p99 of %.1f ms (expected: below %d)", p99, P99_BOUND_MILLIS));
  }

  private static double at(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1e6;
  }

  private void memory(Side quiet, Side attacked) throws IOException {
    long most = usedAfterCollection(attacked.collections());
    System.out.printf(
        "heap used after a collection, at most: with strangers %d MiB, without %d MiB; rss %d and"
            + " %d KiB%n",
        most,
        usedAfterCollection(quiet.collections()),
        attacked.process().rssKib(),
        quiet.process().rssKib());
    promise(attacked.process().isAlive(), "the aggregator ended");
    promise(
        most <= HEAP_BOUND_MIB,
        most + " MiB in use after a collection (expected: at most " + HEAP_BOUND_MIB + ")");
  }

  private static long usedAfterCollection(Path log) throws IOException {
    long most = 0;
    Matcher used = AFTER_GC.matcher(Files.readString(log));
    while (used.find()) {
      most = Math.max(most, Long.parseLong(used.group(1)));
    }
    return most;
  }

  private void promise(boolean holds, String words) {
    if (!holds) {
      broken.add(words);
    }
  }
}
