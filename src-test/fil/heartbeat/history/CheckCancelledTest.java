package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A check of all pages, which takes long, delays nothing. */
@Timeout(60)
class CheckCancelledTest {
  private static final String ENDLESS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

  @TempDir private Path folder;
  private final CountDownLatch begun = new CountDownLatch(1);

  private SqliteHistory open() {
    return Stored.open(folder, Checks.instead(ENDLESS, begun::countDown));
  }

  @Test
  void theFileIsMovedAsideWithoutWaitingForTheCheck() throws Exception {
    SqliteHistory history = open();
    Await.done(history.write(List.of(Stored.entry("a1")), List.of()));
    begun.await();
    Path other = Files.writeString(folder.resolve("other"), "of somebody else");
    Files.move(other, Stored.file(folder), StandardCopyOption.REPLACE_EXISTING);
    Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
    assertThat(Await.done(history.entries())).hasSize(2);
    assertThat(Stored.aside(folder)).hasSize(1);
    Await.done(history.close());
  }

  @Test
  void theStartDoesNotWaitForTheCheck() throws Exception {
    SqliteHistory history = open();
    begun.await();
    assertThat(Stored.restored(history).nodes()).isEmpty();
    Await.done(history.close());
  }
}
