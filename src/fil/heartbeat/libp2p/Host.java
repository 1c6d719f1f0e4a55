package fil.heartbeat.libp2p;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A local libp2p peer: one identity that listens, dials and opens streams. Connections are made on
 * demand, one per remote peer, and shared by all streams to it.
 *
 * <p>Methods may be called from any thread. Stages complete on a thread of the implementation:
 * callers with an event loop of their own must switch back to it.
 */
public interface Host {

  /** The id that remote peers see, proven by the handshake. */
  PeerId peerId();

  /** The addresses bound so far, each with {@code /p2p/} and this host's id, ports as bound. */
  List<Multiaddr> listenAddresses();

  /**
   * Listens on a TCP multiaddr without peer id; port 0 picks a free one.
   *
   * @return the bound address with this host's {@code /p2p/}; fails with {@link
   *     Libp2pException.Code#BIND_FAILED} when the port is taken
   */
  CompletionStage<Multiaddr> listen(Multiaddr address);

  /**
   * Sets the addresses that identify advertises instead of the bound ones, which may be behind a
   * NAT or a proxy. A host that does not listen advertises none.
   *
   * @param addresses with or without {@code /p2p/}; empty to advertise the bound ones again
   */
  void announce(List<Multiaddr> addresses);

  /** Serves inbound streams of one protocol id; the last handler given for an id wins. */
  void handle(String protocolId, ProtocolHandler handler);

  /**
   * Sets which remote peers may connect, from now on: others are refused right after the handshake
   * that proves their id, and disconnected if they are connected. Before the first call every peer
   * may connect.
   *
   * @param mayConnect called often and on any thread; must be quick
   */
  void admit(Predicate<PeerId> mayConnect);

  /**
   * Sets which remote peers are expected, from now on: part of the memory for received bytes is
   * reserved for them, and they get a connection even when other peers hold all of them. Before the
   * first call no peer is expected. To be called again when the answers change: those of open
   * connections are asked for once.
   *
   * @param expected called often and on any thread; must be quick
   */
  void expect(Predicate<PeerId> expected);

  /**
   * Sets the listener for peers that close a connection regularly (yamux GO_AWAY with code 0), from
   * now on; before the first call there is none. The connection's streams may end shortly before or
   * after the call.
   *
   * @param listener gets the peer and the remote address that its streams had; called on an event
   *     loop of the host, so it must not block
   */
  void onGoAway(BiConsumer<PeerId, Multiaddr> listener);

  /**
   * Opens a stream, dialling when there is no live connection to the peer. Concurrent dials to one
   * peer share one connection.
   *
   * <p>The ids are proposed in order on one stream; when the peer resets or ends the stream instead
   * of answering {@code na}, the next id is tried on a new stream. The agreed id is stored for the
   * life of the connection and proposed first from then on.
   *
   * @param target must end in {@code /p2p/<id>}; a peer that proves another id is refused
   * @param protocolIds one or more, in order of preference
   * @return fails with {@link Libp2pException}
   */
  CompletionStage<Stream> open(Multiaddr target, List<String> protocolIds, DialOptions options);

  /** Returns the present counters and sizes. */
  HostStats stats();

  /**
   * Stops listening, closes every connection and frees all resources. Idempotent. Streams end with
   * {@link Libp2pException.Code#CLOSED}.
   *
   * @return completes when the ports it listened on are free for others
   */
  @CanIgnoreReturnValue
  CompletionStage<Void> close();
}
