package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.AlertsConfig.Peer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final Peer EAST = new Peer("east", "http://east:8080", Optional.empty());
  private static final Peer WEST = new Peer("west", "http://west:8080", Optional.empty());

  private final PeerWatch watch = new PeerWatch();

  private static long at(double seconds) {
    return Math.round(seconds * TimeUnit.SECONDS.toNanos(1)) - 7;
  }

  private void fail(Peer peer, int times) {
    for (int i = 0; i < times; i++) {
      watch.failed(peer);
    }
  }

  @BeforeEach
  void bothAreWatched() {
    watch.watch(List.of(EAST, WEST), at(0));
  }

  @Test
  void aPeerIsDeadAfterThirtySecondsAndThreeFailedTries() {
    watch.answered(EAST, at(10));
    watch.answered(WEST, at(10));
    fail(EAST, 3);
    assertThat(watch.dead(at(40))).isEmpty();
    assertThat(watch.dead(at(40.001))).containsExactly("east");
  }

  @Test
  void twoFailuresAreNotEnoughHoweverLongAgoTheLastAnswerIs() {
    fail(EAST, 2);
    assertThat(watch.dead(at(3600))).isEmpty();
    fail(EAST, 1);
    assertThat(watch.dead(at(3600))).containsExactly("east");
  }

  @Test
  void anAnswerStartsOver() {
    fail(EAST, 5);
    assertThat(watch.dead(at(60))).containsExactly("east");
    watch.answered(EAST, at(60));
    assertThat(watch.dead(at(60))).isEmpty();
    fail(EAST, 2);
    assertThat(watch.dead(at(120))).isEmpty();
  }

  @Test
  void aPeerThatNeverAnsweredGetsItsTimeToo() {
    fail(WEST, 3);
    assertThat(watch.dead(at(30))).isEmpty();
    assertThat(watch.dead(at(31))).containsExactly("west");
  }

  @Test
  void deadPeersAreListedInTheOrderOfTheConfiguration() {
    fail(WEST, 3);
    fail(EAST, 3);
    assertThat(watch.dead(at(31))).containsExactly("east", "west");
  }

  @Test
  void aReloadKeepsTheStateOfUnchangedPeers() {
    Peer moved = new Peer("west", "http://west:9090", Optional.of(Path.of("token")));
    fail(EAST, 3);
    fail(WEST, 3);
    watch.watch(List.of(moved, EAST), at(40));
    assertThat(watch.watched()).containsExactly(moved, EAST);
    assertThat(watch.dead(at(41))).containsExactly("east");
    fail(moved, 3);
    assertThat(watch.dead(at(71))).containsExactly("west", "east");
  }

  @Test
  void resultsOfAnUnwatchedPeerAreIgnored() {
    fail(EAST, 3);
    watch.watch(List.of(), at(40));
    watch.answered(EAST, at(41));
    watch.failed(EAST);
    assertThat(watch.dead(at(41))).isEmpty();
    watch.watch(List.of(EAST), at(50));
    assertThat(watch.dead(at(51))).isEmpty();
  }

  @Test
  void theNumberOfWatchedPeersIsLimited() {
    watch.watch(
        IntStream.rangeClosed(0, AlertsConfig.MAX_PEERS)
            .mapToObj(i -> new Peer("p" + i, "http://p" + i, Optional.empty()))
            .toList(),
        at(0));
    assertThat(watch.watched()).hasSize(AlertsConfig.MAX_PEERS);
  }
}
