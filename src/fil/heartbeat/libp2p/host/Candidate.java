package fil.heartbeat.libp2p.host;

/** The owner of a ticket of the {@link ConnectionGuard}: an accepted socket. */
public interface Candidate {

  /** A socket that had to wait has its slot. Not under the guard's lock, on any thread. */
  void start();

  /** The socket has to close for others. Not under the guard's lock, on any thread. */
  void giveWay(Refusal why);

  /** Whether the handshake's first byte has come. On any thread, at any time; may not block. */
  boolean spoke();
}
