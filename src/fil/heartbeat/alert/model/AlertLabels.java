package fil.heartbeat.alert.model;

import java.util.List;

/** Names of the labels that alerts have by themselves. */
public final class AlertLabels {
  /** Word of the rule. */
  public static final String ALERTNAME = "alertname";

  public static final String SEVERITY = "severity";

  /** Name of the network, or its genesis. */
  public static final String NETWORK = "network";

  public static final String PEER_ID = "peer_id";
  public static final String NICKNAME = "nickname";

  /** The miner address that the node claims. */
  public static final String MINER = "miner";

  /** Those that nobody else may set. */
  public static final List<String> BUILT_IN =
      List.of(ALERTNAME, SEVERITY, NETWORK, PEER_ID, NICKNAME, MINER);

  /** Of {@code AggregatorDown}: the name of the other aggregator. */
  public static final String AGGREGATOR = "aggregator";

  /** Of the canary: the number of its beat. */
  public static final String BEAT = "beat";

  private AlertLabels() {}
}
