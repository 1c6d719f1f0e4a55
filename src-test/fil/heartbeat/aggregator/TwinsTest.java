package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One key in use in two places, and situations that only look so. */
class TwinsTest {
  private static final String A = "/ip4/192.0.2.1/tcp/1001";
  private static final String B = "/ip4/192.0.2.2/tcp/1002";
  private static final String C = "/ip4/192.0.2.3/tcp/1003";
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  /** The monotonic clock may begin anywhere. */
  private static final long ORIGIN = Long.MAX_VALUE - 20_000_000_000L;

  private final Twins twins = new Twins();

  private static Moment at(long millis) {
    return new Moment(START.plusMillis(millis), ORIGIN + millis * 1_000_000);
  }

  private void beats(String address, long fromMillis, long toMillis, long period) {
    for (long at = fromMillis; at <= toMillis; at += period) {
      twins.beat(address, at(at));
    }
  }

  private record Beat(String address, long millis) {}

  private void inOrder(List<Beat> beats) {
    beats.stream()
        .sorted(Comparator.comparingLong(Beat::millis))
        .forEach(each -> twins.beat(each.address(), at(each.millis())));
  }

  private static List<Beat> every(String address, long fromMillis, long toMillis, long period) {
    List<Beat> beats = new ArrayList<>();
    for (long at = fromMillis; at < toMillis; at += period) {
      beats.add(new Beat(address, at));
    }
    return beats;
  }

  private static List<Beat> both(List<Beat> some, List<Beat> others) {
    List<Beat> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /** Start of the second relative to a beat of the first, as a part of the period. */
  @ParameterizedTest
  @CsvSource({
    "50, 1",
    "50, 99",
    "1000, 1",
    "1000, 50",
    "1000, 99",
    "3000, 1",
    "3000, 50",
    "3000, 99",
    "10000, 1",
    "10000, 50",
    "10000, 99"
  })
  void twoPlacesThatGoOnBeatingAreDetectedWithinAMinute(long period, long phase) {
    long second = 100_000 + period * phase / 100;
    inOrder(both(every(A, 0, second + 55_000, period), every(B, second, second + 55_000, period)));
    assertThat(Objects.requireNonNull(twins.now()))
        .isEqualTo(new Twins.Twin(A, B, START.plusMillis(second)))
        .extracting(Twins.Twin::text)
        .isEqualTo("beats from two places: " + A + " and " + B);
    assertThat(twins.update(at(second + 56_000).nanos())).isTrue();
    assertThat(twins.update(at(second + 57_000).nanos())).isFalse();
  }

  @Test
  void interleavedBeatsInAnyOrderAreDetectedToo() {
    for (long at = 0; at < 60_000; at += 10_000) {
      boolean first = at / 10_000 % 2 == 0;
      twins.beat(first ? A : B, at(at));
      twins.beat(first ? B : A, at(at + 1));
    }
    assertThat(twins.now()).isNotNull();
  }

  @Test
  void twoBehindOneRouterHaveOtherPorts() {
    String port = A.replace("1001", "1002");
    inOrder(both(every(A, 0, 60_000, 3_000), every(port, 1_000, 60_000, 3_000)));
    assertThat(twins.now()).isNotNull();
  }

  @Test
  void twoStreamsOfOneProcessShareItsConnection() {
    twins.opened(A);
    beats(A, 0, 5_000, 1_000);
    twins.opened(A);
    inOrder(both(every(A, 6_000, 200_000, 1_000), every(A, 6_500, 200_000, 1_000)));
    assertThat(twins.now()).isNull();
    // A clone of it is still detected, also while one of the streams is reopened.
    inOrder(both(every(A, 200_000, 210_000, 1_000), every(B, 200_500, 210_000, 1_000)));
    twins.opened(A);
    inOrder(both(every(A, 210_000, 240_000, 1_000), every(B, 210_500, 240_000, 1_000)));
    assertThat(twins.now()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 3_000, 10_000})
  void aRestartThatOverlapsForTenSecondsIsNoTwin(long period) {
    inOrder(both(every(A, 0, 110_000, period), every(B, 100_000 + period / 2, 400_000, period)));
    assertThat(twins.now()).isNull();
  }

  @Test
  void aSecondPlaceThatEndsAtOnceIsNoTwin() {
    inOrder(both(every(A, 0, 300_000, 1_000), every(B, 100_500, 110_000, 1_000)));
    assertThat(twins.now()).isNull();
  }

  /** The bytes buffered in the previous socket arrive when the network is back. */
  @Test
  void lateBeatsAreNoTwin() {
    beats(A, 0, 20_000, 1_000);
    twins.opened(B);
    inOrder(both(every(B, 50_000, 200_000, 1_000), every(A, 51_000, 60_000, 300)));
    assertThat(twins.now()).isNull();
    twins.beat(A, at(200_500));
    assertThat(twins.now()).isNull();
  }

  @Test
  void beatsQueuedInAPauseOfThisProcessAreNoTwin() {
    beats(A, 0, 20_000, 1_000);
    for (int i = 0; i < 60; i++) {
      twins.beat(B, at(80_000));
      twins.beat(A, at(80_000 + i));
    }
    beats(B, 81_000, 200_000, 1_000);
    assertThat(twins.now()).isNull();
  }

  @Test
  void anAddressMayBeReused() {
    for (int i = 0; i < 50; i++) {
      String address = i % 2 == 0 ? A : B;
      twins.opened(address);
      beats(address, i * 60_000L, i * 60_000L + 50_000, 1_000);
    }
    assertThat(twins.now()).isNull();
  }

  @Test
  void aTwinEndsTwoMinutesAfterOnePlaceBecameSilent() {
    inOrder(both(every(A, 0, 60_000, 1_000), every(B, 500, 60_000, 1_000)));
    assertThat(twins.update(at(60_000).nanos())).isTrue();
    beats(B, 60_500, 178_000, 1_000);
    assertThat(twins.update(at(178_400).nanos())).isFalse();
    assertThat(twins.now()).isNotNull();
    assertThat(twins.update(at(178_600).nanos())).isTrue();
    assertThat(twins.now()).isNull();
    // And its own redials are not reported afterwards.
    beats(B, 180_000, 200_000, 1_000);
    twins.opened(C);
    beats(C, 210_000, 300_000, 1_000);
    assertThat(twins.now()).isNull();
  }

  @Test
  void theOlderProcessIsWarnedOnceInTenMinutes() {
    inOrder(both(every(A, 0, 20_000, 1_000), every(B, 500, 20_000, 1_000)));
    assertThat(twins.takeWarning(at(20_000).nanos())).isEqualTo(A);
    assertThat(twins.takeWarning(at(21_000).nanos())).isNull();
    // The warned process reconnects and is then the newer one, so the other is warned next.
    twins.opened(C);
    inOrder(both(every(B, 20_500, 619_000, 1_000), every(C, 32_000, 619_000, 1_000)));
    assertThat(twins.takeWarning(at(619_900).nanos())).isNull();
    assertThat(twins.takeWarning(at(620_000).nanos())).isEqualTo(B);
    assertThat(twins.update(at(900_000).nanos())).isTrue();
    assertThat(twins.takeWarning(at(2_000_000).nanos())).isNull();
  }

  /** A process whose stream was reset returns from another port within twelve seconds. */
  @Test
  void aTwinContinuesWhenOnePlaceRedials() {
    inOrder(both(every(A, 0, 60_000, 1_000), every(B, 500, 400_000, 1_000)));
    twins.opened(C);
    inOrder(both(every(C, 72_000, 400_000, 1_000), every(B, 400_500, 401_000, 1_000)));
    assertThat(twins.update(at(401_000).nanos())).isTrue();
    assertThat(Objects.requireNonNull(twins.now()).since()).isEqualTo(START.plusMillis(500));
  }

  @Test
  void aTwinContinuesForSendersWithALongInterval() {
    List<Beat> all = both(every(A, 0, 3_600_000, 300_000), every(B, 7_000, 3_600_000, 300_000));
    all.sort(Comparator.comparingLong(Beat::millis));
    boolean begun = false;
    for (Beat each : all) {
      twins.beat(each.address(), at(each.millis()));
      for (int second = 0; second < 280; second++) {
        boolean unused = twins.update(at(each.millis() + second * 1_000L).nanos());
        assertThat(begun && twins.now() == null).isFalse();
      }
      begun |= twins.now() != null;
    }
    assertThat(begun).isTrue();
  }

  /** A peer may have only two connections: the stalest ends whenever the third returns. */
  @ParameterizedTest
  @ValueSource(longs = {1_000, 3_000, 10_000})
  void threePlacesAreDetectedAlthoughEachIsEndedInTurn(long period) {
    Random random = new Random(period);
    long[] next = {0, period / 3, 2 * period / 3};
    long[] last = new long[3];
    long[] backAt = {0, 0, 0};
    String[] from = {A, B, C};
    boolean[] up = new boolean[3];
    int port = 2_000;
    for (long now = 0; now < 1_800_000 && twins.now() == null; now += 100) {
      for (int i = 0; i < 3; i++) {
        if (!up[i] && now >= backAt[i]) {
          int[] others = IntStream.range(0, 3).filter(each -> up[each]).toArray();
          if (others.length == 2) {
            int stalest = last[others[0]] <= last[others[1]] ? others[0] : others[1];
            up[stalest] = false;
            backAt[stalest] = now + 8_000 + random.nextInt(4_000);
          }
          up[i] = true;
          from[i] = "/ip4/192.0.2." + i + "/tcp/" + port++;
          twins.opened(from[i]);
          next[i] = now;
        }
        if (up[i] && now >= next[i]) {
          twins.beat(from[i], at(now));
          last[i] = now;
          next[i] = now + period;
        }
      }
    }
    assertThat(twins.now()).isNotNull();
  }

  static List<Integer> seeds() {
    return IntStream.range(0, 20).boxed().toList();
  }

  /** One process dials, closes, pauses, moves to another address, and delayed beats arrive. */
  @ParameterizedTest
  @MethodSource("seeds")
  void oneProcessNeverHasATwin(int block) {
    for (int i = 0; i < 50; i++) {
      long seed = block * 50L + i;
      new OneProcess(new Random(seed)).run(seed);
    }
  }

  private static final class OneProcess {
    private final Random random;
    private final Twins twins = new Twins();
    private final List<Beat> arriving = new ArrayList<>();
    private final long period;
    private long now;
    private String address = "";

    private OneProcess(Random random) {
      this.random = random;
      this.period = List.of(50L, 1_000L, 3_000L, 10_000L, 60_000L).get(random.nextInt(5));
    }

    private void run(long seed) {
      dial();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(6)) {
          case 0 -> dial();
          case 1 -> now += random.nextInt(200_000);
          case 2 -> rebind();
          case 3 -> twins.opened(address);
          default -> beatFor(random.nextInt(120_000));
        }
        boolean unused = twins.update(at(now).nanos());
        assertThat(twins.now()).as("seed %s step %s", seed, step).isNull();
      }
    }

    /** Ports are reused, as by a router that has few. */
    private void dial() {
      address = "/ip4/192.0.2.1/tcp/" + (1 + random.nextInt(6));
      twins.opened(address);
      deliver(new Beat(address, now));
    }

    private void rebind() {
      String before = address;
      // The previous connection was at least abandoned before the next is dialled.
      now += random.nextInt(30_000);
      dial();
      if (before.equals(address)) {
        return;
      }
      if (random.nextBoolean()) {
        // All bytes buffered in its socket, over a slow line.
        long at = now + random.nextInt(2_000);
        for (int i = random.nextInt(20); i > 0 && at < now + 12_000; i--) {
          arriving.add(new Beat(before, at));
          at += random.nextInt(600);
        }
      } else {
        arriving.add(new Beat(before, now + random.nextInt(120_000)));
      }
      beatFor(121_000);
    }

    private void beatFor(long millis) {
      long end = now + millis;
      for (long at = now + period; at < end; at += period) {
        arriving.add(new Beat(address, at + random.nextInt((int) period / 2)));
      }
      arriving.sort(Comparator.comparingLong(Beat::millis));
      arriving.forEach(this::deliver);
      arriving.clear();
      now = Math.max(end, now);
    }

    private void deliver(Beat beat) {
      now = Math.max(now, beat.millis());
      twins.beat(beat.address(), at(beat.millis()));
    }
  }

  /** The remaining process is warned that its key is in use twice, and therefore redials. */
  @Test
  void aRedialOfTheRemainingProcessDoesNotProlongATwin() {
    inOrder(both(every(A, 0, 200_000, 3_000), every(B, 60_000, 100_000, 3_000)));
    assertThat(twins.now()).isNotNull();
    beats(C, 200_000, 230_000, 3_000);
    assertThat(twins.update(at(230_000).nanos())).isTrue();
    assertThat(twins.now()).isNull();
  }
}
