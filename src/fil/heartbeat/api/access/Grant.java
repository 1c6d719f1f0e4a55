package fil.heartbeat.api.access;

/**
 * The rights of a token.
 *
 * @param name of the token, for the log
 * @param admin whether it may change things, or only read
 */
public record Grant(String name, boolean admin) {
  /** The grant of the local secret: it does not identify its holder. */
  static final Grant LOCAL = new Grant("local", true);
}
