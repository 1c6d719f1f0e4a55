package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.host.ConnectionGuard.Phase;
import fil.heartbeat.libp2p.host.ConnectionGuard.Ticket;
import fil.heartbeat.testing.Configs;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionGuardTest {
  private static ConnectionGuard guard(HostConfig config) {
    return new ConnectionGuard(config, config.maxConnections());
  }

  private static Ticket accept(ConnectionGuard guard, String address) {
    try {
      return guard.accept(InetAddress.getByName(address), () -> {});
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void anAddressHasSoManyConnections() {
    ConnectionGuard guard = guard(Configs.with("maxConnectionsPerAddress", 2));
    Ticket first = accept(guard, "192.0.2.1");
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
    assertThat(accept(guard, "192.0.2.1").refusal()).isEqualTo(Refusal.ADDRESS);
    assertThat(accept(guard, "192.0.2.2").refusal()).isNull();
    assertThat(guard.gone(first)).isEmpty();
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
  }

  @Test
  void loopbackIsSparedOnlyWhenTheConfigSaysSo() {
    ConnectionGuard spared = guard(Configs.with("maxConnectionsPerAddress", 1));
    assertThat(accept(spared, "127.0.0.1").refusal()).isNull();
    assertThat(accept(spared, "127.0.0.1").refusal()).isNull();
    ConnectionGuard strict =
        guard(Configs.with("maxConnectionsPerAddress", 1, "exemptLoopback", false));
    assertThat(accept(strict, "::1").refusal()).isNull();
    assertThat(accept(strict, "::1").refusal()).isEqualTo(Refusal.ADDRESS);
  }

  @Test
  void anIpv6NetworkOfOneSubscriberCountsAsOneAddress() {
    ConnectionGuard guard = guard(Configs.with("maxConnectionsPerAddress", 1));
    assertThat(accept(guard, "2001:db8:1:2::1").refusal()).isNull();
    assertThat(accept(guard, "2001:db8:1:2:ffff::9").refusal()).isEqualTo(Refusal.ADDRESS);
    assertThat(accept(guard, "2001:db8:1:3::1").refusal()).isNull();
  }

  @Test
  void theTotalCountsWhatWeDialToo() {
    ConnectionGuard guard = guard(Configs.with("maxConnections", 2));
    assertThat(guard.dial().refusal()).isNull();
    assertThat(accept(guard, "192.0.2.1").refusal()).isNull();
    assertThat(accept(guard, "192.0.2.2").refusal()).isEqualTo(Refusal.CONNECTIONS);
    assertThat(guard.dial().refusal()).isEqualTo(Refusal.CONNECTIONS);
  }

  @Test
  void socketsBeyondTheUpgradeSlotsWaitInOrder() {
    ConnectionGuard guard = guard(Configs.with("maxPendingUpgrades", 1, "maxWaitingSockets", 2));
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
    ConnectionGuard guard = guard(Configs.with("maxPendingUpgradesPerAddress", 1));
    Ticket first = accept(guard, "192.0.2.1");
    Ticket behind = accept(guard, "192.0.2.1");
    assertThat(guard.phase(behind)).isEqualTo(Phase.WAITING);
    assertThat(guard.phase(accept(guard, "192.0.2.2"))).isEqualTo(Phase.UPGRADING);
    assertThat(guard.gone(first)).containsExactly(behind);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itAlwaysComesBackToNothing(long seed) {
    Random random = new Random(seed);
    ConnectionGuard guard =
        guard(
            Configs.with(
                "maxPendingUpgrades", 5,
                "maxPendingUpgradesPerAddress", 3,
                "maxWaitingSockets", 7,
                "maxConnections", 40,
                "maxConnectionsPerAddress", 12));
    List<Ticket> held = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int what = random.nextInt(3);
      if (what == 0) {
        held.add(
            random.nextInt(4) == 0 ? guard.dial() : accept(guard, "192.0.2." + random.nextInt(6)));
      } else if (!held.isEmpty()) {
        Ticket ticket = held.get(random.nextInt(held.size()));
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
