package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialers of other stacks beat to our aggregator. */
class AggregatorInterop {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  private AggregatorVerticle aggregator;
  private ApiVerticle api;

  private String start(KeyType type) {
    aggregator =
        new AggregatorVerticle(
            HostProvider.named(Stack.OURS)
                .create(vertx, Identity.generate(type), HostConfig.DEFAULT),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
            // One case beats every millisecond.
            AggregatorSettings.DEFAULT.withBeats(10_000, 100_000),
            Membership.OPEN,
            new NoHistory(),
            InstantSource.system(),
            System::nanoTime);
    Wait.on(vertx.deployVerticle(aggregator));
    api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "test"),
            Optional.of(AggregatorReads.of(aggregator)),
            Optional.empty(),
            List::of);
    Wait.on(vertx.deployVerticle(api));
    return aggregator.address().toString();
  }

  @AfterEach
  void everyBeatIsAccountedForAndAllIsClosed() {
    Snapshot last = Wait.on(aggregator.snapshot());
    assertThat(last.overview().accounts().beats().received())
        .isEqualTo(
            last.overview().accounts().beats().accepted()
                + last.overview().accounts().beats().dropped().values().stream()
                    .mapToLong(n -> n)
                    .sum());
    Wait.on(vertx.close());
  }

  static Stream<Arguments> stacksAndKeys() {
    return SenderInterop.stacksAndKeys();
  }

  private JsonObject node(String peerId) {
    return Wait.on(client.get(api.port(), "127.0.0.1", "/api/v1/nodes/" + peerId).send())
        .bodyAsJsonObject();
  }

  /** The API once it shows the peer with so many beats. */
  @CanIgnoreReturnValue
  private JsonObject awaitBeats(String peerId, long beats) {
    return Wait.until(
        vertx,
        beats + " beats",
        () -> Optional.of(node(peerId)).filter(node -> node.getLong("beats", 0L) >= beats),
        () -> node(peerId));
  }

  @ParameterizedTest
  @MethodSource("stacksAndKeys")
  void itsBeatsAreShown(Stack stack, KeyType type) {
    String target = start(type);
    try (Peer dialer =
        stack.start(
            "dial",
            "--target",
            target,
            "--key-type",
            type.name().toLowerCase(Locale.ROOT),
            "--beats",
            "5",
            "--period",
            "20ms")) {
      String peerId = dialer.await("dialed").getString("peerId");
      dialer.await("done");
      JsonObject node = awaitBeats(peerId, 5);
      assertThat(node.getLong("beats")).isEqualTo(5);
      assertThat(node.getLong("height")).isEqualTo(5);
      assertThat(node.getBoolean("connected")).isTrue();
      assertThat(node.getString("nickname"))
          .isEqualTo(stack.name().toLowerCase(Locale.ROOT) + " <peer> & friends");
      assertThat(node.getString("minerAddress")).isNull();
      assertThat(node.getString("genesisCid")).startsWith("bafy2bzace");
      assertThat(node.getJsonArray("head")).containsExactly(node.getString("genesisCid"));
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void aDialerThatIsKilledAndComesBackWithItsKeyIsTheSameNode(Stack stack) {
    String target = start(KeyType.ED25519);
    String key = folder.resolve("dialer.key").toString();
    String[] command = {"dial", "--target", target, "--key", key, "--period", "20ms"};
    String peerId;
    try (Peer dialer = stack.start(command)) {
      peerId = dialer.await("dialed").getString("peerId");
      awaitBeats(peerId, 3);
    }
    try (Peer again = stack.start(command)) {
      assertThat(again.await("dialed").getString("peerId")).isEqualTo(peerId);
      JsonObject node = awaitBeats(peerId, 6);
      assertThat(node.getBoolean("connected")).isTrue();
      assertThat(Wait.on(aggregator.snapshot()).overview().accounts().host().upgrades())
          .isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void theSlashedIdIsServed(Stack stack) {
    String target = start(KeyType.ED25519);
    try (Peer dialer =
        stack.start(
            "dial", "--target", target, "--protocol", "/fil/heartbeat/1.0.0", "--period", "20ms")) {
      awaitBeats(dialer.await("dialed").getString("peerId"), 3);
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void tenThousandBeatsAtOneMillisecondAreAccepted(Stack stack) {
    String target = start(KeyType.ED25519);
    try (Peer dialer =
        stack.start("dial", "--target", target, "--beats", "10000", "--period", "1ms")) {
      String peerId = dialer.await("dialed").getString("peerId");
      dialer.await("done");
      JsonObject node = awaitBeats(peerId, 10_000);
      assertThat(node.getLong("height")).isEqualTo(10_000);
      assertThat(Wait.on(aggregator.snapshot()).overview().accounts().beats().dropped()).isEmpty();
    }
  }

  @Test
  void aGoSenderWithAPeriodOfFiveMinutesStaysConnected() {
    String target = start(KeyType.ED25519);
    try (Peer dialer =
        Stack.GO.start("dial", "--target", target, "--beats", "1", "--period", "5m")) {
      String peerId = dialer.await("dialed").getString("peerId");
      JsonObject node = awaitBeats(peerId, 1);
      assertThat(node.getBoolean("connected")).isTrue();
      assertThat(Wait.on(aggregator.snapshot()).overview().accounts().host().upgrades())
          .isEqualTo(1);
    }
  }
}
