package fil.heartbeat.libp2p.host;

/** The limits of ours that refuse a peer, with the label that counts them and the key to raise. */
public enum Refusal {
  CONNECTIONS("max-connections", "libp2p.maxConnections"),
  FOR_EXPECTED("gave-way-to-expected", "libp2p.maxConnections"),
  ADDRESS("max-connections-per-address", "libp2p.maxConnectionsPerAddress"),
  WAITING("max-waiting-sockets", "libp2p.maxWaitingSockets"),
  WAITING_SHARE("max-waiting-sockets-per-address", "libp2p.maxWaitingSockets"),
  WAITING_GAVE_WAY("waiting-gave-way", "libp2p.maxWaitingSockets"),
  WAITED("waited-too-long", "libp2p.maxPendingUpgrades"),
  SILENT("silent-while-others-wait", "libp2p.maxPendingUpgrades"),
  UPGRADE_GAVE_WAY("upgrade-gave-way", "libp2p.maxPendingUpgrades"),
  CRYPTO("crypto-queue", "libp2p.cryptoQueue"),
  PENALTY("penalty", "libp2p.maxStreamResets"),
  NOT_ADMITTED("not-admitted", "aggregator.allow, aggregator.deny"),
  UNNEGOTIATED("max-unnegotiated-streams", "libp2p.maxUnnegotiatedStreams"),
  STREAMS("max-inbound-streams", "libp2p.maxInboundStreams"),
  INBOUND("inbound-bytes", "-Xmx"),
  OUTBOUND("max-outbound-bytes", "libp2p.maxOutboundBytes"),
  CLOSING("host-closed", "none");

  private final String label;
  private final String configKey;

  Refusal(String label, String configKey) {
    this.label = label;
    this.configKey = configKey;
  }

  public String label() {
    return label;
  }

  public String configKey() {
    return configKey;
  }
}
