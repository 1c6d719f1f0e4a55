package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The current secrets of one sink: a file may be rotated. Blocks. */
final class SinkSecrets {
  private final SinkConfig config;
  private final Map<String, String> environment;
  private final Secret url;

  SinkSecrets(SinkConfig config, Map<String, String> environment) {
    this.config = config;
    this.environment = Map.copyOf(environment);
    this.url = config.url().orElse(new Secret.Plain(config.type().usualUrl().orElse("")));
  }

  String url() throws DeliveryException {
    return read(url, "URL");
  }

  Optional<String> secret() throws DeliveryException {
    return config.secret().isEmpty()
        ? Optional.empty()
        : Optional.of(read(config.secret().get(), "secret"));
  }

  private String read(Secret secret, String what) throws DeliveryException {
    try {
      return secret.read(environment);
    } catch (IOException e) {
      throw new DeliveryException(
          Kind.REFUSED,
          config.name() + ": its " + what + " cannot be read: " + e.getMessage(),
          null);
    }
  }
}
