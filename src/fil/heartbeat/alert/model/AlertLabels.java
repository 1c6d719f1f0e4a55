package fil.heartbeat.alert.model;

import java.util.List;

/** Names of the labels that every alert may have. */
public final class AlertLabels {
  /** Name of the rule. */
  public static final String ALERTNAME = "alertname";

  public static final String SEVERITY = "severity";

  /** Name of the network, or its genesis. */
  public static final String NETWORK = "network";

  public static final String PEER_ID = "peer_id";
  public static final String NICKNAME = "nickname";

  /** The miner address that the node claims. */
  public static final String MINER = "miner";

  /** Reserved labels, which the configuration cannot set. */
  public static final List<String> BUILT_IN =
      List.of(ALERTNAME, SEVERITY, NETWORK, PEER_ID, NICKNAME, MINER);

  /** The name of the other aggregator; only for {@code AggregatorDown}. */
  public static final String AGGREGATOR = "aggregator";

  /** The number of the canary's beat. */
  public static final String BEAT = "beat";

  private AlertLabels() {}
}
