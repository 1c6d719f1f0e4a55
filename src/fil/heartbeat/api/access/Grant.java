package fil.heartbeat.api.access;

/**
 * What a token allows.
 *
 * @param name of the token, for the log
 * @param admin whether it may change things, or only read
 */
public record Grant(String name, boolean admin) {
  /** Of the secret that is made where there are no tokens: it says nothing of who holds it. */
  static final Grant LOCAL = new Grant("local", true);
}
