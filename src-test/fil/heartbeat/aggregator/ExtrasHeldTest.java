package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.Extended;
import fil.heartbeat.fleet.ExtendedRound;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExtrasHeldTest {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  private final ExtrasHeld held = new ExtrasHeld();

  private static Moment at(long seconds) {
    return new Moment(NOW.plusSeconds(seconds), seconds * SECOND);
  }

  private Set<String> take(Extras.Builder told) {
    return held.take(told.build(), 30, 5_000_000L, new KnownHeads(), at(0));
  }

  private static Extras.Builder told() {
    return new Extras.Builder();
  }

  @Test
  void goodMembersAreKept() {
    Extras told =
        told()
            .client("lotus")
            .version("1.36.0")
            .startTime(NOW.minusSeconds(60))
            .upgrades(List.of(new Extras.Upgrade("FireHorse", 5_100_000)))
            .finalized(new Extras.Finalized(4_999_950, "{ " + CID + " }"))
            .peers(85)
            .balances(List.of(new Extras.Balance("f0502", "worker", BigInteger.TEN, 3)))
            .build();
    assertThat(held.take(told, 30, 5_000_000L, new KnownHeads(), at(0))).isEmpty();
    assertThat(held.extras()).isEqualTo(told);
    assertThat(held.finalized().cids()).hasSize(1);
  }

  /** A full beat comes each 30 s at most; until then what it says grows older. */
  @Test
  void agesGrow() {
    assertThat(
            take(
                told()
                    .balances(List.of(new Extras.Balance("f0502", "worker", BigInteger.TEN, 3)))
                    .proving(
                        List.of(
                            new Extras.Proving(
                                "f01", 12, 4_999_990, 5_000_050, 3, 1, 0L, 0, 86_390)))
                    .pendingMessages(List.of(new Extras.Pending("f0502", 2, 7, 300)))))
        .isEmpty();
    Extras later = held.aged(29 * SECOND);
    assertThat(later.balances().get(0).age()).isEqualTo(32);
    assertThat(later.pendingMessages().get(0).age()).isEqualTo(329);
    assertThat(later.proving().get(0).age()).isEqualTo(Extras.MAX_AGE);
  }

  /** What is repeated must not be new each time: it would outlive a collection for each beat. */
  @Test
  void whatIsRepeatedIsKeptOnce() {
    assertThat(take(full(3, 85))).isEmpty();
    Extras first = held.extras();
    assertThat(take(full(9, 86))).isEmpty();
    Extras next = held.extras();
    assertThat(next).isEqualTo(full(9, 86).build());
    assertThat(next.client()).isSameAs(first.client());
    assertThat(next.version()).isSameAs(first.version());
    assertThat(next.startTime()).isSameAs(first.startTime());
    assertThat(next.upgrades()).isSameAs(first.upgrades());
    assertThat(next.minerAddresses()).isSameAs(first.minerAddresses());
    assertThat(next.baseFee()).isSameAs(first.baseFee());
    assertThat(next.balances().get(0).address()).isSameAs(first.balances().get(0).address());
    assertThat(next.balances().get(0).role()).isSameAs(first.balances().get(0).role());
    assertThat(next.balances().get(0).attoFil()).isSameAs(first.balances().get(0).attoFil());
    assertThat(next.proving().get(0).miner()).isSameAs(first.proving().get(0).miner());
    assertThat(next.pendingMessages().get(0).address())
        .isSameAs(first.pendingMessages().get(0).address());
  }

  /** Each member anew, as a beat brings them. */
  private static Extras.Builder full(int age, int peers) {
    return told()
        .client(fresh("lotus"))
        .version(fresh("1.36.0"))
        .startTime(Instant.parse("2026-11-29T11:59:00Z"))
        .upgrades(List.of(new Extras.Upgrade(fresh("FireHorse"), 5_100_000)))
        .finalized(new Extras.Finalized(4_999_950, "{ " + CID + " }"))
        .peers(peers)
        .baseFee(new BigInteger("1000"))
        .minerAddresses(List.of(fresh("f01")))
        .balances(
            List.of(
                new Extras.Balance(fresh("f0502"), fresh("worker"), new BigInteger("10000"), age)))
        .proving(
            List.of(new Extras.Proving(fresh("f01"), 12, 4_999_990, 5_000_050, 3, 1, 0L, 0, age)))
        .pendingMessages(List.of(new Extras.Pending(fresh("f0502"), 2, 7, age)));
  }

  private static String fresh(String text) {
    return String.valueOf(text.toCharArray());
  }

  @Test
  void textsAreCleaned() {
    assertThat(take(told().client("lo\u202etus").version("1\n2"))).isEmpty();
    assertThat(held.extras().client()).isEqualTo("lo\ufffdtus");
    assertThat(held.extras().version()).isEqualTo("1\ufffd2");
  }

  @Test
  void aStartInTheFutureIsOdd() {
    assertThat(take(told().startTime(NOW.plusSeconds(600)))).isEmpty();
    assertThat(take(told().startTime(NOW.plusSeconds(601)))).containsExactly("StartTime");
    assertThat(held.extras().startTime()).isNull();
  }

  @Test
  void upgradesFarFromNowAreOdd() {
    long year = 365 * 2880;
    assertThat(take(told().upgrades(List.of(new Extras.Upgrade("a", 5_000_000 + 2 * year)))))
        .isEmpty();
    assertThat(
            take(
                told()
                    .upgrades(
                        List.of(
                            new Extras.Upgrade("a", 5_000_001),
                            new Extras.Upgrade("never", 9_999_999_999L)))))
        .containsExactly("Upgrades");
    assertThat(held.extras().upgrades()).isEmpty();
  }

  @Test
  void withoutAClockAnyHeightIsTaken() {
    Extras told = told().upgrades(List.of(new Extras.Upgrade("never", 9_999_999_999L))).build();
    assertThat(held.take(told, 30, null, new KnownHeads(), at(0))).isEmpty();
    assertThat(held.extras().upgrades()).hasSize(1);
  }

  @Test
  void aFinalizedKeyThatIsNoTipsetIsOdd() {
    for (String key : List.of("{ }", "{ bafy }", "nothing")) {
      assertThat(take(told().peers(3).finalized(new Extras.Finalized(1, key))))
          .containsExactly("Finalized");
      assertThat(held.extras()).isEqualTo(told().peers(3).build());
      assertThat(held.finalized().isEmpty()).isTrue();
    }
  }

  @Test
  void whatTheReaderFoundOddIsCountedToo() {
    assertThat(take(told().peers(3).odd("Version"))).containsExactly("Version");
    assertThat(held.extras()).isEqualTo(told().peers(3).build());
  }

  @Test
  void theyLast90SecondsAfterTheLastFullBeat() {
    assertThat(take(told().peers(3))).isEmpty();
    assertThat(held.expire(3000, 90 * SECOND)).isFalse();
    assertThat(held.extras().peers()).isEqualTo(3);
    assertThat(held.expire(3000, 91 * SECOND)).isTrue();
    assertThat(held.extras().isNone()).isTrue();
  }

  @Test
  void theyLastThreeIntervalsOfASlowSender() {
    assertThat(take(told().peers(3))).isEmpty();
    assertThat(held.expire(60_000, 180 * SECOND)).isFalse();
    assertThat(held.extras().peers()).isEqualTo(3);
    assertThat(held.expire(60_000, 181 * SECOND)).isTrue();
    assertThat(held.extras().isNone()).isTrue();
  }

  /** Beats may be hours apart. */
  @Test
  void aNetworkVersionIsAsOldAsTheFullBeat() {
    assertThat(take(told().networkVersion(27))).isEmpty();
    assertThat(held.extended("a", 0, null, 7_200 * SECOND).networkVersion())
        .isEqualTo(new Extended.NetworkVersion(27, 7_200_000));
  }

  @Test
  void aChangeIsSeenOnce() {
    assertThat(held.takeChanged()).isFalse();
    assertThat(take(told().peers(3).rpcMillis(5))).isEmpty();
    assertThat(held.takeChanged()).isTrue();
    assertThat(held.takeChanged()).isFalse();
    assertThat(take(told().peers(3).rpcMillis(7))).isEmpty();
    assertThat(held.takeChanged()).isFalse();
    assertThat(take(told().peers(4).rpcMillis(7))).isEmpty();
    assertThat(held.takeChanged()).isTrue();
    assertThat(held.expire(0, 91 * SECOND)).isTrue();
    assertThat(held.takeChanged()).isTrue();
  }

  private static List<Extras.Proving> miners(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new Extras.Proving("f0" + i, 1, 4_999_990, 5_000_050, 3, 0, 0L, 0, 1))
        .toList();
  }

  /** One that is told again does not take the place of another. */
  @Test
  void eachMinerIsWeighedOnceAndAllThatTheRulesKeep() {
    assertThat(take(told().proving(miners(0, 7)))).isEmpty();
    held.clear();
    int each = held.bytes() / 7;
    assertThat(each).isGreaterThan(1024);
    for (int last = 8; last <= 20; last++) {
      assertThat(take(told().proving(miners(last - 5, last)))).isEmpty();
      held.clear();
      assertThat(held.bytes()).isEqualTo(Math.min(last, 16) * each);
    }
  }

  /** And heads of a node that is in time come an epoch late. */
  @Test
  void aVersionOfBeforeAnUpgradeIsHeldNoLongerThanItIsDoubted() {
    assertThat(ExtendedRound.STALE_VERSION)
        .isGreaterThanOrEqualTo(
            ExtendedRound.VERSION_REPEATED
                .plus(ExtrasHeld.LASTS)
                .plusSeconds(Network.USUAL_EPOCH_SECONDS));
  }
}
