package fil.heartbeat.bench;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Beats per second and core from socket to registry: an aggregator process and this one, which
 * writes on many connections, each beat after the one before it was taken, so that each has a Noise
 * frame of its own. Arguments: connections (64), seconds (20), and of how many beats of a
 * connection one has another height (10; 0 for none).
 */
public final class IngestBench {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  private static final ExecutorService PUMP =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "pump");
            thread.setDaemon(true);
            return thread;
          });

  private IngestBench() {}

  public static void main(String[] args) throws Exception {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 64;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    int each = args.length > 2 ? Integer.parseInt(args[2]) : 10;
    byte[][] frames = new byte[each == 0 ? 1 : 64][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] =
          HeartbeatEncoder.encode(
              new Heartbeat(
                  "{ " + CID + " " + CID + " }", 4_512_345 + i, "alice", "f01000", CID, false));
    }
    Vertx vertx = Vertx.vertx();
    try (Child listener = Child.java(List.of("-Xmx512m"), ListenerProcess.class)) {
      Multiaddr target =
          Multiaddr.parse(listener.await("listening").substring("listening ".length()));
      List<Host> hosts = new ArrayList<>();
      AtomicBoolean stop = new AtomicBoolean();
      for (int i = 0; i < connections; i++) {
        Host host = Hosts.create(vertx);
        hosts.add(host);
        Stream stream =
            Hosts.await(host.open(target, List.of("fil/heartbeat/1.0.0"), DialOptions.DEFAULT));
        pump(stream, frames, Math.max(1, each), 0, stop);
      }
      TimeUnit.SECONDS.sleep(10);
      for (int round = 1; round <= 3; round++) {
        long before = ListenerProcess.stat(listener.ask("stats", "stats"), "accepted");
        double cpuBefore = listener.cpuSeconds();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double cpu = listener.cpuSeconds() - cpuBefore;
        double wall = (System.nanoTime() - start) / 1e9;
        long beats = ListenerProcess.stat(listener.ask("stats", "stats"), "accepted") - before;
        System.out.printf(
            "round=%d connections=%d beats=%,d beats/s=%,.0f aggregator-cores=%.2f beats/s/core=%,.0f rss=%d KiB%n",
            round, connections, beats, beats / wall, cpu / wall, beats / cpu, listener.rssKib());
      }
      stop.set(true);
      hosts.forEach(host -> Hosts.await(host.close()));
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void pump(Stream stream, byte[][] frames, int each, int sent, AtomicBoolean stop) {
    if (!stop.get()) {
      stream
          .write(frames[sent / each % frames.length])
          // Not on the thread that completes it: an idle socket takes the next write at once, and
          // so on.
          .whenCompleteAsync(
              (done, failure) -> {
                if (failure == null) {
                  pump(stream, frames, each, (sent + 1) % (each * frames.length), stop);
                } else if (!stop.get()) {
                  System.err.println("write failed: " + failure.getMessage());
                }
              },
              PUMP);
    }
  }
}
