package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReadingTest {
  private static final String BLOCK = "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB";
  private static final String GENESIS =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:10Z");
  private static final Duration MAX_AGE = Duration.ofSeconds(10);

  private static JsonObject answer() {
    return new JsonObject()
        .put("cids", new JsonArray().add(BLOCK))
        .put("height", 444)
        .put("genesis", GENESIS)
        .put("syncing", true)
        .put("asOf", "2026-01-01T00:00:05Z");
  }

  private static HeadReading read(@Nullable Object body) {
    return HeadReading.of(body, NOW, NOW, MAX_AGE);
  }

  private static void assertEmpty(HeadReading reading, HeadFault... faults) {
    assertThat(reading.head().toString()).isEqualTo("{ }");
    assertThat(reading.height()).isZero();
    assertThat(reading.syncing()).isNull();
    assertThat(reading.faults()).containsExactlyInAnyOrder(faults);
  }

  @Test
  void aFreshHeadIsRead() {
    HeadReading reading = read(answer());
    assertThat(reading.head().toString()).isEqualTo("{ " + BLOCK + " }");
    assertThat(reading.height()).isEqualTo(444);
    assertThat(reading.genesis()).isEqualTo(GENESIS);
    assertThat(reading.syncing()).isTrue();
    assertThat(reading.faults()).isEmpty();
  }

  @Test
  void aHeadIsFreshForItsAgeAndNoLonger() {
    assertThat(read(answer().put("asOf", "2026-01-01T00:00:00Z")).faults()).isEmpty();
    HeadReading stale = read(answer().put("asOf", "2025-12-31T23:59:59.999Z"));
    assertEmpty(stale, HeadFault.STALE);
    assertThat(stale.genesis()).isEqualTo(GENESIS);
  }

  @Test
  void anAbsentTimeIsTheTimeOfArrival() {
    JsonObject body = answer();
    body.remove("asOf");
    assertThat(read(body).faults()).isEmpty();
    assertThat(read(body.putNull("asOf")).faults()).isEmpty();
    assertEmpty(
        HeadReading.of(body, NOW, NOW.plus(MAX_AGE).plusMillis(1), MAX_AGE), HeadFault.STALE);
  }

  @Test
  void aTimeFarInTheFutureIsInvalid() {
    assertThat(read(answer().put("asOf", "2026-01-01T00:00:20Z")).faults()).isEmpty();
    assertEmpty(read(answer().put("asOf", "2026-01-01T00:00:20.001Z")), HeadFault.UNREADABLE);
    assertEmpty(read(answer().put("asOf", "+999999999-12-31T23:59:59Z")), HeadFault.UNREADABLE);
  }

  @Test
  void nullGenesisAndSyncingAreNotKnown() {
    HeadReading reading = read(answer().putNull("genesis").putNull("syncing"));
    assertThat(reading.genesis()).isNull();
    assertThat(reading.syncing()).isNull();
    assertThat(reading.faults()).isEmpty();
  }

  @Test
  void anEmptyTipsetIsNoHead() {
    assertEmpty(read(answer().put("cids", new JsonArray())), HeadFault.NO_HEAD);
  }

  static Stream<Object> heights() {
    return Stream.of("444", 444.0, -1, -1L, 1L << 53, Long.MIN_VALUE, true, new JsonArray());
  }

  @ParameterizedTest
  @MethodSource("heights")
  void aHeadWithoutAReadableHeightIsSentWithHeightZero(Object height) {
    HeadReading reading = read(answer().put("height", height));
    assertThat(reading.head().toString()).isEqualTo("{ " + BLOCK + " }");
    assertThat(reading.height()).isZero();
    assertThat(reading.faults()).containsExactly(HeadFault.BAD_HEIGHT);
  }

  @Test
  void theGreatestHeightIsRead() {
    assertThat(read(answer().put("height", (1L << 53) - 1)).height()).isEqualTo((1L << 53) - 1);
    assertThat(read(answer().put("height", 0)).faults()).isEmpty();
  }

  static Stream<Object> garbage() {
    return Stream.of(
        "text",
        7,
        true,
        Buffer.buffer("{}"),
        new JsonArray(),
        new JsonObject(),
        answer().put("cids", "no array"),
        answer().putNull("cids"),
        answer().put("cids", new JsonArray().add(7)),
        answer().put("cids", new JsonArray().addNull()),
        answer().put("cids", new JsonArray().add(BLOCK).add("no cid")),
        answer().put("cids", new JsonArray().add(BLOCK).add("")),
        answer().put("cids", new JsonArray(Collections.nCopies(1_000, BLOCK))),
        answer().put("asOf", "yesterday"),
        answer().put("asOf", 1_767_225_600L),
        answer().put("asOf", new JsonArray()));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void anInvalidAnswerIsNoHead(Object body) {
    assertEmpty(read(body), HeadFault.UNREADABLE);
  }

  @Test
  void anAnswerWithoutABodyIsNoHead() {
    assertEmpty(read(null), HeadFault.UNREADABLE);
  }

  @Test
  void badExtrasAreLeftOut() {
    HeadReading reading = read(answer().put("genesis", "no cid").put("syncing", "yes"));
    assertThat(reading.genesis()).isNull();
    assertThat(reading.syncing()).isNull();
    assertThat(reading.height()).isEqualTo(444);
    assertThat(reading.faults()).containsOnly(HeadFault.BAD_GENESIS, HeadFault.BAD_SYNCING);
    assertThat(read(answer().put("genesis", 7)).faults()).containsOnly(HeadFault.BAD_GENESIS);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void anyAnswerIsReadOrItsFaultsAreNamed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> names = List.of("cids", "height", "genesis", "syncing", "asOf", "other");
    for (int i = 0; i < 5_000; i++) {
      JsonObject body = random.nextBoolean() ? answer() : new JsonObject();
      for (int change = random.nextInt(4); change > 0; change--) {
        body.put(names.get(random.nextInt(names.size())), any(random, 2));
      }
      HeadReading reading = read(body);
      boolean empty = reading.head().toString().equals("{ }");
      assertThat(empty).isEqualTo(reading.faults().stream().anyMatch(HeadFault::fatal));
      assertThat(reading.height()).isBetween(0L, (1L << 53) - 1);
    }
  }

  private static @Nullable Object any(SplittableRandom random, int depth) {
    List<Object> values =
        new ArrayList<>(
            Arrays.asList(
                BLOCK,
                GENESIS,
                "",
                "{ }",
                "2026-01-01T00:00:05Z",
                "-999999999-01-01T00:00:00Z",
                random.nextInt(),
                random.nextLong(),
                random.nextDouble(),
                Double.NaN,
                true,
                new java.math.BigInteger("99999999999999999999"),
                new byte[] {1, 2, 3},
                null));
    if (depth > 0) {
      values.add(new JsonArray().add(any(random, depth - 1)).add(any(random, depth - 1)));
      values.add(new JsonObject().put("/", any(random, depth - 1)));
      values.add(new JsonArray().add(BLOCK).add(GENESIS));
    }
    return values.get(random.nextInt(values.size()));
  }

  @Test
  void aFailedRequestIsTheEmptyHead() {
    HeadReading reading = HeadReading.failed(HeadFault.TIMEOUT);
    assertEmpty(reading, HeadFault.TIMEOUT);
    assertThat(Set.of(reading.faults().toArray())).containsExactly(HeadFault.TIMEOUT);
  }
}
