package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialPaceTest {
  private static final long SECOND = 1_000_000_000L;

  private static DialPace<Integer> pace(int mostAtOnce) {
    return new DialPace<>(mostAtOnce, new Random(1), -7 * SECOND);
  }

  @Test
  void firstDialsGoInTurnWithinTheLimit() {
    DialPace<Integer> pace = pace(3);
    for (int i = 0; i < 8; i++) {
      pace.want(i, 0, 0);
    }
    assertThat(pace.take(0)).containsExactly(0, 1, 2);
    assertThat(pace.take(SECOND)).isEmpty();
    pace.settled();
    pace.settled();
    assertThat(pace.take(SECOND)).containsExactly(3, 4);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "4, 8", "5, 10", "6, 10", "1000000, 10", "2147483647, 10"})
  void theBoundOfTheWaitDoublesUpToTenSeconds(int failures, long seconds) {
    assertThat(DialPace.boundNanos(failures)).isEqualTo(seconds * SECOND);
  }

  @Test
  void dialersThatFailTogetherRetrySpreadOverTheWait() {
    int dialers = 1000;
    DialPace<Integer> pace = pace(dialers);
    long now = 5 * SECOND;
    for (int i = 0; i < dialers; i++) {
      pace.want(i, 4, now);
    }
    List<Integer> perSecond = new ArrayList<>();
    for (int second = 1; second <= 8; second++) {
      perSecond.add(pace.take(now + second * SECOND).size());
    }
    assertThat(perSecond).allSatisfy(each -> assertThat(each).isBetween(80, 175));
    assertThat(perSecond.stream().mapToInt(each -> each).sum()).isEqualTo(dialers);
  }
}
