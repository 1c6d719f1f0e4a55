package fil.heartbeat.wire;

import java.util.List;

/** The protocol of heartbeats. */
public final class HeartbeatProtocol {
  /**
   * Its ids, the preferred first: that of go-filecoin, and one for peers whose library requires a
   * leading slash (rust-libp2p). A sender offers both, an aggregator serves both.
   */
  public static final List<String> IDS = List.of("fil/heartbeat/1.0.0", "/fil/heartbeat/1.0.0");

  private HeartbeatProtocol() {}
}
