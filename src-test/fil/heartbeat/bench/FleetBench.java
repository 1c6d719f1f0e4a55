package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import fil.heartbeat.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a fleet of swarm nodes costs an aggregator: the two as processes of their own, one viewer on
 * the feed, a scrape each 15 s and one webhook. Prints CPU of the aggregator by kind of thread, CPU
 * a beat, and RSS, over the first seconds in which all are connected and again after the warm-up;
 * with {@code kill=N} then N times the CPU and the time that a process killed and started anew
 * needs until all are back, and how soon a beat was seen meanwhile. With {@code visible=SECONDS}
 * runs {@link VisibleBench} before that. Several sizes, with commas between, run one after another,
 * each on an aggregator of its own; then CPU, RSS and heap after a full collection of an added node
 * are printed too. Arguments as {@code name=value}: nodes (10000), period (3s), warm (300), seconds
 * (300), first (300; 0 for none), kill (0), visible (0), connections (a limit other than the
 * default), source (addresses that the swarm dials from, with commas between), java (options of the
 * aggregator's JVM), swarm (options of the swarm's).
 */
public final class FleetBench {
  private static final long POLL_MILLIS = 100;

  private static final int MAX_CONNECTIONS = 16_384;

  private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  /** From one kill to the next; all are back in less. */
  private static final int STORM_SECONDS = 50;

  /** What so many nodes cost: CPU seconds a second, and bytes. */
  private record Cost(int nodes, double cpu, double rss, double heap) {}

  private final Map<String, String> options = new HashMap<>();
  private final Path folder = Files.createTempDirectory("fleet");
  private final HttpClient http = HttpClient.newHttpClient();
  private String data = "data";
  private boolean watched;
  private volatile URI url = URI.create("http://127.0.0.1:0");

  private FleetBench(String[] args) throws IOException {
    for (String arg : args) {
      int cut = arg.indexOf('=');
      options.put(arg.substring(0, cut), arg.substring(cut + 1));
    }
  }

  public static void main(String[] args) throws Exception {
    new FleetBench(args).run();
    System.exit(0);
  }

  private void run() throws Exception {
    HttpServer sink = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    sink.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    sink.start();
    int[] sizes =
        Stream.of(options.getOrDefault("nodes", "10000").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    Cost before = null;
    for (int nodes : sizes) {
      data = "data-" + nodes;
      Cost now = size(nodes, sizes.length > 1, sink.getAddress().getPort());
      if (before != null) {
        added(before, now);
      }
      before = now;
    }
    sink.stop(0);
  }

  private static void added(Cost before, Cost now) {
    int nodes = now.nodes() - before.nodes();
    System.out.printf(
        "growth: an added node from %d to %d: cpu=%.2f us a second, rss=%.1f KiB, heap=%.1f KiB%n",
        before.nodes(),
        now.nodes(),
        1e6 * (now.cpu() - before.cpu()) / nodes,
        (now.rss() - before.rss()) / 1024 / nodes,
        (now.heap() - before.heap()) / 1024 / nodes);
  }

  /**
   * @param collect whether a full collection ends the run
   */
  private Cost size(int nodes, boolean collect, int sinkPort) throws Exception {
    String period = options.getOrDefault("period", "3s");
    Cost cost;
    config(0, 0, sinkPort);
    Child aggregator = aggregator();
    String target = aggregator.await("ready: aggregator").substring("ready: aggregator ".length());
    url = URI.create(aggregator.await("ready: http").substring("ready: http ".length()));
    int port = Integer.parseInt(target.replaceAll(".*/tcp/([0-9]+)/.*", "$1"));
    config(port, url.getPort(), sinkPort);
    if (!watched) {
      watched = true;
      daemon("viewer", this::view);
      daemon("scrape", this::scrape);
    }
    double begun = aggregator.cpuSeconds();
    long at = System.nanoTime();
    try (Child swarm =
        new Child(
            swarm(target, nodes, period),
            ProcessBuilder.Redirect.to(folder.resolve("swarm").toFile()))) {
      connected(nodes);
      System.out.printf(
          "nodes=%d period=%s connected after %.1f s, CPU of the aggregator %.2f s, start %.2f s%n",
          nodes, period, (System.nanoTime() - at) / 1e9, aggregator.cpuSeconds() - begun, begun);
      int first = number("first", 300);
      if (first > 0) {
        Cost ignored = measure("first", nodes, aggregator, swarm, first);
      }
      TimeUnit.SECONDS.sleep(Math.max(0, number("warm", 300) - first));
      cost = measure("warm", nodes, aggregator, swarm, number("seconds", 300));
      if (collect) {
        cost = collected(cost, aggregator);
      }
      if (number("visible", 0) > 0) {
        VisibleBench.main(new String[] {target, url.toString(), options.get("visible"), "250"});
      }
      int kills = number("kill", 0);
      if (kills > 0) {
        aggregator = storms(aggregator, target, nodes, kills);
      }
    }
    aggregator.close();
    return cost;
  }

  /** Last, as nothing else of the run may have this collection in it. */
  private Cost collected(Cost cost, Child aggregator) throws Exception {
    String java = ProcessHandle.of(aggregator.pid()).orElseThrow().info().command().orElseThrow();
    String jcmd = Path.of(java).resolveSibling("jcmd").toString();
    // Not by a scrape: what it makes of all nodes would be counted too.
    Process collect =
        new ProcessBuilder(jcmd, Long.toString(aggregator.pid()), "GC.class_histogram").start();
    Matcher total = LIVE_BYTES.matcher(new String(collect.getInputStream().readAllBytes(), UTF_8));
    if (collect.waitFor() != 0 || !total.find()) {
      throw new IllegalStateException("no collection: " + jcmd);
    }
    double heap = Long.parseLong(total.group(1));
    System.out.printf(
        "collected: nodes=%d heap=%.1f MB, %.1f KiB a node; rss=%d KiB%n",
        cost.nodes(), heap / 1e6, heap / 1024 / cost.nodes(), aggregator.rssKib());
    return new Cost(cost.nodes(), cost.cpu(), cost.rss(), heap);
  }

  /** Kills and starts it anew, so many times, while a probe asks how soon it sees its beats. */
  private Child storms(Child aggregator, String target, int nodes, int kills) throws Exception {
    int seconds = kills * STORM_SECONDS;
    try (Child probe =
        Child.java(
            List.of(),
            VisibleBench.class,
            target,
            url.toString(),
            Integer.toString(seconds),
            "100")) {
      Child now = aggregator;
      for (int i = 0; i < kills; i++) {
        long begun = System.nanoTime();
        now = killed(now, nodes);
        double left = STORM_SECONDS - (System.nanoTime() - begun) / 1e9;
        TimeUnit.MILLISECONDS.sleep((long) (1000 * Math.max(0, left)));
      }
      System.out.println("storms: " + probe.await("visible api"));
      System.out.println("storms: " + probe.await("visible feed"));
      return now;
    }
  }

  private Child killed(Child aggregator, int nodes) throws Exception {
    new ProcessBuilder("kill", "-9", Long.toString(aggregator.pid())).start().waitFor();
    TimeUnit.SECONDS.sleep(5);
    Child again = aggregator();
    String ignored = again.await("ready: http");
    long at = System.nanoTime();
    double started = again.cpuSeconds();
    connected(nodes);
    System.out.printf(
        "after kill -9: all back %.1f s after ready, CPU %.2f s, of it the start %.2f s; rss=%d KiB%n",
        (System.nanoTime() - at) / 1e9, again.cpuSeconds(), started, again.rssKib());
    return again;
  }

  private Cost measure(String name, int nodes, Child aggregator, Child swarm, int seconds)
      throws Exception {
    String busy = name.equals("first") ? "" : Quiet.await(List.of(aggregator, swarm));
    Map<String, Double> threads = aggregator.cpuByThread();
    double cpu = aggregator.cpuSeconds();
    double swarmCpu = swarm.cpuSeconds();
    double beats = metric("fil_heartbeat_beats_accepted_total");
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double wall = (System.nanoTime() - start) / 1e9;
    cpu = aggregator.cpuSeconds() - cpu;
    long rss = aggregator.rssKib();
    beats = metric("fil_heartbeat_beats_accepted_total") - beats;
    System.out.printf(
        "%s: nodes=%d seconds=%.0f cpu=%.2f %% of a core, beats=%.0f, cpu a beat=%.1f us, rss=%d KiB; swarm cpu=%.2f %%; load=%s%s%n",
        name,
        nodes,
        wall,
        100 * cpu / wall,
        beats,
        1e6 * cpu / beats,
        rss,
        100 * (swarm.cpuSeconds() - swarmCpu) / wall,
        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
        busy);
    StringBuilder shares = new StringBuilder();
    for (Map.Entry<String, Double> now : aggregator.cpuByThread().entrySet()) {
      double used = now.getValue() - threads.getOrDefault(now.getKey(), 0.0);
      if (used / cpu > 0.005) {
        shares.append(String.format(" %s %.1f", now.getKey(), 1e6 * used / beats));
      }
    }
    System.out.println(name + ": us a beat by thread:" + shares);
    return new Cost(nodes, cpu / wall, rss * 1024.0, 0);
  }

  private void connected(int nodes) throws Exception {
    while (metric("fil_heartbeat_connections") < nodes) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private double metric(String name) throws Exception {
    return sum(name + " ");
  }

  /** The values of the lines that begin so, together. */
  private double sum(String begin) throws Exception {
    try {
      return http.send(
              HttpRequest.newBuilder(url.resolve("/metrics")).build(),
              HttpResponse.BodyHandlers.ofString(UTF_8))
          .body()
          .lines()
          .filter(line -> line.startsWith(begin))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException away) {
      return 0;
    }
  }

  /** As the page does: the feed, packed, and 25 rows in sight once they are there. */
  private void view() throws Exception {
    String viewer = UUID.randomUUID().toString().replace("-", "");
    byte[] buffer = new byte[65_536];
    while (true) {
      try {
        HttpResponse<InputStream> feed =
            http.send(
                HttpRequest.newBuilder(url.resolve("/api/v1/events?viewer=" + viewer))
                    .header("accept-encoding", "gzip")
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (feed.statusCode() != 200) {
          throw new IllegalStateException("the feed answers " + feed.statusCode());
        }
        daemon(
            "rows",
            () -> {
              try {
                watch(viewer);
              } catch (IOException away) {
                // So is the feed, which comes back with rows of its own.
              }
            });
        try (InputStream in = feed.body()) {
          while (in.read(buffer) >= 0) {
            // What comes is not looked at.
          }
        }
      } catch (IOException away) {
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private void watch(String viewer) throws Exception {
    List<String> rows = List.of();
    while (rows.size() < 25) {
      TimeUnit.SECONDS.sleep(1);
      String answer =
          http.send(
                  HttpRequest.newBuilder(url.resolve("/api/v1/nodes?limit=25")).build(),
                  HttpResponse.BodyHandlers.ofString(UTF_8))
              .body();
      rows =
          Pattern.compile("\"peerId\":(\"[^\"]+\")")
              .matcher(answer)
              .results()
              .map(found -> found.group(1))
              .distinct()
              .toList();
    }
    HttpResponse<String> done =
        http.send(
            HttpRequest.newBuilder(url.resolve("/api/v1/events/" + viewer + "/rows"))
                .header("content-type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"rows\":[" + String.join(",", rows.subList(0, 25)) + "]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString(UTF_8));
    if (done.statusCode() / 100 != 2) {
      throw new IllegalStateException("rows: " + done.statusCode() + " " + done.body());
    }
  }

  private void scrape() throws Exception {
    while (true) {
      double unused = metric("");
      TimeUnit.SECONDS.sleep(15);
    }
  }

  private static void daemon(String name, Endless work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception broken) {
                throw new IllegalStateException(name, broken);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private Child aggregator() {
    List<String> jvm = new ArrayList<>(List.of("-Xmx512m", "-XX:MaxDirectMemorySize=192m"));
    jvm.addAll(words("java"));
    return new Child(
        Child.command(jvm, Main.class, "run", "--config", folder.resolve("config.json").toString()),
        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private List<String> swarm(String target, int nodes, String period) {
    List<String> jvm = new ArrayList<>(List.of("-Xmx2g"));
    jvm.addAll(words("swarm"));
    List<String> command =
        new ArrayList<>(
            Child.command(
                jvm,
                Main.class,
                "swarm",
                "--target",
                target,
                "--nodes",
                Integer.toString(nodes),
                "--beat-period",
                period,
                "--duration",
                "24h",
                "--seed",
                "3"));
    if (options.containsKey("source")) {
      command.addAll(List.of("--source", options.get("source")));
    }
    return command;
  }

  private void config(int port, int httpPort, int sinkPort) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"aggregator":{"listen":"/ip4/127.0.0.1/tcp/%d","network":"simulated","dataDir":"%s"},
         "libp2p":{"maxConnections":%d},
         "http":{"port":%d},
         "alerts":{"sinks":[{"type":"webhook","name":"sink","url":"http://127.0.0.1:%d/"}]}}
        """
            .formatted(
                port,
                folder.resolve(data),
                number("connections", MAX_CONNECTIONS),
                httpPort,
                sinkPort));
  }

  private List<String> words(String name) {
    String text = options.getOrDefault(name, "").strip();
    return text.isEmpty() ? List.of() : List.of(text.split(" +"));
  }

  private int number(String name, int otherwise) {
    return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
  }

  /** What runs until the process ends. */
  @FunctionalInterface
  private interface Endless {
    void run() throws Exception;
  }
}
