package fil.heartbeat.history;

import static fil.heartbeat.history.Stored.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strangers come and are forgotten by the million: nothing of them remains. */
@Timeout(120)
class ForgottenPeersTest {
  @TempDir private Path folder;

  private SqliteHistory open() {
    return Stored.open(folder, () -> DAY);
  }

  private static KnownNode node(String peerId) {
    return new KnownNode(
        peerId, null, null, null, List.of(), null, null, null, DAY, DAY, DAY, 1, State.OK, DAY);
  }

  private long peers() throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement();
        var count = statement.executeQuery("SELECT count(*) FROM peer")) {
      return count.getLong(1);
    }
  }

  private static KnownNode node(String peerId, int beat) {
    Instant at = DAY.plusSeconds(beat);
    return new KnownNode(
        peerId, null, null, null, List.of(), null, null, null, DAY, at, at, 1, State.OK, DAY);
  }

  @Test
  void aStartRestoresNamedThenLatestPeersAndForgetsTheOthers() throws Exception {
    SqliteHistory first = open();
    List<SlotRow> rows = new java.util.ArrayList<>();
    long slot = DAY.getEpochSecond() / SlotRow.SLOT_SECONDS;
    for (int i = 0; i < 100; i++) {
      first.remember(node("peer" + i, i));
      rows.add(
          new SlotRow(
              "peer" + i,
              slot,
              List.of("bafya"),
              slot,
              0L,
              State.OK,
              new SlotBeats(10, 3000),
              Reported.NONE));
    }
    first.epoch(rows);
    // Beats since then are counted separately.
    first.counted(List.of(new BeatCount("peer7", DAY.plusSeconds(200), DAY, 8)));
    Await.done(first.close());
    SqliteHistory second = open();
    RestoredState restored = Await.done(second.restore(4, Set.of("peer3", "never seen")));
    assertThat(restored.nodes())
        .extracting(KnownNode::peerId)
        .containsExactly("peer3", "peer7", "peer99", "peer98");
    assertThat(restored.uptime()).containsOnlyKeys("peer3", "peer7", "peer99", "peer98");
    Await.done(second.close());
    SqliteHistory third = open();
    assertThat(Await.done(third.restore(100, Set.of())).nodes()).hasSize(4);
    Await.done(third.close());
  }

  @Test
  void theyTakeNoRoomAndTheirRowsAreNotReused() throws Exception {
    SqliteHistory first = open();
    for (int i = 0; i < 100; i++) {
      first.remember(node("stranger" + i));
    }
    long slot = DAY.getEpochSecond() / SlotRow.SLOT_SECONDS;
    first.epoch(
        List.of(
            new SlotRow(
                "stranger99",
                slot,
                List.of(),
                slot,
                0L,
                State.OK,
                new SlotBeats(10, 3000),
                Reported.NONE)));
    Await.done(first.close());
    SqliteHistory second = open();
    for (int i = 0; i < 100; i++) {
      second.forget("stranger" + i);
    }
    Await.done(second.close());
    assertThat(peers()).isEqualTo(1);
    SqliteHistory third = open();
    third.remember(node("b"));
    Await.done(third.close());
    SqliteHistory fourth = open();
    assertThat(Await.done(fourth.points("b", DAY, DAY.plusSeconds(60), Duration.ofSeconds(30))))
        .isEmpty();
    Await.done(fourth.close());
  }
}
