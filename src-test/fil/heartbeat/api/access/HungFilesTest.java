package fil.heartbeat.api.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.HeldFiles;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An unreachable file server: reads of its files do not end. */
@Timeout(60)
class HungFilesTest {
  private static final String OPS = "ops admin ops-0123456789abcdef\n";
  private static final Path FILE = Path.of("tokens");

  /** A watch whose reads go through a file system that hangs. */
  private static FileWatch.Part watched(HeldFiles files, FileWatch.Reader reader) {
    return new FileWatch(files.vertx(), reader).part();
  }

  private static TokenFile tokens(HeldFiles files, FileWatch.Part part) throws IOException {
    TokenLooks looks = new TokenLooks((text, whole) -> Tokens.parse(text, whole, "tokens"), OPS);
    TokenFile made = new TokenFile(files.vertx(), FILE, looks);
    part.watch(List.of(FILE), made);
    return made;
  }

  private static FileWatch.Part hanging(HeldFiles files) {
    return watched(
        files,
        file -> {
          files.pass();
          return OPS.getBytes(UTF_8);
        });
  }

  @Test
  void noTokenIsValidAfterTwoTicksOfAHangingLook() throws IOException {
    try (HeldFiles files = new HeldFiles();
        LogLines log = new LogLines(TokenFile.class)) {
      FileWatch.Part part = hanging(files);
      TokenFile tokens = tokens(files, part);
      HttpSide.await(part.check());
      files.hold();
      Future<Void> hung = part.check();
      files.awaitLooks(2);
      assertThat(tokens.tokens().grants()).hasSize(1);
      HttpSide.await(part.check());
      // A disk may be slow once.
      assertThat(tokens.tokens().grants()).hasSize(1);
      for (int i = 0; i < 20; i++) {
        HttpSide.await(part.check());
        assertThat(tokens.tokens().grants()).isEmpty();
      }
      files.othersGoOn();
      assertThat(hung.isComplete()).isFalse();
      assertThat(files.looks()).isEqualTo(2);
      files.release();
      HttpSide.await(hung);
      assertThat(tokens.tokens().grants()).hasSize(1);
      HttpSide.await(part.check());
      assertThat(files.looks()).isEqualTo(3);
      assertThat(log.lines())
          .containsExactly(
              "ERROR tokens cannot be read, none holds if that lasts cause=tokens: a look at it"
                  + " does not end",
              "INFO tokens changed file=tokens count=0",
              "INFO tokens changed file=tokens count=1");
    }
  }

  @Test
  void aSlowLookIsNotAHangingOne() throws IOException {
    try (HeldFiles files = new HeldFiles()) {
      FileWatch.Part part = hanging(files);
      TokenFile tokens = tokens(files, part);
      for (int i = 0; i < 5; i++) {
        files.hold();
        Future<Void> slow = part.check();
        files.awaitLooks(i + 1);
        HttpSide.await(part.check());
        assertThat(slow.isComplete()).isFalse();
        files.release();
        HttpSide.await(slow);
        assertThat(tokens.tokens().grants()).hasSize(1);
      }
    }
  }

  @Test
  void aLookThatFailsFindsNothing() throws IOException {
    try (HeldFiles files = new HeldFiles();
        LogLines log = new LogLines(TokenFile.class)) {
      FileWatch.Part part =
          watched(
              files,
              file -> {
                throw new IllegalStateException("broken");
              });
      TokenFile tokens = tokens(files, part);
      for (int i = 0; i < 3; i++) {
        HttpSide.await(part.check());
      }
      assertThat(tokens.tokens().grants()).isEmpty();
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0)).startsWith("ERROR ").contains("tokens: ", "broken");
    }
  }

  @Test
  void checksOfTheCertificateDoNotPileUp() {
    try (HeldFiles files = new HeldFiles()) {
      Path cert = Path.of("cert");
      byte[] same = {1};
      List<String> said = new CopyOnWriteArrayList<>();
      FileWatch.Part watch =
          watched(
              files,
              file -> {
                if (file.equals(cert)) {
                  files.pass();
                }
                return same;
              });
      var unused =
          watch.watch(
              List.of(cert, Path.of("key")),
              List.of(same, same),
              new FileChanges.Taker() {
                @Override
                public Future<?> take(List<byte[]> contents) {
                  return Future.failedFuture("they are the same");
                }

                @Override
                public void fault(String cause) {
                  said.add(cause);
                }

                @Override
                public void asBefore() {
                  said.add("as before");
                }
              });
      HttpSide.await(watch.check());
      files.hold();
      Future<Void> hung = watch.check();
      files.awaitLooks(2);
      for (int i = 0; i < 20; i++) {
        HttpSide.await(watch.check());
      }
      files.othersGoOn();
      files.release();
      HttpSide.await(hung);
      assertThat(files.looks()).isEqualTo(2);
      HttpSide.await(watch.check());
      assertThat(files.looks()).isEqualTo(3);
      assertThat(said).containsExactly("cert: a look at it does not end", "as before");
    }
  }

  /** All its looks are due at once when it resumes, and the first has not ended by then. */
  @Test
  void aBusyContextReportsNoHangingLook() throws IOException {
    try (HeldFiles files = new HeldFiles()) {
      FileWatch.Part part =
          HttpSide.await(files.begin(() -> Future.succeededFuture(hanging(files))));
      TokenFile tokens = tokens(files, part);
      CountDownLatch busy = new CountDownLatch(1);
      Future<Void> stalled =
          files.begin(
              () -> {
                Promise<Void> done = Promise.promise();
                files.onLoop(
                    () -> {
                      awaitQuietly(busy);
                      done.complete();
                    });
                return done.future();
              });
      List<Future<Void>> looks = List.of(part.check(), part.check(), part.check(), part.check());
      busy.countDown();
      HttpSide.await(Future.all(looks));
      HttpSide.await(stalled);
      assertThat(files.looks()).isEqualTo(1);
      assertThat(tokens.tokens().grants()).hasSize(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Many secrets on an unreachable file server occupy one thread, and no thread of others. */
  @Test
  void hangingFilesOccupyOneThread() {
    try (HeldFiles files = new HeldFiles()) {
      FileWatch watch =
          new FileWatch(
              files.vertx(),
              file -> {
                files.pass();
                return new byte[0];
              });
      files.hold();
      List<Future<Void>> hung = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        FileWatch.Part part = watch.partInTurn();
        part.watch(
            List.of(Path.of("secret" + i)),
            new FileWatch.Viewer() {
              @Override
              public Future<?> found(List<byte[]> contents) {
                return Future.succeededFuture();
              }

              @Override
              public void unreadable(String cause) {
                throw new AssertionError(cause);
              }
            });
        hung.add(part.check());
      }
      files.awaitLooks(1);
      HttpSide.await(files.vertx().executeBlocking(() -> "others go on", false));
      assertThat(files.looks()).isEqualTo(1);
      files.release();
      HttpSide.await(Future.all(hung));
      assertThat(files.looks()).isEqualTo(40);
    }
  }
}
