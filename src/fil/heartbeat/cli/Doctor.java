package fil.heartbeat.cli;

import fil.heartbeat.app.Capacity;
import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.cli.DoctorReport.Step;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.TargetConfig;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks from the config through each node to a heartbeat stream at each of its targets, and prints
 * a line for each step with the time it took, and the remedy where it failed. A failure ends
 * nothing but what depends on it. It uses the nodes' keys while a daemon may use them too: a stream
 * without a beat counts for nothing, and beats are sent only on request, marked as diagnostic.
 */
final class Doctor {
  private static final String NOT_MARKED =
      "--beat with heartbeat.extras false: such a beat could not be told from the node's own";

  private static final String NOT_DIALLED =
      "the aggregator of this config; give its ready: address as --target";

  /**
   * What to do.
   *
   * @param node the nickname of the only node to look at
   * @param target instead of those of the config
   * @param beats whether to send a beat too
   */
  record Options(Optional<String> node, Optional<String> target, boolean beats) {}

  /**
   * A node and its targets.
   *
   * @param local whether it also beats to the aggregator of its own process, which is not dialled
   */
  private record Walk(NodeConfig node, List<String> targets, boolean local) {
    int ways() {
      return targets.size() + (local ? 1 : 0);
    }
  }

  private final ConfigFile file;
  private final Options options;
  private final DoctorReport report;
  private final InstantSource clock;
  private final Map<String, String> environment;
  private final Capacity.Machine machine;

  /**
   * @param environment where the home folder is looked up
   */
  Doctor(
      ConfigFile file,
      Options options,
      PrintStream out,
      InstantSource clock,
      Map<String, String> environment) {
    this(file, options, out, clock, environment, Capacity.Machine.ofThisProcess());
  }

  /**
   * @param machine on which an aggregator would run
   */
  Doctor(
      ConfigFile file,
      Options options,
      PrintStream out,
      InstantSource clock,
      Map<String, String> environment,
      Capacity.Machine machine) {
    this.file = file;
    this.options = options;
    this.report = new DoctorReport(out);
    this.clock = clock;
    this.environment = environment;
    this.machine = machine;
  }

  /** Returns the exit code: 0 when every step succeeded, 2 for the config, else 1. */
  int run() {
    Optional<Config> config = config();
    config.ifPresent(read -> read.aggregator().ifPresent(role -> capacity(role, read)));
    List<Walk> walks = config.map(this::walks).orElse(List.of());
    if (config.isEmpty() || walks.isEmpty()) {
      return Main.BAD_USAGE;
    }
    Vertx vertx = OwnVertx.create();
    try {
      walks.forEach(walk -> walk(vertx, config.get(), walk));
    } finally {
      OwnVertx.close(vertx);
    }
    report.summary(walks.size(), walks.stream().mapToInt(Walk::ways).sum());
    return report.anyFailed() ? Main.FAILURE : Main.DONE;
  }

  private Optional<Config> config() {
    List<String> faults;
    try {
      Config config = file.load();
      faults = Offline.ofDisk(config);
      if (faults.isEmpty()) {
        report.ok(Step.CONFIG, file.exists() ? file.path().toString() : "environment");
        return Optional.of(config);
      }
    } catch (ConfigException e) {
      faults = e.faults().stream().map(ConfigException.Fault::toString).toList();
    }
    faults.forEach(fault -> report.fault(Step.CONFIG, fault));
    if (faults.stream().anyMatch(fault -> fault.contains("chain.url"))) {
      Offers.nodes(environment).forEach(report::note);
    }
    return Optional.empty();
  }

  /** The daemon may have been given more or less than this command. */
  private void capacity(AggregatorConfig role, Config config) {
    try {
      report.ok(Step.CAPACITY, Capacity.of(role, config, machine).toString());
      report.note("with the heap and open files of this command; the daemon logs its own");
    } catch (Capacity.TooSmallException e) {
      report.fault(Step.CAPACITY, String.valueOf(e.getMessage()));
      report.note("so with the heap and open files of this command; the daemon may have more");
      report.endOfSection();
    }
  }

  /** Empty after a failure. */
  private List<Walk> walks(Config config) {
    List<Walk> walks = new ArrayList<>();
    List<NodeConfig> nodes = config.senders().nodes();
    for (NodeConfig node : nodes) {
      Walk walk = walk(node);
      if (walk.ways() > 0 && node.nickname().equals(options.node().orElse(node.nickname()))) {
        walks.add(walk);
      }
    }
    boolean known =
        nodes.stream().anyMatch(node -> node.nickname().equals(options.node().orElse("")));
    if (options.node().isPresent() && !known) {
      List<String> names = nodes.stream().map(NodeConfig::nickname).toList();
      return bad("--node " + options.node().get(), "name one of " + String.join(", ", names));
    }
    if (walks.isEmpty()) {
      return bad("no target", "set heartbeat.beatTarget, or give --target MULTIADDR");
    }
    return unfit(walks).map(fault -> bad(fault.what(), fault.remedy())).orElse(walks);
  }

  private Walk walk(NodeConfig node) {
    if (options.target().isPresent()) {
      return new Walk(node, List.of(options.target().get()), false);
    }
    return new Walk(
        node,
        node.targets().stream()
            .filter(target -> !target.isLocal())
            .map(TargetConfig::beatTarget)
            .toList(),
        node.targets().stream().anyMatch(TargetConfig::isLocal));
  }

  private record Unfit(@Nullable String what, String remedy) {}

  private Optional<Unfit> unfit(List<Walk> walks) {
    if (options.target().isPresent()) {
      String text = options.target().get();
      try {
        if (Multiaddr.parse(text).peerId().isEmpty()) {
          return Optional.of(new Unfit(text, "a target ends in /p2p/<peer id>"));
        }
      } catch (Libp2pException e) {
        return Optional.of(new Unfit(e.getMessage(), "correct the target"));
      }
    }
    if (options.beats() && walks.stream().anyMatch(walk -> !walk.node.extras())) {
      return Optional.of(
          new Unfit(NOT_MARKED, "leave out --beat: all before the beat is tested without it"));
    }
    if (walks.stream().allMatch(walk -> walk.targets.isEmpty())) {
      return Optional.of(
          new Unfit(
              "the only target is \"local\"",
              "start the daemon and give its ready: aggregator address as --target"));
    }
    return Optional.empty();
  }

  private List<Walk> bad(@Nullable String what, String remedy) {
    report.fail(Step.CONFIG, what, remedy);
    return List.of();
  }

  private void walk(Vertx vertx, Config config, Walk walk) {
    String name = walk.node.nickname().isEmpty() ? "without nickname" : walk.node.nickname();
    report.section("node " + name);
    DoctorNode node = new DoctorNode(vertx, walk.node, report, clock, environment);
    Optional<KeyFile.Loaded> key = node.key();
    Optional<Heartbeat> beat = node.chain();
    node.miner();
    report.endOfSection();
    Optional<Host> host =
        key.map(
            loaded ->
                config
                    .libp2p()
                    .provider()
                    .create(vertx, loaded.identity(), config.libp2p().host()));
    for (String target : walk.targets) {
      report.section("node " + name + " to " + target);
      if (host.isEmpty()) {
        report.skip(Step.DNS, "key failed");
      } else {
        dial(host.get(), Multiaddr.parse(target), beat);
      }
      report.endOfSection();
    }
    if (walk.local) {
      report.section("node " + name + " to local");
      report.skip(Step.DNS, NOT_DIALLED);
      report.endOfSection();
    }
    host.ifPresent(Host::close);
  }

  private void dial(Host host, Multiaddr target, Optional<Heartbeat> beat) {
    DoctorDial dial = new DoctorDial(host, target, report);
    Optional<Stream> stream = dial.open();
    if (options.beats() && (stream.isEmpty() || beat.isEmpty())) {
      report.skip(Step.BEAT, stream.isEmpty() ? "no stream" : "no head to send");
    } else if (options.beats()) {
      dial.beat(stream.orElseThrow(), beat.orElseThrow());
    }
    stream.ifPresent(Stream::closeWrite);
  }
}
