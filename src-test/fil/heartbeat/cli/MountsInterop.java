package fil.heartbeat.cli;

import static fil.heartbeat.cli.FilesProcessTest.SENDER;
import static fil.heartbeat.cli.FilesProcessTest.command;
import static fil.heartbeat.cli.FilesProcessTest.config;
import static fil.heartbeat.cli.FilesProcessTest.names;
import static fil.heartbeat.cli.FilesProcessTest.ready;
import static fil.heartbeat.cli.FilesProcessTest.said;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Namespace;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A separate process on disks that are read-only or mounted noexec. Needs the right to mount. */
@Timeout(600)
class MountsInterop {
  @TempDir Path folder;

  private static final String AGGREGATOR =
      "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",\"keyFile\":\"data/aggregator.key\"},"
          + "\"http\":{\"port\":0}}";

  /** Followed by the command to run there. */
  private static final String READ_ONLY =
      """
      mount --bind data data && mount -t tmpfs -o noexec tmpfs temp \
        && mount -o remount,ro,bind / || exit 99
      touch written 2>/dev/null && exit 98
      exec "$@"
      """;

  private static final String NOEXEC =
      """
      mount -t tmpfs -o noexec tmpfs data || exit 99
      exec "$@"
      """;

  private static final String READ_ONLY_DATA =
      """
      mount -t tmpfs -o ro tmpfs data || exit 99
      exec "$@"
      """;

  @Test
  void aReadOnlyRootWithOneDataFolderAndANoexecTempFolderWorks() throws Exception {
    config(folder, AGGREGATOR);
    Path data = Files.createDirectory(folder.resolve("data"));
    Path temp = Files.createDirectory(folder.resolve("temp"));
    String jvm = "-XX:-UsePerfData -Djava.io.tmpdir=" + temp;
    Process check = Namespace.within(READ_ONLY, command(folder, jvm, "check", "--strict")).start();
    assertThat(check.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
    for (int i = 0; i < 2; i++) {
      Process daemon = Namespace.within(READ_ONLY, command(folder, jvm)).start();
      try (BufferedReader out = daemon.inputReader(UTF_8)) {
        ready(out, "ready: aggregator ", folder.resolve("log"));
      } finally {
        daemon.destroyForcibly().waitFor();
      }
      assertThat(Files.readString(folder.resolve("log"))).doesNotContain("Exception", "ERROR");
    }
    assertThat(names(data)).contains("aggregator.key", "tmp");
    assertThat(names(temp)).isEmpty();
  }

  private static final String READ_ONLY_KEYS =
      """
      mount --bind keys keys && mount -o remount,ro,bind keys || exit 99
      touch keys/written 2>/dev/null && exit 98
      exec "$@"
      """;

  /** As in an image whose keys are mounted from a secret: there is no place for a lock. */
  @Test
  void aKeyInAReadOnlyFolderIsUsedWithoutALockAndAWarning() throws Exception {
    config(folder, "{\"nodes\":[{\"nickname\":\"alice\"," + SENDER + "}]}");
    Path keys = Files.createDirectory(folder.resolve("keys"));
    Path log = folder.resolve("log");
    Process keygen = command(folder, "-XX:-UsePerfData", "keygen").start();
    assertThat(keygen.waitFor()).as(Files.readString(log)).isZero();
    Process daemon = Namespace.within(READ_ONLY_KEYS, command(folder, "-XX:-UsePerfData")).start();
    try (BufferedReader out = daemon.inputReader(UTF_8)) {
      ready(out, "ready: sender ", log);
    } finally {
      daemon.destroyForcibly().waitFor();
    }
    assertThat(said(log))
        .filteredOn(line -> line.contains("without a lock"))
        .singleElement()
        .asString()
        .contains(" INFO  ", "key is used without a lock file=", "keys/alice.key");
    assertThat(said(log)).noneMatch(line -> line.startsWith("\tat "));
    assertThat(names(keys)).containsExactly("alice.key");
  }

  /** By {@code check} and {@code doctor}, and by the start itself, which ends with 2. */
  @ParameterizedTest
  @ValueSource(strings = {NOEXEC, READ_ONLY_DATA})
  void anUnusableDataFolderIsReportedInOneLine(String mounts) throws Exception {
    config(folder, AGGREGATOR.replace("data/aggregator.key", "aggregator.key"));
    Path unused = Files.createDirectory(folder.resolve("data"));
    String fault =
        mounts.equals(NOEXEC)
            ? "aggregator.dataDir: "
                + folder.resolve("data").resolve("tmp")
                + ": mounted noexec, so that SQLite's library cannot be loaded from it"
                + " (expected: a folder that is not, or -Dorg.sqlite.lib.path)"
            : "aggregator.dataDir: "
                + folder.resolve("data")
                + ": cannot be written (expected: a folder that this user may write to)";
    Path log = folder.resolve("log");
    Process check = Namespace.within(mounts, command(folder, "-XX:-UsePerfData", "check")).start();
    assertThat(check.waitFor()).isZero();
    assertThat(said(log)).containsExactly("warning: " + fault);
    Process strict =
        Namespace.within(mounts, command(folder, "-XX:-UsePerfData", "check", "--strict")).start();
    assertThat(strict.waitFor()).isEqualTo(2);
    assertThat(said(log)).containsExactly(fault);
    Process doctor =
        Namespace.within(mounts, command(folder, "-XX:-UsePerfData", "doctor")).start();
    try (BufferedReader out = doctor.inputReader(UTF_8)) {
      List<String> lines = out.lines().toList();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0)).startsWith("FAIL config ").endsWith(fault);
    }
    assertThat(doctor.waitFor()).isEqualTo(2);
    Process daemon = Namespace.within(mounts, command(folder, "-XX:-UsePerfData")).start();
    assertThat(daemon.waitFor()).isEqualTo(2);
    assertThat(said(log))
        .filteredOn(line -> !line.contains(" INFO  "))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("aggregator.dataDir: ")
        .contains(" (expected: ");
  }
}
