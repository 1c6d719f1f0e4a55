package fil.heartbeat.bench;

import fil.heartbeat.cli.Main;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.StreamListener;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * CPU and memory of a sender process ({@code run}) on a simulated chain: one node with 100 targets
 * at 3 s, then 40 nodes with one target each. The targets, each a peer of its own, are this
 * process. Arguments: seconds to measure (60), seconds before that (120), and options of the
 * sender's JVM, in one argument.
 */
public final class SenderBench {
  private static final AtomicLong BYTES = new AtomicLong();

  private SenderBench() {}

  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
    int warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 120;
    List<String> options = args.length > 2 ? List.of(args[2].split(" ")) : List.of();
    Vertx vertx = Vertx.vertx();
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Host sink = Hosts.create(vertx);
      StreamListener reader = bytes -> BYTES.addAndGet(bytes.remaining());
      sink.handle("fil/heartbeat/1.0.0", stream -> reader);
      targets.add(Hosts.await(sink.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))).toString());
    }
    measure("1 node x 100 targets", oneNode(targets), seconds, warmUp, options);
    measure("40 nodes x 1 target", fortyNodes(targets), seconds, warmUp, options);
    measure(
        "40 nodes x 1 target, -Xmx64m -XX:+UseSerialGC",
        fortyNodes(targets),
        seconds,
        warmUp,
        List.of("-Xmx64m", "-XX:+UseSerialGC"));
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void measure(
      String what, JsonObject config, int seconds, int warmUp, List<String> options)
      throws Exception {
    Path folder = Files.createTempDirectory("sender-bench");
    Path file = Files.writeString(folder.resolve("config.json"), config.encodePrettily());
    try (Child sender = Child.java(options, Main.class, "run", "--config", file.toString())) {
      String ready = sender.await("ready: sender");
      TimeUnit.SECONDS.sleep(warmUp);
      double before = sender.cpuSeconds();
      Map<String, Double> threads = sender.cpuByThread();
      long bytes = BYTES.get();
      TimeUnit.SECONDS.sleep(seconds);
      double cpu = sender.cpuSeconds() - before;
      System.out.printf(
          "%s: cpu=%.2f %% of a core, rss=%d KiB, bytes received meanwhile=%d (%s)%n",
          what, 100 * cpu / seconds, sender.rssKib(), BYTES.get() - bytes, ready);
      StringBuilder shares = new StringBuilder();
      sender
          .cpuByThread()
          .forEach(
              (name, now) -> {
                double used = now - threads.getOrDefault(name, 0.0);
                if (used > cpu / 200) {
                  shares.append(String.format(" %s %.2f", name, 100 * used / seconds));
                }
              });
      System.out.println(what + ": % of a core by thread:" + shares);
    }
  }

  private static JsonObject oneNode(List<String> targets) {
    return new JsonObject()
        .put("heartbeat", new JsonObject().put("nickname", "bench").put("targets", list(targets)))
        .put("chain", new JsonObject().put("source", "simulated"));
  }

  private static JsonObject fortyNodes(List<String> targets) {
    JsonArray nodes = new JsonArray();
    for (int i = 0; i < 40; i++) {
      nodes.add(
          new JsonObject()
              .put("nickname", "node-" + i)
              .put("chain", new JsonObject().put("source", "simulated"))
              .put("targets", list(targets.subList(i, i + 1))));
    }
    return new JsonObject().put("nodes", nodes);
  }

  private static JsonArray list(List<String> targets) {
    JsonArray list = new JsonArray();
    targets.forEach(target -> list.add(new JsonObject().put("beatTarget", target)));
    return list;
  }
}
