package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");
  private final Registry registry =
      new Registry(
          new AggregatorSettings(
              Optional.empty(), FleetLimits.DEFAULT.withMaxNodes(2), FleetSettings.DEFAULT),
          new NoHistory(),
          at(0));

  private static Moment at(long seconds) {
    return new Moment(T0.plusSeconds(seconds), seconds * 1_000_000_000L);
  }

  private static PeerId peer() {
    return Identity.generate(KeyType.ED25519).peerId();
  }

  private static Heartbeat beat(long height) {
    return new Heartbeat("{ }", height, "n", "", null, null);
  }

  @Test
  void thePeerWithTheOldestBeatMakesRoom() {
    PeerId a = peer();
    PeerId b = peer();
    PeerId c = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(b, beat(1), at(0));
    registry.onBeat(a, beat(2), at(0));
    registry.onBeat(c, beat(1), at(0));
    assertThat(registry.nodes())
        .extracting(Node::peerId)
        .containsExactlyInAnyOrder(a.toString(), c.toString());
    assertThat(registry.forgotten()).isEqualTo(1);
  }

  @Test
  void headSinceMovesOnlyWithTheHead() {
    PeerId a = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(a, beat(1), at(3));
    assertThat(registry.nodes().get(0).contact().headSince()).isEqualTo(T0);
    registry.onBeat(a, beat(2), at(6));
    assertThat(registry.nodes().get(0).contact().headSince()).isEqualTo(T0.plusSeconds(6));
  }

  /** For example, a newer connection of a peer stays and the older one ends, or the reverse. */
  @Test
  void theEndOfOneOfTwoStreamsIsNotADisconnect() {
    RecordingHistory history = new RecordingHistory();
    Registry kept =
        new Registry(
            new AggregatorSettings(
                Optional.empty(), FleetLimits.DEFAULT.withMaxNodes(2), FleetSettings.DEFAULT),
            history,
            at(0));
    PeerId a = peer();
    kept.onOpen(a, "/ip4/192.0.2.1/tcp/1", at(0));
    kept.onBeat(a, beat(1), at(1));
    kept.onOpen(a, "/ip6/2001:db8::1/tcp/2", at(2));
    kept.onClose(a, "CLOSED", at(3));
    kept.onBeat(a, beat(2), at(4));
    Contact contact = kept.nodes().get(0).contact();
    assertThat(contact.connection().open()).isTrue();
    assertThat(contact.connection().lostSince()).isNull();
    assertThat(contact.connection().since()).isEqualTo(T0);
    assertThat(history.connections).noneMatch(event -> !event.opened());
    kept.onClose(a, null, at(5));
    assertThat(kept.nodes().get(0).contact().connection().open()).isFalse();
  }

  @Test
  void anUnknownStreamsEndChangesNothing() {
    registry.onClose(peer(), null, at(0));
    assertThat(registry.nodes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain|plain
          tab\\u0009bell\\u0007|tab\\uFFFDbell\\uFFFD
          \\u202Egnp.exe|\\uFFFDgnp.exe
          line\\u2028end|line\\uFFFDend
          e\\u0301|\\u00e9
          lone\\ud800|lone\\uFFFD
          \\u0645\\u06cc\\u200c\\u062e\\u0648|\\u0645\\u06cc\\u200c\\u062e\\u0648
          \\u0915\\u094d\\u200d\\u0937|\\u0915\\u094d\\u200d\\u0937
          \\ud83d\\udc69\\u200d\\ud83d\\udc67|\\ud83d\\udc69\\u200d\\ud83d\\udc67
          \\u200dalice\\u200c|\\uFFFDalice\\uFFFD
          al\\u200d\\u200dice|al\\uFFFD\\uFFFDice
          f01\\u200d000|f01\\uFFFD000
          al \\u200dice|al \\uFFFDice
          """)
  void claimsAreCleaned(String escaped, String expected) {
    assertThat(Claim.clean(unescape(escaped))).isEqualTo(unescape(expected));
  }

  @Test
  void claimsAreCut() {
    assertThat(Claim.clean("x".repeat(100_000))).isEqualTo("x".repeat(64));
    assertThat(Claim.clean("\uD83D\uDE00".repeat(100)).codePointCount(0, 128)).isEqualTo(64);
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  /** A storage provider runs more than one chain node for a miner, and they fail one by one. */
  @Test
  void nodesOfANamedFleetMayClaimOneMiner() {
    PeerId a = peer();
    PeerId b = peer();
    PeerId stranger = peer();
    Registry fleet = new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));
    fleet.membership(
        new Membership(
            Set.of(),
            Set.of(),
            Map.of(a, new Expected("a", Map.of()), b, new Expected("b", Map.of()))),
        at(0));
    for (PeerId each : List.of(a, b, stranger)) {
      fleet.onBeat(each, new Heartbeat("{ }", 1, each.toString(), "f01000", null, null), at(1));
    }
    assertThat(conflicts(fleet, a)).isEmpty();
    assertThat(conflicts(fleet, b)).isEmpty();
    assertThat(conflicts(fleet, stranger)).hasSize(1);
    fleet.membership(new Membership(Set.of(a, b), Set.of(), Map.of()), at(2));
    assertThat(conflicts(fleet, a)).isEmpty();
    fleet.membership(Membership.OPEN, at(3));
    assertThat(conflicts(fleet, a)).hasSize(1);
  }

  private static Heartbeat told(Extras.Builder extras) {
    return new Heartbeat(HEAD, 1000, "n", "", null, null).with(extras.build());
  }

  private static final String HEAD = "{ " + Network.MAINNET.genesisCid() + " }";

  @Test
  void aBeatWithoutOptionalMembersLeavesThemAsTheyWere() {
    PeerId a = peer();
    registry.onBeat(a, told(new Extras.Builder().peers(85)), at(0));
    registry.onBeat(a, told(new Extras.Builder()), at(3));
    assertThat(registry.nodes().get(0).extras().peers()).isEqualTo(85);
    registry.onBeat(a, told(new Extras.Builder().client("lotus")), at(6));
    assertThat(registry.nodes().get(0).extras())
        .isEqualTo(new Extras.Builder().client("lotus").build());
  }

  @Test
  void optionalMembersEndWithTheirBeats() {
    PeerId a = peer();
    registry.onBeat(a, told(new Extras.Builder().peers(85)), at(0));
    long version = registry.version();
    registry.evaluate(at(90));
    assertThat(registry.nodes().get(0).extras().peers()).isEqualTo(85);
    registry.evaluate(at(91));
    assertThat(registry.nodes().get(0).extras().isNone()).isTrue();
    assertThat(registry.nodesSince(version)).hasSize(1);
  }

  /** What it said on one chain says nothing on another. */
  @Test
  void optionalMembersEndWithTheirNetwork() {
    PeerId a = peer();
    Heartbeat other = new Heartbeat(HEAD, 1000, "n", "", "bafyother", null);
    Heartbeat bare =
        new Heartbeat(HEAD, 1000, "n", "", Network.MAINNET.genesisCid().toString(), null);
    registry.onBeat(a, other.with(finalized(990, HEAD).build()), at(0));
    assertThat(registry.nodes().get(0).extras().isNone()).isFalse();
    registry.onBeat(a, bare, at(3));
    assertThat(registry.nodes().get(0).extras().isNone()).isTrue();
    registry.onBeat(a, bare.with(new Extras.Builder().peers(3).build()), at(6));
    assertThat(registry.nodes().get(0).extras().peers()).isEqualTo(3);
  }

  @Test
  void oddMembersAreCountedAndTheBeatIsGood() {
    registry.onBeat(
        peer(),
        told(new Extras.Builder().odd("Peers").startTime(T0.plusSeconds(3600)).client("lotus")),
        at(0));
    assertThat(registry.counts().accepted()).isEqualTo(1);
    assertThat(registry.counts().odd()).isEqualTo(Map.of("Peers", 1L, "StartTime", 1L));
    assertThat(registry.nodes().get(0).extras().client()).isEqualTo("lotus");
  }

  @Test
  void aStrangersOptionalMembersAreNotKept() {
    PeerId ours = peer();
    Registry fleet = new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));
    fleet.membership(
        new Membership(Set.of(), Set.of(), Map.of(ours, new Expected("a", Map.of()))), at(0));
    PeerId stranger = peer();
    fleet.onBeat(stranger, told(new Extras.Builder().peers(3)), at(1));
    assertThat(Objects.requireNonNull(fleet.node(stranger.toString())).extras().isNone()).isTrue();
  }

  @Test
  void finalizedTipsetsOfMonitoredNodesAreCompared() {
    PeerId ours = peer();
    PeerId other = peer();
    PeerId stranger = peer();
    Registry fleet = new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));
    fleet.membership(
        new Membership(
            Set.of(),
            Set.of(),
            Map.of(ours, new Expected("a", Map.of()), other, new Expected("b", Map.of()))),
        at(0));
    String another = "{ " + Network.CALIBNET.genesisCid() + " }";
    for (PeerId each : List.of(ours, other, stranger)) {
      fleet.onOpen(each, "/ip4/192.0.2.1/tcp/1", at(1));
    }
    fleet.onBeat(ours, told(finalized(990, HEAD)), at(1));
    fleet.onBeat(other, told(finalized(980, HEAD)), at(1));
    fleet.onBeat(stranger, told(finalized(990, another)), at(1));
    fleet.evaluate(at(2));
    Finality agreed = fleet.networks().get(0).extended().finality();
    assertThat(agreed.conflict()).isNull();
    assertThat(agreed.nodes()).isEqualTo(2);
    assertThat(agreed.lag()).isEqualTo(10);
    assertThat(Objects.requireNonNull(fleet.node(other.toString())).findings().finalityLag())
        .isEqualTo(20);
    fleet.onBeat(other, told(finalized(990, another)), at(3));
    fleet.evaluate(at(4));
    assertThat(fleet.networks().get(0).extended().finality().conflict())
        .satisfies(conflict -> assertThat(conflict.height()).isEqualTo(990));
  }

  private static Extras.Builder finalized(long height, String key) {
    return new Extras.Builder().finalized(new Extras.Finalized(height, key));
  }

  @Test
  void theAccountAddsUp() {
    PeerId a = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(a, new Heartbeat("{ bad }", 1, "", "", null, null), at(0));
    registry.onDrop("malformed", 3);
    IngestCounts counts = registry.counts();
    assertThat(counts.received()).isEqualTo(5);
    assertThat(counts.accepted()).isEqualTo(1);
    assertThat(List.copyOf(counts.dropped().values())).containsExactlyInAnyOrder(1L, 3L);
    assertThat(Stream.of("head", "malformed")).allMatch(counts.dropped()::containsKey);
  }

  /** Every scenario ends with this check. */
  private static void addsUp(Registry registry) {
    IngestCounts counts = registry.counts();
    long drops = counts.dropped().values().stream().mapToLong(count -> count).sum();
    assertThat(counts.received()).isEqualTo(counts.accepted() + drops);
  }

  private static Registry simulated(Membership membership) {
    Registry made =
        new Registry(
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
            new NoHistory(),
            at(0));
    made.membership(membership, at(0));
    return made;
  }

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(T0);

  private static String head(String name) {
    return "{ " + Cid.ofBlock(name.getBytes(StandardCharsets.UTF_8)) + " }";
  }

  /** Ten minutes of beats; heads contain the name of their chain. */
  private static void live(Registry registry, Map<PeerId, String> chains) {
    live(registry, chains, Map.of());
  }

  private static void live(
      Registry registry, Map<PeerId, String> chains, Map<PeerId, String> miners) {
    chains.keySet().forEach(peer -> registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0)));
    for (int second = 0; second < 600; second++) {
      for (int tick = 0; tick < 10; tick++) {
        registry.tick(
            new Moment(
                T0.plusSeconds(second).plusMillis(100L * tick),
                second * 1_000_000_000L + tick * 100_000_000L));
      }
      if (second % 3 == 0) {
        for (Map.Entry<PeerId, String> each : chains.entrySet()) {
          long height = Network.SIMULATED.clock().epochAt(T0.plusSeconds(second));
          String miner = miners.getOrDefault(each.getKey(), "");
          registry.onBeat(
              each.getKey(),
              new Heartbeat(head(each.getValue() + height), height, "n", miner, null, null),
              at(second));
        }
      }
      registry.evaluate(at(second));
    }
    addsUp(registry);
  }

  private static State state(Registry registry, PeerId peer) {
    return Objects.requireNonNull(registry.node(peer.toString())).state();
  }

  private static List<String> conflicts(Registry registry, PeerId peer) {
    return Objects.requireNonNull(registry.node(peer.toString())).conflicts();
  }

  @Test
  void aThousandStrangersChangeNothingWhenAFleetIsNamed() {
    Map<PeerId, Expected> fleet = new LinkedHashMap<>();
    Map<PeerId, String> chains = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      PeerId peer = SimulatedFleet.peer(1, i);
      fleet.put(peer, new Expected("node-" + i, Map.of()));
      chains.put(peer, "ours");
    }
    for (int i = 3; i < 1003; i++) {
      chains.put(SimulatedFleet.peer(1, i), "theirs");
    }
    Registry registry = simulated(new Membership(Set.of(), Set.of(), fleet));
    live(registry, chains);
    fleet.keySet().forEach(peer -> assertThat(state(registry, peer)).isEqualTo(State.OK));
    assertThat(state(registry, SimulatedFleet.peer(1, 500))).isEqualTo(State.FORKED);
    assertThat(registry.networks().get(0).votes().voters()).isEqualTo(3);
    assertThat(registry.networks().get(0).votes().basis().voters()).isEqualTo("expected");
  }

  @Test
  void aMinerHasOneVoteHoweverManyNodesClaimIt() {
    Map<PeerId, String> chains = new LinkedHashMap<>();
    Map<PeerId, String> miners = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      PeerId peer = SimulatedFleet.peer(2, i);
      chains.put(peer, i < 4 ? "ours" : "theirs");
      miners.put(peer, i < 4 ? "f0100" + i : "f0666");
    }
    Registry registry = simulated(Membership.OPEN);
    live(registry, chains, miners);
    assertThat(registry.networks().get(0).votes().voters()).isEqualTo(5);
    assertThat(state(registry, SimulatedFleet.peer(2, 0))).isEqualTo(State.OK);
    assertThat(state(registry, SimulatedFleet.peer(2, 8))).isEqualTo(State.FORKED);
    assertThat(conflicts(registry, SimulatedFleet.peer(2, 8))).isNotEmpty();
    assertThat(conflicts(registry, SimulatedFleet.peer(2, 0)))
        .noneMatch(conflict -> conflict.contains("f0100"));
  }

  /** They fail one by one: with a single vote a fork could not be detected. */
  @Test
  void expectedNodesOfOneProviderEachHaveAVote() {
    Map<PeerId, String> chains = new LinkedHashMap<>();
    Map<PeerId, String> miners = new LinkedHashMap<>();
    Map<PeerId, Expected> expected = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      PeerId peer = SimulatedFleet.peer(4, i);
      chains.put(peer, i < 2 ? "ours" : "theirs");
      miners.put(peer, "f0666");
      expected.put(peer, new Expected("n" + i, Map.of()));
    }
    Registry registry = simulated(new Membership(Set.of(), Set.of(), expected));
    live(registry, chains, miners);
    assertThat(registry.networks().get(0).votes().voters()).isEqualTo(3);
    assertThat(state(registry, SimulatedFleet.peer(4, 0))).isEqualTo(State.OK);
    assertThat(state(registry, SimulatedFleet.peer(4, 2))).isEqualTo(State.FORKED);
  }

  @Test
  void aNodeAheadTakesNoVoteFromTheMinerItClaims() {
    PeerId liar = SimulatedFleet.peer(22, 0);
    Registry registry = simulated(Membership.OPEN);
    registry.onOpen(liar, "/ip4/192.0.2.1/tcp/1", at(0));
    registry.onBeat(liar, new Heartbeat(head("x"), EPOCH + 50, "n", "f01000", null, null), at(0));
    Map<PeerId, String> chains = new LinkedHashMap<>();
    Map<PeerId, String> miners = new LinkedHashMap<>();
    for (int i = 1; i < 4; i++) {
      chains.put(SimulatedFleet.peer(22, i), "ours");
      miners.put(SimulatedFleet.peer(22, i), "f0" + (999 + i));
    }
    live(registry, chains, miners);
    registry.onBeat(liar, new Heartbeat(head("y"), EPOCH + 90, "n", "f01000", null, null), at(600));
    registry.evaluate(at(600));
    assertThat(state(registry, liar)).isEqualTo(State.AHEAD);
    assertThat(registry.networks().get(0).votes().voters()).isEqualTo(3);
  }

  @Test
  void twoVotersThatDifferDecideNothing() {
    PeerId a = SimulatedFleet.peer(3, 0);
    PeerId b = SimulatedFleet.peer(3, 1);
    Registry registry = simulated(Membership.OPEN);
    live(registry, Map.of(a, "ours", b, "theirs"));
    assertThat(List.of(state(registry, a), state(registry, b))).containsExactly(State.OK, State.OK);
  }

  @Test
  void expectedNodesAreMissingFromTheFirstSecondAndNeverForgotten() {
    PeerId expected = SimulatedFleet.peer(4, 0);
    Membership membership =
        new Membership(Set.of(), Set.of(), Map.of(expected, new Expected("one", Map.of())));
    Registry registry = simulated(membership);
    registry.evaluate(at(0));
    assertThat(state(registry, expected)).isEqualTo(State.MISSING);
    registry.evaluate(at(3600L * 24 * 30));
    assertThat(state(registry, expected)).isEqualTo(State.MISSING);
    assertThat(registry.forget(expected.toString(), at(0))).isTrue();
    assertThat(state(registry, expected)).isEqualTo(State.MISSING);
    registry.membership(Membership.OPEN, at(0));
    assertThat(registry.nodes()).isEmpty();
  }

  @Test
  void aNodeSilentForTooLongIsForgotten() {
    PeerId peer = SimulatedFleet.peer(5, 0);
    Registry registry = simulated(Membership.OPEN);
    registry.onBeat(peer, beat(1), at(0));
    registry.evaluate(at(3600L * 24 * 7 - 1));
    assertThat(registry.nodes()).hasSize(1);
    registry.evaluate(at(3600L * 24 * 7 + 1));
    assertThat(registry.nodes()).isEmpty();
    addsUp(registry);
  }

  @Test
  void tooManyBeatsAreDroppedAndCounted() {
    PeerId peer = SimulatedFleet.peer(6, 0);
    Registry registry = simulated(Membership.OPEN);
    for (int i = 0; i < 500; i++) {
      registry.onBeat(peer, beat(i + 1), at(0));
    }
    assertThat(registry.counts().accepted()).isEqualTo(100);
    assertThat(registry.counts().dropped()).containsEntry(BeatAccount.DROP_RATE, 400L);
    registry.onBeat(peer, beat(1), at(1));
    assertThat(registry.counts().accepted()).isEqualTo(101);
    addsUp(registry);
  }

  @Test
  void beatsOfDeniedPeersAreDropped() {
    PeerId peer = SimulatedFleet.peer(7, 0);
    Registry registry = simulated(new Membership(Set.of(), Set.of(peer), Map.of()));
    registry.onBeat(peer, beat(1), at(0));
    assertThat(registry.nodes()).isEmpty();
    assertThat(registry.counts().dropped()).containsEntry(BeatAccount.DROP_DENIED, 1L);
    addsUp(registry);
  }

  @Test
  void theFutureAndOtherNetworksAreShownWithoutAVote() {
    PeerId ahead = SimulatedFleet.peer(8, 0);
    PeerId other = SimulatedFleet.peer(8, 1);
    Registry registry = simulated(Membership.OPEN);
    registry.onOpen(ahead, "/ip4/192.0.2.1/tcp/1", at(0));
    registry.onOpen(other, "/ip4/192.0.2.1/tcp/1", at(0));
    for (int second = 0; second < 40; second += 2) {
      registry.onBeat(ahead, new Heartbeat(head("a"), EPOCH + 50, "n", "", null, null), at(second));
      String mainnet = Network.MAINNET.genesisCid().toString();
      registry.onBeat(other, new Heartbeat(head("b"), EPOCH, "n", "", mainnet, null), at(second));
      registry.evaluate(at(second));
    }
    assertThat(state(registry, ahead)).isEqualTo(State.AHEAD);
    assertThat(state(registry, other)).isEqualTo(State.WRONG_NETWORK);
    assertThat(registry.networks().get(0).votes().voters()).isZero();
    assertThat(registry.counts().accepted()).isEqualTo(40);
    addsUp(registry);
  }

  @Test
  void whenMostNodesAreAheadTheClockIsSuspected() {
    Map<PeerId, String> chains = new LinkedHashMap<>();
    Registry registry = simulated(Membership.OPEN);
    for (int i = 0; i < 3; i++) {
      chains.put(SimulatedFleet.peer(9, i), "c");
    }
    chains.keySet().forEach(peer -> registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0)));
    for (int second = 0; second < 60; second++) {
      for (PeerId peer : chains.keySet()) {
        long height = EPOCH + 20 + second / 30;
        registry.onBeat(
            peer, new Heartbeat(head("c" + height), height, "n", "", null, null), at(second));
      }
      registry.evaluate(at(second));
    }
    assertThat(registry.networks().get(0).clockSuspected()).isTrue();
    assertThat(registry.networks().get(0).clock().ahead()).isEqualTo(Duration.ofMinutes(-10));
    chains.keySet().forEach(peer -> assertThat(state(registry, peer)).isEqualTo(State.OK));
    addsUp(registry);
  }

  private Registry heights(int nodes, int seconds, int ahead) {
    Registry registry = simulated(Membership.OPEN);
    for (int second = 0; second < seconds; second++) {
      for (int i = 0; i < nodes; i++) {
        PeerId peer = SimulatedFleet.peer(9, i);
        long height = EPOCH + ahead + second / 30;
        if (second == 0) {
          registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0));
        }
        registry.onBeat(
            peer, new Heartbeat(head("c" + height), height, "n", "", null, null), at(second));
      }
      registry.evaluate(at(second));
    }
    return registry;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneOrTwoNodesAheadMakeTheClockSuspectToo(int nodes) {
    Registry registry = heights(nodes, 60, 20);
    assertThat(registry.networks().get(0).clockSuspected()).isTrue();
    // Too few voters to measure the lag of others.
    assertThat(state(registry, SimulatedFleet.peer(9, 0))).isEqualTo(State.AHEAD);
    assertThat(heights(nodes, 60, 0).networks().get(0).clockSuspected()).isFalse();
  }

  @Test
  void whenAllHeadsAreLateButRiseNormallyTheClockIsSuspected() {
    assertThat(heights(3, 290, -20).networks().get(0).clockSuspected()).isFalse();
    Registry registry = heights(3, 310, -20);
    assertThat(registry.networks().get(0).clockSuspected()).isTrue();
    assertThat(state(registry, SimulatedFleet.peer(9, 0))).isEqualTo(State.OK);
  }

  /** Blocks arrive at any second of an epoch, and the reported value does not change with each. */
  @ParameterizedTest
  @ValueSource(ints = {-20, 20})
  void theClockErrorIsReportedOnce(int ahead) {
    Registry registry = simulated(Membership.OPEN);
    Set<Optional<Duration>> said = new LinkedHashSet<>();
    for (int second = 0; second < 900; second++) {
      for (int i = 0; i < 3; i++) {
        PeerId peer = SimulatedFleet.peer(9, i);
        long height = EPOCH + ahead + Math.floorDiv(second - 10, 30);
        if (second == 0) {
          registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0));
        }
        registry.onBeat(
            peer, new Heartbeat(head("c" + height), height, "n", "", null, null), at(second));
      }
      registry.evaluate(at(second));
      said.add(Optional.ofNullable(registry.networks().get(0).clock().ahead()));
    }
    said.remove(Optional.empty());
    assertThat(said).hasSize(1);
    Duration wrong = said.iterator().next().orElseThrow().plusSeconds(30L * ahead);
    assertThat(wrong.abs()).isLessThanOrEqualTo(Duration.ofSeconds(30));
  }

  /** Of two nodes that are ahead the lower height counts: a single liar cannot claim a year. */
  @Test
  void aLiarDoesNotDecideTheClockError() {
    Registry registry = simulated(Membership.OPEN);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 2; i++) {
        long height = i == 0 ? Long.MAX_VALUE : EPOCH + 20 + second / 30;
        registry.onOpen(SimulatedFleet.peer(9, i), "/ip4/192.0.2.1/tcp/1", at(second));
        registry.onBeat(
            SimulatedFleet.peer(9, i),
            new Heartbeat(head("c" + height), height, "n", "", null, null),
            at(second));
      }
      registry.evaluate(at(second));
    }
    assertThat(registry.networks().get(0).clock().ahead()).isEqualTo(Duration.ofMinutes(-10));
  }

  private static final String OF_NOBODY = "bafyofnobody";

  private static Registry ofNobody(Membership membership) {
    Registry registry = new Registry(AggregatorSettings.DEFAULT, new NoHistory(), at(0));
    registry.membership(membership, at(0));
    return registry;
  }

  private static Membership named(int count) {
    Map<PeerId, Expected> fleet = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      fleet.put(SimulatedFleet.peer(9, i), new Expected("node-" + i, Map.of()));
    }
    return new Membership(Set.of(), Set.of(), fleet);
  }

  /** Runs for a minute; each node has its own height, which rises at the usual pace. */
  private static void ofNobody(Registry registry, long from, long... heights) {
    for (long second = from; second < from + 60; second++) {
      for (int i = 0; i < heights.length; i++) {
        PeerId peer = SimulatedFleet.peer(9, i);
        if (second == from) {
          registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(second));
        }
        long height = heights[i] + (second - from) / 30;
        registry.onBeat(
            peer, new Heartbeat(head("c" + height), height, "n", "", OF_NOBODY, null), at(second));
      }
      registry.evaluate(at(second));
    }
  }

  private static @Nullable Long best(Registry registry) {
    return registry.networks().stream()
        .filter(each -> OF_NOBODY.equals(each.genesisCid()))
        .findFirst()
        .orElseThrow()
        .heights()
        .best();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void withoutAClockNodesAreJudgedAgainAfterAnyTimeWithoutBeats(int nodes) {
    Registry registry = ofNobody(named(nodes));
    long[] heights = new long[nodes];
    Arrays.fill(heights, 1_000);
    ofNobody(registry, 0, heights);
    assertThat(best(registry)).isEqualTo(1_001);
    Arrays.fill(heights, 1_000 + 86_400 / 30);
    ofNobody(registry, 86_400, heights);
    assertThat(best(registry)).isEqualTo(1_001 + 86_400 / 30);
    if (nodes >= FleetSettings.MIN_VOTERS) {
      assertThat(state(registry, SimulatedFleet.peer(9, 0))).isEqualTo(State.OK);
    }
  }

  @Test
  void strangersDoNotMoveAFleetsHeight() {
    Registry registry = ofNobody(named(3));
    long[] heights = new long[40];
    Arrays.fill(heights, 3, 40, 1_000_000);
    Arrays.fill(heights, 0, 3, 1_000);
    ofNobody(registry, 0, heights);
    ofNobody(registry, 60, heights);
    assertThat(best(registry)).isEqualTo(1_001);
    for (int i = 0; i < 3; i++) {
      assertThat(state(registry, SimulatedFleet.peer(9, i))).isEqualTo(State.OK);
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000000", "1000, 1000, 1000000", "1000, 1000, 1000000, 1000000"})
  void onlyAMajorityOfVotersMovesAFleetsHeight(ArgumentsAccessor all) {
    long[] heights = all.toList().stream().mapToLong(each -> Long.parseLong("" + each)).toArray();
    Registry registry = ofNobody(named(heights.length));
    long[] before = new long[heights.length];
    Arrays.fill(before, 1_000);
    ofNobody(registry, 0, before);
    ofNobody(registry, 60, heights);
    assertThat(best(registry)).isEqualTo(1_001);
  }

  /** Without expected nodes any number of peers may vote, but the reference does not move. */
  @Test
  void noMajorityMovesTheFleetAwayFromItsReference() {
    Registry registry = ofNobody(Membership.OPEN);
    TipsetKey key = TipsetKey.parse(head("c1000"));
    ofNobody(registry, 0, 1_000, 1_000, 1_000);
    registry.onReference(
        "glif", new ReferenceNode.Answer(OF_NOBODY, key, 1_000, TipsetKey.EMPTY, -1), at(60));
    long[] heights = new long[40];
    Arrays.fill(heights, 1_000_000);
    Arrays.fill(heights, 0, 3, 1_000);
    ofNobody(registry, 60, heights);
    assertThat(best(registry)).isLessThan(1_100);
  }

  /** For example, the aggregator's network was down, or its machine was suspended. */
  @Test
  void afterADayWithoutAnyHeadNodesAreJudgedAsBefore() {
    Registry registry = heights(3, 60, 0);
    for (int second = 86_400; second < 86_520; second++) {
      long height = EPOCH + second / 30;
      for (int i = 0; i < 3; i++) {
        registry.onBeat(
            SimulatedFleet.peer(9, i),
            new Heartbeat(head("c" + height), height, "n", "", null, null),
            at(second));
      }
      registry.evaluate(at(second));
    }
    assertThat(registry.networks().get(0).heights().best()).isEqualTo(EPOCH + 86_519 / 30);
    assertThat(state(registry, SimulatedFleet.peer(9, 0))).isEqualTo(State.OK);
  }

  @Test
  void afterAClockStepVerdictsDoNotChange() {
    Registry registry = heights(3, 60, 0);
    PeerId lost = SimulatedFleet.peer(9, 2);
    registry.onClose(lost, "RESET", at(60));
    Duration by = Duration.ofHours(-1);
    registry.stepped(new Clocks.Step(by, Duration.ZERO), at(80));
    assertThat(registry.coversSince(registry.version() - 10)).isFalse();
    for (int second = 80; second < 110; second++) {
      registry.evaluate(at(second).moved(by));
      assertThat(state(registry, lost)).as("at %s", second).isEqualTo(State.OK);
      assertThat(registry.steps(at(second)).holds()).isTrue();
    }
    registry.evaluate(at(110).moved(by));
    assertThat(state(registry, lost)).isEqualTo(State.DISCONNECTED);
    assertThat(registry.steps(at(110))).isEqualTo(new ClockSteps(by, false, null));
  }

  private static KnownNode known(PeerId peer, State state) {
    return new KnownNode(
        peer.toString(),
        "n",
        null,
        null,
        List.of(),
        null,
        null,
        null,
        T0.minusSeconds(100),
        T0.minusSeconds(50),
        T0.minusSeconds(50),
        9,
        state,
        T0.minusSeconds(40));
  }

  @Test
  void afterARestartNoNodeBecomesSilentWhileWarming() {
    PeerId peer = SimulatedFleet.peer(10, 0);
    Registry registry = simulated(Membership.OPEN);
    registry.restore(new RestoredState(List.of(known(peer, State.OK)), Map.of()), at(0));
    for (int second = 0; second < 30; second++) {
      registry.evaluate(at(second));
      assertThat(state(registry, peer).isBeating()).as("second %s", second).isTrue();
    }
    registry.evaluate(at(31));
    assertThat(state(registry, peer)).isEqualTo(State.DISCONNECTED);
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "DISCONNECTED"})
  void afterARestartANodeWithoutABeatDoesNotRecover(State before) {
    PeerId peer = SimulatedFleet.peer(10, 0);
    Registry registry = simulated(Membership.OPEN);
    registry.restore(new RestoredState(List.of(known(peer, before)), Map.of()), at(0));
    for (int second = 0; second < 120; second++) {
      registry.evaluate(at(second));
      assertThat(state(registry, peer).isBeating()).as("second %s", second).isFalse();
    }
    registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(120));
    registry.onBeat(peer, beat(1), at(120));
    registry.evaluate(at(121));
    assertThat(state(registry, peer).isBeating()).isTrue();
  }

  private static ReferenceNode.Answer answer(String chain, long height, long finalized) {
    TipsetKey none = TipsetKey.EMPTY;
    return new ReferenceNode.Answer(
        Network.SIMULATED.genesisCid().toString(),
        TipsetKey.parse(head(chain + height)),
        height,
        finalized < 0 ? none : TipsetKey.parse(head(chain + finalized)),
        finalized);
  }

  @Test
  void aReferenceProvesWhatItFinalized() {
    PeerId alone = SimulatedFleet.peer(11, 0);
    Registry registry = simulated(Membership.OPEN);
    live(registry, Map.of(alone, "theirs"));
    assertThat(state(registry, alone)).isEqualTo(State.OK);
    long last = Network.SIMULATED.clock().epochAt(T0.plusSeconds(599));
    registry.onReference("ref", answer("ours", last, last - 5), at(600));
    registry.onBeat(
        alone, new Heartbeat(head("theirs" + last), last, "n", "", null, null), at(600));
    registry.evaluate(at(600));
    assertThat(state(registry, alone)).isEqualTo(State.FORKED);
    assertThat(registry.networks().get(0).votes().basis().reference()).isTrue();
    registry.onReference("ref", null, at(601));
    registry.evaluate(at(601));
    // No node is left to compare it with.
    assertThat(state(registry, alone)).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aFleetThatLeavesItsReferenceIsReportedAsForked() {
    Map<PeerId, String> chains = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      chains.put(SimulatedFleet.peer(12, i), "theirs");
    }
    Registry registry = simulated(Membership.OPEN);
    live(registry, chains);
    long last = Network.SIMULATED.clock().epochAt(T0.plusSeconds(599));
    for (long height = last - 2; height <= last; height++) {
      assertThat(registry.networks().get(0).fleetForked()).isFalse();
      registry.onReference("ref", answer("ours", height, -1), at(600));
      registry.evaluate(at(600));
    }
    assertThat(registry.networks().get(0).fleetForked()).isTrue();
  }
}
