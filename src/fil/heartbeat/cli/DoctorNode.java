package fil.heartbeat.cli;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.HeadProbe;
import fil.heartbeat.chain.source.NodeProbe;
import fil.heartbeat.chain.source.RpcException;
import fil.heartbeat.cli.DoctorReport.Step;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.wire.Heartbeat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The steps at a node itself: its key, its JSON-RPC, its clock, its chain, its miner. */
final class DoctorNode {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** More than a slow answer explains, and a third of an epoch. */
  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(10);

  /** Nodes accept blocks that are this early. */
  private static final Duration CLOCK_DRIFT = Duration.ofSeconds(1);

  /** More is not normal while F3 works. */
  private static final long MAX_FINALITY_LAG = 60;

  private static final long FEW_PEERS = 3;

  private static final String UNAVAILABLE = "is the node up, and is chain.url its JSON-RPC?";

  /** What beats leave out by the configuration is not asked. */
  private static final String SWITCHED_OFF = "switched off";

  private final Vertx vertx;
  private final NodeConfig node;
  private final DoctorReport report;
  private final InstantSource clock;
  private final Map<String, String> environment;

  /**
   * @param environment where the home folder is looked up, for what may be configured
   */
  DoctorNode(
      Vertx vertx,
      NodeConfig node,
      DoctorReport report,
      InstantSource clock,
      Map<String, String> environment) {
    this.vertx = vertx;
    this.node = node;
    this.report = report;
    this.clock = clock;
    this.environment = environment;
  }

  /** The key; empty after a failure. */
  Optional<KeyFile.Loaded> key() {
    try {
      KeyFile.Loaded key = KeyFile.load(node.keyFile(), KeyCommands.MADE_BY);
      String note = key.warning().map(warning -> "; warning: " + warning).orElse("");
      report.ok(Step.KEY, node.keyFile() + " is " + key.identity().peerId() + note);
      return Optional.of(key);
    } catch (KeyFileException e) {
      report.fail(Step.KEY, e.getMessage(), "make it with keygen, correct it or name another");
      return Optional.empty();
    }
  }

  /** All that the node's JSON-RPC answers; returns what a beat would say, empty without a head. */
  Optional<Heartbeat> chain() {
    Optional<HeadProbe.Reading> read = rpc();
    if (read.isEmpty()) {
      return Optional.empty();
    }
    HeadProbe.Reading reading = read.get();
    Genesis genesis = genesis(reading);
    Optional<Network> network =
        Network.KNOWN.stream()
            .filter(known -> known.genesisCid().toString().equals(genesis.cid()))
            .findFirst();
    if (clock(reading.ahead())) {
      headAge(reading, network);
    } else {
      report.skip(Step.HEAD, "not known, as the clocks differ");
    }
    if (genesis.cid() == null && !node.extras()) {
      report.skip(Step.NETWORK, SWITCHED_OFF);
    } else if (genesis.cid() == null) {
      report.fail(
          Step.NETWORK,
          genesis.why(),
          "beats go without their network until the node says its genesis; see the node's log");
    } else {
      report.ok(
          Step.NETWORK, network.map(Network::name).orElse("unknown, genesis " + genesis.cid()));
    }
    extras(reading.height());
    if (reading.head().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Heartbeat(
            reading.head().toString(),
            reading.height(),
            node.nickname(),
            node.miner().address(),
            node.extras() ? genesis.cid() : null,
            null));
  }

  /**
   * The node's genesis.
   *
   * @param cid null when it does not say it
   * @param why it does not
   */
  private record Genesis(@Nullable String cid, String why) {}

  /** A head waits only a second for it; here it has the time of a call. */
  private Genesis genesis(HeadProbe.Reading reading) {
    if (reading.genesis() != null || !node.extras()) {
      return new Genesis(reading.genesis(), "");
    }
    try (NodeProbe probe = new NodeProbe(vertx, node.chain().endpoint())) {
      return new Genesis(
          await(probe.genesis()).orElse(null), "the node has no method for its genesis");
    } catch (RpcException | IllegalStateException e) {
      return new Genesis(null, String.valueOf(e.getMessage()));
    }
  }

  private boolean isSimulated() {
    return node.chain().source() == ChainConfig.Source.SIMULATED;
  }

  private Optional<HeadProbe.Reading> rpc() {
    String where = isSimulated() ? "simulated chain" : node.chain().endpoint().shown();
    Step failed = Step.RPC;
    try {
      HeadProbe.Reading reading = await(HeadProbe.read(vertx, node.chain(), clock));
      report.ok(Step.RPC, where);
      report.ok(Step.TOKEN, isSimulated() ? "none needed" : "may read");
      return Optional.of(reading);
    } catch (RpcException e) {
      if (e.kind() == RpcException.Kind.NOT_AUTHORISED) {
        report.ok(Step.RPC, where);
        failed = Step.TOKEN;
        report.fail(
            failed,
            e.getMessage(),
            "`lotus auth create-token --perm read` at the node; put it into chain.tokenFile");
      } else {
        report.fail(failed, e.getMessage(), remedy(e.kind()));
      }
    } catch (IllegalStateException e) {
      report.fail(failed, e.getMessage(), UNAVAILABLE);
    }
    for (Step step :
        List.of(Step.TOKEN, Step.CLOCK, Step.HEAD, Step.NETWORK, Step.FINALITY, Step.PEERS)) {
      if (step.compareTo(failed) > 0) {
        report.skip(step, failed.word() + " failed");
      }
    }
    return Optional.empty();
  }

  private String remedy(RpcException.Kind kind) {
    return switch (kind) {
      case WRONG_PATH -> "correct the path of chain.url" + usualPath();
      case RATE_LIMITED -> "raise the limit, or chain.pollPeriod";
      case MOVED -> "set chain.url to where it moved";
      case TLS -> "set chain.caFile, or correct the host name in chain.url";
      case NODE_ERROR -> "see the node's log";
      case NO_METHOD, BAD_ANSWER -> "is chain.url the JSON-RPC of a full node?";
      case NOT_AUTHORISED, UNAVAILABLE -> UNAVAILABLE;
    };
  }

  /** Providers have paths of their own, so a path is kept as written; this tries the usual one. */
  private String usualPath() {
    ChainConfig chain = node.chain();
    String url = chain.url();
    if (!url.isEmpty() && !url.contains("?") && !url.matches(".*/rpc/v\\d/*")) {
      String longer = url.replaceAll("/+$", "") + "/rpc/v1";
      try {
        HeadProbe.Reading unused = await(HeadProbe.read(vertx, chain.at(longer), clock));
        return ": a node answers at " + longer;
      } catch (RpcException | IllegalStateException e) {
        // Then that is not it.
      }
    }
    return "";
  }

  /** Whether the clocks agree, as far as is known. */
  private boolean clock(@Nullable Duration ahead) {
    if (ahead == null) {
      report.ok(Step.CLOCK, "the node tells no time to compare this machine's clock with");
      return true;
    }
    if (ahead.abs().compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
      report.fail(
          Step.CLOCK,
          "this machine's clock is "
              + span(ahead.abs())
              + (ahead.isNegative() ? " behind" : " ahead of")
              + " that of the node, or of what answers for it",
          "which of them is wrong? check NTP here, then there");
      return false;
    }
    report.ok(Step.CLOCK, "within " + (ahead.abs().toSeconds() + 1) + " s of the node's");
    return true;
  }

  private static String span(Duration time) {
    return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " min";
  }

  private void headAge(HeadProbe.Reading reading, Optional<Network> network) {
    String height = "height " + reading.height();
    if (reading.head().isEmpty()) {
      report.fail(Step.HEAD, "the node has no head", "wait until it has synced");
      return;
    }
    if (network.isEmpty()) {
      report.ok(Step.HEAD, height + ", age not known for this network");
      return;
    }
    Instant begins = reading.timeOf(network.get());
    if (begins.isAfter(reading.asOf().plus(CLOCK_DRIFT))) {
      report.fail(
          Step.HEAD,
          height
              + " is of an epoch that begins in "
              + Duration.between(reading.asOf(), begins).toSeconds()
              + " s by this machine's clock",
          "this machine's clock is behind, or the node's is ahead: check NTP of both");
      return;
    }
    long age = Duration.between(begins, reading.asOf()).toSeconds();
    // 5 epochs: the threshold of lotus, curio and forest.
    String judged = age >= 5L * network.get().epochSeconds() ? "; the node is behind" : "";
    report.ok(Step.HEAD, height + ", " + age + " s old" + judged);
  }

  private void extras(long height) {
    if (isSimulated()) {
      report.skip(Step.FINALITY, "simulated chain");
      report.skip(Step.PEERS, "simulated chain");
      return;
    }
    try (NodeProbe probe = new NodeProbe(vertx, node.chain().endpoint())) {
      if (node.tell().finality()) {
        answered(Step.FINALITY, probe::finalized, finalized -> finality(height, finalized));
      } else {
        report.skip(Step.FINALITY, SWITCHED_OFF);
      }
      if (node.tell().peers()) {
        answered(Step.PEERS, probe::peers, DoctorNode::peers);
      } else {
        report.skip(Step.PEERS, SWITCHED_OFF);
      }
    }
  }

  private static String finality(long height, long finalized) {
    long lag = Math.max(0, height - finalized);
    return finalized
        + ", "
        + lag
        + " epochs below the head"
        + (lag > MAX_FINALITY_LAG ? "; F3 stands still, or is not on here" : "");
  }

  private static String peers(long peers) {
    return peers + (peers <= FEW_PEERS ? "; few: is the node's own libp2p port open?" : "");
  }

  /** A question. */
  private interface Question<T> {
    Future<Optional<T>> ask();
  }

  private <T> void answered(Step step, Question<T> question, Function<T, String> text) {
    try {
      report.ok(step, await(question.ask()).map(text).orElse("the node has no method for it"));
    } catch (RpcException | IllegalStateException e) {
      report.fail(step, e.getMessage(), "see the node's log; beats go without it");
    }
  }

  /** The addresses of the config, else what each miner's API answers. */
  void miner() {
    if (!node.miner().addresses().isEmpty()) {
      report.ok(Step.MINER, String.join(", ", node.miner().addresses()) + ", of the config");
      return;
    }
    List<RpcEndpoint> endpoints = node.miner().endpoints();
    if (endpoints.isEmpty()) {
      report.skip(Step.MINER, "none is configured");
      Offers.miner(environment).ifPresent(report::note);
    }
    for (RpcEndpoint endpoint : endpoints) {
      miner(endpoint);
    }
  }

  private void miner(RpcEndpoint endpoint) {
    try (NodeProbe probe = new NodeProbe(vertx, endpoint)) {
      Optional<List<String>> addresses = await(probe.miners());
      if (addresses.isPresent()) {
        report.ok(Step.MINER, String.join(", ", addresses.get()) + ", from " + endpoint.shown());
      } else {
        report.fail(
            Step.MINER,
            endpoint.shown() + " is no lotus-miner and no Curio",
            "the JSON-RPC of a miner is at /rpc/v0; lotus-miner listens on 2345, Curio on 12300");
      }
    } catch (RpcException | IllegalStateException e) {
      report.fail(
          Step.MINER,
          e.getMessage(),
          "is the miner up, and is its URL right (http://<host>:2345/rpc/v0)?");
    }
  }

  private static <T> T await(Future<T> answer) {
    return Awaited.of(answer.toCompletionStage(), PATIENCE);
  }
}
