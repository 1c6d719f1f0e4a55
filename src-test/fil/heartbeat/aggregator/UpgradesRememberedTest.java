package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.UpgradeReadiness;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five nodes, of which two know an upgrade and then fall silent. */
class UpgradesRememberedTest {
  private static final Instant T0 =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1000);

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(T0);

  /** Ahead by more than a day. */
  private static final long UPGRADE = EPOCH + 4_000;

  private static final int NODES = 5;
  private static final int KNOWING = 2;
  private static final Membership NAMED =
      new Membership(
          Set.of(),
          Set.of(),
          Map.copyOf(
              IntStream.range(0, NODES)
                  .boxed()
                  .collect(
                      HashMap::new,
                      (all, i) -> all.put(peer(i), new Expected("n" + i, Map.of())),
                      HashMap::putAll)));

  private final RecordingHistory history = new RecordingHistory();
  private Membership membership = NAMED;
  private Optional<Network> network = Optional.of(Network.SIMULATED);
  private @Nullable String genesis = Network.SIMULATED.genesisCid().toString();
  private long upgrade = UPGRADE;
  private int knowing = KNOWING;
  private int versionOfOthers = 28;
  private long second;
  private Registry registry = start();

  private static PeerId peer(int node) {
    return SimulatedFleet.peer(22, node);
  }

  private Moment now() {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private Registry start() {
    Registry made = new Registry(AggregatorSettings.DEFAULT.withNetwork(network), history, now());
    made.membership(membership, now());
    made.restore(history.restore(100, Set.of()).result(), now());
    return made;
  }

  private Heartbeat beat(int node, boolean knows) {
    long height = EPOCH + Math.floorDiv(second - 10, 30L);
    Cid block = Cid.ofBlock(("ours" + height).getBytes(StandardCharsets.UTF_8));
    List<Extras.Upgrade> upgrades = new ArrayList<>(List.of(new Extras.Upgrade("Tuk", 1)));
    if (knows) {
      upgrades.add(new Extras.Upgrade("Fire Horse", upgrade));
    }
    return new Heartbeat("{ " + block + " }", height, "node-" + node, "", genesis, null)
        .with(
            new Extras.Builder()
                .upgrades(upgrades)
                .networkVersion(node < KNOWING ? 28 : versionOfOthers)
                .build());
  }

  /** Lets these nodes beat; those below {@link #knowing} know the upgrade. */
  private void run(int seconds, int from, int to) {
    for (int node = 0; node < NODES; node++) {
      if (node < from || node >= to) {
        registry.onClose(peer(node), "reset", now());
      } else {
        registry.onOpen(peer(node), "/ip4/192.0.2.1/tcp/1", now());
      }
    }
    for (long end = second + seconds; second < end; second++) {
      for (int node = from; node < to && second % 10 == 0; node++) {
        registry.onBeat(peer(node), beat(node, node < knowing), now());
      }
      registry.evaluate(now());
    }
  }

  private @Nullable Boolean ready(int node) {
    return Objects.requireNonNull(registry.node(peer(node).toString())).findings().upgradeReady();
  }

  private Findings.Compared compared(int node) {
    return Objects.requireNonNull(registry.node(peer(node).toString())).findings().compared();
  }

  private List<UpgradeReadiness> upgrades() {
    return registry.networks().get(0).extended().upgrades();
  }

  @Test
  void nodesThatAreNotReadyStaySoWhileThoseThatKnowRestart() {
    run(60, 0, NODES);
    assertThat(ready(0)).isTrue();
    assertThat(ready(4)).isFalse();
    run(1_200, KNOWING, NODES);
    assertThat(ready(4)).isFalse();
    assertThat(upgrades())
        .singleElement()
        .satisfies(each -> assertThat(each.height()).isEqualTo(UPGRADE))
        .satisfies(each -> assertThat(each.name()).isEqualTo("Fire Horse"))
        .satisfies(each -> assertThat(each.ready()).isZero())
        .satisfies(each -> assertThat(each.notReadyCount()).isEqualTo(3));
    run(60, 0, NODES);
    assertThat(upgrades())
        .singleElement()
        .satisfies(each -> assertThat(each.ready()).isEqualTo(KNOWING));
  }

  @Test
  void anUpgradeThatNobodyHasNamedForADayIsForgotten() {
    run(60, 0, NODES);
    run(86_400, KNOWING, NODES);
    assertThat(ready(4)).isFalse();
    run(120, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(upgrades()).isEmpty();
    assertThat(history.upgrades).isEmpty();
  }

  @Test
  void itIsRememberedOverARestartOfTheAggregator() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    assertThat(history.upgrades).hasSize(KNOWING).allMatch(each -> each.endsWith(" Fire Horse"));
    second += 30;
    registry = start();
    run(300, KNOWING, NODES);
    assertThat(ready(4)).isFalse();
    assertThat(upgrades()).hasSize(1);
  }

  @Test
  void aNodeThatComesBackWithoutItNamesItNoMore() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    for (int node = 0; node < KNOWING; node++) {
      registry.onOpen(peer(node), "/ip4/192.0.2.1/tcp/1", now());
      registry.onBeat(peer(node), beat(node, false), now());
    }
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(upgrades()).isEmpty();
  }

  @Test
  void whatANodeNamedThatIsNoLongerOfTheFleetIsForgotten() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    Map<PeerId, Expected> rest = new HashMap<>(NAMED.expected());
    rest.remove(peer(0));
    registry.membership(new Membership(Set.of(), Set.of(), rest), now());
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
  }

  /** The others are of the fleet no more, and what they named is forgotten. */
  @Test
  void twoThatAreLeftAreTooFewToCompare() {
    run(60, 0, NODES);
    assertThat(ready(4)).isFalse();
    Map<PeerId, Expected> rest = new HashMap<>(NAMED.expected());
    rest.keySet().retainAll(Set.of(peer(1), peer(4)));
    registry.membership(new Membership(Set.of(), Set.of(), rest), now());
    run(60, 0, NODES);
    assertThat(ready(4)).isNull();
    assertThat(compared(4)).isEqualTo(Findings.Compared.TOO_FEW);
    assertThat(compared(1)).isEqualTo(Findings.Compared.TOO_FEW_AGREE);
  }

  @Test
  void aStrangerPlantsNothing() {
    Map<PeerId, Expected> rest = new HashMap<>(NAMED.expected());
    rest.remove(peer(0));
    rest.remove(peer(1));
    registry.membership(new Membership(Set.of(), Set.of(), rest), now());
    run(600, 0, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(history.upgrades).isEmpty();
  }

  /** Two peers of an open fleet that stay for less than five minutes. */
  @Test
  void aPeerThatOnlyPassesPlantsNothing() {
    membership = Membership.OPEN;
    registry = start();
    run(290, 0, NODES);
    run(600, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(history.upgrades).isEmpty();
  }

  /** Those that know it are silent when it comes, and the others leave the chain. */
  @Test
  void nobodyIsReadyBecauseAnUpgradePassedWhileThoseThatKnowItAreSilent() {
    upgrade = EPOCH + 20;
    run(60, 0, NODES);
    assertThat(ready(4)).isFalse();
    run(600, KNOWING, NODES);
    assertThat(ready(4)).isNull();
    assertThat(upgrades()).isEmpty();
    second += 30;
    registry = start();
    run(600, KNOWING, NODES);
    assertThat(ready(4)).isNull();
    second += 86_400;
    registry = start();
    run(300, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(history.upgrades).isEmpty();
  }

  /** A version may be three hours old: until then nobody knows which nodes followed. */
  @Test
  void nobodyIsReadyAsSoonAsAnUpgradePassed() {
    upgrade = EPOCH + 20;
    run(60, 0, NODES);
    assertThat(ready(4)).isFalse();
    run(600, 0, NODES);
    assertThat(ready(0)).isTrue();
    assertThat(ready(4)).isNull();
    run(370 * 30, 0, NODES);
    assertThat(ready(4)).isTrue();
  }

  /** It is updated after the upgrade: until its version is asked again nothing says it followed. */
  @Test
  void aNodeThatIsUpdatedTooLateIsNotReadyUntilItsVersionSaysSo() {
    upgrade = EPOCH + 20;
    versionOfOthers = 27;
    run(660, 0, NODES);
    assertThat(ready(4)).isFalse();
    knowing = NODES;
    run(60, 0, NODES);
    assertThat(ready(4)).isNull();
    run(370 * 30, 0, NODES);
    assertThat(ready(4)).isFalse();
    versionOfOthers = 28;
    run(60, 0, NODES);
    assertThat(ready(4)).isTrue();
  }

  /** A height that nobody followed must not stand after the operator denied those that named it. */
  @Test
  void whatDeniedPeersNamedIsForgottenAtARestart() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    assertThat(history.upgrades).hasSize(KNOWING);
    membership = new Membership(Set.of(), Set.of(peer(0)), NAMED.expected());
    second += 30;
    registry = start();
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(history.upgrades).hasSize(1);
  }

  @Test
  void whatAPeerNamedThatIsNoLongerExpectedIsForgottenAtARestart() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    Map<PeerId, Expected> rest = new HashMap<>(NAMED.expected());
    rest.remove(peer(0));
    rest.remove(peer(1));
    membership = new Membership(Set.of(), Set.of(), rest);
    second += 30;
    registry = start();
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
    assertThat(history.upgrades).isEmpty();
  }

  @Test
  void whatADeniedPeerNamedIsForgottenAtOnce() {
    run(60, 0, NODES);
    run(5, KNOWING, NODES);
    registry.membership(new Membership(Set.of(), Set.of(peer(0)), NAMED.expected()), now());
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
  }

  /** Two peers name it, then beat without a genesis, and are denied or forgotten after that. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAPeerNamedOfAnotherNetworkIsForgottenWithIt(boolean denied) {
    membership = Membership.OPEN;
    network = Optional.empty();
    registry = start();
    run(400, 0, NODES);
    assertThat(ready(4)).isFalse();
    genesis = null;
    run(20, 0, KNOWING);
    genesis = Network.SIMULATED.genesisCid().toString();
    run(10, KNOWING, NODES);
    assertThat(ready(4)).isFalse();
    if (denied) {
      registry.membership(new Membership(Set.of(), Set.of(peer(0)), Map.of()), now());
    } else {
      assertThat(registry.forget(peer(0).toString(), now())).isTrue();
    }
    run(10, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
  }

  @Test
  void aPeerThatGoesToAnotherNetworkByWayOfNoneNamesNothingInTheFirst() {
    membership = Membership.OPEN;
    network = Optional.empty();
    registry = start();
    run(400, 0, NODES);
    genesis = null;
    run(20, 0, KNOWING);
    genesis = Network.CALIBNET.genesisCid().toString();
    run(20, 0, KNOWING);
    genesis = Network.SIMULATED.genesisCid().toString();
    run(10, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
  }

  @Test
  void aPeerThatIsNotOfTheConfiguredNetworkNamesNothingInIt() {
    run(60, 0, NODES);
    genesis = Network.CALIBNET.genesisCid().toString();
    run(20, 0, KNOWING);
    genesis = Network.SIMULATED.genesisCid().toString();
    run(60, KNOWING, NODES);
    assertThat(ready(4)).isTrue();
  }

  /** The file was damaged and another one was begun, or the process stops. */
  @Test
  void whatNodesNamedIsSavedWhenAllIs() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    history.upgrades = List.of();
    registry.save(now());
    assertThat(history.upgrades).hasSize(KNOWING);
  }

  /** A crash within the hour must not take the times of the clock before. */
  @Test
  void timesAreStoredAgainWhenTheClockWasSet() {
    run(60, 0, NODES);
    run(300, KNOWING, NODES);
    Duration by = Duration.ofHours(-30);
    registry.stepped(new Clocks.Step(by, Duration.ZERO), now());
    registry.evaluate(new Moment(now().at().plus(by), now().nanos()));
    assertThat(history.upgrades)
        .hasSize(KNOWING)
        .allSatisfy(
            each ->
                assertThat(Instant.parse(each.split(" ", -1)[3])).isBefore(T0.minusSeconds(3_600)));
  }

  @Test
  void unreadableTextsAreLeftOut() {
    run(60, 0, NODES);
    List<String> good = history.upgrades;
    String genesis = Network.SIMULATED.genesisCid() + " ";
    List<String> all = new ArrayList<>(good);
    all.add("");
    all.add(genesis);
    all.add(genesis + "x 12D3 2026-01-01T00:00:00Z Name");
    all.add(genesis + "-5 12D3 2026-01-01T00:00:00Z Name");
    all.add(genesis + UPGRADE + " 12D3 yesterday Name");
    all.add(genesis + UPGRADE + " 12D3 2026-01-01T00:00:00Z " + "N".repeat(1_000));
    history.upgrades = all;
    registry = start();
    registry.evaluate(now());
    assertThat(history.upgrades).hasSameSizeAs(good).allMatch(each -> each.endsWith(" Fire Horse"));
    run(300, KNOWING, NODES);
    assertThat(ready(4)).isFalse();
  }
}
