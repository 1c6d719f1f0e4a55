package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import fil.heartbeat.chain.Network;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A fleet of 12 expected nodes, with troubles of their own, beside strangers who do all that a
 * stranger can do at once. The same fleet beats to a second aggregator, to which no stranger comes;
 * second by second both have to say the same of it. Exit code 1, and a list, when a promise does
 * not hold. Arguments: duration (10m), strangers (1000), ids that come in the course of it (50000
 * in 10 minutes). Aggregators, strangers and fleet are four processes; the strangers are nice 19.
 */
public final class HostileBench {
  private static final int HEAP_MIB = 512;
  private static final int LIVE_BOUND_MIB = HEAP_MIB / 2;
  private static final long P99_BOUND_MILLIS = 500;
  private static final long LOG_BOUND = 16L * 1024 * 1024;
  private static final long LEAST_NODES = 1_000;
  private static final List<String> METRICS =
      List.of(
          "fil_heartbeat_nodes{",
          "fil_heartbeat_beats",
          "fil_heartbeat_connections",
          "fil_heartbeat_sockets_refused",
          "fil_heartbeat_upgrades_failed",
          "fil_heartbeat_streams_refused",
          "fil_heartbeat_violations");

  private final HostileTwins twins = new HostileTwins();
  private final HostileFleet fleet = new HostileFleet();
  private final Map<String, Set<String>> told = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private final int seconds;
  private final int strangers;
  private final long ids;

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
    try (HostileSide quiet = side(folder.resolve("without"), sink);
        HostileSide attacked = side(folder.resolve("with"), sink)) {
      run(quiet, attacked);
    } finally {
      sink.stop(0);
    }
    return broken;
  }

  private HostileSide side(Path folder, HttpServer sink) throws IOException {
    String url = "http://127.0.0.1:" + sink.getAddress().getPort() + "/" + folder.getFileName();
    long maxNodes = Math.max(LEAST_NODES, ids * 4 / 5);
    return new HostileSide(folder, HEAP_MIB, fleet.expected(), maxNodes, url);
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

  private void run(HostileSide quiet, HostileSide attacked) throws Exception {
    List<String> targets = List.of(quiet.address(), attacked.address());
    HostileProbe probe = new HostileProbe(attacked, fleet.peerId(HostileFleet.PROBE));
    BiConsumer<String, Integer> onProbe =
        (target, number) -> {
          if (target.equals(attacked.address())) {
            probe.beats(number);
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
      probe.start();
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
      probe.stop();
      String did = attackers.ask("stats", "crowd");
      report(quiet, attacked, probe, did);
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

  private static double[] cpu(HostileSide quiet, HostileSide attacked, Child attackers) {
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

  private boolean isJudged(HostileSide side) {
    for (int i = 0; i < HostileFleet.NODES; i++) {
      JsonObject node = side.answer("/api/v1/nodes/" + fleet.peerId(i));
      if (!"ok".equals(node.getString("state"))) {
        return false;
      }
    }
    return true;
  }

  private void compare(HostileSide quiet, HostileSide attacked) {
    for (int i = 0; i < HostileFleet.NODES; i++) {
      String path = "/api/v1/nodes/" + fleet.peerId(i);
      twins.node(HostileFleet.name(i), quiet.answer(path), attacked.answer(path));
    }
    twins.fleet(network(quiet), network(attacked));
    twins.alerts(alerts(quiet), alerts(attacked));
    twins.secondIsOver();
  }

  private JsonObject network(HostileSide side) {
    JsonObject all = side.answer("/api/v1/consensus");
    String genesis = Network.SIMULATED.genesisCid().toString();
    return all.getJsonArray("networks", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .filter(each -> genesis.equals(each.getString("genesisCid")))
        .findFirst()
        .orElse(new JsonObject());
  }

  private Map<String, String> alerts(HostileSide side) {
    Map<String, String> all = new HashMap<>();
    JsonObject page = side.answer("/api/v1/alerts?limit=1000");
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

  private void report(HostileSide quiet, HostileSide attacked, HostileProbe probe, String crowd)
      throws Exception {
    System.out.println(crowd);
    String metrics = attacked.text("/metrics");
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
    latency(probe);
    memory(quiet, attacked);
    long log = Files.size(attacked.log());
    long errors =
        Files.readString(attacked.log())
            .lines()
            .filter(line -> line.contains(" ERROR ") || line.contains("OutOfMemoryError"))
            .count();
    System.out.println("log bytes=" + log + " errors=" + errors);
    promise(log <= LOG_BOUND, "log of " + log + " bytes (expected: at most " + LOG_BOUND + ")");
    promise(errors == 0, errors + " lines of ERROR in " + attacked.log());
    long came = ListenerProcess.stat(crowd, "ids");
    promise(came >= ids * 8 / 10, "only " + came + " of " + ids + " ids came: no proof");
    long connected = ListenerProcess.stat(crowd, "connected");
    promise(connected >= strangers / 2, "only " + connected + " connections: no proof");
  }

  private void latency(HostileProbe probe) {
    double p99 = probe.millis(0.99);
    System.out.printf(
        "beat to judged: samples=%d lost=%d p50=%.1f ms p99=%.1f ms max=%.1f ms%n",
        probe.samples(), probe.lost(), probe.millis(0.5), p99, probe.millis(1));
    promise(probe.samples() > 0, "no beat of the probe was seen");
    promise(probe.lost() == 0, probe.lost() + " beats of the probe not seen within 10 s");
    promise(
        p99 < P99_BOUND_MILLIS,
        String.format("p99 of %.1f ms (expected: below %d)", p99, P99_BOUND_MILLIS));
  }

  private void memory(HostileSide quiet, HostileSide attacked)
      throws IOException, InterruptedException {
    promise(attacked.process().isAlive(), "the aggregator ended");
    long rss = attacked.process().rssKib();
    // Young collections leave garbage of the old generation: what is held shows in a full one.
    long most = attacked.usedAfterCollection();
    long live = attacked.live();
    System.out.printf(
        "heap in use at the end: with strangers %d MiB, without %d MiB; after a collection, with"
            + " garbage, at most %d MiB; rss %d and %d KiB%n",
        live, quiet.live(), most, rss, quiet.process().rssKib());
    promise(
        live <= LIVE_BOUND_MIB,
        live + " MiB in use at the end (expected: at most " + LIVE_BOUND_MIB + ")");
  }

  private void promise(boolean holds, String words) {
    if (!holds) {
      broken.add(words);
    }
  }
}
