package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Beats per second of one core, from socket to registry, of this aggregator and of receivers that
 * only decode and keep the last beat of each peer. Each receiver is a process on core 0, the load
 * is on core 1: the same beats for each, sealed before the round, each in a Noise frame of its own.
 * The receivers take turns. A round in which the receiver had less than 95 % of its core is marked.
 * A round must take less than half a minute: pings are answered between rounds.
 *
 * <p>Arguments: connections (64), beats of a connection in a round (20000), rounds (7), of how many
 * beats one has another head and height (10; 0 for none), and beats per second (0: as fast as they
 * are taken).
 *
 * <p>Properties: {@code bench.go}, the built go peer; {@code bench.jvm}, a class path with
 * jvm-libp2p and its adapter; {@code bench.before}, the class path of another build of this
 * program; {@code bench.options}, options of the receivers' JVMs, words separated by blanks; {@code
 * bench.java}, their java.
 */
public final class IngestBench {
  private static final String OPTIONS = "-XX:+UseG1GC -Xmx512m";
  private static final double FULL = 0.95;
  private static final int WARM_ROUNDS = 3;
  private static final int POLL_MILLIS = 50;
  private static final Pattern ADDRESS = Pattern.compile("/ip4/[^\" ]+");
  private static final Pattern TAKEN = Pattern.compile("(?:received=|\"beats\":)(\\d+)");

  /** A process that takes beats. */
  private record Receiver(String name, Child child, IngestLoad load, List<Double> found) {}

  private record Sample(long nanos, double cpu, long beats, String dropped) {}

  private IngestBench() {}

  public static void main(String[] args) throws Exception {
    int connections = number(args, 0, 64);
    int beats = number(args, 1, 20_000);
    int rounds = number(args, 2, 7);
    int each = number(args, 3, 10);
    int rate = number(args, 4, 0);
    pinSelf();
    List<Receiver> receivers = new ArrayList<>();
    try {
      for (Map.Entry<String, List<String>> command : commands().entrySet()) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", "0"));
        pinned.addAll(command.getValue());
        Child child = new Child(pinned);
        Matcher address = ADDRESS.matcher(child.await("listening"));
        if (!address.find()) {
          throw new IllegalStateException("no address of " + command.getKey());
        }
        IngestLoad load = new IngestLoad(Multiaddr.parse(address.group()), connections);
        receivers.add(new Receiver(command.getKey(), child, load, new ArrayList<>()));
      }
      List<ByteBuffer> room = IngestLoad.room(IngestLoad.beats(connections, 0, beats, each));
      for (int round = 1 - WARM_ROUNDS; round <= rounds; round++) {
        List<List<byte[]>> says =
            IngestLoad.beats(connections, (long) (round + WARM_ROUNDS) * beats, beats, each);
        for (Receiver receiver : receivers) {
          round(receiver, receivers, says, room, round, rate);
        }
      }
      tell(receivers);
    } finally {
      for (Receiver receiver : receivers) {
        receiver.load().close();
        receiver.child().close();
      }
    }
  }

  private static int number(String[] args, int at, int usual) {
    return args.length > at ? Integer.parseInt(args[at]) : usual;
  }

  private static void pinSelf() throws Exception {
    String self = Long.toString(ProcessHandle.current().pid());
    Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", "1", self).start();
    if (taskset.waitFor() != 0) {
      throw new IllegalStateException("taskset failed");
    }
  }

  private static Map<String, List<String>> commands() {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("ours", java(System.getProperty("java.class.path")));
    String before = System.getProperty("bench.before", "");
    if (!before.isEmpty()) {
      commands.put("before", java(before));
    }
    String go = System.getProperty("bench.go", "");
    if (go.isEmpty()) {
      System.out.println("receiver=go not run: no bench.go");
    } else {
      commands.put("go", List.of(go, "ingest-listen"));
    }
    String jvm = System.getProperty("bench.jvm", "");
    if (jvm.isEmpty()) {
      System.out.println("receiver=jvm-libp2p not run: no bench.jvm");
    } else {
      commands.put("jvm-libp2p", java(jvm, "-Dbench.libp2p=jvm-libp2p"));
    }
    return commands;
  }

  private static List<String> java(String classPath, String... more) {
    List<String> options =
        new ArrayList<>(List.of(System.getProperty("bench.options", OPTIONS).split(" ")));
    List<String> command = Child.command(options, ListenerProcess.class);
    command.set(command.indexOf("-cp") + 1, classPath);
    // The last of two values counts.
    command.addAll(command.indexOf("-cp"), List.of(more));
    return command;
  }

  private static void round(
      Receiver receiver,
      List<Receiver> receivers,
      List<List<byte[]>> says,
      List<ByteBuffer> room,
      int round,
      int rate)
      throws Exception {
    List<IngestLoad> others =
        receivers.stream()
            .filter(other -> !other.name().equals(receiver.name()))
            .map(Receiver::load)
            .toList();
    receiver.load().seal(says, room);
    Sample before = sample(receiver.child());
    long all = before.beats() + (long) says.get(0).size() * room.size();
    CompletableFuture<Sample> taken = CompletableFuture.supplyAsync(() -> whenTaken(receiver, all));
    if (rate == 0) {
      receiver.load().send(others);
    } else {
      receiver.load().send(rate, others);
    }
    // A round ends when the receiver has taken all, wherever it held it before.
    Sample after = taken.get(120, TimeUnit.SECONDS);
    double wall = (after.nanos() - before.nanos()) / 1e9;
    double cpu = after.cpu() - before.cpu();
    long beats = after.beats() - before.beats();
    boolean counts = rate > 0 || cpu / wall >= FULL;
    System.out.printf(
        "round=%d receiver=%s beats=%,d beats/s=%,.0f core=%.2f beats/s/core=%,.0f us/beat=%.2f"
            + " rss=%d KiB%s%s%n",
        round,
        receiver.name(),
        beats,
        beats / wall,
        cpu / wall,
        beats / cpu,
        1e6 * cpu / beats,
        receiver.child().rssKib(),
        after.dropped(),
        counts ? "" : " MARKED: less than its core");
    if (round > 0) {
      receiver.found().add(beats / cpu);
    }
  }

  private static Sample whenTaken(Receiver receiver, long all) {
    try {
      Sample now;
      do {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        now = sample(receiver.child());
      } while (now.beats() < all);
      return now;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static Sample sample(Child child) {
    String line = child.ask("count", "beats");
    String dropped =
        line.contains("dropped") && !line.contains("{}")
            ? " " + line.substring(line.indexOf("dropped"))
            : "";
    Matcher taken = TAKEN.matcher(line);
    if (!taken.find()) {
      throw new IllegalStateException("no count");
    }
    return new Sample(
        System.nanoTime(), child.cpuSeconds(), Long.parseLong(taken.group(1)), dropped);
  }

  private static void tell(List<Receiver> receivers) {
    double ours = median(receivers.get(0).found());
    for (Receiver receiver : receivers) {
      double median = median(receiver.found());
      double[] sorted = receiver.found().stream().mapToDouble(found -> found).sorted().toArray();
      System.out.printf(
          "receiver=%s median beats/s/core=%,.0f least=%,.0f most=%,.0f ours/it=%.2f%n",
          receiver.name(), median, sorted[0], sorted[sorted.length - 1], ours / median);
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
    return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
        .average()
        .orElse(Double.NaN);
  }
}
