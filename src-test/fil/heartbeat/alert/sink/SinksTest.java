package fil.heartbeat.alert.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class SinksTest {

  @ParameterizedTest
  @CsvSource({
    "WEBHOOK, has no url (expected: https://…)",
    "SLACK, has no url (expected: https://…",
    "PAGERDUTY, has no secret (expected: the routing key of an integration)",
    "ALERTMANAGER, has no url (expected: http://<host>:9093)",
    "TELEGRAM, has no secret (expected: the token of a bot)",
    "DISCORD, has no url (expected: https://discord.com/api/webhooks/…)",
    "NTFY, has no url (expected: https://<host>/<topic>)",
    "APPRISE, has no url (expected: http://<host>:8000/notify/<key>)",
    "EMAIL, 'has no mail server (expected: host, port, from and to)'"
  })
  void requiredSettingsOfATypeAreChecked(SinkConfig.Type type, String told, Vertx vertx) {
    SinkConfig config = config(type, Optional.empty());
    assertThatThrownBy(() -> create(vertx, config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sink ops " + told);
  }

  @Test
  void pagerDutyNeedsNoUrl(Vertx vertx) {
    SinkConfig config =
        config(SinkConfig.Type.PAGERDUTY, Optional.of(new Secret.Plain("very-secret")));
    Sink sink = create(vertx, config);
    assertThat(sink).hasToString("pagerduty sink ops");
  }

  private static SinkConfig config(SinkConfig.Type type, Optional<Secret> secret) {
    return new SinkConfig(
        "ops",
        type,
        Optional.empty(),
        secret,
        false,
        60,
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty());
  }

  private static Sink create(Vertx vertx, SinkConfig config) {
    return Sinks.create(vertx, config, Map.of(), Optional.empty());
  }
}
