package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.TokenFile.Look;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file server that is gone: looks at its files do not end. */
@Timeout(60)
class HungFilesTest {
  private static final String OPS = "ops admin ops-0123456789abcdef\n";
  private static final Path FILE = Path.of("tokens");

  private static TokenFile tokens(HeldFiles files) throws IOException {
    TokenLooks looks = new TokenLooks((text, whole) -> Tokens.parse(text, whole, "tokens"), OPS);
    return new TokenFile(
        files.vertx(),
        FILE,
        looks,
        file -> {
          files.pass();
          return new Look(Optional.of(OPS), "", false);
        });
  }

  @Test
  void noTokenHoldsOnceTwoTicksFindALookThatHangs() throws IOException {
    try (HeldFiles files = new HeldFiles();
        LogLines log = new LogLines(TokenFile.class)) {
      TokenFile tokens = tokens(files);
      HttpSide.await(files.begin(tokens::lookAgain));
      files.hold();
      Future<Look> hung = files.begin(tokens::lookAgain);
      assertThat(tokens.tokens().grants()).hasSize(1);
      assertThat(files.begin(tokens::lookAgain).isComplete()).isFalse();
      // A disk may be slow once.
      assertThat(tokens.tokens().grants()).hasSize(1);
      for (int i = 0; i < 20; i++) {
        assertThat(files.begin(tokens::lookAgain).isComplete()).isFalse();
        assertThat(tokens.tokens().grants()).isEmpty();
      }
      files.othersGoOn();
      assertThat(files.looks()).isEqualTo(2);
      files.release();
      HttpSide.await(hung);
      assertThat(tokens.tokens().grants()).hasSize(1);
      HttpSide.await(files.begin(tokens::lookAgain));
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
  void aSlowLookIsNoneThatHangs() throws IOException {
    try (HeldFiles files = new HeldFiles()) {
      TokenFile tokens = tokens(files);
      for (int i = 0; i < 5; i++) {
        files.hold();
        Future<Look> slow = files.begin(tokens::lookAgain);
        assertThat(files.begin(tokens::lookAgain).isComplete()).isFalse();
        files.release();
        HttpSide.await(slow);
        assertThat(tokens.tokens().grants()).hasSize(1);
      }
    }
  }

  @Test
  void aLookThatBreaksFindsNothing() throws IOException {
    try (HeldFiles files = new HeldFiles();
        LogLines log = new LogLines(TokenFile.class)) {
      TokenLooks looks = new TokenLooks((text, whole) -> Tokens.parse(text, whole, "tokens"), OPS);
      TokenFile tokens =
          new TokenFile(
              files.vertx(),
              FILE,
              looks,
              file -> {
                throw new IllegalStateException("broken");
              });
      for (int i = 0; i < 3; i++) {
        HttpSide.await(files.begin(tokens::lookAgain).otherwiseEmpty());
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
      FileWatch watch =
          new FileWatch(
              files.vertx(),
              file -> {
                if (file.equals(cert)) {
                  files.pass();
                }
                return same;
              });
      watch.watch(
          List.of(cert, Path.of("key")),
          List.of(same, same),
          new FileWatch.Taker() {
            @Override
            public Future<?> take(List<byte[]> contents) {
              return Future.failedFuture("they are the same");
            }

            @Override
            public void fault(String cause) {
              throw new AssertionError(cause);
            }

            @Override
            public void asBefore() {
              throw new AssertionError("they always were");
            }
          });
      HttpSide.await(files.begin(watch::look));
      files.hold();
      Future<Void> hung = files.begin(watch::look);
      for (int i = 0; i < 20; i++) {
        HttpSide.await(files.begin(watch::look));
      }
      files.othersGoOn();
      files.release();
      HttpSide.await(hung);
      assertThat(files.looks()).isEqualTo(2);
      HttpSide.await(files.begin(watch::look));
      assertThat(files.looks()).isEqualTo(3);
    }
  }
}
