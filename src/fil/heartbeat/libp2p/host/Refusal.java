package fil.heartbeat.libp2p.host;

/**
 * Why a host refuses a peer: the label that counts it, and the limit that an operator can raise.
 */
public enum Refusal {
  CONNECTIONS("max-connections", "maxConnections"),
  FOR_EXPECTED("gave-way-to-expected", "maxConnections"),
  ADDRESS("max-connections-per-address", "maxConnectionsPerAddress"),
  WAITING("max-waiting-sockets", "maxWaitingSockets"),
  WAITING_SHARE("max-waiting-sockets-per-address", "maxWaitingSockets"),
  WAITING_GAVE_WAY("waiting-gave-way", "maxWaitingSockets"),
  WAITED("waited-too-long", "maxPendingUpgrades"),
  SILENT("silent-while-others-wait", "maxPendingUpgrades"),
  UPGRADE_GAVE_WAY("upgrade-gave-way", "maxPendingUpgrades"),
  CRYPTO("crypto-queue", "cryptoQueue"),
  PENALTY("penalty", "maxStreamResets"),
  NOT_ADMITTED("not-admitted", "none"),
  UNNEGOTIATED("max-unnegotiated-streams", "maxUnnegotiatedStreams"),
  STREAMS("max-inbound-streams", "maxInboundStreams"),
  INBOUND("inbound-bytes", "-Xmx"),
  OUTBOUND("max-outbound-bytes", "maxOutboundBytes"),
  CLOSING("host-closed", "none");

  private final String label;
  private final String limit;

  Refusal(String label, String limit) {
    this.label = label;
    this.limit = limit;
  }

  /** The word that counts it and names it in logs. */
  public String label() {
    return label;
  }

  /**
   * The component of {@link fil.heartbeat.libp2p.HostConfig} to raise, {@code -Xmx} for the heap,
   * or {@code none}.
   */
  public String limit() {
    return limit;
  }
}
