package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.history.SqliteHistory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A separate process that raises an alert, and is killed while it sends it. */
@Timeout(120)
class KillProcessTest {
  @TempDir private Path folder;

  /** The process: one node is lost, and the receiver reads the message and does not answer. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      AlertFixture fixture = new AlertFixture();
      fixture.down(AlertFixture.ALICE, AlertFixture.START);
      AlertVerticle alerts =
          new AlertVerticle(
              atOnce(),
              AlertBounds.DEFAULT,
              fixture,
              SqliteHistory.open(Path.of(args[0]), InstantSource.system()),
              fixture,
              Hanging::new,
              InstantSource.system());
      Vertx.vertx()
          .deployVerticle(alerts)
          .onFailure(
              failure -> {
                System.out.println("failed " + failure);
                System.exit(1);
              });
    }

    private static AlertsConfig atOnce() {
      AlertsConfig usual = AlertFixture.config(AlertFixture.sink("ops"));
      AlertsConfig.Rule now =
          new AlertsConfig.Rule(
              true,
              Optional.of(Duration.ZERO),
              Severity.WARNING,
              Optional.empty(),
              Map.of(),
              Selector.ALL);
      return usual
          .withRules(all -> all.withRule(AlertRule.NODE_DISCONNECTED, before -> now))
          .withDelivery(to -> to.withGroupWait(Duration.ZERO));
    }
  }

  /** Prints its notifications on standard output. */
  private record Hanging(SinkConfig config) implements Sink {
    @Override
    public Future<Void> deliver(Notification notification) {
      System.out.println("told " + notification.id() + " " + notification.alerts().get(0).id());
      return Promise.<Void>promise().future();
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  /** The output of a process before it is killed with a signal that it cannot catch. */
  private String toldAndKilled() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                folder.toString())
            .redirectError(folder.resolve("log").toFile())
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      return out.lines().filter(line -> line.startsWith("told ")).findFirst().orElse("nothing");
    } finally {
      assertThat(process.destroyForcibly().waitFor()).isEqualTo(128 + 9);
    }
  }

  @Test
  void anUnansweredNotificationIsSentAgainUnderTheSameId() throws Exception {
    String first = toldAndKilled();
    assertThat(first).startsWith("told ");
    assertThat(toldAndKilled()).isEqualTo(first);
  }
}
