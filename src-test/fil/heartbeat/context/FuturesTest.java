package fil.heartbeat.context;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FuturesTest {
  private final Logger log = (Logger) LoggerFactory.getLogger("futures");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.setLevel(Level.DEBUG);
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
    log.setLevel(null);
  }

  @Test
  void anUnawaitedFailureIsLogged() {
    Futures.logged(Future.failedFuture(new IllegalStateException("gone")), log, "close");
    Futures.logged(CompletableFuture.failedFuture(new IllegalStateException("too")), log, "end");
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "failed what=\"close\" cause=java.lang.IllegalStateException: gone",
            "failed what=\"end\" cause=java.lang.IllegalStateException: too");
  }

  @Test
  void aSuccessIsNotLogged() {
    Futures.logged(Future.succeededFuture(), log, "close");
    Futures.logged(CompletableFuture.completedFuture(1), log, "end");
    assertThat(lines.list).isEmpty();
  }

  @Test
  void aHandledFailureIsNotLogged() {
    List<Boolean> well = new ArrayList<>();
    Futures.onEnd(
        CompletableFuture.failedFuture(new IllegalStateException("lost")),
        cause -> well.add(cause == null),
        log,
        "end");
    Futures.onEnd(
        CompletableFuture.completedFuture(1), cause -> well.add(cause == null), log, "end");
    assertThat(well).containsExactly(false, true);
    assertThat(lines.list).isEmpty();
  }
}
