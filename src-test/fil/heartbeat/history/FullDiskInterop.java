package fil.heartbeat.history;

import static fil.heartbeat.history.HistoryProcessTest.OLD;
import static fil.heartbeat.history.HistoryProcessTest.STOPPED_BY_SIGTERM;
import static fil.heartbeat.history.HistoryProcessTest.awaitStatus;
import static fil.heartbeat.history.HistoryProcessTest.health;
import static fil.heartbeat.history.HistoryProcessTest.old;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.Daemon;
import fil.heartbeat.testing.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole program on a disk that is full. Needs the right to mount; see FullDiskTest for all. */
@Timeout(600)
class FullDiskInterop {
  @TempDir private Path folder;

  @BeforeEach
  void configure() throws IOException {
    HistoryProcessTest.configure(folder);
  }

  private Path disk() {
    return folder.resolve("disk");
  }

  private Path before() {
    return folder.resolve("before");
  }

  /** The resource that is used up. */
  enum Full {
    OF_BYTES("size=1m"),
    OF_FILES("size=1m,nr_inodes=2");

    private final String options;

    Full(String options) {
      this.options = options;
    }
  }

  /** On a disk of its own, full until the test frees it. Needs the right to mount a tmpfs. */
  private Daemon startOnFullDisk(Full full, Path content) throws IOException {
    String script =
        """
        mount -t tmpfs -o %s tmpfs disk || exit 99
        cp %s/* disk/ 2>/dev/null
        dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null
        exec 3<&0
        { read line <&3; rm disk/filler; mount -o remount,nr_inodes=1000 disk; } &
        exec "$@" </dev/null
        """
            .formatted(full.options, content);
    Path unused = Files.createDirectory(disk());
    return Daemon.start(Namespace.within(script, Daemon.command(folder)), folder.resolve("log"));
  }

  @ParameterizedTest
  @EnumSource
  void onAFullDiskItRunsWithoutHistoryAndResumesItWhenThereIsRoom(Full full) throws Exception {
    Path content = Files.createDirectory(folder.resolve("content"));
    boolean hasOld = full == Full.OF_BYTES;
    if (hasOld) {
      // As after a crash: most of it is in the log.
      SqliteHistory before = Stored.open(before(), InstantSource.system());
      before.remember(old());
      // Alerts are written before the rest: with the second write the rest of the first is written.
      Await.done(before.write(List.of(Stored.entry("a1")), List.of()));
      Await.done(before.write(List.of(Stored.entry("a2")), List.of()));
      for (Path each : List.of(Stored.file(before()), Stored.log(before()))) {
        Files.copy(each, content.resolve(each.getFileName()));
      }
      Await.done(before.close());
    }
    try (Daemon daemon = startOnFullDisk(full, content)) {
      awaitStatus(daemon, "degraded");
      assertThat(health(daemon).getJsonArray("degraded").getString(0))
          .startsWith("history is not written: ");
      assertThat(daemon.log()).contains("cannot use history yet, will retry");
      // Existing data is known nevertheless.
      assertThat(daemon.get("/api/v1/nodes").contains(OLD)).as(daemon.log()).isEqualTo(hasOld);
      daemon.await("/api/v1/nodes", nodes -> nodes.contains("alice"));
      daemon.tell();
      awaitStatus(daemon, "ready");
      assertThat(daemon.log()).contains("history recovered").doesNotContain("starting a new one");
      assertThat(daemon.stop()).isEqualTo(STOPPED_BY_SIGTERM);
    }
  }
}
