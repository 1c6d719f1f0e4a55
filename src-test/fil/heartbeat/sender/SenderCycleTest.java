package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderCycleTest {
  private static final long BEAT = 3_000;
  private static final long RECONNECT = 10_000;
  private static final long FIRST = 1;

  /** Records the actions of the cycle, in order. */
  private static final class Recorder implements SenderCycle.Actions {
    final List<String> calls = new ArrayList<>();
    long reconnectFirst = -1;
    long reconnectPeriod = -1;
    long beatFirst = -1;
    long beatPeriod = -1;

    List<String> take() {
      List<String> taken = List.copyOf(calls);
      calls.clear();
      return taken;
    }

    @Override
    public void open() {
      calls.add("open");
    }

    @Override
    public void startReconnectTimer(long firstMillis, long periodMillis) {
      reconnectFirst = firstMillis;
      reconnectPeriod = periodMillis;
      calls.add("start reconnect timer");
    }

    @Override
    public void stopReconnectTimer() {
      calls.add("stop reconnect timer");
    }

    @Override
    public void startBeatTimer(long firstMillis, long periodMillis) {
      beatFirst = firstMillis;
      beatPeriod = periodMillis;
      calls.add("start beat timer");
    }

    @Override
    public void stopBeatTimer() {
      calls.add("stop beat timer");
    }

    @Override
    public void buildBeat() {
      calls.add("build");
    }

    @Override
    public void writeBeat(long connection) {
      calls.add("write " + connection);
    }

    @Override
    public void skipped(SkipReason reason) {
      calls.add("skip " + reason.label());
    }

    @Override
    public void closeConnection() {
      calls.add("close");
    }

    @Override
    public void leaveConnection() {
      calls.add("leave");
    }
  }

  private final Recorder actions = new Recorder();
  private final SenderCycle cycle = cycle(new SplittableRandom(1), actions);

  private static SenderCycle cycle(RandomGenerator random, Recorder actions) {
    return new SenderCycle(BEAT, RECONNECT, random, actions);
  }

  /** Connects, and clears the actions recorded until then. */
  private void connect() {
    cycle.start();
    assertThat(cycle.onOpened()).isEqualTo(FIRST);
    actions.calls.clear();
  }

  private static long at(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private void beatAt(long millis) {
    cycle.onBeatTick(at(millis));
    cycle.onBeatBuilt();
    cycle.onWritten();
  }

  @Test
  void theFirstConnectIsAtOnce() {
    cycle.start();
    assertThat(actions.take()).containsExactly("start beat timer", "start reconnect timer", "open");
    assertThat(actions.reconnectFirst).isEqualTo(actions.reconnectPeriod);
    assertThat(actions.beatPeriod).isEqualTo(BEAT);
  }

  @Test
  void theFirstBeatIsWhenItsOwnerSays() {
    new SenderCycle(BEAT, RECONNECT, period -> period - 2_001, new SplittableRandom(1), actions)
        .start();
    assertThat(actions.beatFirst).isEqualTo(999);
    assertThat(actions.beatPeriod).isEqualTo(BEAT);
  }

  @Test
  void theReconnectTimerHasOneOpenInFlight() {
    cycle.start();
    actions.calls.clear();
    cycle.onReconnectTick();
    cycle.onReconnectTick();
    assertThat(actions.take()).isEmpty();
    cycle.onOpenFailed();
    assertThat(actions.take()).isEmpty();
    cycle.onReconnectTick();
    cycle.onReconnectTick();
    assertThat(actions.take()).containsExactly("open");
  }

  @Test
  void aConnectionStopsTheReconnectTimer() {
    cycle.start();
    actions.calls.clear();
    assertThat(cycle.onOpened()).isEqualTo(1);
    assertThat(actions.take()).containsExactly("stop reconnect timer");
    cycle.onReconnectTick();
    assertThat(actions.take()).isEmpty();
  }

  @Test
  void aLossClosesTheConnectionAndWaitsBeforeTheFirstTry() {
    connect();
    assertThat(cycle.onLost(FIRST)).isTrue();
    assertThat(actions.take()).containsExactly("close", "start reconnect timer");
    cycle.onReconnectTick();
    assertThat(actions.take()).containsExactly("open");
    assertThat(cycle.onOpened()).isEqualTo(FIRST + 1);
  }

  @Test
  void aConnectionIsLostOnce() {
    connect();
    assertThat(cycle.onLost(FIRST)).isTrue();
    assertThat(cycle.onLost(FIRST)).isFalse();
    cycle.onReconnectTick();
    long next = cycle.onOpened();
    actions.calls.clear();
    assertThat(cycle.onLost(FIRST)).isFalse();
    assertThat(actions.take()).isEmpty();
    assertThat(cycle.onLost(next)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theFirstTryAfterALossIsAnywhereInOnePeriodAndLaterOnesWithinAFifthOfIt(long seed) {
    Recorder recorder = new Recorder();
    SenderCycle drawn = cycle(new SplittableRandom(seed), recorder);
    drawn.start();
    List<Long> firsts = new ArrayList<>();
    List<Long> periods = new ArrayList<>();
    for (int outage = 0; outage < 2_000; outage++) {
      long connection = drawn.onOpened();
      assertThat(drawn.onLost(connection)).isTrue();
      firsts.add(recorder.reconnectFirst);
      periods.add(recorder.reconnectPeriod);
      drawn.onReconnectTick();
    }
    assertThat(firsts).allMatch(first -> first >= 0 && first < RECONNECT);
    assertThat(firsts).anyMatch(first -> first < RECONNECT / 50);
    assertThat(firsts).anyMatch(first -> first > RECONNECT - RECONNECT / 50);
    assertThat(firsts.stream().mapToLong(Long::longValue).average().orElseThrow())
        .isBetween(RECONNECT * 0.45, RECONNECT * 0.55);
    assertThat(periods).allMatch(period -> period >= 8_000 && period <= 12_000);
    assertThat(periods).anyMatch(period -> period < 8_100).anyMatch(period -> period > 11_900);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void theFirstBeatHasARandomPhase(long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Long> phases = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Recorder recorder = new Recorder();
      cycle(seeds.split(), recorder).start();
      phases.add(recorder.beatFirst);
    }
    assertThat(phases).allMatch(phase -> phase >= 0 && phase < BEAT);
    assertThat(phases).anyMatch(phase -> phase < BEAT / 50);
    assertThat(phases).anyMatch(phase -> phase > BEAT - BEAT / 50);
  }

  @Test
  void theShortestPeriodsAreWholeMilliseconds() {
    Recorder recorder = new Recorder();
    SenderCycle shortest = new SenderCycle(1, 1, new SplittableRandom(7), recorder);
    for (int i = 0; i < 100; i++) {
      if (i == 0) {
        shortest.start();
      } else {
        assertThat(shortest.onLost(shortest.onOpened())).isTrue();
      }
      assertThat(recorder.reconnectPeriod).isEqualTo(1);
      assertThat(recorder.beatFirst).isZero();
    }
  }

  @Test
  void aBeatIsBuiltAndThenWritten() {
    connect();
    cycle.onBeatTick(at(0));
    assertThat(actions.take()).containsExactly("build");
    cycle.onBeatBuilt();
    assertThat(actions.take()).containsExactly("write " + FIRST);
    cycle.onWritten();
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void noBeatIsBuiltWithoutAConnection() {
    cycle.start();
    actions.calls.clear();
    cycle.onBeatTick(at(0));
    assertThat(actions.take()).containsExactly("skip not-connected");
  }

  @Test
  void aBeatDueWhileTheHeadIsAwaitedIsSkipped() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("build", "skip head-pending");
    cycle.onBeatBuilt();
    assertThat(actions.take()).containsExactly("write " + FIRST);
  }

  @Test
  void aBeatDueWhileAWriteIsInFlightIsSkipped() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBeatBuilt();
    actions.calls.clear();
    cycle.onBeatTick(at(BEAT));
    cycle.onBeatTick(at(2 * BEAT));
    assertThat(actions.take()).containsExactly("skip write-in-flight", "skip write-in-flight");
    cycle.onWritten();
    cycle.onBeatTick(at(3 * BEAT));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void aStalledTimersBurstIsOneBeat() {
    connect();
    beatAt(0);
    actions.calls.clear();
    beatAt(5 * BEAT);
    for (int i = 1; i < 5; i++) {
      cycle.onBeatTick(at(5 * BEAT) + i);
    }
    assertThat(actions.take())
        .containsExactly(
            "build", "write 1", "skip burst", "skip burst", "skip burst", "skip burst");
  }

  @Test
  void ticksWithinHalfAPeriodAreABurst() {
    connect();
    beatAt(0);
    actions.calls.clear();
    cycle.onBeatTick(at(BEAT / 2) - 1);
    assertThat(actions.take()).containsExactly("skip burst");
    cycle.onBeatTick(at(BEAT / 2));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void aSkippedTickDoesNotDelayTheNextBeat() {
    connect();
    beatAt(0);
    cycle.onBeatTick(at(1_400));
    actions.calls.clear();
    cycle.onBeatTick(at(1_600));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void aFailedWriteClosesTheConnectionAndReconnects() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBeatBuilt();
    actions.calls.clear();
    assertThat(cycle.onWriteFailed(FIRST)).isTrue();
    assertThat(actions.take())
        .containsExactly("skip write-failed", "close", "start reconnect timer");
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("skip not-connected");
  }

  @Test
  void aLateWriteFailureDoesNotAffectTheNewConnection() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBeatBuilt();
    assertThat(cycle.onLost(FIRST)).isTrue();
    cycle.onReconnectTick();
    long next = cycle.onOpened();
    actions.calls.clear();
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("skip write-in-flight");
    assertThat(cycle.onWriteFailed(FIRST)).isFalse();
    assertThat(actions.take()).containsExactly("skip write-failed");
    cycle.onBeatTick(at(2 * BEAT));
    cycle.onBeatBuilt();
    assertThat(actions.take()).containsExactly("build", "write " + next);
  }

  @Test
  void aBeatWhoseConnectionEndedWhileItWasBuiltIsSkipped() {
    connect();
    cycle.onBeatTick(at(0));
    assertThat(cycle.onLost(FIRST)).isTrue();
    actions.calls.clear();
    cycle.onBeatBuilt();
    assertThat(actions.take()).containsExactly("skip connection-lost");
    cycle.onReconnectTick();
    assertThat(cycle.onOpened()).isPositive();
    actions.calls.clear();
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void aBeatThatCannotBeBuiltIsSkipped() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBuildFailed();
    assertThat(actions.take()).containsExactly("build", "skip build-failed");
    cycle.onBeatTick(at(BEAT));
    assertThat(actions.take()).containsExactly("build");
  }

  @Test
  void stopEndsTimersAndConnection() {
    connect();
    cycle.stop();
    assertThat(actions.take()).containsExactly("stop beat timer", "stop reconnect timer", "leave");
    cycle.stop();
    cycle.onReconnectTick();
    cycle.onBeatTick(at(0));
    cycle.onBeatBuilt();
    cycle.onBuildFailed();
    assertThat(cycle.onLost(FIRST)).isFalse();
    assertThat(cycle.onWriteFailed(FIRST)).isFalse();
    assertThat(actions.take()).isEmpty();
  }

  @Test
  void aStopDuringAWriteSendsNoLastBeat() {
    connect();
    cycle.onBeatTick(at(0));
    cycle.onBeatBuilt();
    actions.calls.clear();
    cycle.stop();
    assertThat(actions.take()).containsExactly("stop beat timer", "stop reconnect timer", "close");
  }

  @Test
  void aStreamThatOpensAfterTheStopIsRefused() {
    cycle.start();
    cycle.stop();
    actions.calls.clear();
    assertThat(cycle.onOpened()).isZero();
    assertThat(actions.take()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void everyDueBeatIsSentOrSkippedOrBeingBuilt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Recorder recorder = new Recorder();
    SenderCycle any = cycle(random.split(), recorder);
    any.start();
    long now = 0;
    long due = 0;
    long sent = 0;
    long connection = 0;
    boolean opening = true;
    boolean building = false;
    long writing = 0;
    for (int step = 0; step < 20_000; step++) {
      int before = recorder.calls.size();
      switch (random.nextInt(6)) {
        case 0 -> {
          due++;
          now += random.nextLong(at(2 * BEAT));
          any.onBeatTick(now);
        }
        case 1 -> any.onReconnectTick();
        case 2 -> {
          if (opening) {
            opening = false;
            if (random.nextBoolean()) {
              connection = any.onOpened();
            } else {
              any.onOpenFailed();
            }
          }
        }
        case 3 -> {
          boolean ignored = any.onLost(connection - random.nextInt(2));
          assertThat(ignored).isIn(true, false);
        }
        case 4 -> {
          if (building) {
            building = false;
            any.onBeatBuilt();
          }
        }
        default -> {
          if (writing > 0 && random.nextBoolean()) {
            sent++;
            writing = 0;
            any.onWritten();
          } else if (writing > 0) {
            boolean ignored = any.onWriteFailed(writing);
            assertThat(ignored).isIn(true, false);
            writing = 0;
          }
        }
      }
      for (String call : recorder.calls.subList(before, recorder.calls.size())) {
        if (call.equals("open")) {
          assertThat(opening).isFalse();
          opening = true;
        } else if (call.equals("build")) {
          assertThat(building || writing > 0).isFalse();
          building = true;
        } else if (call.startsWith("write ")) {
          assertThat(writing).isZero();
          writing = Long.parseLong(call.substring(6));
          assertThat(writing).isEqualTo(connection);
        }
      }
    }
    long skipped = recorder.calls.stream().filter(call -> call.startsWith("skip ")).count();
    long inMaking = building || writing > 0 ? 1 : 0;
    assertThat(sent).isPositive();
    assertThat(sent + skipped + inMaking).isEqualTo(due);
  }
}
