package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our sender beats to listeners of other stacks. */
class SenderInterop {
  private static final Duration PERIOD = Duration.ofMillis(20);

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Wait.on(vertx.close());
  }

  static Stream<Arguments> stacksAndKeys() {
    return Stream.of(Stack.values())
        .flatMap(
            stack ->
                Stream.of(KeyType.values())
                    // js-libp2p has no ECDSA keys.
                    .filter(type -> stack != Stack.JS || type != KeyType.ECDSA)
                    .map(type -> Arguments.of(stack, type)));
  }

  private static String flag(KeyType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static void assertConsecutive(List<JsonObject> beats) {
    long first = height(beats.get(0));
    for (int i = 0; i < beats.size(); i++) {
      assertThat(height(beats.get(i))).as("beat %d", i).isEqualTo(first + i);
    }
  }

  private static void assertRising(List<JsonObject> beats) {
    for (int i = 1; i < beats.size(); i++) {
      assertThat(height(beats.get(i))).isGreaterThan(height(beats.get(i - 1)));
    }
  }

  private static long height(JsonObject event) {
    return event.getJsonObject("json").getLong("Height");
  }

  @ParameterizedTest
  @MethodSource("stacksAndKeys")
  void everyBeatArrivesInOrder(Stack stack, KeyType type) {
    try (Peer listener = stack.start("listen", "--key-type", flag(type))) {
      new SenderUnderTest(vertx, folder, type, listener.address(), PERIOD);
      List<JsonObject> beats = listener.beats(25);
      assertConsecutive(beats);
      JsonObject beat = beats.get(0).getJsonObject("json");
      assertThat(beat.getString("Nickname")).isEqualTo("ours");
      assertThat(beat.getString("Head"))
          .isEqualTo("{ " + beat.getJsonObject("GenesisCID").getString("/") + " }");
      assertThat(beat.getString("MinerAddress")).isEmpty();
      assertThat(beats.get(0).getString("raw")).endsWith("}\n").startsWith("{\"Head\":\"{ bafy");
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void anEcdsaIdentityOfOursIsAcceptedByGoAndRust(Stack stack) {
    // js-libp2p refuses ECDSA keys by design, so there the peer's own handshake must fail cleanly.
    try (Peer listener = stack.start("listen")) {
      SenderUnderTest sender =
          new SenderUnderTest(vertx, folder, KeyType.ECDSA, listener.address(), PERIOD);
      if (stack == Stack.JS) {
        sender.awaitFailedConnect();
        assertThat(sender.status().connected()).isFalse();
      } else {
        assertConsecutive(listener.beats(5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void aListenerWithOnlyTheSlashedIdIsReached(Stack stack) {
    try (Peer listener = stack.start("listen", "--slash")) {
      new SenderUnderTest(vertx, folder, KeyType.ED25519, listener.address(), PERIOD);
      assertConsecutive(listener.beats(5));
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void aListenerThatIsKilledAndRestartedIsFoundAgain(Stack stack) throws IOException {
    String key = folder.resolve("listener.key").toString();
    try (HeldPort port = new HeldPort()) {
      String[] command = {"listen", "--key", key, "--listen", port.address().toString()};
      String address;
      try (Peer listener = stack.start(command)) {
        address = listener.address();
        new SenderUnderTest(vertx, folder, KeyType.ED25519, address, PERIOD);
        assertConsecutive(listener.beats(5));
        listener.kill();
      }
      try (Peer restarted = stack.start(command)) {
        assertThat(restarted.address()).isEqualTo(address);
        assertConsecutive(restarted.beats(5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void resetStreamsAndClosedConnectionsAreReplaced(Stack stack) {
    try (Peer listener = stack.start("listen")) {
      SenderUnderTest sender =
          new SenderUnderTest(vertx, folder, KeyType.ED25519, listener.address(), PERIOD);
      assertConsecutive(listener.beats(3));
      for (String command : List.of("reset-streams", "close-connections")) {
        listener.tell(command, "did-" + command);
        sender.awaitConnected(false);
        assertConsecutive(listener.beatsOfNextStream(3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void tenThousandBeatsAtOneMillisecondArriveInOrder(Stack stack) {
    try (Peer listener = stack.start("listen")) {
      SenderUnderTest sender =
          new SenderUnderTest(
              vertx, folder, KeyType.ED25519, listener.address(), Duration.ofMillis(1));
      List<JsonObject> beats = listener.beats(10_000);
      assertRising(beats);
      assertThat(sender.status().connects()).isEqualTo(1);
      // A beat is counted after its write, and before the next is made: only the last may not be.
      listener.await("beat");
      assertThat(sender.status().beatsSent()).isGreaterThanOrEqualTo(10_000);
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void aPeerThatStopsReadingIsLeftAndFoundAgain(Stack stack) {
    try (Peer listener = stack.start("listen")) {
      SenderUnderTest sender =
          new SenderUnderTest(
              vertx, folder, KeyType.ED25519, listener.address(), Duration.ofMillis(1));
      assertRising(listener.beats(3));
      listener.tell("pause", "paused");
      sender.awaitConnected(false);
      listener.tell("resume", "resumed");
      assertRising(listener.beatsOfNextStream(3));
    }
  }

  /** More comes back than a window holds, so credit must be given for what nobody reads. */
  @ParameterizedTest
  @EnumSource(Stack.class)
  void aListenerThatAnswersEveryBeatIsHeardOut(Stack stack) {
    try (Peer listener = stack.start("listen", "--echo")) {
      SenderUnderTest sender =
          new SenderUnderTest(
              vertx, folder, KeyType.ED25519, listener.address(), Duration.ofMillis(1));
      List<JsonObject> beats = listener.beats(4_000);
      assertRising(beats);
      assertThat(beats.stream().mapToInt(beat -> beat.getString("raw").length()).sum())
          .isGreaterThan(2 * 256 * 1024);
      assertThat(sender.status().connects()).isEqualTo(1);
    }
  }
}
