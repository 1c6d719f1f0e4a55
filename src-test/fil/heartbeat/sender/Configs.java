package fil.heartbeat.sender;

import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.config.Tell;
import java.nio.file.Path;
import java.time.Duration;

/** Sender configs for tests. */
final class Configs {

  static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  static final String TARGET = "/ip4/192.0.2.1/tcp/9081/p2p/" + PEER;

  private Configs() {}

  static SenderConfig config(Duration beatPeriod, Duration reconnectPeriod) {
    return config(TARGET, beatPeriod, reconnectPeriod);
  }

  static SenderConfig config(String target, Duration beatPeriod, Duration reconnectPeriod) {
    return new SenderConfig(
        target,
        beatPeriod,
        reconnectPeriod,
        "alice",
        Path.of("heartbeat.key"),
        "filecoin.chain.head",
        "filecoin.miner.address",
        true,
        Tell.DEFAULT,
        Duration.ofSeconds(10),
        false);
  }
}
