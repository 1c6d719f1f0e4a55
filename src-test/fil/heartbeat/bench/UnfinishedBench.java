package fil.heartbeat.bench;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Beats that are begun and never ended, on many streams of many connections, beside one honest
 * sender that beats each second: does the aggregator go on, and in how much memory? Arguments:
 * connections (160), streams of each (64), heap of the aggregator (512m).
 */
public final class UnfinishedBench {
  private static final List<String> PROTOCOL = List.of("fil/heartbeat/1.0.0");
  private static final int UNFINISHED_BYTES = 64 * 1024 - 256;
  private static final int MAX_ROUNDS = 120;

  private UnfinishedBench() {}

  public static void main(String[] args) throws Exception {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 160;
    int streams = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    String heap = args.length > 2 ? args[2] : "512m";
    byte[] unfinished =
        ("{\"Head\":\"" + "x".repeat(UNFINISHED_BYTES)).getBytes(StandardCharsets.US_ASCII);
    byte[] beat = HeartbeatEncoder.encode(new Heartbeat("{ }", 1, "honest", "", null, null));
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger said = new AtomicInteger();
    Vertx vertx = Vertx.vertx();
    try (Child listener = Child.java(List.of("-Xmx" + heap), ListenerProcess.class)) {
      Multiaddr target =
          Multiaddr.parse(listener.await("listening").substring("listening ".length()));
      Host honest = Hosts.create(vertx);
      Stream beats = Hosts.await(honest.open(target, PROTOCOL, DialOptions.DEFAULT));
      Hosts.await(beats.write(beat));
      List<Host> hosts = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        Host host = Hosts.create(vertx);
        hosts.add(host);
        new Attacker(host, target, unfinished, said, ended, failed).open(streams);
      }
      int round = 0;
      while (round < MAX_ROUNDS && said.get() + failed.get() < connections * streams) {
        round++;
        TimeUnit.SECONDS.sleep(1);
        beats.write(beat).toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
      System.out.printf(
          "connections=%d streams=%d heap=%s honest-beats=%d streams-ended-by-aggregator=%d not-opened=%d rss=%d KiB%n%s%n",
          connections,
          connections * streams,
          heap,
          round + 1,
          ended.get(),
          failed.get(),
          listener.rssKib(),
          listener.ask("stats", "stats"));
      hosts.forEach(host -> Hosts.await(host.close()));
      Hosts.await(honest.close());
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** Opens one stream after the other, since many at once are refused before their negotiation. */
  private record Attacker(
      Host host,
      Multiaddr target,
      byte[] says,
      AtomicInteger said,
      AtomicInteger ended,
      AtomicInteger failed) {
    void open(int streams) {
      if (streams == 0) {
        return;
      }
      var unused =
          host.open(target, PROTOCOL, DialOptions.DEFAULT)
              .whenComplete(
                  (stream, failure) -> {
                    if (failure == null) {
                      say(stream);
                    } else {
                      failed.incrementAndGet();
                    }
                    open(streams - 1);
                  });
    }

    private void say(Stream stream) {
      var unusedEnd = stream.closed().whenComplete((done, end) -> ended.incrementAndGet());
      var unusedWrite = stream.write(says).whenComplete((done, gone) -> said.incrementAndGet());
    }
  }
}
