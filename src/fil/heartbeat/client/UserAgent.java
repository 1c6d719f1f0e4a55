package fil.heartbeat.client;

/** The name of this program for servers and peers. */
public final class UserAgent {
  public static final String NAME = "filecoin-heartbeat";

  private UserAgent() {}
}
