package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");
  private final Registry registry =
      new Registry(
          new AggregatorSettings(
              Optional.empty(), 2, Duration.ofDays(7), 20, 100, FleetSettings.DEFAULT),
          new NoHistory(),
          at(0));

  private static Moment at(long seconds) {
    return new Moment(T0.plusSeconds(seconds), seconds * 1_000_000_000L);
  }

  private static PeerId peer() {
    return Identity.generate(KeyType.ED25519).peerId();
  }

  private static Heartbeat beat(long height) {
    return new Heartbeat("{ }", height, "n", "", null, null);
  }

  @Test
  void theLongestSilentPeerMakesRoom() {
    PeerId a = peer();
    PeerId b = peer();
    PeerId c = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(b, beat(1), at(0));
    registry.onBeat(a, beat(2), at(0));
    registry.onBeat(c, beat(1), at(0));
    assertThat(registry.nodes())
        .extracting(Node::peerId)
        .containsExactlyInAnyOrder(a.toString(), c.toString());
    assertThat(registry.forgotten()).isEqualTo(1);
  }

  @Test
  void headSinceMovesOnlyWithTheHead() {
    PeerId a = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(a, beat(1), at(3));
    assertThat(registry.nodes().get(0).contact().headSince()).isEqualTo(T0);
    registry.onBeat(a, beat(2), at(6));
    assertThat(registry.nodes().get(0).contact().headSince()).isEqualTo(T0.plusSeconds(6));
  }

  @Test
  void anUnknownStreamsEndChangesNothing() {
    registry.onClose(peer(), null, at(0));
    assertThat(registry.nodes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain|plain
          tab\\u0009bell\\u0007|tab\\uFFFDbell\\uFFFD
          \\u202Egnp.exe|\\uFFFDgnp.exe
          line\\u2028end|line\\uFFFDend
          e\\u0301|\\u00e9
          lone\\ud800|lone\\uFFFD
          """)
  void claimsAreCleaned(String escaped, String expected) {
    assertThat(Claim.clean(unescape(escaped))).isEqualTo(unescape(expected));
  }

  @Test
  void claimsAreCut() {
    assertThat(Claim.clean("x".repeat(100_000))).isEqualTo("x".repeat(64));
    assertThat(Claim.clean("\uD83D\uDE00".repeat(100)).codePointCount(0, 128)).isEqualTo(64);
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  @Test
  void theAccountAddsUp() {
    PeerId a = peer();
    registry.onBeat(a, beat(1), at(0));
    registry.onBeat(a, new Heartbeat("{ bad }", 1, "", "", null, null), at(0));
    registry.onDrop("malformed", 3);
    IngestCounts counts = registry.counts();
    assertThat(counts.received()).isEqualTo(5);
    assertThat(counts.accepted()).isEqualTo(1);
    assertThat(List.copyOf(counts.dropped().values())).containsExactlyInAnyOrder(1L, 3L);
    assertThat(Stream.of("head", "malformed")).allMatch(counts.dropped()::containsKey);
  }
}
