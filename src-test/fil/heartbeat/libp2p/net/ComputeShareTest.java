package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class ComputeShareTest {
  private long now = Long.MAX_VALUE - 20;
  private final List<Object> results = new ArrayList<>();
  private final ComputeShare share = new ComputeShare(() -> now);

  @Test
  void whatIsAlwaysWantedGetsAFifthOfTheTime() {
    long start = now;
    long computed = 0;
    while (now - start < 1_000_000_000) {
      if (compute(taking(80_000))) {
        computed += 80_000;
      } else {
        now += 10_000;
      }
    }
    assertThat(computed).isBetween(199_000_000L, 201_000_000L);
  }

  @Test
  void bothStepsOfAConnectionAreDoneAtOnce() {
    assertThat(compute(taking(80_000))).isTrue();
    assertThat(compute(taking(90_000))).isTrue();
    assertThat(results).containsExactly(80_000L, 90_000L);
  }

  @Test
  void timeThatWasNotUsedIsNotSaved() {
    now += 3_600_000_000_000L;
    for (int i = 0; i < 4; i++) {
      assertThat(compute(taking(80_000))).isTrue();
    }
    assertThat(compute(taking(80_000))).isFalse();
  }

  @Test
  void aLongOneIsPaidForInFull() {
    assertThat(compute(taking(1_000_000))).isTrue();
    now += 2_999_999;
    assertThat(compute(taking(1))).isFalse();
    now++;
    assertThat(compute(taking(1))).isTrue();
  }

  @Test
  void oneThatFailsIsReportedAndPaidForToo() {
    IOException failure = new IOException("test");
    Callable<Object> failing =
        () -> {
          now += 1_000_000;
          throw failure;
        };
    assertThat(compute(failing)).isTrue();
    assertThat(results).containsExactly(failure);
    assertThat(compute(taking(1))).isFalse();
  }

  @Test
  void anErrorGoesToTheLoopAndIsPaidForToo() {
    Callable<Object> broken =
        () -> {
          now += 1_000_000;
          throw new StackOverflowError("test");
        };
    assertThatThrownBy(() -> compute(broken)).isInstanceOf(StackOverflowError.class);
    assertThat(compute(taking(1))).isFalse();
  }

  private Callable<Object> taking(long nanos) {
    return () -> {
      now += nanos;
      return nanos;
    };
  }

  private boolean compute(Callable<Object> work) {
    return share.compute(work, (value, failure) -> results.add(failure == null ? value : failure));
  }
}
