package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.rest.NodeMember;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a node is sent when it changes. */
class FeedModelTest {
  private static final Instant NOW = FleetFixtures.NOW;

  private final FeedModel model = new FeedModel();

  private static Extras.Balance balance(String attoFil, int age) {
    return new Extras.Balance("f01000", "miner", new BigInteger(attoFil), age);
  }

  private static Extras.Proving proving(int unproven, int age) {
    return new Extras.Proving("f01000", 3, 940, 1000, 4, unproven, 0L, 0, age);
  }

  private static Extras extras(Extras.Balance balance, Extras.Proving proving, int pendingAge) {
    return new Extras.Builder()
        .balances(List.of(balance))
        .proving(List.of(proving))
        .pendingMessages(List.of(new Extras.Pending("f01000", 2, 7, pendingAge)))
        .build();
  }

  private static Node node(long height, Extras extras) {
    return FleetFixtures.node(
            "alice",
            new Claims("alice", null, null, List.of("bafy" + height), height, null),
            Contact.NEVER)
        .with(extras, Findings.NONE);
  }

  private @Nullable Map<String, @Nullable Object> sent(int seconds, Node node) {
    return model
        .apply(
            FleetFixtures.changes(
                NOW.plusSeconds(seconds), 1, false, false, List.of(node), List.of(), List.of(), 0))
        .changed()
        .get("alice");
  }

  @Test
  void agesThatOnlyGrewWithTheTimeAreNotSentAgain() {
    assertThat(sent(0, node(10, extras(balance("5", 5), proving(2, 6), 7))))
        .containsKeys("balances", "proving", "pendingMessages")
        .containsEntry("agesAt", "2026-01-02T03:04:05.000Z");
    assertThat(sent(60, node(11, extras(balance("5", 65), proving(2, 65), 69))))
        .containsOnlyKeys("peerId", "height", "head");
    assertThat(sent(61, node(11, extras(balance("5", 66), proving(2, 66), 70)))).isNull();
  }

  @Test
  void whenOneWasAskedAnewAllAreSentWithTheirTime() {
    assertThat(sent(0, node(10, extras(balance("5", 5), proving(2, 6), 7)))).isNotNull();
    assertThat(sent(60, node(10, extras(balance("5", 2), proving(2, 66), 67))))
        .containsOnlyKeys("peerId", "balances", "proving", "pendingMessages", "agesAt")
        .containsEntry("agesAt", "2026-01-02T03:05:05.000Z");
    assertThat(sent(61, node(10, extras(balance("6", 3), proving(2, 67), 68)))).hasSize(5);
    assertThat(sent(62, node(10, extras(balance("6", 4), proving(1, 68), 69)))).hasSize(5);
    assertThat(sent(63, node(10, extras(balance("6", 5), proving(1, 69), 0)))).hasSize(5);
    assertThat(sent(64, node(10, extras(balance("6", 6), proving(1, 70), 1)))).isNull();
  }

  /** What a page has that puts the pieces together, and reckons ages on from their time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theAgesOfThePageAreThoseOfTheNode(long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    Map<String, @Nullable Object> page = new HashMap<>();
    int[] asked = new int[3];
    for (int second = 0; second < 2_000; second += 1 + random.nextInt(40)) {
      int anew = random.nextInt(12);
      if (anew < 3) {
        asked[anew] = second;
      }
      Extras extras =
          extras(balance("5", second - asked[0]), proving(2, second - asked[1]), second - asked[2]);
      Map<String, @Nullable Object> news = sent(second, node(second / 30, extras));
      if (news != null) {
        page.putAll(news);
      }
      Object at = page.get("agesAt");
      assertThat(at).isNotNull();
      long since =
          NOW.plusSeconds(second).getEpochSecond() - Instant.parse("" + at).getEpochSecond();
      List<String> lists = List.of("balances", "proving", "pendingMessages");
      for (int i = 0; i < 3; i++) {
        JsonArray list = (JsonArray) Objects.requireNonNull(page.get(lists.get(i)));
        long shown = list.getJsonObject(0).getInteger("age") + since;
        assertThat(shown).isBetween(second - asked[i] - 4L, second - asked[i] + 4L);
      }
    }
  }

  @Test
  void whatIsNoLongerReportedIsSentAsNull() {
    assertThat(sent(0, node(10, extras(balance("5", 5), proving(2, 6), 7)))).isNotNull();
    assertThat(sent(1, node(10, Extras.NONE)))
        .containsOnlyKeys("peerId", "balances", "proving", "pendingMessages")
        .containsEntry("balances", null);
  }

  /** Two nodes that agree in some members and differ in others. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aMemberIsTheSameWhenItsValueIs(long seed) {
    RandomGenerator random = new java.util.SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      Node one = any(random);
      Node other = any(random);
      for (NodeMember member : NodeMember.values()) {
        assertThat(member.isSame(one, other))
            .as("%s of %s and %s", member, one, other)
            .isEqualTo(Objects.equals(member.of(one), member.of(other)));
      }
    }
  }

  private static Node any(RandomGenerator random) {
    long height = random.nextInt(2);
    Instant at = NOW.plusMillis(random.nextInt(2));
    Extras.Builder extras =
        new Extras.Builder()
            .startTime(at)
            .baseFee(BigInteger.valueOf(random.nextInt(2)))
            .upgrades(List.of(new Extras.Upgrade("up", random.nextInt(2))))
            .finalized(new Extras.Finalized(random.nextInt(2), "{ bafy }"))
            .minerAddresses(List.of("f0" + random.nextInt(2)))
            .balances(List.of(balance("" + random.nextInt(2), random.nextInt(2))))
            .proving(random.nextBoolean() ? List.of() : List.of(proving(random.nextInt(2), 1)));
    return FleetFixtures.node(
            "alice",
            new Claims(
                "alice" + random.nextInt(2),
                null,
                null,
                List.of("bafy" + random.nextInt(2)),
                height,
                random.nextBoolean()),
            new Contact(
                new Contact.Connection(random.nextBoolean(), "/ip4/1.2.3.4", null, null),
                new Contact.Uptime(random.nextBoolean() ? null : 0.5, "9"),
                at,
                at,
                random.nextBoolean() ? null : at,
                random.nextInt(2)))
        .with(extras.build(), Findings.NONE);
  }
}
