package fil.heartbeat.config;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.text.GoDuration;
import java.time.Duration;
import java.util.List;

/** The {@code libp2p} section: the implementation and every limit of a host. */
final class HostConfigKeys {

  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofHours(24);
  private static final int MANY = 1_000_000;
  private static final HostConfig D = HostProviders.DEFAULT_LIMITS;

  private HostConfigKeys() {}

  static void addTo(List<ConfigKey> keys) {
    text(
        keys,
        "implementation",
        HostProvider.BUILT_IN,
        "`built-in`, or `jvm-libp2p` in a jar built with `-Pjvm-libp2p`");
    time(keys, "connectTimeout", D.deadlines().connectTimeout(), "TCP connect of one address");
    time(
        keys,
        "upgradeTimeout",
        D.deadlines().upgradeTimeout(),
        "from an open socket to a usable connection, in all");
    time(
        keys,
        "negotiationTimeout",
        D.deadlines().negotiationTimeout(),
        "a stream's protocol, from its first byte");
    time(
        keys,
        "firstByteTimeout",
        D.deadlines().firstByteTimeout(),
        "from an inbound stream's opening to its first byte; above the longest beat period");
    time(keys, "closeFlush", D.deadlines().closeFlush(), "what a close waits for queued bytes");
    time(keys, "pingAfter", D.ping().pingAfter(), "silence before a yamux ping");
    time(
        keys,
        "pingTimeout",
        D.ping().pingTimeout(),
        "a connection whose ping is unanswered this long is dead");
    whole(
        keys,
        "maxConnections",
        D.sockets().maxConnections(),
        "lowered at start to the open-file limit less 512");
    whole(
        keys,
        "maxConnectionsPerAddress",
        D.sockets().maxConnectionsPerAddress(),
        "per remote IP (IPv6: per /56); fleets sit behind NAT");
    whole(
        keys,
        "maxPendingUpgrades",
        D.sockets().maxPendingUpgrades(),
        "more accepted sockets wait unread; one IP has at most an eighth while others wait");
    whole(
        keys,
        "maxPendingUpgradesPerAddress",
        D.sockets().maxPendingUpgradesPerAddress(),
        "per remote IP, also while nobody else waits");
    whole(
        keys,
        "maxWaitingSockets",
        D.sockets().maxWaitingSockets(),
        "sockets waiting for an upgrade; when full, the IP that has most gives way");
    keys.add(
        new ConfigKey(
            "libp2p.exemptLoopback",
            ConfigKey.Type.FLAG,
            "true",
            "per-address limits spare loopback"));
    whole(keys, "maxInboundStreams", D.streams().maxInboundStreams(), "per connection");
    whole(
        keys,
        "maxUnnegotiatedStreams",
        D.streams().maxUnnegotiatedStreams(),
        "per connection, before a protocol is agreed");
    whole(
        keys,
        "maxRefusedStreamsPerMinute",
        D.streams().maxRefusedStreamsPerMinute(),
        "per connection; more close it");
    whole(
        keys,
        "maxOutboundBytes",
        D.streams().maxOutboundBytes(),
        "queued to one connection; more close it");
    keys.add(
        new ConfigKey(
            "libp2p.cryptoThreads",
            ConfigKey.Type.WHOLE,
            "cores - 1",
            "threads for handshake arithmetic, at least 1"));
    whole(
        keys,
        "cryptoQueue",
        D.crypto().cryptoQueue(),
        "handshake steps waiting for a thread; more fail the upgrade");
    whole(
        keys,
        "maxStreamResets",
        D.penalty().maxStreamResets(),
        "violations of one peer within `resetWindow` before its penalty");
    time(keys, "resetWindow", D.penalty().resetWindow(), "see `maxStreamResets`");
    time(keys, "penalty", D.penalty().penalty(), "how long such a peer is refused");
    keys.add(
        new ConfigKey(
            "libp2p.earlyMuxer",
            ConfigKey.Type.FLAG,
            "true",
            "negotiate yamux inside the Noise handshake"));
    text(keys, "agentVersion", D.agentVersion(), "what identify tells");
  }

  static HostConfig read(Section s) {
    return new HostConfig(
        new HostConfig.Deadlines(
            time(s, "connectTimeout"),
            time(s, "upgradeTimeout"),
            time(s, "negotiationTimeout"),
            time(s, "firstByteTimeout"),
            time(s, "closeFlush")),
        new HostConfig.Ping(time(s, "pingAfter"), time(s, "pingTimeout")),
        new HostConfig.Sockets(
            whole(s, "maxConnections"),
            whole(s, "maxConnectionsPerAddress"),
            whole(s, "maxPendingUpgrades"),
            whole(s, "maxPendingUpgradesPerAddress"),
            whole(s, "maxWaitingSockets"),
            s.flag("exemptLoopback")),
        new HostConfig.Streams(
            whole(s, "maxInboundStreams"),
            whole(s, "maxUnnegotiatedStreams"),
            whole(s, "maxRefusedStreamsPerMinute"),
            (int) s.whole("maxOutboundBytes", 65_536, 1 << 30)),
        new HostConfig.Crypto(
            s.has("cryptoThreads")
                ? (int) s.whole("cryptoThreads", 1, 1024)
                : D.crypto().cryptoThreads(),
            whole(s, "cryptoQueue")),
        new HostConfig.Penalty(
            whole(s, "maxStreamResets"), time(s, "resetWindow"), time(s, "penalty")),
        s.flag("earlyMuxer"),
        s.text("agentVersion"));
  }

  private static Duration time(Section section, String name) {
    return section.duration(name, MIN, MAX);
  }

  private static int whole(Section section, String name) {
    return (int) section.whole(name, 1, MANY);
  }

  private static void text(List<ConfigKey> keys, String name, String value, String meaning) {
    keys.add(new ConfigKey("libp2p." + name, ConfigKey.Type.TEXT, value, meaning));
  }

  private static void time(List<ConfigKey> keys, String name, Duration value, String meaning) {
    keys.add(
        new ConfigKey(
            "libp2p." + name, ConfigKey.Type.DURATION, GoDuration.format(value), meaning));
  }

  private static void whole(List<ConfigKey> keys, String name, int value, String meaning) {
    keys.add(
        new ConfigKey("libp2p." + name, ConfigKey.Type.WHOLE, Integer.toString(value), meaning));
  }
}
