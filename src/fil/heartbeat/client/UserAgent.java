package fil.heartbeat.client;

/** How we call ourselves to servers and peers. */
public final class UserAgent {
  public static final String NAME = "filecoin-heartbeat";

  private UserAgent() {}
}
