package fil.heartbeat.libp2p;

import java.time.Duration;

/**
 * The limits of a host. Every one is a bound on what a peer can make us hold or wait for.
 *
 * @param connectTimeout TCP connect of one address; longer helps only far or lossy links
 * @param upgradeTimeout the whole way from an open socket to a usable connection, one deadline that
 *     no byte re-arms (a dribbling peer cannot stretch it)
 * @param negotiationTimeout protocol negotiation of a stream, from its first byte
 * @param firstByteTimeout from an inbound stream's opening to its first byte; Go senders open
 *     lazily and send the first byte with the first beat, so this is above the longest beat period
 *     expected
 * @param closeFlush how long a close waits for queued bytes
 * @param pingAfter silence after which a yamux ping is sent
 * @param pingTimeout a connection whose ping is unanswered this long is dead
 * @param maxConnections open connections; lowered at start to the open-file limit less 512
 * @param maxConnectionsPerAddress per remote IP (IPv6: per /56); fleets sit behind one NAT address
 * @param maxPendingUpgrades concurrent upgrades; more accepted sockets wait unread. One remote IP
 *     has at most an eighth of them, and of the waiting places, while others wait
 * @param maxPendingUpgradesPerAddress concurrent upgrades of one remote IP, also when it is alone
 * @param maxWaitingSockets sockets waiting unread for an upgrade slot; when that many wait, the
 *     remote IP that has most of them gives way to others
 * @param exemptLoopback whether the per-address limits spare loopback
 * @param maxInboundStreams per connection, whatever their state
 * @param maxUnnegotiatedStreams per connection, inbound, before a protocol is agreed
 * @param maxRefusedStreamsPerMinute refused stream openings per connection before it is closed
 * @param maxOutboundBytes bytes queued to one connection, all layers; above it the connection is
 *     closed, since its peer does not read
 * @param cryptoThreads threads for handshake arithmetic
 * @param cryptoQueue handshake steps waiting for a thread; more fail the upgrade
 * @param maxStreamResets inbound streams of one peer that our handlers reset within the window
 *     before the peer is refused for {@code penalty}
 * @param resetWindow see {@code maxStreamResets}
 * @param penalty how long such a peer is refused after its handshake
 * @param earlyMuxer whether Noise negotiates the muxer inside the handshake
 * @param agentVersion what identify tells
 */
public record HostConfig(
    Duration connectTimeout,
    Duration upgradeTimeout,
    Duration negotiationTimeout,
    Duration firstByteTimeout,
    Duration closeFlush,
    Duration pingAfter,
    Duration pingTimeout,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxPendingUpgrades,
    int maxPendingUpgradesPerAddress,
    int maxWaitingSockets,
    boolean exemptLoopback,
    int maxInboundStreams,
    int maxUnnegotiatedStreams,
    int maxRefusedStreamsPerMinute,
    int maxOutboundBytes,
    int cryptoThreads,
    int cryptoQueue,
    int maxStreamResets,
    Duration resetWindow,
    Duration penalty,
    boolean earlyMuxer,
    String agentVersion) {

  /** The defaults. */
  public static final HostConfig DEFAULT =
      new HostConfig(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          16_384,
          1_024,
          256,
          256,
          4_096,
          true,
          64,
          16,
          1_024,
          10 * 1024 * 1024,
          Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
          512,
          3,
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          true,
          "filecoin-heartbeat");

  /** The same with another bound on open connections. */
  public HostConfig withMaxConnections(int connections) {
    return new HostConfig(
        connectTimeout,
        upgradeTimeout,
        negotiationTimeout,
        firstByteTimeout,
        closeFlush,
        pingAfter,
        pingTimeout,
        connections,
        maxConnectionsPerAddress,
        maxPendingUpgrades,
        maxPendingUpgradesPerAddress,
        maxWaitingSockets,
        exemptLoopback,
        maxInboundStreams,
        maxUnnegotiatedStreams,
        maxRefusedStreamsPerMinute,
        maxOutboundBytes,
        cryptoThreads,
        cryptoQueue,
        maxStreamResets,
        resetWindow,
        penalty,
        earlyMuxer,
        agentVersion);
  }
}
