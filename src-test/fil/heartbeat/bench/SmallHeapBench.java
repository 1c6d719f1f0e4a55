package fil.heartbeat.bench;

import fil.heartbeat.cli.Main;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fleet that is too large for the heap: are those that find a place judged, and the others
 * refused? The program and a swarm that beats to it, each a process of its own. Arguments: nodes
 * (5000), heap (64m), seconds (60), then options of the program's JVM such as {@code
 * -Dheartbeat.libp2p.maxConnections=1000}.
 */
public final class SmallHeapBench {
  private static final List<String> TOLD =
      List.of(
          "fil_heartbeat_nodes{",
          "fil_heartbeat_libp2p",
          "fil_heartbeat_beats",
          "jvm_memory_used_bytes{area=\"heap\"");

  private SmallHeapBench() {}

  public static void main(String[] args) throws Exception {
    String nodes = args.length > 0 ? args[0] : "5000";
    String heap = args.length > 1 ? args[1] : "64m";
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
    List<String> options = new ArrayList<>(List.of("-Xmx" + heap));
    options.addAll(List.of(args).subList(Math.min(args.length, 3), args.length));
    Path folder = Files.createTempDirectory("small-heap");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        """
        {"aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated"},"http":{"port":0}}
        """);
    try (Child program = Child.java(options, Main.class, "run", "--config", config.toString())) {
      String address = program.await("ready: aggregator").replace("ready: aggregator ", "");
      String page = program.await("ready: http").replace("ready: http ", "");
      List<String> swarm =
          List.of("swarm", "--target", address, "--nodes", nodes, "--beat-period", "3s");
      List<String> arguments = new ArrayList<>(swarm);
      arguments.addAll(List.of("--duration", seconds + "s"));
      try (Child load =
          Child.java(List.of("-Xmx1g"), Main.class, arguments.toArray(String[]::new))) {
        TimeUnit.SECONDS.sleep(seconds - 10);
        System.out.printf(
            "nodes=%s heap=%s rss=%d KiB swarm=%d%n", nodes, heap, program.rssKib(), load.pid());
        metrics(page).lines().filter(SmallHeapBench::isTold).forEach(System.out::println);
      }
    }
  }

  private static boolean isTold(String line) {
    return TOLD.stream().anyMatch(line::startsWith);
  }

  private static String metrics(String page) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
