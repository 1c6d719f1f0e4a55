package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.ConnectionGuard.Phase;
import fil.heartbeat.libp2p.host.ConnectionGuard.Ticket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionGuardTest {
  private static final PeerId PEER = Identity.generate(KeyType.ED25519).peerId();
  private static final PeerId OURS = Identity.generate(KeyType.ED25519).peerId();

  private static ConnectionGuard guard(HostConfig config) {
    return new ConnectionGuard(config, config.sockets().maxConnections());
  }

  private static Ticket accept(ConnectionGuard guard, String address) {
    try {
      return guard.accept(InetAddress.getByName(address), new QuietCandidate());
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void connectionsPerAddressAreLimited() {
    ConnectionGuard guard =
        guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnectionsPerAddress(2)));
    Ticket first = accept(guard, "192.0.2.1");
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
    assertThat(accept(guard, "192.0.2.1").refusal()).isEqualTo(Refusal.ADDRESS);
    assertThat(accept(guard, "192.0.2.2").refusal()).isNull();
    assertThat(guard.gone(first)).isEmpty();
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
  }

  @Test
  void loopbackIsExemptOnlyWhenConfigured() {
    ConnectionGuard spared =
        guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnectionsPerAddress(1)));
    assertThat(accept(spared, "127.0.0.1").refusal()).isNull();
    assertThat(accept(spared, "127.0.0.1").refusal()).isNull();
    ConnectionGuard strict =
        guard(
            HostConfig.DEFAULT.withSockets(
                s -> s.withMaxConnectionsPerAddress(1).withExemptLoopback(false)));
    assertThat(accept(strict, "::1").refusal()).isNull();
    assertThat(accept(strict, "::1").refusal()).isEqualTo(Refusal.ADDRESS);
  }

  @Test
  void anIpv6NetworkOfOneSubscriberCountsAsOneAddress() {
    ConnectionGuard guard =
        guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnectionsPerAddress(1)));
    assertThat(accept(guard, "2001:db8:1:2::1").refusal()).isNull();
    assertThat(accept(guard, "2001:db8:1:2:ffff::9").refusal()).isEqualTo(Refusal.ADDRESS);
    assertThat(accept(guard, "2001:db8:1:ff::1").refusal()).isEqualTo(Refusal.ADDRESS);
    assertThat(accept(guard, "2001:db8:1:100::1").refusal()).isNull();
  }

  @Test
  void theTotalIncludesDialledSockets() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(2)));
    assertThat(guard.dial().refusal()).isNull();
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
    assertThat(accept(guard, "192.0.2.2").refusal()).isEqualTo(Refusal.CONNECTIONS);
    assertThat(guard.dial().refusal()).isEqualTo(Refusal.CONNECTIONS);
  }

  @Test
  void socketsBeyondTheUpgradeSlotsWaitInOrder() {
    ConnectionGuard guard =
        guard(
            HostConfig.DEFAULT.withSockets(
                s -> s.withMaxPendingUpgrades(1).withMaxWaitingSockets(2)));
    Ticket first = accept(guard, "192.0.2.1");
    Ticket second = accept(guard, "192.0.2.2");
    Ticket third = accept(guard, "192.0.2.3");
    assertThat(accept(guard, "192.0.2.4").refusal()).isEqualTo(Refusal.WAITING);
    assertThat(guard.phase(second)).isEqualTo(Phase.WAITING);
    assertThat(guard.opened(first)).containsExactly(second);
    assertThat(guard.phase(second)).isEqualTo(Phase.UPGRADING);
    assertThat(guard.gone(second)).containsExactly(third);
    assertThat(guard.gone(second)).isEmpty();
  }

  @Test
  void anAddressThatTookAllItsSlotsDoesNotHoldUpOthers() {
    ConnectionGuard guard =
        guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgradesPerAddress(1)));
    Ticket first = accept(guard, "192.0.2.1");
    Ticket behind = accept(guard, "192.0.2.1");
    assertThat(guard.phase(behind)).isEqualTo(Phase.WAITING);
    assertThat(guard.phase(accept(guard, "192.0.2.2"))).isEqualTo(Phase.UPGRADING);
    assertThat(guard.gone(first)).containsExactly(behind);
  }

  /** Records its calls. */
  private static final class Noted implements Candidate {
    private final String name;
    private final List<String> told;
    private boolean spoke;

    private Noted(String name, List<String> told) {
      this.name = name;
      this.told = told;
    }

    @Override
    public void start() {
      told.add(name + " starts");
    }

    @Override
    public void giveWay(Refusal why) {
      told.add(name + " " + why.label());
    }

    @Override
    public boolean spoke() {
      return spoke;
    }
  }

  private final List<String> told = new ArrayList<>();

  private Ticket noted(ConnectionGuard guard, String address, String name, boolean spoke) {
    try {
      Noted candidate = new Noted(name, told);
      candidate.spoke = spoke;
      return guard.accept(InetAddress.getByName(address), candidate);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void waitingSocketsAreServedAddressByAddress() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(1)));
    Ticket running = accept(guard, "192.0.2.1");
    List<String> names = List.of("a1", "a2", "a3", "b1", "c1", "b2");
    for (String name : names) {
      String address = "192.0.2.10" + (name.charAt(0) - 'a');
      assertThat(noted(guard, address, name, true).refusal()).isNull();
    }
    for (int turn = 0; turn < 6; turn++) {
      List<Ticket> started = guard.gone(running);
      assertThat(started).hasSize(1);
      ConnectionGuard.start(started);
      running = started.get(0);
    }
    assertThat(told)
        .containsExactly(
            "a1 starts", "b1 starts", "c1 starts", "a2 starts", "b2 starts", "a3 starts");
  }

  @Test
  void oneAddressHasAnEighthWhileOthersWaitAndAllWhenNoneDo() {
    ConnectionGuard guard =
        guard(
            HostConfig.DEFAULT.withSockets(
                s -> s.withMaxPendingUpgrades(16).withMaxWaitingSockets(32)));
    List<Ticket> many = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      many.add(accept(guard, "192.0.2.1"));
    }
    assertThat(many.subList(0, 16)).allMatch(each -> guard.phase(each) == Phase.UPGRADING);
    assertThat(many.subList(16, 30)).allMatch(each -> guard.phase(each) == Phase.WAITING);
    for (int i = 0; i < 20; i++) {
      assertThat(accept(guard, "192.0.2." + (100 + i)).refusal()).isNull();
    }
    assertThat(guard.waiting()).isEqualTo(32);
    assertThat(accept(guard, "192.0.2.1").refusal()).isEqualTo(Refusal.WAITING_SHARE);
    for (Ticket upgrading : many.subList(0, 16)) {
      assertThat(guard.opened(upgrading)).isNotNull();
    }
    assertThat(guard.upgrading()).isEqualTo(16);
    assertThat(many.stream().filter(each -> guard.phase(each) == Phase.UPGRADING).count())
        .isBetween(1L, 2L);
  }

  @Test
  void whenAllWaitingPlacesAreTakenTheFullestAddressLosesItsNewest() {
    ConnectionGuard guard =
        guard(
            HostConfig.DEFAULT.withSockets(
                s -> s.withMaxPendingUpgrades(1).withMaxWaitingSockets(4)));
    Ticket running = accept(guard, "192.0.2.1");
    assertThat(running.refusal()).isNull();
    for (int i = 0; i < 4; i++) {
      assertThat(noted(guard, "192.0.2.7", "w" + i, true).refusal()).isNull();
    }
    assertThat(accept(guard, "192.0.2.7").refusal()).isEqualTo(Refusal.WAITING);
    assertThat(noted(guard, "192.0.2.8", "x", true).refusal()).isNull();
    assertThat(noted(guard, "192.0.2.9", "y", true).refusal()).isNull();
    assertThat(told).containsExactly("w3 waiting-gave-way", "w2 waiting-gave-way");
    assertThat(guard.waiting()).isEqualTo(4);
    assertThat(noted(guard, "192.0.2.10", "z", true).refusal()).isNull();
    assertThat(accept(guard, "192.0.2.11").refusal()).isEqualTo(Refusal.WAITING);
  }

  @Test
  void aSlowUpgradeEndsForOthersWhenItIsSilentOrOneOfTooMany() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(4)));
    Ticket silent = noted(guard, "192.0.2.1", "silent", false);
    Ticket one = noted(guard, "192.0.2.2", "one", true);
    Ticket two = noted(guard, "192.0.2.2", "two", true);
    Ticket three = noted(guard, "192.0.2.2", "three", true);
    List.of(silent, one, two, three).forEach(guard::slow);
    assertThat(told).isEmpty();
    assertThat(guard.phase(noted(guard, "192.0.2.1", "own", true))).isEqualTo(Phase.UPGRADING);
    assertThat(told).containsExactly("one upgrade-gave-way");
    assertThat(guard.phase(noted(guard, "192.0.2.3", "x", true))).isEqualTo(Phase.UPGRADING);
    assertThat(told).containsExactly("one upgrade-gave-way", "silent silent-while-others-wait");
    assertThat(guard.phase(noted(guard, "192.0.2.4", "y", true))).isEqualTo(Phase.UPGRADING);
    assertThat(guard.establish(two, PEER)).isEqualTo(Refusal.UPGRADE_GAVE_WAY);
    assertThat(guard.phase(noted(guard, "192.0.2.5", "z", true))).isEqualTo(Phase.WAITING);
    assertThat(guard.establish(three, PEER)).isNull();
  }

  private void kept(ConnectionGuard guard, String address, String name) {
    Ticket ticket = noted(guard, address, name, true);
    assertThat(guard.establish(ticket, PEER)).isNull();
    assertThat(guard.opened(ticket)).isEmpty();
  }

  /** Idle connections cost an unexpected peer nothing. */
  @Test
  void whenAllConnectionsAreTakenAnExpectedPeerTakesThatOfAStranger() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(4)));
    guard.expect(OURS::equals);
    kept(guard, "192.0.2.1", "a");
    kept(guard, "192.0.2.2", "b1");
    kept(guard, "192.0.2.2", "b2");
    Ticket ours = noted(guard, "192.0.2.3", "ours", true);
    assertThat(guard.establish(ours, OURS)).isNull();
    assertThat(guard.opened(ours)).isEmpty();
    Ticket stranger = noted(guard, "192.0.2.4", "c", true);
    assertThat(stranger.refusal()).isNull();
    assertThat(guard.establish(stranger, PEER)).isEqualTo(Refusal.CONNECTIONS);
    assertThat(guard.gone(stranger)).isEmpty();
    assertThat(told).isEmpty();
    assertThat(guard.yielding()).isEqualTo(3);
    Ticket again = noted(guard, "192.0.2.3", "again", true);
    assertThat(guard.establish(again, OURS)).isNull();
    assertThat(told).containsExactly("b1 gave-way-to-expected");
    assertThat(guard.opened(again)).isEmpty();
    for (String name : List.of("third", "fourth")) {
      Ticket next = noted(guard, "192.0.2.3", name, true);
      assertThat(guard.establish(next, OURS)).isNull();
      assertThat(guard.opened(next)).isEmpty();
    }
    assertThat(guard.yielding()).isZero();
    assertThat(told).hasSize(3).contains("a gave-way-to-expected", "b2 gave-way-to-expected");
    Ticket fifth = noted(guard, "192.0.2.3", "fifth", true);
    assertThat(guard.establish(fifth, OURS)).isEqualTo(Refusal.CONNECTIONS);
    assertThat(guard.sockets()).isEqualTo(5);
  }

  /** A fleet is named while its nodes are connected. */
  @Test
  void openConnectionsCountByTheNewRule() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(2)));
    guard.expect(peer -> false);
    kept(guard, "192.0.2.1", "a");
    kept(guard, "192.0.2.2", "b");
    assertThat(guard.yielding()).isEqualTo(2);
    guard.expect(PEER::equals);
    assertThat(guard.yielding()).isZero();
    Ticket late = noted(guard, "192.0.2.3", "late", true);
    assertThat(guard.establish(late, PEER)).isEqualTo(Refusal.CONNECTIONS);
    assertThat(told).isEmpty();
    guard.expect(OURS::equals);
    assertThat(guard.yielding()).isEqualTo(2);
  }

  @Test
  void aSuccessfulUpgradeNoLongerGivesWay() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(1)));
    Ticket slow = noted(guard, "192.0.2.1", "slow", false);
    guard.slow(slow);
    assertThat(guard.establish(slow, PEER)).isNull();
    assertThat(guard.phase(noted(guard, "192.0.2.2", "x", true))).isEqualTo(Phase.WAITING);
    assertThat(guard.opened(slow)).hasSize(1);
    assertThat(told).isEmpty();
  }

  @Test
  void exemptLoopbackHasNoShareButTakesItsTurn() {
    ConnectionGuard guard = guard(HostConfig.DEFAULT.withSockets(s -> s.withMaxPendingUpgrades(8)));
    for (int i = 0; i < 20; i++) {
      assertThat(accept(guard, "127.0.0.1").refusal()).isNull();
    }
    Ticket other = accept(guard, "192.0.2.1");
    assertThat(guard.phase(other)).isEqualTo(Phase.WAITING);
    assertThat(guard.upgrading()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void allCountsReturnToZero(long seed) {
    Random random = new Random(seed);
    ConnectionGuard guard =
        guard(
            HostConfig.DEFAULT.withSockets(
                s ->
                    s.withMaxPendingUpgrades(5)
                        .withMaxPendingUpgradesPerAddress(3)
                        .withMaxWaitingSockets(7)
                        .withMaxConnections(40)
                        .withMaxConnectionsPerAddress(12)));
    List<Ticket> held = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int what = random.nextInt(3);
      if (what == 0) {
        held.add(
            random.nextInt(4) == 0
                ? guard.dial()
                : noted(guard, "192.0.2." + random.nextInt(6), "any", random.nextBoolean()));
      } else if (!held.isEmpty()) {
        Ticket ticket = held.get(random.nextInt(held.size()));
        if (random.nextInt(3) == 0) {
          guard.slow(ticket);
        }
        List<Ticket> started = what == 1 ? guard.opened(ticket) : guard.gone(ticket);
        assertThat(started).allMatch(each -> guard.phase(each) == Phase.UPGRADING);
      }
      assertThat(guard.sockets()).isLessThanOrEqualTo(40);
      assertThat(guard.waiting()).isLessThanOrEqualTo(7);
    }
    for (Ticket ticket : held) {
      assertThat(guard.gone(ticket)).isNotNull();
    }
    assertThat(guard.sockets()).isZero();
    assertThat(guard.upgrading()).isZero();
    assertThat(guard.waiting()).isZero();
  }
}
