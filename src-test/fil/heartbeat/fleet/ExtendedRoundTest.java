package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedRoundTest {
  private static final Instant GENESIS = Instant.parse("2026-01-01T00:00:00Z");
  private static final long NOW = 1000;

  private static Instant startOf(long epoch) {
    return GENESIS.plusSeconds(30 * epoch);
  }

  private static ExtendedRound round(Extended... nodes) {
    return new ExtendedRound(List.of(nodes), -1, NOW, ExtendedRoundTest::startOf);
  }

  private static Extended finalized(String name, long height, @Nullable Long finalized) {
    return new Extended(name, 0, height, finalized, new TreeMap<>(), reported(null), null, null);
  }

  private static Extended knows(String name, Map<Long, String> upgrades) {
    return versioned(name, 27, upgrades);
  }

  private static Extended versioned(String name, int version, Map<Long, String> upgrades) {
    return told(name, version, 0, upgrades);
  }

  private static Extended.NetworkVersion reported(@Nullable Integer version) {
    return new Extended.NetworkVersion(version, 0);
  }

  private static Extended told(
      String name, @Nullable Integer version, long ageMillis, Map<Long, String> upgrades) {
    return new Extended(
        name,
        0,
        NOW,
        null,
        new TreeMap<>(upgrades),
        new Extended.NetworkVersion(version, ageMillis),
        "lotus",
        "1.36.0+x");
  }

  private static Extended runs(String name, String client, String version) {
    return new Extended(name, 0, NOW, null, new TreeMap<>(), reported(null), client, version);
  }

  @Test
  void theLagOfTheNetworkIsTheMedianOfItsNodes() {
    ExtendedRound round =
        round(finalized("a", 1000, 990L), finalized("b", 1000, 800L), finalized("c", 999, 980L));
    Finality finality = round.finality(false, 1, null);
    assertThat(finality.lag()).isEqualTo(19);
    assertThat(finality.nodes()).isEqualTo(3);
    assertThat(finality.wasNormal()).isTrue();
    assertThat(finality.stalls()).isFalse();
  }

  @Test
  void aNetworkThatNeverHadFastFinalityDoesNotStall() {
    ExtendedRound round = round(finalized("a", 1000, 100L));
    assertThat(round.finality(false, 1, null).stalls()).isFalse();
    assertThat(round.finality(true, 1, null).stalls()).isTrue();
    assertThat(round().finality(true, 1, null).stalls()).isFalse();
  }

  /** A stranger must not make a network that has no fast finality one that lost it. */
  @Test
  void finalityWasNormalWhenEnoughNodesSaySo() {
    Extended a = finalized("a", 5000, 4996L);
    Extended syncs = finalized("syncs", 30, 0L);
    assertThat(round(a, a, syncs).finality(false, 3, null).wasNormal()).isFalse();
    assertThat(round(a, a, a).finality(false, 3, null).wasNormal()).isTrue();
    assertThat(round(a).finality(true, 3, null).wasNormal()).isTrue();
  }

  /** Its lag is small because its chain is short; that of the network is as long as ever. */
  @Test
  void aNodeThatBeginsToSyncMakesNoFinalityNormal() {
    ExtendedRound round = round(finalized("syncs", 30, 0L), finalized("b", 5000, 4100L));
    assertThat(round.finality(false, 1, null).wasNormal()).isFalse();
  }

  /** Versions are asked hourly, and the list of upgrades changes with the head. */
  @Test
  void whoFollowedTheLastUpgradeDidNotMissTheOneBefore() {
    Map<Long, String> now = Map.of(NOW - 10, "last");
    Extended asksLate = versioned("late", 27, now);
    Extended unready = versioned("unready", 27, Map.of(NOW - 500, "before"));
    ExtendedRound round =
        round(asksLate, unready, versioned("a", 28, now), versioned("b", 28, now));
    assertThat(round.findings(asksLate).missing()).isNull();
  }

  @Test
  void aNodeIsBehindTheBestThatTwoNodesFinalized() {
    Extended late = finalized("late", 1000, 900L);
    Extended liar = finalized("liar", 1000, 1000L);
    ExtendedRound round = round(late, liar, finalized("a", 1000, 990L), finalized("b", 1000, 985L));
    assertThat(round.finality(false, 1, null).best()).isEqualTo(990);
    assertThat(round.findings(late).finalityBehind()).isEqualTo(90);
    assertThat(round.findings(liar).finalityBehind()).isZero();
    assertThat(round.findings(late).finalityLag()).isEqualTo(100);
  }

  @Test
  void nobodyIsBehindWhileTheNetworkItselfIs() {
    Extended late = finalized("late", 1000, 100L);
    ExtendedRound round = round(late, finalized("a", 1000, 200L), finalized("b", 1000, 200L));
    assertThat(round.findings(late).finalityBehind()).isNull();
  }

  @Test
  void aReferenceCountsForTheBest() {
    Extended one = finalized("one", 1000, 950L);
    ExtendedRound round = new ExtendedRound(List.of(one), 990, NOW, ExtendedRoundTest::startOf);
    assertThat(round.findings(one).finalityBehind()).isEqualTo(40);
  }

  @Test
  void aNodeThatDoesNotKnowWhatTwoOthersPlanIsNotReady() {
    Extended old = knows("old", Map.of(500L, "Tuk"));
    ExtendedRound round =
        round(
            old,
            knows("a", Map.of(500L, "Tuk", 2000L, "FireHorse")),
            knows("b", Map.of(500L, "Tuk", 2000L, "Fire Horse")),
            knows("c", Map.of(500L, "Tuk", 2000L, "FireHorse")));
    assertThat(round.findings(old).missing())
        .isEqualTo(new Findings.Missing("FireHorse", 2000, startOf(2000), 3, false));
    assertThat(round.upgrades())
        .containsExactly(
            new UpgradeReadiness(2000, "FireHorse", startOf(2000), 3, List.of("old"), 1, 0));
  }

  @Test
  void nodesThatAreNotReadyAreAllCountedAndNotAllNamed() {
    List<Extended> nodes = new ArrayList<>();
    for (int i = 0; i < NetworkReport.Branch.MAX_NODES + 200; i++) {
      nodes.add(knows("old" + i, Map.of(500L, "Tuk")));
    }
    nodes.add(knows("a", Map.of(500L, "Tuk", 2000L, "FireHorse")));
    UpgradeReadiness next = round(nodes.toArray(Extended[]::new)).upgrades().get(0);
    assertThat(next.notReady()).hasSize(NetworkReport.Branch.MAX_NODES);
    assertThat(next.notReadyCount()).isEqualTo(NetworkReport.Branch.MAX_NODES + 200);
  }

  @Test
  void anUpgradeThatOneNodeAlonePlansProvesNothing() {
    Extended old = knows("old", Map.of(500L, "Tuk"));
    ExtendedRound round = round(old, knows("odd", Map.of(500L, "Tuk", 2000L, "Mine")));
    assertThat(round.findings(old).missing()).isNull();
  }

  @Test
  void aNodeIsReadyOnlyByTheWordOfTwoOthers() {
    Extended old = knows("old", Map.of(500L, "Tuk"));
    Extended one = knows("one", Map.of(500L, "Tuk"));
    Extended quiet = knows("quiet", Map.of());
    assertThat(round(old, one, quiet).findings(old).upgradeReady()).isNull();
    assertThat(round(old, one, knows("two", Map.of(500L, "Tuk"))).findings(old).upgradeReady())
        .isTrue();
    assertThat(round(old, one, one, quiet).findings(quiet).upgradeReady()).isNull();
    Extended next = knows("next", Map.of(500L, "Tuk", 2000L, "FireHorse"));
    assertThat(round(old, next, next).findings(old).upgradeReady()).isFalse();
  }

  @Test
  void aNodeThatDoesNotReportUpgradesIsUnknown() {
    Extended quiet = knows("quiet", Map.of());
    ExtendedRound round =
        round(quiet, knows("a", Map.of(2000L, "F")), knows("b", Map.of(2000L, "F")));
    assertThat(round.findings(quiet).missing()).isNull();
    assertThat(round.upgrades().get(0).unknown()).isEqualTo(1);
    assertThat(round.upgrades().get(0).notReady()).isEmpty();
  }

  @Test
  void anUpgradeBeforeTheLastOfANodeIsNotAsked() {
    // Two nodes that are late still report the one before as the last that passed.
    Extended ahead = knows("ahead", Map.of(990L, "F"));
    ExtendedRound round =
        round(
            ahead,
            knows("a", Map.of(500L, "T", 990L, "F")),
            knows("b", Map.of(500L, "T", 990L, "F")));
    assertThat(round.findings(ahead).missing()).isNull();
  }

  @Test
  void aPassedUpgradeThatANodeDoesNotKnowIsMissing() {
    Extended old = versioned("old", 26, Map.of(500L, "T"));
    ExtendedRound round = round(old, knows("a", Map.of(990L, "F")), knows("b", Map.of(990L, "F")));
    assertThat(round.findings(old).missing())
        .isEqualTo(new Findings.Missing("F", 990, startOf(990), 2, true));
    assertThat(round.upgrades()).isEmpty();
  }

  @Test
  void aNodeWithALowerVersionAfterTheUpgradeIsNotReady() {
    Extended old = versioned("old", 26, Map.of(600L, "F"));
    ExtendedRound round = round(old, knows("a", Map.of(600L, "F")), knows("b", Map.of(600L, "F")));
    assertThat(round.findings(old).missing())
        .isEqualTo(new Findings.Missing("F", 600, startOf(600), 2, true));
  }

  /** It has not come to the last upgrade, and needs no other version before that. */
  @Test
  void aNodeThatIsLateFollowedTheUpgradeBefore() {
    Map<Long, String> now = Map.of(NOW - 50, "G");
    Extended late =
        new Extended(
            "late",
            0,
            NOW - 100,
            null,
            new TreeMap<>(Map.of(100L, "F", NOW - 50, "G")),
            reported(26),
            null,
            null);
    Map<Long, String> before = Map.of(100L, "F", NOW - 50, "G");
    ExtendedRound round = afterSilence(before, late, knows("a", now), knows("b", now));
    assertThat(round.findings(late).missing()).isNull();
  }

  /** Its upgrade is not undone because those that followed it restart. */
  @Test
  void versionsOfSilentNodesCountToo() {
    Map<Long, String> last = Map.of(600L, "F");
    Extended old = versioned("old", 26, last);
    assertThat(afterSilence(last, old).findings(old).missing())
        .isEqualTo(new Findings.Missing("F", 600, startOf(600), 2, true));
    Extended same = versioned("same", 27, last);
    assertThat(afterSilence(last, same).findings(same).upgradeReady()).isTrue();
  }

  /** Its sender repeats the version of before the upgrade for three hours and a full beat. */
  @ParameterizedTest
  @ValueSource(longs = {141, 300, 363})
  void aNodeWhoseVersionCannotBeAskedMayHaveFollowed(long epochsAgo) {
    Map<Long, String> now = Map.of(NOW - epochsAgo, "F");
    Extended unasked = versioned("no answer", 26, now);
    ExtendedRound round = round(unasked, knows("a", now), knows("b", now));
    assertThat(round.findings(unasked).missing()).isNull();
  }

  /** What is old is a matter of hours: epochs of another network may be shorter. */
  @Test
  void aVersionIsOldForHoursWhateverAnEpochLasts() {
    Map<Long, String> now = Map.of(NOW - 600, "F");
    Extended old = versioned("old", 26, now);
    List<Extended> nodes = List.of(old, knows("a", now), knows("b", now));
    ExtendedRound round = new ExtendedRound(nodes, -1, NOW, at -> GENESIS.plusSeconds(4 * at));
    assertThat(round.findings(old).missing()).isNull();
  }

  /** Two of the three are of the fleet no more, or one is. */
  @Test
  void thoseThatAreLeftProveNothingAndSayWhetherTheyAgree() {
    Map<Long, String> before = Map.of(500L, "Tuk");
    Map<Long, String> next = Map.of(500L, "Tuk", 2000L, "FireHorse");
    Extended old = knows("old", before);
    assertThat(round(old).findings(old).compared()).isEqualTo(Findings.Compared.TOO_FEW);
    assertThat(round(old, knows("a", next)).findings(old).compared())
        .isEqualTo(Findings.Compared.TOO_FEW);
    Extended ready = knows("ready", next);
    assertThat(round(ready, knows("a", next)).findings(ready).compared())
        .isEqualTo(Findings.Compared.TOO_FEW_AGREE);
    assertThat(round(ready, old).findings(ready).compared())
        .isEqualTo(Findings.Compared.TOO_FEW_AGREE);
    Extended late = versioned("late", 26, next);
    assertThat(round(late, knows("a", next)).findings(late).compared())
        .isEqualTo(Findings.Compared.TOO_FEW);
    Extended quiet = knows("quiet", Map.of());
    assertThat(round(quiet, ready).findings(quiet).compared()).isEqualTo(Findings.Compared.NO);
  }

  private static ExtendedRound afterSilence(Map<Long, String> silent, Extended... nodes) {
    return remembering(
        List.of(remembered("silent one", 27, silent), remembered("silent two", 27, silent)), nodes);
  }

  private static NamedUpgrades.Remembered remembered(
      String name, int version, Map<Long, String> upgrades) {
    return new NamedUpgrades.Remembered(name, new TreeMap<>(upgrades), 0, version, NOW);
  }

  private static ExtendedRound remembering(
      List<NamedUpgrades.Remembered> remembered, Extended... nodes) {
    return new ExtendedRound(List.of(nodes), 0, remembered, -1, NOW, ExtendedRoundTest::startOf);
  }

  /** It reports its network version still, and named an upgrade before. */
  @Test
  void aNodeThatNamesUpgradesNoMoreFollowedOnce() {
    Map<Long, String> last = Map.of(600L, "F");
    Extended old = versioned("old", 26, last);
    Extended denies = versioned("denies", 27, Map.of());
    Extended same = versioned("same", 26, last);
    ExtendedRound round =
        remembering(List.of(remembered("denies", 27, last)), old, denies, same, same);
    assertThat(round.findings(old).missing()).isNull();
  }

  /** Its sender answers, but the node does not yet. */
  @Test
  void aNodeThatReportsNoVersionNowFollowedAsBefore() {
    Map<Long, String> last = Map.of(600L, "F");
    Extended old = versioned("old", 26, last);
    ExtendedRound round =
        remembering(
            List.of(remembered("a", 27, last), remembered("b", 27, last)),
            old,
            finalized("a", NOW, null),
            finalized("b", NOW, null));
    assertThat(round.findings(old).missing()).isNotNull();
  }

  /** Silent nodes named one before that: it is not asked of those that followed the last. */
  @Test
  void anUpgradeOfSilentNodesMayBeFarBelow() {
    Map<Long, String> now = Map.of(NOW - 50, "G", NOW + 500, "H");
    Extended a = knows("a", now);
    assertThat(afterSilence(Map.of(100L, "F"), a, a, a).findings(a).upgradeReady()).isTrue();
  }

  /** It got its release after the upgrade, and its own chain goes on with the old version. */
  @Test
  void whetherANodeFollowedAnUpgradeThatItKnowsNowIsNotKnownAtOnce() {
    Map<Long, String> now = Map.of(NOW - 10, "F");
    Extended late = versioned("late", 26, now);
    Extended a = knows("a", now);
    Extended quiet = told("quiet", null, 0, now);
    ExtendedRound round = round(late, a, quiet, knows("b", now));
    assertThat(round.findings(late).missing()).isNull();
    assertThat(round.findings(late).compared()).isEqualTo(Findings.Compared.NO);
    assertThat(round.findings(quiet).compared()).isEqualTo(Findings.Compared.NO);
    assertThat(round.findings(a).upgradeReady()).isTrue();
  }

  /** In the first seconds no head is above the next upgrade. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 300})
  void aNodeThatDidNotFollowDoesNotDoSoByTheNextUpgrade(long epochsAgo) {
    Map<Long, String> both = Map.of(600L - epochsAgo, "F", NOW - epochsAgo, "G");
    Extended old = versioned("old", 26, both);
    ExtendedRound round = round(old, knows("a", both), knows("b", both));
    assertThat(round.findings(old).missing()).isNull();
    assertThat(round.findings(old).compared()).isEqualTo(Findings.Compared.NO);
  }

  /** What cannot be known ends after three hours, also when no version is ever reported. */
  @Test
  void afterThreeHoursANodeIsReadyOrNot() {
    Map<Long, String> now = Map.of(NOW - 370, "F");
    Extended old = versioned("old", 26, now);
    Extended quiet = told("quiet", null, 0, now);
    ExtendedRound round = round(old, quiet, knows("a", now), knows("b", now));
    assertThat(round.findings(old).upgradeReady()).isFalse();
    assertThat(round.findings(quiet).upgradeReady()).isTrue();
  }

  /** Its beats are four hours apart, and the last one was 2 h 10 min after the upgrade. */
  @Test
  void aVersionThatIsHeldForHoursMayBeOfBefore() {
    Map<Long, String> now = Map.of(NOW - 500, "F");
    Extended held = told("held", 26, 7_200_000, now);
    ExtendedRound round = round(held, knows("a", now), knows("b", now));
    assertThat(round.findings(held).missing()).isNull();
    assertThat(round.findings(held).compared()).isEqualTo(Findings.Compared.NO);
    Extended fresh = told("fresh", 26, 3_600_000, now);
    assertThat(round(fresh, knows("a", now), knows("b", now)).findings(fresh).upgradeReady())
        .isFalse();
  }

  /** And those of the others do not say that nobody followed. */
  @ParameterizedTest
  @CsvSource({"7200000, NO", "3600000, YES"})
  void versionsOfOthersMayBeOfBeforeForHours(long age, Findings.Compared compared) {
    Map<Long, String> now = Map.of(NOW - 500, "F");
    Extended old = knows("old", Map.of(100L, "T"));
    ExtendedRound round = round(old, told("a", 27, age, now), told("b", 27, age, now));
    assertThat(round.findings(old).compared()).isEqualTo(compared);
  }

  @Test
  void aNodeThatHasNotReachedTheUpgradeIsOnlyLate() {
    Extended late =
        new Extended(
            "late", 0, 980L, null, new TreeMap<>(Map.of(990L, "F")), reported(26), null, null);
    ExtendedRound round = round(late, knows("a", Map.of(990L, "F")), knows("b", Map.of(990L, "F")));
    assertThat(round.findings(late).missing()).isNull();
  }

  /** Peers that came later, and name heights in turn, do not keep out what two older ones name. */
  @Test
  void anyNumberOfYoungPeersKeepsOutNothing() {
    List<Extended> nodes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      TreeMap<Long, String> upgrades = new TreeMap<>(Map.of(500L, "Tuk"));
      for (long height = 0; height < 8; height++) {
        upgrades.put(1_500 + 8 * (i % 20) + height, "Mine");
      }
      nodes.add(
          new Extended("young" + i, 1_000 + i, NOW, null, upgrades, reported(27), null, null));
    }
    nodes.add(knows("a", Map.of(500L, "Tuk", 2000L, "FireHorse")));
    nodes.add(knows("b", Map.of(500L, "Tuk", 2000L, "FireHorse")));
    assertThat(round(nodes.toArray(Extended[]::new)).upgrades())
        .extracting(UpgradeReadiness::height)
        .contains(2000L);
  }

  /** Two that have been here longest cannot fill the list. */
  @Test
  void oneNodePlansAtMostFour() {
    TreeMap<Long, String> many = new TreeMap<>(Map.of(100L, "A", 500L, "Tuk"));
    for (long height = 1_500; height < 1_506; height++) {
      many.put(height, "Mine");
    }
    ExtendedRound round = round(knows("a", many), knows("b", many));
    assertThat(round.upgrades())
        .extracting(UpgradeReadiness::height)
        .containsExactly(1_500L, 1_501L, 1_502L, 1_503L);
  }

  @Test
  void withoutAClockUpgradesHaveNoTime() {
    ExtendedRound round =
        new ExtendedRound(
            List.of(knows("a", Map.of(10L, "F")), knows("b", Map.of(10L, "F"))),
            -1,
            null,
            epoch -> null);
    assertThat(round.upgrades())
        .containsExactly(new UpgradeReadiness(10, "F", null, 2, List.of(), 0, 0));
  }

  @Test
  void releasesAreCountedWithoutTheirBuild() {
    ExtendedRound round =
        round(
            runs("a", "lotus", "1.36.0+mainnet+git.1"),
            runs("b", "lotus", "1.36.0+mainnet+git.2"),
            runs("c", "lotus", "1.35.1"),
            runs("d", "forest", "0.39.0"));
    assertThat(round.releases())
        .containsExactly(
            new Release("forest", "0.39.0", 1),
            new Release("lotus", "1.35.1", 1),
            new Release("lotus", "1.36.0", 2));
  }
}
