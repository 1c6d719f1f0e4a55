package fil.heartbeat.libp2p;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The limits of a host, in groups. Each bounds what a peer can make the host store or wait for.
 * Make changed copies from {@link #DEFAULT}: {@code DEFAULT.withStreams(s ->
 * s.withMaxInboundStreams(8))}.
 *
 * @param deadlines how long things may take
 * @param ping when a ping is sent on a silent connection
 * @param sockets how many sockets and connections there may be
 * @param streams what one connection may open and queue
 * @param crypto threads and queue for the arithmetic of handshakes
 * @param penalty what happens to peers whose streams handlers have to reset
 * @param earlyMuxer whether the muxer is negotiated inside the Noise handshake, which saves a round
 *     trip
 * @param agentVersion the software version that identify reports, such as {@code name/1.2.3}
 */
public record HostConfig(
    Deadlines deadlines,
    Ping ping,
    Sockets sockets,
    Streams streams,
    Crypto crypto,
    Penalty penalty,
    boolean earlyMuxer,
    String agentVersion) {

  /** The default limits, with this library's name as the agent version. */
  public static final HostConfig DEFAULT =
      new HostConfig(
          new Deadlines(
              Duration.ofSeconds(5),
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              Duration.ofMinutes(15),
              Duration.ofSeconds(1)),
          new Ping(Duration.ofSeconds(30), Duration.ofSeconds(20)),
          new Sockets(16_384, 1_024, 256, 256, 4_096, true),
          new Streams(64, 16, 1_024, 10 * 1024 * 1024),
          new Crypto(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), 512),
          new Penalty(3, Duration.ofMinutes(10), Duration.ofMinutes(10)),
          true,
          "vertx-libp2p");

  /** Returns a copy with other deadlines. */
  public HostConfig withDeadlines(UnaryOperator<Deadlines> change) {
    return new HostConfig(
        change.apply(deadlines), ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with another ping group. */
  public HostConfig withPing(UnaryOperator<Ping> change) {
    return new HostConfig(
        deadlines, change.apply(ping), sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with other socket limits. */
  public HostConfig withSockets(UnaryOperator<Sockets> change) {
    return new HostConfig(
        deadlines, ping, change.apply(sockets), streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with other stream limits. */
  public HostConfig withStreams(UnaryOperator<Streams> change) {
    return new HostConfig(
        deadlines, ping, sockets, change.apply(streams), crypto, penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with another crypto group. */
  public HostConfig withCrypto(UnaryOperator<Crypto> change) {
    return new HostConfig(
        deadlines, ping, sockets, streams, change.apply(crypto), penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with another penalty group. */
  public HostConfig withPenalty(UnaryOperator<Penalty> change) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, change.apply(penalty), earlyMuxer, agentVersion);
  }

  /** Returns a copy with or without the muxer inside the handshake. */
  public HostConfig withEarlyMuxer(boolean earlyMuxer) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** Returns a copy with another agent version. */
  public HostConfig withAgentVersion(String agentVersion) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /**
   * How long things may take. All are above 0.
   *
   * @param connectTimeout TCP connect of one address; longer helps only far or lossy links
   * @param upgradeTimeout from an open socket to a usable connection, one deadline that received
   *     bytes do not extend, so a slow peer cannot stretch it
   * @param negotiationTimeout protocol negotiation of a stream, from its first byte
   * @param firstByteTimeout from the opening of an inbound stream to its first byte. Go peers open
   *     streams lazily and send nothing before their first message, so this must exceed the longest
   *     pause before one
   * @param closeFlush how long a close waits for queued bytes
   */
  public record Deadlines(
      Duration connectTimeout,
      Duration upgradeTimeout,
      Duration negotiationTimeout,
      Duration firstByteTimeout,
      Duration closeFlush) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Deadlines {
      requirePositive("connectTimeout", connectTimeout);
      requirePositive("upgradeTimeout", upgradeTimeout);
      requirePositive("negotiationTimeout", negotiationTimeout);
      requirePositive("firstByteTimeout", firstByteTimeout);
      requirePositive("closeFlush", closeFlush);
    }

    /** Returns a copy with another {@link #connectTimeout}. */
    public Deadlines withConnectTimeout(Duration connectTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** Returns a copy with another {@link #upgradeTimeout}. */
    public Deadlines withUpgradeTimeout(Duration upgradeTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** Returns a copy with another {@link #negotiationTimeout}. */
    public Deadlines withNegotiationTimeout(Duration negotiationTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** Returns a copy with another {@link #firstByteTimeout}. */
    public Deadlines withFirstByteTimeout(Duration firstByteTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** Returns a copy with another {@link #closeFlush}. */
    public Deadlines withCloseFlush(Duration closeFlush) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }
  }

  /**
   * When a ping is sent on a silent connection. Both are above 0.
   *
   * @param pingAfter silence after which a yamux ping is sent
   * @param pingTimeout a connection whose ping is unanswered for this long is dead
   */
  public record Ping(Duration pingAfter, Duration pingTimeout) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Ping {
      requirePositive("pingAfter", pingAfter);
      requirePositive("pingTimeout", pingTimeout);
    }

    /** Returns a copy with another {@link #pingAfter}. */
    public Ping withPingAfter(Duration pingAfter) {
      return new Ping(pingAfter, pingTimeout);
    }

    /** Returns a copy with another {@link #pingTimeout}. */
    public Ping withPingTimeout(Duration pingTimeout) {
      return new Ping(pingAfter, pingTimeout);
    }
  }

  /**
   * How many sockets and connections there may be. All numbers are at least 1.
   *
   * @param maxConnections open connections; implementations may lower it at start to the open-file
   *     limit less 512
   * @param maxConnectionsPerAddress per remote IP (IPv6: per /56); many peers may sit behind one
   *     NAT address
   * @param maxPendingUpgrades concurrent upgrades; more accepted sockets wait unread. While others
   *     wait, one remote IP has at most an eighth of these slots and of the waiting places
   * @param maxPendingUpgradesPerAddress concurrent upgrades of one remote IP, also when it is alone
   * @param maxWaitingSockets sockets waiting unread for an upgrade slot; when that many wait,
   *     sockets of the remote IP with the most are closed in favour of others
   * @param exemptLoopback whether loopback is exempt from the limits per address
   */
  public record Sockets(
      int maxConnections,
      int maxConnectionsPerAddress,
      int maxPendingUpgrades,
      int maxPendingUpgradesPerAddress,
      int maxWaitingSockets,
      boolean exemptLoopback) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Sockets {
      requirePositive("maxConnections", maxConnections);
      requirePositive("maxConnectionsPerAddress", maxConnectionsPerAddress);
      requirePositive("maxPendingUpgrades", maxPendingUpgrades);
      requirePositive("maxPendingUpgradesPerAddress", maxPendingUpgradesPerAddress);
      requirePositive("maxWaitingSockets", maxWaitingSockets);
    }

    /** Returns a copy with another {@link #maxConnections}. */
    public Sockets withMaxConnections(int maxConnections) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** Returns a copy with another {@link #maxConnectionsPerAddress}. */
    public Sockets withMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** Returns a copy with another {@link #maxPendingUpgrades}. */
    public Sockets withMaxPendingUpgrades(int maxPendingUpgrades) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** Returns a copy with another {@link #maxPendingUpgradesPerAddress}. */
    public Sockets withMaxPendingUpgradesPerAddress(int maxPendingUpgradesPerAddress) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** Returns a copy with another {@link #maxWaitingSockets}. */
    public Sockets withMaxWaitingSockets(int maxWaitingSockets) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** Returns a copy with another {@link #exemptLoopback}. */
    public Sockets withExemptLoopback(boolean exemptLoopback) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }
  }

  /**
   * What one connection may open and queue. All are at least 1.
   *
   * @param maxInboundStreams inbound streams, whatever their state
   * @param maxUnnegotiatedStreams inbound streams before a protocol is agreed
   * @param maxRefusedStreamsPerMinute refused stream openings; more close the connection
   * @param maxOutboundBytes bytes queued in all layers; more close the connection, because its peer
   *     does not read
   */
  public record Streams(
      int maxInboundStreams,
      int maxUnnegotiatedStreams,
      int maxRefusedStreamsPerMinute,
      int maxOutboundBytes) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Streams {
      requirePositive("maxInboundStreams", maxInboundStreams);
      requirePositive("maxUnnegotiatedStreams", maxUnnegotiatedStreams);
      requirePositive("maxRefusedStreamsPerMinute", maxRefusedStreamsPerMinute);
      requirePositive("maxOutboundBytes", maxOutboundBytes);
    }

    /** Returns a copy with another {@link #maxInboundStreams}. */
    public Streams withMaxInboundStreams(int maxInboundStreams) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** Returns a copy with another {@link #maxUnnegotiatedStreams}. */
    public Streams withMaxUnnegotiatedStreams(int maxUnnegotiatedStreams) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** Returns a copy with another {@link #maxRefusedStreamsPerMinute}. */
    public Streams withMaxRefusedStreamsPerMinute(int maxRefusedStreamsPerMinute) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** Returns a copy with another {@link #maxOutboundBytes}. */
    public Streams withMaxOutboundBytes(int maxOutboundBytes) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }
  }

  /**
   * The threads and queue for the arithmetic of handshakes. Both are at least 1.
   *
   * @param cryptoThreads threads; the default leaves one core to the event loops
   * @param cryptoQueue handshake steps waiting for a thread; more fail the upgrade
   */
  public record Crypto(int cryptoThreads, int cryptoQueue) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Crypto {
      requirePositive("cryptoThreads", cryptoThreads);
      requirePositive("cryptoQueue", cryptoQueue);
    }

    /** Returns a copy with another {@link #cryptoThreads}. */
    public Crypto withCryptoThreads(int cryptoThreads) {
      return new Crypto(cryptoThreads, cryptoQueue);
    }

    /** Returns a copy with another {@link #cryptoQueue}. */
    public Crypto withCryptoQueue(int cryptoQueue) {
      return new Crypto(cryptoThreads, cryptoQueue);
    }
  }

  /**
   * The penalty for peers whose streams handlers have to reset.
   *
   * @param maxStreamResets inbound streams of one peer that handlers reset within the window before
   *     the peer is refused; at least 1
   * @param resetWindow see {@code maxStreamResets}; above 0
   * @param penalty how long such a peer is refused after its handshake; above 0
   */
  public record Penalty(int maxStreamResets, Duration resetWindow, Duration penalty) {

    /** Checks the ranges; what is outside is an {@link IllegalArgumentException}. */
    public Penalty {
      requirePositive("maxStreamResets", maxStreamResets);
      requirePositive("resetWindow", resetWindow);
      requirePositive("penalty", penalty);
    }

    /** Returns a copy with another {@link #maxStreamResets}. */
    public Penalty withMaxStreamResets(int maxStreamResets) {
      return new Penalty(maxStreamResets, resetWindow, penalty);
    }

    /** Returns a copy with another {@link #resetWindow}. */
    public Penalty withResetWindow(Duration resetWindow) {
      return new Penalty(maxStreamResets, resetWindow, penalty);
    }

    /** Returns a copy with another {@link #penalty}. */
    public Penalty withPenalty(Duration penalty) {
      return new Penalty(maxStreamResets, resetWindow, penalty);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: above 0)");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
