package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.EpochClock;
import fil.heartbeat.chain.Network;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskPlanTest {
  private static final Optional<EpochClock> MAINNET = Optional.of(Network.MAINNET.clock());
  private static final Instant NOW = Network.MAINNET.clock().startOf(1000);
  private static final long PAUSE = AskPlan.PAUSE.toNanos();

  private final AskPlan plan = new AskPlan();

  @ParameterizedTest
  @CsvSource({
    "1000,1,false",
    "1020,1,false",
    "1021,1,true",
    "100,1,false",
    "99,1,true",
    "1000,2,true"
  })
  void whoTheNodeIsIsAskedAfterAReconnectAndAJump(long height, int connection, boolean asked) {
    assertThat(plan.asksIdentity(1000, 1, 0)).isTrue();
    plan.identified(true);
    assertThat(plan.asksIdentity(height, connection, PAUSE)).isEqualTo(asked);
  }

  @Test
  void whoTheNodeIsIsNeverAskedTwiceInHalfAMinute() {
    assertThat(plan.asksIdentity(1000, 1, -5)).isTrue();
    plan.identified(true);
    assertThat(plan.asksIdentity(1000, 2, PAUSE - 6)).isFalse();
    assertThat(plan.asksIdentity(1000, 2, PAUSE - 5)).isTrue();
    plan.identified(false);
    assertThat(plan.asksIdentity(1000, 2, 2 * PAUSE - 6)).isFalse();
    assertThat(plan.asksIdentity(1000, 2, 2 * PAUSE - 5)).isTrue();
  }

  @Test
  void aNodeOnTimeIsAskedForItsSyncStateOnce() {
    assertThat(plan.asksSyncing(1000, NOW, MAINNET, 0)).isTrue();
    plan.syncing(null);
    assertThat(plan.asksSyncing(999, NOW, MAINNET, 10 * PAUSE)).isFalse();
    assertThat(plan.isOnTime(999, NOW, MAINNET)).isTrue();
  }

  @Test
  void aLateNodeIsAskedEachHalfMinute() {
    assertThat(plan.asksSyncing(998, NOW, MAINNET, 0)).isTrue();
    assertThat(plan.asksSyncing(998, NOW, MAINNET, PAUSE - 1)).isFalse();
    assertThat(plan.asksSyncing(998, NOW, MAINNET, PAUSE)).isTrue();
    assertThat(plan.isOnTime(998, NOW, MAINNET)).isFalse();
  }

  @Test
  void aNodeThatSaidThatItSyncsIsAskedUntilItSaysOtherwise() {
    assertThat(plan.asksSyncing(1000, NOW, MAINNET, 0)).isTrue();
    plan.syncing(true);
    assertThat(plan.isOnTime(1000, NOW, MAINNET)).isFalse();
    assertThat(plan.asksSyncing(1000, NOW, MAINNET, PAUSE)).isTrue();
    plan.syncing(false);
    assertThat(plan.asksSyncing(1000, NOW, MAINNET, 2 * PAUSE)).isFalse();
  }

  @Test
  void withoutAClockANodeIsAskedEachHalfMinute() {
    assertThat(plan.asksSyncing(1000, NOW, Optional.empty(), 0)).isTrue();
    assertThat(plan.asksSyncing(1000, NOW, Optional.empty(), PAUSE)).isTrue();
    assertThat(plan.isOnTime(1000, NOW, Optional.empty())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // The same node goes on, or catches up.
    "1001,1,false",
    "5000,1,false",
    // Another connection, and a height as of the same chain.
    "1001,2,false",
    // A height that is of another chain, or of an old snapshot.
    "7,1,true",
    "7,2,true",
    "5000,2,true",
    // Another node of a fleet is late, or a development network began anew.
    "979,1,false",
    "980,2,false",
    "979,2,true"
  })
  void whoTheNodeIsIsInDoubtWhenAnotherChainMayAnswer(long height, int connection, boolean doubt) {
    assertThat(plan.asksIdentity(1000, 1, 0)).isTrue();
    plan.identified(true);
    assertThat(plan.isInDoubt()).isFalse();
    boolean atOnce = plan.asksIdentity(height, connection, 1);
    assertThat(atOnce).isEqualTo(doubt && connection == 2);
    assertThat(plan.isInDoubt()).isEqualTo(doubt);
    boolean later = plan.asksIdentity(height, connection, PAUSE);
    assertThat(later).isEqualTo(!atOnce && (connection != 1 || height == 7 || height == 5000));
    assertThat(plan.isInDoubt()).isEqualTo(doubt);
    plan.identified(true);
    assertThat(plan.isInDoubt()).isFalse();
  }

  /** A doubt on each new connection, as behind a proxy of several chains. */
  @Test
  void aConnectionIsAskedAtOnceOnlyOnceWhoItIs() {
    assertThat(plan.asksIdentity(1000, 1, 0)).isTrue();
    plan.identified(true);
    assertThat(plan.asksIdentity(10, 2, 1)).isTrue();
    plan.identified(false);
    assertThat(plan.asksIdentity(11, 2, 2)).isFalse();
    assertThat(plan.isInDoubt()).isTrue();
    assertThat(plan.asksIdentity(11, 2, 1 + PAUSE)).isTrue();
    plan.identified(true);
    assertThat(plan.isInDoubt()).isFalse();
  }

  @Test
  void oneFailureToSayWhoItIsIsNoDoubtButTwoAre() {
    assertThat(plan.asksIdentity(1000, 1, 0)).isTrue();
    plan.identified(true);
    assertThat(plan.asksIdentity(1000, 2, PAUSE)).isTrue();
    plan.identified(false);
    assertThat(plan.isInDoubt()).isFalse();
    assertThat(plan.asksIdentity(1000, 2, 2 * PAUSE)).isTrue();
    plan.identified(false);
    assertThat(plan.isInDoubt()).isTrue();
  }
}
