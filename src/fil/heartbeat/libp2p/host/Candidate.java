package fil.heartbeat.libp2p.host;

/** The owner of a ticket of the {@link ConnectionGuard}: an accepted socket. */
public interface Candidate {

  /**
   * Starts the upgrade of a socket that waited for its slot. Called without the guard's lock, on
   * any thread.
   */
  void start();

  /** Closes the socket in favour of others. Called without the guard's lock, on any thread. */
  void giveWay(Refusal why);

  /**
   * Whether the handshake's first byte has arrived. Called on any thread, at any time; must not
   * block.
   */
  boolean spoke();
}
