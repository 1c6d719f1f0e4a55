package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data that a file rejects keeps no other data from it. */
@Timeout(60)
class RefusedWriteTest {
  @TempDir private Path folder;

  private SqliteHistory open() {
    return Stored.open(folder, Checks.instead("SELECT 'ok'", () -> {}));
  }

  /** Another program's change: SQLite accepts no row of one name any more. */
  private void refuse(String table, String column, String value) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + Stored.file(folder));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER refusal BEFORE INSERT ON "
              + table
              + " WHEN NEW."
              + column
              + " = '"
              + value
              + "' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
    }
  }

  private void make() throws Exception {
    SqliteHistory first = open();
    first.remember(Stored.node("peer-a"));
    Await.done(first.close());
  }

  @Test
  void aNodeRejectedByASoundFileIsDroppedAndCounted() throws Exception {
    make();
    refuse("known", "nickname", "nickname of peer-b");
    SqliteHistory history = open();
    history.remember(Stored.node("peer-b"));
    // It is counted first, and reported afterwards.
    while (history.stats().fault().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(history.stats().dropped()).isEqualTo(java.util.Map.of("refused", 1L));
    assertThat(history.stats().fault()).get().asString().contains("not this one");
    history.remember(Stored.node("peer-c"));
    Await.done(history.write(List.of(Stored.entry("a1")), List.of()));
    Await.done(history.close());
    SqliteHistory next = open();
    assertThat(Stored.restored(next).nodes())
        .extracting(KnownNode::peerId)
        .containsExactlyInAnyOrder("peer-a", "peer-c");
    Await.done(next.close());
    assertThat(Stored.aside(folder)).isEmpty();
  }

  @Test
  void anAlertRejectedByASoundFileFailsAndTheRestIsStored() throws Exception {
    make();
    refuse("alert_piece", "id", "a1");
    SqliteHistory history = open();
    history.remember(Stored.node("peer-b"));
    assertThatThrownBy(() -> Await.done(history.write(List.of(Stored.entry("a1")), List.of())))
        .hasCauseInstanceOf(HistoryException.class)
        .hasMessageContaining("not this one");
    Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
    Await.done(history.close());
    SqliteHistory next = open();
    assertThat(Await.done(next.entries())).containsExactly(Stored.entry("a2"));
    assertThat(Stored.restored(next).nodes()).hasSize(2);
    Await.done(next.close());
    assertThat(Stored.aside(folder)).isEmpty();
  }

  /** The quick check does not notice that an index does not match its table. */
  @Test
  void aFileThatRejectsRowsDueToDamageIsMovedAside() throws Exception {
    make();
    refuse("known", "nickname", "nickname of peer-b");
    byte[] file = Files.readAllBytes(Stored.file(folder));
    String content = new String(file, StandardCharsets.ISO_8859_1);
    int place = content.indexOf("peer-a");
    assertThat(place).isPositive().isNotEqualTo(content.lastIndexOf("peer-a"));
    file[place + "peer-".length()] = 'z';
    Files.write(Stored.file(folder), file);
    SqliteHistory history = open();
    history.remember(Stored.node("peer-b"));
    Await.done(history.close());
    assertThat(history.stats().dropped()).isEmpty();
    assertThat(Stored.aside(folder)).hasSize(1);
    SqliteHistory next = open();
    assertThat(Stored.restored(next).nodes()).extracting(KnownNode::peerId).contains("peer-b");
    Await.done(next.close());
  }
}
