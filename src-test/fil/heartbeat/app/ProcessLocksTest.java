package fil.heartbeat.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.LockFile;
import fil.heartbeat.testing.LogLines;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLocksTest {
  @TempDir Path folder;
  private final AtomicInteger pauses = new AtomicInteger();
  private LogLines lines;

  @BeforeEach
  void setUp() {
    lines = new LogLines(ProcessLocks.class);
  }

  @AfterEach
  void end() {
    lines.close();
  }

  private ProcessLocks locks(ProcessLocks.Locker locker) {
    return new ProcessLocks(locker, pauses::incrementAndGet);
  }

  private ProcessLocks refused(IOException with) {
    return locks(
        path -> {
          throw with;
        });
  }

  /** Another process holds the lock for this many tries. */
  private ProcessLocks inUseFor(int looks) {
    AtomicInteger left = new AtomicInteger(looks);
    return locks(
        path -> {
          if (left.getAndDecrement() <= 0) {
            return LockFile.take(path);
          }
          throw new LockFile.InUseException("another process, 4711", false);
        });
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void linksToOneKeyShareALock() throws IOException {
    Path key = Files.writeString(folder.resolve("a.key"), "key");
    Path link = Files.createSymbolicLink(folder.resolve("b.key"), key);
    Path linkToFolder = Files.createSymbolicLink(folder.resolve("also"), folder);
    ProcessLocks first = locks(LockFile::take);
    first.takeKey(link);
    ProcessLocks second = locks(LockFile::take);
    for (Path other : List.of(key, link, linkToFolder.resolve("b.key"))) {
      assertThatThrownBy(() -> second.takeKey(other))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("key file " + other + ": in use by this process, ");
    }
    assertThat(files()).containsExactly("a.key", "a.key.lock", "also", "b.key");
    assertThat(folder.resolve("a.key.lock"))
        .hasContent(String.valueOf(ProcessHandle.current().pid()));
    // A key that could not be locked is not unlocked.
    second.releaseKey(link);
    assertThatThrownBy(() -> second.takeKey(key)).isInstanceOf(ConfigException.class);
    first.releaseKey(link);
    second.takeKey(key);
    second.close();
    // A process does not wait for its own lock.
    assertThat(pauses).hasValue(0);
  }

  @Test
  void aMissingKeyIsLockedWithItsFolder() throws IOException {
    Path key = folder.resolve("keys").resolve("a.key");
    ProcessLocks first = locks(LockFile::take);
    first.takeKey(key);
    Files.writeString(key, "key");
    assertThatThrownBy(() -> locks(LockFile::take).takeKey(key))
        .isInstanceOf(ConfigException.class);
    first.close();
  }

  @Test
  void itWaitsTenSecondsInAll() {
    ProcessLocks locks = inUseFor(60);
    locks.takeKey(folder.resolve("a.key"));
    locks.close();
    assertThat(pauses).hasValue(60);
    assertThat(lines.lines())
        .containsExactly(
            "INFO waits for key file "
                + folder.resolve("a.key")
                + ", in use by another process, 4711");

    ProcessLocks always = inUseFor(Integer.MAX_VALUE);
    for (String key : List.of("a.key", "b.key")) {
      assertThatThrownBy(() -> always.takeKey(folder.resolve(key)))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "key file "
                  + folder.resolve(key)
                  + ": in use by another process, 4711 (expected: a key of its own, as two processes"
                  + " with one key are taken for one node)");
      assertThat(pauses).hasValue(160);
    }
    // A change of the config starts a new wait.
    always.begin();
    assertThatThrownBy(() -> always.takeKey(folder.resolve("a.key")))
        .isInstanceOf(ConfigException.class);
    assertThat(pauses).hasValue(260);
  }

  @Test
  void aStopEndsTheWait() {
    ProcessLocks[] stopped = new ProcessLocks[1];
    stopped[0] =
        new ProcessLocks(
            path -> {
              throw new LockFile.InUseException("another process, 4711", false);
            },
            () -> {
              if (pauses.incrementAndGet() == 3) {
                stopped[0].stop();
              }
            });
    assertThatThrownBy(() -> stopped[0].takeKey(folder.resolve("a.key")))
        .isInstanceOf(Steps.StoppedException.class);
    assertThat(pauses).hasValue(3);
  }

  @Test
  void whereNoLockCanBeMadeItRunsWithoutOne() {
    Path key = folder.resolve("a.key");
    refused(new AccessDeniedException("a.key.lock")).takeKey(key);
    refused(new FileSystemException("a.key.lock", null, "Read-only file system")).takeKey(key);
    refused(new IOException("No locks available")).takeKey(key);
    assertThat(lines.lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("INFO key is used without a lock file=" + key));
    assertThat(pauses).hasValue(0);
  }

  @Test
  void theLockOfAnotherUserIsAFault() throws IOException {
    Files.createFile(folder.resolve("a.key.lock"));
    assertThatThrownBy(
            () -> refused(new AccessDeniedException("a.key.lock")).takeKey(folder.resolve("a.key")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.key: its lock cannot be opened: ")
        .hasMessageContaining("a.key.lock (expected: a lock of this user)");
    assertThat(lines.lines()).isEmpty();
  }

  @Test
  void withoutAFolderTheKeyIsReportedInstead() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    locks(LockFile::take).takeKey(file.resolve("a.key"));
    assertThat(files()).containsExactly("file");
    assertThat(lines.lines()).isEmpty();
  }
}
