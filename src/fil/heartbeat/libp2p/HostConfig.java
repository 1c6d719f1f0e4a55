package fil.heartbeat.libp2p;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The limits of a host, in groups. Every one is a bound on what a peer can make us hold or wait
 * for. Changed copies are made from {@link #DEFAULT}: {@code DEFAULT.withStreams(s ->
 * s.withMaxInboundStreams(8))}.
 *
 * @param deadlines how long things may take
 * @param ping when a silent connection is asked for a sign of life
 * @param sockets how many sockets and connections there may be
 * @param streams what one connection may open and queue
 * @param crypto who does the arithmetic of handshakes
 * @param penalty what happens to peers whose streams handlers have to reset
 * @param earlyMuxer whether the muxer is negotiated inside the Noise handshake, which saves a round
 *     trip
 * @param agentVersion what identify says this peer runs, such as {@code name/1.2.3}
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

  /** The default limits, under the name of this library. */
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

  /** The same with other deadlines. */
  public HostConfig withDeadlines(UnaryOperator<Deadlines> change) {
    return new HostConfig(
        change.apply(deadlines), ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** The same with another ping group. */
  public HostConfig withPing(UnaryOperator<Ping> change) {
    return new HostConfig(
        deadlines, change.apply(ping), sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** The same with other sockets. */
  public HostConfig withSockets(UnaryOperator<Sockets> change) {
    return new HostConfig(
        deadlines, ping, change.apply(sockets), streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** The same with other streams. */
  public HostConfig withStreams(UnaryOperator<Streams> change) {
    return new HostConfig(
        deadlines, ping, sockets, change.apply(streams), crypto, penalty, earlyMuxer, agentVersion);
  }

  /** The same with another crypto group. */
  public HostConfig withCrypto(UnaryOperator<Crypto> change) {
    return new HostConfig(
        deadlines, ping, sockets, streams, change.apply(crypto), penalty, earlyMuxer, agentVersion);
  }

  /** The same with another penalty group. */
  public HostConfig withPenalty(UnaryOperator<Penalty> change) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, change.apply(penalty), earlyMuxer, agentVersion);
  }

  /** The same with or without the muxer inside the handshake. */
  public HostConfig withEarlyMuxer(boolean earlyMuxer) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /** The same under another name. */
  public HostConfig withAgentVersion(String agentVersion) {
    return new HostConfig(
        deadlines, ping, sockets, streams, crypto, penalty, earlyMuxer, agentVersion);
  }

  /**
   * How long things may take. All are above 0.
   *
   * @param connectTimeout TCP connect of one address; longer helps only far or lossy links
   * @param upgradeTimeout from an open socket to a usable connection, one deadline that no byte
   *     extends: a peer that dribbles cannot stretch it
   * @param negotiationTimeout protocol negotiation of a stream, from its first byte
   * @param firstByteTimeout from the opening of an inbound stream to its first byte. Go peers open
   *     streams lazily and send nothing before their first message, so this is above the longest
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

    /** The same with another {@link #connectTimeout}. */
    public Deadlines withConnectTimeout(Duration connectTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** The same with another {@link #upgradeTimeout}. */
    public Deadlines withUpgradeTimeout(Duration upgradeTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** The same with another {@link #negotiationTimeout}. */
    public Deadlines withNegotiationTimeout(Duration negotiationTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** The same with another {@link #firstByteTimeout}. */
    public Deadlines withFirstByteTimeout(Duration firstByteTimeout) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }

    /** The same with another {@link #closeFlush}. */
    public Deadlines withCloseFlush(Duration closeFlush) {
      return new Deadlines(
          connectTimeout, upgradeTimeout, negotiationTimeout, firstByteTimeout, closeFlush);
    }
  }

  /**
   * When a silent connection is asked for a sign of life. Both are above 0.
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

    /** The same with another {@link #pingAfter}. */
    public Ping withPingAfter(Duration pingAfter) {
      return new Ping(pingAfter, pingTimeout);
    }

    /** The same with another {@link #pingTimeout}. */
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
   * @param maxPendingUpgrades concurrent upgrades; more accepted sockets wait unread. One remote IP
   *     has at most an eighth of them, and of the waiting places, while others wait
   * @param maxPendingUpgradesPerAddress concurrent upgrades of one remote IP, also when it is alone
   * @param maxWaitingSockets sockets waiting unread for an upgrade slot; when that many wait, the
   *     remote IP that has most of them gives way to others
   * @param exemptLoopback whether the limits per address spare loopback
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

    /** The same with another {@link #maxConnections}. */
    public Sockets withMaxConnections(int maxConnections) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** The same with another {@link #maxConnectionsPerAddress}. */
    public Sockets withMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** The same with another {@link #maxPendingUpgrades}. */
    public Sockets withMaxPendingUpgrades(int maxPendingUpgrades) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** The same with another {@link #maxPendingUpgradesPerAddress}. */
    public Sockets withMaxPendingUpgradesPerAddress(int maxPendingUpgradesPerAddress) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** The same with another {@link #maxWaitingSockets}. */
    public Sockets withMaxWaitingSockets(int maxWaitingSockets) {
      return new Sockets(
          maxConnections,
          maxConnectionsPerAddress,
          maxPendingUpgrades,
          maxPendingUpgradesPerAddress,
          maxWaitingSockets,
          exemptLoopback);
    }

    /** The same with another {@link #exemptLoopback}. */
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
   * @param maxOutboundBytes bytes queued in all layers; more close the connection, since its peer
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

    /** The same with another {@link #maxInboundStreams}. */
    public Streams withMaxInboundStreams(int maxInboundStreams) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** The same with another {@link #maxUnnegotiatedStreams}. */
    public Streams withMaxUnnegotiatedStreams(int maxUnnegotiatedStreams) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** The same with another {@link #maxRefusedStreamsPerMinute}. */
    public Streams withMaxRefusedStreamsPerMinute(int maxRefusedStreamsPerMinute) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }

    /** The same with another {@link #maxOutboundBytes}. */
    public Streams withMaxOutboundBytes(int maxOutboundBytes) {
      return new Streams(
          maxInboundStreams, maxUnnegotiatedStreams, maxRefusedStreamsPerMinute, maxOutboundBytes);
    }
  }

  /**
   * Who does the arithmetic of handshakes. Both are at least 1.
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

    /** The same with another {@link #cryptoThreads}. */
    public Crypto withCryptoThreads(int cryptoThreads) {
      return new Crypto(cryptoThreads, cryptoQueue);
    }

    /** The same with another {@link #cryptoQueue}. */
    public Crypto withCryptoQueue(int cryptoQueue) {
      return new Crypto(cryptoThreads, cryptoQueue);
    }
  }

  /**
   * What happens to peers whose streams handlers have to reset.
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

    /** The same with another {@link #maxStreamResets}. */
    public Penalty withMaxStreamResets(int maxStreamResets) {
      return new Penalty(maxStreamResets, resetWindow, penalty);
    }

    /** The same with another {@link #resetWindow}. */
    public Penalty withResetWindow(Duration resetWindow) {
      return new Penalty(maxStreamResets, resetWindow, penalty);
    }

    /** The same with another {@link #penalty}. */
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
