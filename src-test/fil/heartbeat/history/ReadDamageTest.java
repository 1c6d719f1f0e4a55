package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries on a file whose pages were overwritten while it was in use. */
@Timeout(300)
class ReadDamageTest {
  private static final List<String> PEERS =
      IntStream.range(0, 60).mapToObj(i -> "12D3KooWPeerWithNumber" + i).toList();
  private static final String PEER = PEERS.get(30);
  private static final Instant FROM = Stored.DAY.minusSeconds(3600);
  private static final Instant TO = Stored.DAY.plusSeconds(3 * 3600);

  @TempDir private Path folder;

  /** A query, as a store runs it and directly on a file. */
  private record Question(
      String name, Ask<SqliteHistory, Future<?>> store, Ask<HistoryReader, Object> file) {}

  /** Runs a query. */
  private interface Ask<A, T> {
    T of(A whom) throws SQLException;
  }

  private static final Duration STEP = Duration.ofSeconds(30);

  private static final List<Question> QUESTIONS =
      List.of(
          new Question(
              "points",
              store -> store.points(PEER, FROM, TO, STEP),
              file -> file.points(PEER, FROM, TO, STEP)),
          new Question(
              "changes",
              store -> store.changes(PEER, FROM, TO, 10),
              file -> file.changes(PEER, FROM, TO, 10)),
          new Question(
              "connections", store -> store.connections(PEER), file -> file.connections(PEER)),
          new Question(
              "alerts that are over",
              store -> store.resolved(null, null, 1000),
              file -> file.resolvedAlerts(null, null, 1000)),
          new Question("kept alerts", SqliteHistory::entries, HistoryReader::alertEntries));

  private SqliteHistory open() {
    return Stored.open(folder, Checks.instead("SELECT 'ok'", () -> {}));
  }

  /** With rows in each table. */
  private byte[] healthyFile() throws Exception {
    SqliteHistory history = open();
    List<ResolvedRow> ended = new ArrayList<>();
    for (String peer : PEERS) {
      history.remember(Stored.node(peer));
      history.stateChanged(
          new StateChange(peer, Stored.DAY, State.OK, State.SLOW, "two epochs late"));
      history.connection(
          new ConnectionEvent(peer, Stored.DAY, true, "/ip4/192.0.2.7/tcp/1", "it closed"));
      ended.add(
          new ResolvedRow(
              "id of " + peer,
              "NodeSilent",
              "warning",
              peer,
              Stored.DAY,
              Stored.DAY.plusSeconds(9),
              "summary of " + peer,
              "{}"));
    }
    // A completed hour, which is packed, and the one after it.
    for (int seconds : List.of(0, 30, 60, 3600, 3630)) {
      history.epoch(
          Stored.slot(Stored.DAY.plusSeconds(seconds), State.OK, PEERS.toArray(String[]::new)));
    }
    Await.done(history.write(List.of(Stored.entry("a1")), ended));
    Await.done(history.close());
    return Files.readAllBytes(Stored.file(folder));
  }

  @ParameterizedTest
  @EnumSource
  void anyQueryIsAnsweredOrFailsAndTheStoreContinues(Stored.With with) throws Exception {
    byte[] healthy = healthyFile();
    Random random = new Random(3);
    for (int page = 0; page < healthy.length / Stored.PAGE; page++) {
      String as = "page " + page + " with " + with;
      byte[] damaged = Stored.damaged(healthy, page, with, random);
      Stored.clear(folder);
      Files.write(Stored.file(folder), healthy);
      SqliteHistory history = open();
      assertThat(Await.done(history.entries())).hasSize(1);
      // In place, as a disk does it.
      Files.write(Stored.file(folder), damaged, StandardOpenOption.WRITE);
      Map<Question, Object> direct = asked(damaged);
      for (Question question : QUESTIONS) {
        boolean before = Stored.aside(folder).isEmpty();
        Object answer = asked(history, question);
        if (before && Stored.aside(folder).isEmpty()) {
          // The answer must be SQLite's own; damage that SQLite does not detect is unknown to us.
          assertThat(answer).as(as + ": " + question.name()).isEqualTo(direct.get(question));
        }
      }
      history.remember(Stored.node("later"));
      Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
      assertThat(Await.done(history.entries())).as(as).contains(Stored.entry("a2"));
      Await.done(history.close());
    }
  }

  private static Object asked(SqliteHistory history, Question question) throws Exception {
    try {
      return Await.done(question.store().of(history));
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(HistoryException.class);
      return "refused";
    }
  }

  /** The answers of SQLite itself; none where it finds damage. */
  private Map<Question, Object> asked(byte[] damaged) throws Exception {
    Path copy = folder.resolve("copy.db");
    Files.write(copy, damaged);
    Map<Question, Object> answers = new LinkedHashMap<>();
    for (Question question : QUESTIONS) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
        answers.put(question, question.file().of(new HistoryReader(connection)));
      } catch (SQLException e) {
        answers.put(question, "not to be answered: " + e.getMessage());
      }
    }
    return answers;
  }

  /** SQLite stores any value, of any type and size. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE alert_ended SET id = NULL",
        "UPDATE alert_ended SET starts = 'x', ends = 9223372036854775807",
        "UPDATE alert_piece SET id = x'00', body = x'00'",
        "UPDATE change SET at = 1767312000000.5, from_state = 'x', to_state = -7",
        "UPDATE connection SET at = 9223372036854775807, opened = 'x'",
        "UPDATE known SET first_seen = 'x', last_beat = 9223372036854775807, state = -1",
        "UPDATE rollups_20455 SET shares = NULL, gap = 'x'",
        "UPDATE slots_20455 SET height = 'x', state = 'y', gap = 9223372036854775807",
        "UPDATE slots_20455 SET slot = slot - 4611686018427387904",
        "UPDATE slots_20455 SET slot = slot + 4611686018427387904",
        "DELETE FROM packed",
        "UPDATE peer SET peer_id = x'00' || id",
        "DROP TABLE connection; CREATE TABLE connection (peer)",
        "DROP TABLE known; CREATE TABLE known (peer)",
        "CREATE TABLE slots_99999999999999999999999 (slot)"
      })
  void anyValueIsReturnedOrFailsAndTheStoreContinues(String sql) throws Exception {
    byte[] unused = healthyFile();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + Stored.file(folder));
        Statement statement = connection.createStatement()) {
      // Removes the constraints of null and of types.
      statement.execute("PRAGMA writable_schema = 1");
      statement.execute("UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '')");
      statement.execute("PRAGMA writable_schema = RESET");
      for (String each : sql.split(";")) {
        statement.execute(each);
      }
    }
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    SqliteHistory history = open();
    for (Question question : QUESTIONS) {
      Object unusedAnswer = asked(history, question);
    }
    assertThat(Stored.restored(history).nodes()).hasSizeLessThanOrEqualTo(PEERS.size());
    history.remember(Stored.node("later"));
    history.connection(new ConnectionEvent("later", Stored.DAY, true, null, null));
    history.epoch(Stored.slot(Stored.DAY.plusSeconds(7_200), State.OK, "later"));
    Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
    Await.done(history.close());
    assertThat(Thread.getAllStackTraces().keySet())
        .as("what waits for a row that never comes")
        .filteredOn(each -> !before.contains(each))
        .extracting(Thread::getName)
        .noneMatch(name -> name.equals("heartbeat-history-writer"));
    SqliteHistory next = open();
    assertThat(Await.done(next.entries())).contains(Stored.entry("a2"));
    assertThat(Stored.restored(next).nodes()).extracting(KnownNode::peerId).contains("later");
    Await.done(next.close());
  }
}
