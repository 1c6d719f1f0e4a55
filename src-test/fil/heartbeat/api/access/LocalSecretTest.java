package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.HeldFiles;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalSecretTest {
  @TempDir private Path folder;

  @Test
  void itIsTriedUntilItSucceedsAndEachOutcomeIsLoggedOnce() {
    Path file = LocalToken.in(folder.resolve("data"));
    List<String> causes =
        List.of("No space left on device", "Read-only file system", "Read-only file system");
    Queue<String> faults = new ConcurrentLinkedQueue<>(causes);
    List<TokenFile> used = new ArrayList<>();
    try (HeldFiles files = new HeldFiles();
        LogLines log = new LogLines(LocalSecret.class)) {
      LocalSecret secret =
          new LocalSecret(
              files.vertx(),
              FileWatch.alone(files.vertx()),
              file,
              path -> {
                String fault = faults.poll();
                if (fault != null) {
                  throw new IOException(fault);
                }
                return LocalToken.make(path);
              },
              used::add);
      assertThat(secret.absence()).isEmpty();
      for (String cause : causes) {
        assertThat(HttpSide.await(files.begin(secret::attempt))).isFalse();
        ApiException absence = secret.absence().orElseThrow();
        assertThat(absence.status()).isEqualTo(503);
        assertThat(absence)
            .hasMessage(
                "local.token: cannot be kept in "
                    + file
                    + ": java.io.IOException: "
                    + cause
                    + " (expected: a folder that the aggregator may write to, with room; tried"
                    + " again each 2 s)");
      }
      assertThat(used).isEmpty();
      assertThat(HttpSide.await(files.begin(secret::attempt))).isTrue();
      assertThat(secret.absence()).isEmpty();
      assertThat(used).hasSize(1);
      assertThat(used.get(0).tokens().grants()).containsValue(Grant.LOCAL);
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0))
          .startsWith("ERROR changes are refused: ")
          .contains(file.toString(), "No space left on device");
      assertThat(log.lines().get(1)).startsWith("INFO changes need the secret in file=" + file);
    }
  }

  @Test
  void aTryThatHangsDelaysNothingElse() {
    try (HeldFiles files = new HeldFiles()) {
      files.hold();
      LocalSecret secret =
          new LocalSecret(
              files.vertx(),
              FileWatch.alone(files.vertx()),
              LocalToken.in(folder),
              path -> {
                files.pass();
                return LocalToken.make(path);
              },
              opened -> {});
      Future<Boolean> hung = files.begin(secret::attempt);
      files.othersGoOn();
      assertThat(hung.isComplete()).isFalse();
      files.release();
      assertThat(HttpSide.await(hung)).isTrue();
    }
  }
}
