package fil.heartbeat.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fleet with incidents in virtual time, beside other peers of the same registry. The fleet
 * behaves the same in every run, so that two runs can be compared.
 */
final class BesideStrangers {
  static final int EPOCH_SECONDS = 30;

  /** Nodes of the fleet: one forks, one stalls, one disconnects and returns. */
  static final int FORKED = 0;

  static final int STALLED = 1;
  static final int AWAY = 2;

  private static final Instant START = SimulatedFleet.START;
  private static final String MINER = "f01000";

  /** How the configuration names the fleet. */
  enum Naming {
    OPEN,
    ALLOWED,
    EXPECTED,
    /** The fleet is expected, and strangers are on the allow list. */
    EXPECTED_AND_ALLOWED
  }

  /** The other peers. */
  @FunctionalInterface
  interface Strangers {
    Strangers NONE = (registry, second, now) -> {};

    /** Called each second before the fleet sends its beats. */
    void act(Registry registry, int second, Moment now);
  }

  /** Everything reported about the fleet in one second. */
  record Told(
      int second,
      @Nullable NetworkReport report,
      List<@Nullable Verdict> verdicts,
      List<List<String>> conflicts,
      List<Spread> spread) {}

  /** How a height spread. */
  record Spread(long height, @Nullable Long p50Millis, @Nullable Long p90Millis) {}

  final Registry registry;
  final RecordingHistory history = new RecordingHistory();
  final List<PeerId> fleet = new ArrayList<>();
  private final List<Told> told = new ArrayList<>();
  private final @Nullable String genesis;
  private final boolean reference;
  private boolean away = true;

  BesideStrangers(Naming naming, int nodes, boolean reference, Set<PeerId> strangers) {
    this(naming, nodes, reference, strangers, Optional.of(Network.SIMULATED), 50_000, null);
  }

  /**
   * @param genesis the genesis that the fleet claims; null for none
   */
  BesideStrangers(
      Naming naming,
      int nodes,
      boolean reference,
      Set<PeerId> strangers,
      Optional<Network> network,
      int maxNodes,
      @Nullable String genesis) {
    this.reference = reference;
    this.genesis = genesis;
    registry =
        new Registry(
            new AggregatorSettings(
                network, FleetLimits.DEFAULT.withMaxNodes(maxNodes), FleetSettings.DEFAULT),
            history,
            at(0));
    Map<PeerId, Expected> expected = new LinkedHashMap<>();
    for (int i = 0; i < nodes; i++) {
      fleet.add(SimulatedFleet.peer(77, i));
      expected.put(fleet.get(i), new Expected("node-" + i, Map.of()));
    }
    Set<PeerId> all = new LinkedHashSet<>(fleet);
    all.addAll(strangers);
    registry.membership(
        switch (naming) {
          case OPEN -> Membership.OPEN;
          case ALLOWED -> new Membership(Set.copyOf(fleet), Set.of(), Map.of());
          case EXPECTED -> new Membership(Set.of(), Set.of(), expected);
          case EXPECTED_AND_ALLOWED -> new Membership(all, Set.of(), expected);
        },
        at(0));
  }

  static Moment at(long second) {
    return new Moment(START.plusSeconds(second), second * 1_000_000_000L);
  }

  static long epoch(long second) {
    return Network.SIMULATED.clock().epochAt(START.plusSeconds(second));
  }

  static String head(String... blocks) {
    StringBuilder text = new StringBuilder("{");
    for (String block : blocks) {
      text.append(' ').append(Cid.ofBlock(block.getBytes(UTF_8)));
    }
    return text.append(" }").toString();
  }

  /** Returns peers that no configuration names. */
  static List<PeerId> strangers(int count) {
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      peers.add(SimulatedFleet.peer(666, i));
    }
    return peers;
  }

  /** Each reports its own head at the next height before any honest node is there. */
  static Strangers fillers(List<PeerId> peers) {
    return (registry, second, now) -> {
      if (second == 0) {
        peers.forEach(peer -> registry.onOpen(peer, "/ip4/192.0.2.2/tcp/1", now));
      }
      if (second % EPOCH_SECONDS == 0) {
        long height = epoch(second) + 1;
        for (int i = 0; i < peers.size(); i++) {
          String own = head("evil" + i + "/" + height);
          registry.onBeat(peers.get(i), new Heartbeat(own, height, "evil", "", null, null), now);
        }
      }
    };
  }

  /** The fleet's head: late blocks are added in the course of an epoch. */
  static String fleetHead(long height, boolean complete) {
    return complete ? head("a" + height, "b" + height) : head("a" + height);
  }

  /** Runs for this many epochs; returns the report of every second. */
  @CanIgnoreReturnValue
  List<Told> live(int epochs, Strangers strangers) {
    for (int i = 0; i < fleet.size(); i++) {
      if (i != AWAY) {
        registry.onOpen(fleet.get(i), "/ip4/192.0.2.1/tcp/1", at(0));
      }
    }
    for (int second = 0; second < epochs * EPOCH_SECONDS; second++) {
      tick(second);
      strangers.act(registry, second, at(second));
      speak(second);
      registry.evaluate(at(second));
      told.add(told(second));
    }
    return told;
  }

  private void tick(int second) {
    for (int tick = 0; tick < 10; tick++) {
      registry.tick(
          new Moment(
              START.plusSeconds(second).plusMillis(100L * tick),
              second * 1_000_000_000L + tick * 100_000_000L));
    }
  }

  private void speak(int second) {
    long epoch = epoch(second);
    int into = second % EPOCH_SECONDS;
    int number = second / EPOCH_SECONDS;
    if (reference && into == 7) {
      registry.onReference("ref", answer(epoch), at(second));
    }
    boolean gone = number < 3 || (number >= 9 && number < 12);
    if (away != gone) {
      away = gone;
      if (gone) {
        registry.onClose(fleet.get(AWAY), null, at(second));
      } else {
        registry.onOpen(fleet.get(AWAY), "/ip4/192.0.2.1/tcp/1", at(second));
      }
    }
    for (int i = 0; i < fleet.size(); i++) {
      if ((second + i) % 5 == 0 && !(i == AWAY && away)) {
        // Blocks of an epoch arrive after a few seconds.
        long height = into < 6 + i % 3 ? epoch - 1 : epoch;
        String head = fleetHead(height, into >= 12 || height < epoch);
        if (i == FORKED && number >= 5 && number < 12) {
          head = head("x" + height);
        } else if (i == STALLED && number >= 4 && number < 14) {
          height = epoch(0) + 4;
          head = fleetHead(height, true);
        }
        registry.onBeat(
            fleet.get(i),
            new Heartbeat(head, height, "node-" + i, i == 3 ? MINER : "", genesis, null),
            at(second));
      }
    }
  }

  private ReferenceNode.Answer answer(long epoch) {
    return new ReferenceNode.Answer(
        genesis == null ? Network.SIMULATED.genesisCid().toString() : genesis,
        TipsetKey.parse(fleetHead(epoch, true)),
        epoch,
        TipsetKey.parse(fleetHead(epoch - 3, true)),
        epoch - 3);
  }

  private Told told(int second) {
    List<@Nullable Verdict> verdicts = new ArrayList<>();
    List<List<String>> conflicts = new ArrayList<>();
    for (PeerId peer : fleet) {
      Node node = registry.node(peer.toString());
      verdicts.add(node == null ? null : node.verdict());
      conflicts.add(node == null ? List.of() : node.conflicts());
    }
    return new Told(second, report(), verdicts, conflicts, spread(second));
  }

  private @Nullable NetworkReport report() {
    return registry.networks().stream()
        .filter(each -> Objects.equals(each.genesisCid(), genesis) || genesis == null)
        .findFirst()
        .orElse(null);
  }

  private List<Spread> spread(int second) {
    List<Spread> spread = new ArrayList<>();
    if (second % EPOCH_SECONDS == EPOCH_SECONDS - 1) {
      for (ChainView view : registry.chain(4)) {
        if (genesis == null || genesis.equals(view.genesisCid())) {
          view.lanes()
              .forEach(
                  lane ->
                      spread.add(new Spread(lane.height(), lane.p50Millis(), lane.p90Millis())));
        }
      }
    }
    return spread;
  }
}
