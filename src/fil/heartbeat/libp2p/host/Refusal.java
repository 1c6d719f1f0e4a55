package fil.heartbeat.libp2p.host;

/**
 * Why a host refuses a peer: the label of its counter, and the limit that an operator can raise.
 */
public enum Refusal {
  /** All places for connections are taken. */
  CONNECTIONS("max-connections", "maxConnections"),
  /** It gave its place to an expected peer. */
  FOR_EXPECTED("gave-way-to-expected", "maxConnections"),
  /** Its address has too many sockets. */
  ADDRESS("max-connections-per-address", "maxConnectionsPerAddress"),
  /** All waiting places are taken. */
  WAITING("max-waiting-sockets", "maxWaitingSockets"),
  /** Its address has its share of the waiting places, and others wait. */
  WAITING_SHARE("max-waiting-sockets-per-address", "maxWaitingSockets"),
  /** It gave its waiting place to an address that has fewer. */
  WAITING_GAVE_WAY("waiting-gave-way", "maxWaitingSockets"),
  /** It did not get an upgrade slot in time. */
  WAITED("waited-too-long", "maxPendingUpgrades"),
  /** It sent nothing in its upgrade while others waited. */
  SILENT("silent-while-others-wait", "maxPendingUpgrades"),
  /** It gave its upgrade slot to an address that has fewer. */
  UPGRADE_GAVE_WAY("upgrade-gave-way", "maxPendingUpgrades"),
  /** Too many handshakes wait for a crypto thread. */
  CRYPTO("crypto-queue", "cryptoQueue"),
  /** Too many of its streams had to be reset. */
  PENALTY("penalty", "maxStreamResets"),
  /** The rule of {@link fil.heartbeat.libp2p.Host#admit} does not let it in. */
  NOT_ADMITTED("not-admitted", "none"),
  /** Too many of its streams have no protocol yet. */
  UNNEGOTIATED("max-unnegotiated-streams", "maxUnnegotiatedStreams"),
  /** It has too many streams. */
  STREAMS("max-inbound-streams", "maxInboundStreams"),
  /** Too many of its bytes were held in memory. */
  INBOUND("inbound-bytes", "-Xmx"),
  /** It does not read the bytes sent to it. */
  OUTBOUND("max-outbound-bytes", "maxOutboundBytes"),
  /** The host is closing. */
  CLOSING("host-closed", "none");

  private final String label;
  private final String limit;

  Refusal(String label, String limit) {
    this.label = label;
    this.limit = limit;
  }

  /** Returns its label in counters and logs. */
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
