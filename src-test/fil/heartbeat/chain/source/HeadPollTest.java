package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadPollTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
  private static final Duration NOTHING = Duration.ZERO;

  private final HeadPoll poll = new HeadPoll(Duration.ofSeconds(3), Duration.ofSeconds(10));

  @Test
  void beforeTheFirstReadingThereIsNoHead() {
    assertThat(poll.answer(NOW)).isNull();
    assertThat(poll.failureCode()).isEqualTo(1);
    assertThat(poll.failureMessage()).isEqualTo("no head read yet");
  }

  @Test
  void aNodeWithoutAHeadIsNoHead() {
    poll.succeeded(new ChainHead(TipsetKey.EMPTY, 0, null, null, null, NOW));
    assertThat(poll.answer(NOW)).isNull();
    assertThat(poll.failureCode()).isEqualTo(1);
    assertThat(poll.failureMessage()).isEqualTo("the node has no head");
  }

  @Test
  void failuresHaveTheCodesOfTheContract() {
    poll.failed(new RpcException(Kind.UNAVAILABLE, "broken"), 0);
    assertThat(poll.failureCode()).isEqualTo(2);
    assertThat(poll.failureMessage()).isEqualTo("broken");
    poll.failed(new RpcException(Kind.NO_METHOD, "no such"), 0);
    assertThat(poll.failureCode()).isEqualTo(2);
    poll.failed(new RpcException(Kind.NOT_AUTHORISED, "token"), 0);
    assertThat(poll.failureCode()).isEqualTo(3);
    poll.failed(new IllegalStateException("client is closed"), 0);
    assertThat(poll.failureCode()).isEqualTo(2);
  }

  @Test
  void theLastReadingIsReturnedWithItsTimeUntilNoSenderTreatsItAsFresh() {
    ChainHead head = head(7, NOW);
    poll.succeeded(head);
    poll.failed(new RpcException(Kind.UNAVAILABLE, "broken"), 0);
    assertThat(poll.answer(NOW.plusSeconds(10))).isEqualTo(head);
    assertThat(poll.answer(NOW.plusMillis(10_001))).isNull();
    assertThat(poll.failureCode()).isEqualTo(2);
    ChainHead next = head(8, NOW.plusSeconds(60));
    poll.succeeded(next);
    assertThat(poll.answer(NOW.plusSeconds(60))).isEqualTo(next);
  }

  @Test
  void withASlowPollTheReadingIsValidForTwoPeriods() {
    HeadPoll slow = new HeadPoll(Duration.ofMinutes(1), Duration.ofMinutes(2));
    slow.succeeded(head(7, NOW));
    slow.failed(new RpcException(Kind.UNAVAILABLE, "broken"), 0);
    assertThat(slow.answer(NOW.plusSeconds(120))).isNotNull();
    assertThat(slow.answer(NOW.plusMillis(120_001))).isNull();
  }

  @Test
  void aHealthyNodeIsAskedEveryPeriodHoweverLongItTook() {
    poll.succeeded(head(7, NOW));
    assertThat(poll.delay(NOTHING, 0)).isEqualTo(Duration.ofSeconds(3));
    assertThat(poll.delay(Duration.ofMillis(700), 0)).isEqualTo(Duration.ofMillis(2300));
    assertThat(poll.delay(Duration.ofSeconds(9), 0)).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void retriesBackOffToFiveSeconds() {
    assertThat(delays(poll, 8))
        .startsWith(Duration.ofMillis(1500), Duration.ofSeconds(3), Duration.ofSeconds(5))
        .endsWith(Duration.ofSeconds(5));
    poll.succeeded(head(7, NOW));
    assertThat(delays(poll, 1)).containsExactly(Duration.ofMillis(1500));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 10, 1000, 3000, 5000, 30_000, 86_400_000})
  void noRetryWaitsLongerThanThePeriodOrFiveSeconds(long periodMillis) {
    Duration period = Duration.ofMillis(periodMillis);
    assertThat(delays(new HeadPoll(period, Duration.ofSeconds(10)), 100))
        .isSorted()
        .allSatisfy(
            delay ->
                assertThat(delay)
                    .isPositive()
                    .isLessThanOrEqualTo(periodMillis > 5000 ? period : Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE,1500 3000 5000 5000",
    "NODE_ERROR,1500 3000 5000 5000",
    "NOT_AUTHORISED,1500 3000 5000 5000",
    "NO_METHOD,10000 10000",
    "WRONG_PATH,10000 10000",
    "MOVED,60000 60000",
    "TLS,30000 30000",
    "BAD_ANSWER,30000 30000",
    "RATE_LIMITED,60000 120000 240000 300000 300000"
  })
  void eachMeaningIsAskedForAgainInItsOwnTime(Kind kind, String millis) {
    List<Long> waits =
        Stream.of(millis.split(" "))
            .map(
                unused -> {
                  poll.failed(new RpcException(kind, "broken"), 0);
                  return poll.delay(Duration.ofSeconds(1), 0).toMillis();
                })
            .toList();
    assertThat(waits).isEqualTo(Stream.of(millis.split(" ")).map(Long::valueOf).toList());
  }

  /** The token file is read again with each poll. */
  @Test
  void aRefusedTokenIsTriedAgainWithinTenSecondsHoweverSlowThePoll() {
    HeadPoll slow = new HeadPoll(Duration.ofMinutes(5), Duration.ofMinutes(10));
    slow.failed(new RpcException(Kind.NOT_AUTHORISED, "token"), 0);
    assertThat(slow.delay(NOTHING, 0)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aRateLimitsOwnWaitIsKept() {
    poll.failed(new RpcException(Kind.RATE_LIMITED, "busy", Duration.ofSeconds(90)), 0);
    assertThat(poll.delay(NOTHING, 0)).isEqualTo(Duration.ofSeconds(90));
    poll.failed(new RpcException(Kind.UNAVAILABLE, "down"), 0);
    poll.failed(new RpcException(Kind.RATE_LIMITED, "busy"), 0);
    assertThat(poll.delay(NOTHING, 0)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void twoRateLimitsWithinTenMinutesSlowThePollDownForAnHour() {
    long minute = Duration.ofMinutes(1).toNanos();
    RpcException busy = new RpcException(Kind.RATE_LIMITED, "busy");
    poll.failed(busy, 0);
    poll.succeeded(head(7, NOW));
    poll.failed(busy, 11 * minute);
    assertThat(poll.period(11 * minute)).isEqualTo(Duration.ofSeconds(3));
    poll.failed(busy, 12 * minute);
    assertThat(poll.period(12 * minute)).isEqualTo(Duration.ofSeconds(6));
    poll.failed(busy, 13 * minute);
    assertThat(poll.period(13 * minute)).isEqualTo(Duration.ofSeconds(6));
    poll.succeeded(head(8, NOW));
    assertThat(poll.delay(NOTHING, 72 * minute)).isEqualTo(Duration.ofSeconds(6));
    assertThat(poll.delay(NOTHING, 73 * minute)).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource({"3,10,6", "4,10,8", "5,10,9", "20,40,30", "60,120,60"})
  void aSlowPollStillComesBeforeTheLastHeadIsTooOld(long seconds, long maxAge, long slow) {
    HeadPoll slowed = new HeadPoll(Duration.ofSeconds(seconds), Duration.ofSeconds(maxAge));
    slowed.failed(new RpcException(Kind.RATE_LIMITED, "busy"), 0);
    slowed.failed(new RpcException(Kind.RATE_LIMITED, "busy"), 0);
    slowed.succeeded(head(7, NOW));
    assertThat(slowed.delay(NOTHING, 0)).isEqualTo(Duration.ofSeconds(slow));
  }

  @Test
  void theSyncStateIsRetainedUntilTheNextReport() {
    poll.syncing(true);
    poll.succeeded(head(7, NOW));
    assertThat(syncing()).isNull();
    poll.syncing(true);
    assertThat(syncing()).isTrue();
    poll.succeeded(head(8, NOW));
    assertThat(syncing()).isTrue();
    poll.syncing(null);
    assertThat(syncing()).isNull();
  }

  private @Nullable Boolean syncing() {
    return Objects.requireNonNull(poll.answer(NOW)).syncing();
  }

  private static List<Duration> delays(HeadPoll poll, int failures) {
    return Stream.generate(
            () -> {
              poll.failed(new RpcException(Kind.UNAVAILABLE, "broken"), 0);
              return poll.delay(Duration.ofSeconds(1), 0);
            })
        .limit(failures)
        .toList();
  }

  private static ChainHead head(long height, Instant asOf) {
    TipsetKey key = TipsetKey.of(List.of(Cid.ofBlock(new byte[] {(byte) height})));
    return new ChainHead(key, height, null, null, null, asOf);
  }

  @Test
  void theSyncStateOfAnotherChainIsNotThatOfThisOne() {
    poll.succeeded(new ChainHead(TipsetKey.EMPTY, 9, "first", "one", null, NOW));
    poll.syncing(true);
    ChainHead same = new ChainHead(head(10, NOW).key(), 10, "first", "one", null, NOW);
    poll.succeeded(same);
    assertThat(poll.answer(NOW)).isEqualTo(same.withSyncing(true));
    ChainHead other = new ChainHead(head(10, NOW).key(), 10, "second", "two", null, NOW);
    poll.succeeded(other);
    assertThat(poll.answer(NOW)).isEqualTo(other);
  }
}
