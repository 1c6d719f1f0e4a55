package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.HeadProbe;
import fil.heartbeat.chain.source.RpcException;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.TargetConfig;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs once through all steps from the config to a heartbeat stream at a target, prints how long
 * each took, and stops at the first failure, with the remedy. It sends a beat only on request,
 * marked as diagnostic, which counts for no node: the node whose key it uses may be beating now.
 */
final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** More than a slow answer explains, and a third of an epoch. */
  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(10);

  /** Nodes accept blocks that are this early. */
  private static final Duration CLOCK_DRIFT = Duration.ofSeconds(1);

  /** The steps, in order. */
  private enum Step {
    CONFIG("config"),
    KEY("key"),
    RPC("RPC"),
    TOKEN("token"),
    CLOCK("clock"),
    HEAD("head age"),
    NETWORK("network"),
    DNS("DNS"),
    TCP("TCP"),
    NOISE("Noise"),
    MUXER("muxer"),
    PROTOCOL("protocol"),
    BEAT("test beat");

    private final String word;

    Step(String word) {
      this.word = word;
    }
  }

  /** A step failed; its line is printed already. */
  private static final class Stop extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    private Stop(int exitCode) {
      super("stopped");
      this.exitCode = exitCode;
    }
  }

  private final ConfigFile file;
  private final Optional<String> targetOption;
  private final boolean beats;
  private final PrintStream out;
  private final InstantSource clock;
  private long stepStarted = System.nanoTime();

  /**
   * @param beats whether to send a beat too
   */
  Doctor(ConfigFile file, Optional<String> targetOption, boolean beats, PrintStream out) {
    this(file, targetOption, beats, out, InstantSource.system());
  }

  Doctor(
      ConfigFile file,
      Optional<String> targetOption,
      boolean beats,
      PrintStream out,
      InstantSource clock) {
    this.file = file;
    this.targetOption = targetOption;
    this.beats = beats;
    this.out = out;
    this.clock = clock;
  }

  /** Returns the exit code: 0 when every step succeeded, 2 for config or key, else 1. */
  int run() {
    Vertx vertx = OwnVertx.create();
    try {
      Config config = config();
      NodeConfig node = node(config);
      if (beats && !node.extras()) {
        throw bad(
            Step.CONFIG,
            Main.BAD_USAGE,
            "--beat with heartbeat.extras false: such a beat could not be told from the node's own",
            "leave out --beat: all before the beat is tested without it");
      }
      Multiaddr target = target(node);
      KeyFile.Loaded key = key(node);
      Heartbeat beat = head(vertx, node);
      Host host = config.libp2p().provider().create(vertx, key.identity(), config.libp2p().host());
      Stream stream = dial(host, target);
      if (beats) {
        beat(stream, HeartbeatEncoder.encode(beat.asDiagnostic()));
      }
      stream.closeWrite();
      return Main.DONE;
    } catch (Stop stop) {
      return stop.exitCode;
    } finally {
      OwnVertx.close(vertx);
    }
  }

  private Config config() throws Stop {
    List<String> faults;
    try {
      Config config = file.load();
      faults = Offline.ofDisk(config);
      if (faults.isEmpty()) {
        good(Step.CONFIG, file.exists() ? file.path().toString() : "environment");
        return config;
      }
    } catch (ConfigException e) {
      faults = e.faults().stream().map(ConfigException.Fault::toString).toList();
    }
    faults.forEach(fault -> line("FAIL", Step.CONFIG, fault));
    throw new Stop(Main.BAD_USAGE);
  }

  /** The node with a target, or the node that {@code --target} applies to. */
  private NodeConfig node(Config config) throws Stop {
    return config.senders().nodes().stream()
        .filter(node -> targetOption.isPresent() || !node.targets().isEmpty())
        .findFirst()
        .orElseThrow(
            () ->
                bad(
                    Step.CONFIG,
                    Main.BAD_USAGE,
                    "no target",
                    "set heartbeat.beatTarget, or give --target MULTIADDR"));
  }

  private Multiaddr target(NodeConfig node) throws Stop {
    Optional<String> configured =
        node.targets().stream()
            .filter(target -> !target.isLocal())
            .map(TargetConfig::beatTarget)
            .findFirst();
    String text =
        targetOption
            .or(() -> configured)
            .orElseThrow(
                () ->
                    bad(
                        Step.CONFIG,
                        Main.BAD_USAGE,
                        "the only target is \"local\"",
                        "start the daemon and give its ready: aggregator address as --target"));
    try {
      Multiaddr target = Multiaddr.parse(text);
      if (target.peerId().isPresent()) {
        return target;
      }
    } catch (Libp2pException e) {
      throw bad(Step.CONFIG, Main.BAD_USAGE, e.getMessage(), "correct the target");
    }
    throw bad(Step.CONFIG, Main.BAD_USAGE, text, "a target ends in /p2p/<peer id>");
  }

  private KeyFile.Loaded key(NodeConfig node) throws Stop {
    try {
      KeyFile.Loaded key = KeyFile.load(node.keyFile(), KeyCommands.MADE_BY);
      String note = key.warning().map(warning -> "; warning: " + warning).orElse("");
      good(Step.KEY, node.keyFile() + " is " + key.identity().peerId() + note);
      return key;
    } catch (KeyFileException e) {
      throw bad(
          Step.KEY,
          Main.BAD_USAGE,
          e.getMessage(),
          "make it with keygen, correct it or name another");
    }
  }

  private Heartbeat head(Vertx vertx, NodeConfig node) throws Stop {
    HeadProbe.Reading reading;
    try {
      reading = await(HeadProbe.read(vertx, node.chain(), clock).toCompletionStage());
    } catch (RpcException e) {
      if (e.kind() == RpcException.Kind.NOT_AUTHORISED) {
        good(Step.RPC, node.chain().url());
        throw bad(
            Step.TOKEN, Main.FAILURE, e.getMessage(), "put a read token into chain.tokenFile");
      }
      throw bad(
          Step.RPC, Main.FAILURE, e.getMessage(), "is the node up, and is chain.url its JSON-RPC?");
    }
    boolean simulated = node.chain().source() == ChainConfig.Source.SIMULATED;
    good(Step.RPC, simulated ? "simulated chain" : node.chain().url());
    good(Step.TOKEN, simulated ? "none needed" : "accepted or none needed");
    clock(reading.ahead());
    Optional<Network> network =
        Network.KNOWN.stream()
            .filter(known -> known.genesisCid().toString().equals(reading.genesis()))
            .findFirst();
    headAge(reading, network);
    good(Step.NETWORK, network.map(Network::name).orElse("unknown, genesis " + reading.genesis()));
    return new Heartbeat(
        reading.head().toString(),
        reading.height(),
        node.nickname(),
        node.miner().address(),
        node.extras() ? reading.genesis() : null,
        null);
  }

  private void clock(@Nullable Duration ahead) throws Stop {
    if (ahead == null) {
      good(Step.CLOCK, "the node tells no time to compare this machine's clock with");
      return;
    }
    long seconds = ahead.abs().toSeconds();
    if (ahead.abs().compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
      throw bad(
          Step.CLOCK,
          Main.FAILURE,
          "this machine's clock is "
              + seconds
              + (ahead.isNegative() ? " s behind" : " s ahead of")
              + " that of the node, or of what answers for it",
          "which of them is wrong? look at the NTP of both");
    }
    good(Step.CLOCK, "within " + (seconds + 1) + " s of the node's");
  }

  private void headAge(HeadProbe.Reading reading, Optional<Network> network) throws Stop {
    String height = "height " + reading.height();
    if (reading.head().isEmpty()) {
      throw bad(Step.HEAD, Main.FAILURE, "the node has no head", "wait until it has synced");
    }
    if (network.isEmpty()) {
      good(Step.HEAD, height + ", age not known for this network");
      return;
    }
    Instant begins = reading.timeOf(network.get());
    if (begins.isAfter(reading.asOf().plus(CLOCK_DRIFT))) {
      throw bad(
          Step.HEAD,
          Main.FAILURE,
          height
              + " is of an epoch that begins in "
              + Duration.between(reading.asOf(), begins).toSeconds()
              + " s by this machine's clock",
          "this machine's clock is behind, or the node's is ahead: look at the NTP of both");
    }
    long age = Duration.between(begins, reading.asOf()).toSeconds();
    // 5 epochs: the threshold of lotus, curio and forest.
    String judged = age >= 5L * network.get().epochSeconds() ? "; the node is behind" : "";
    good(Step.HEAD, height + ", " + age + " s old" + judged);
  }

  private Stream dial(Host host, Multiaddr target) throws Stop {
    Map<DialStep, Long> reached = new ConcurrentHashMap<>();
    DialOptions options =
        new DialOptions(
            PATIENCE,
            Duration.ofSeconds(30),
            Duration.ofSeconds(50),
            step -> reached.putIfAbsent(step, System.nanoTime()));
    Stream stream;
    try {
      stream = await(host.open(target, HeartbeatProtocol.IDS, options));
    } catch (Libp2pException e) {
      report(reached, target);
      throw bad(failedStep(reached), Main.FAILURE, e.getMessage(), DialRemedy.of(e));
    }
    report(reached, target);
    good(Step.PROTOCOL, stream.protocol());
    return stream;
  }

  private void beat(Stream stream, byte[] frame) throws Stop {
    try {
      await(stream.write(frame));
    } catch (Libp2pException e) {
      throw bad(Step.BEAT, Main.FAILURE, e.getMessage(), DialRemedy.of(e));
    }
    good(Step.BEAT, frame.length + " bytes written: " + new String(frame, UTF_8).strip());
  }

  private void report(Map<DialStep, Long> reached, Multiaddr target) {
    at(reached, DialStep.RESOLVED, Step.DNS, target.toString());
    at(reached, DialStep.CONNECTED, Step.TCP, "connected");
    at(
        reached,
        DialStep.SECURED,
        Step.NOISE,
        "expected and got " + target.peerId().map(Object::toString).orElse(""));
    at(reached, DialStep.MUXED, Step.MUXER, "/yamux/1.0.0");
  }

  private void at(Map<DialStep, Long> reached, DialStep dialStep, Step step, String text) {
    Long when = reached.get(dialStep);
    if (when != null) {
      line("ok", step, text, when);
    }
  }

  private static Step failedStep(Map<DialStep, Long> reached) {
    if (reached.containsKey(DialStep.MUXED)) {
      return Step.PROTOCOL;
    }
    if (reached.containsKey(DialStep.SECURED)) {
      return Step.MUXER;
    }
    if (reached.containsKey(DialStep.CONNECTED)) {
      return Step.NOISE;
    }
    return reached.containsKey(DialStep.RESOLVED) ? Step.TCP : Step.DNS;
  }

  private <T> T await(CompletionStage<T> stage) throws Stop {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Libp2pException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RpcException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new Libp2pException(Libp2pException.Code.TIMEOUT, "no answer within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stop(Main.FAILURE);
    }
  }

  private void good(Step step, String text) {
    line("ok", step, text);
  }

  private Stop bad(Step step, int exitCode, @Nullable String what, String remedy) {
    line("FAIL", step, what + "\n" + " ".repeat(28) + "remedy: " + remedy);
    return new Stop(exitCode);
  }

  private void line(String verdict, Step step, String text) {
    line(verdict, step, text, System.nanoTime());
  }

  private void line(String verdict, Step step, String text, long nowNanos) {
    long millis = Math.max(0, (nowNanos - stepStarted) / 1_000_000);
    stepStarted = Math.max(stepStarted, nowNanos);
    out.printf("%-4s %-11s %6d ms  %s%n", verdict, step.word, millis, text);
  }
}
