package fil.heartbeat.config;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import java.time.Duration;
import java.util.List;

/** The {@code libp2p} section: the implementation and every limit of a host. */
final class HostConfigKeys {

  private static final ConfigKey.Form TIME = ConfigKey.Form.duration("1ms", "24h");
  private static final ConfigKey.Form NUMBER = ConfigKey.Form.whole(1, 1_000_000);
  private static final HostConfig D = HostProviders.DEFAULT_LIMITS;

  private HostConfigKeys() {}

  static void addTo(List<ConfigKey> keys) {
    text(
        keys,
        "implementation",
        HostProvider.BUILT_IN,
        "`built-in`, or `jvm-libp2p` in a jar built with `-Pjvm-libp2p`");
    text(
        keys,
        "nativeCurves",
        Libp2pConfig.AUTO,
        "`auto`: an aggregator's handshakes by libsodium, where it can be loaded; `off`: in Java,"
            + " which takes twice the time");
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
        ConfigKey.of(
            "libp2p.exemptLoopback",
            ConfigKey.Form.FLAG,
            D.sockets().exemptLoopback(),
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
    keys.add(
        ConfigKey.of(
            "libp2p.maxOutboundBytes",
            ConfigKey.Form.whole(65_536, 1 << 30),
            D.streams().maxOutboundBytes(),
            "queued to one connection; more close it"));
    keys.add(
        ConfigKey.of(
            "libp2p.cryptoThreads",
            ConfigKey.Form.whole(1, 1024),
            "cores - 1",
            "threads for handshake arithmetic"));
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
        ConfigKey.of(
            "libp2p.earlyMuxer",
            ConfigKey.Form.FLAG,
            D.earlyMuxer(),
            "negotiate yamux inside the Noise handshake"));
    text(keys, "agentVersion", D.agentVersion(), "what identify says");
  }

  static HostConfig read(Section s) {
    return new HostConfig(
        new HostConfig.Deadlines(
            s.duration("connectTimeout"),
            s.duration("upgradeTimeout"),
            s.duration("negotiationTimeout"),
            s.duration("firstByteTimeout"),
            s.duration("closeFlush")),
        new HostConfig.Ping(s.duration("pingAfter"), s.duration("pingTimeout")),
        new HostConfig.Sockets(
            s.whole("maxConnections"),
            s.whole("maxConnectionsPerAddress"),
            s.whole("maxPendingUpgrades"),
            s.whole("maxPendingUpgradesPerAddress"),
            s.whole("maxWaitingSockets"),
            s.flag("exemptLoopback")),
        new HostConfig.Streams(
            s.whole("maxInboundStreams"),
            s.whole("maxUnnegotiatedStreams"),
            s.whole("maxRefusedStreamsPerMinute"),
            s.whole("maxOutboundBytes")),
        new HostConfig.Crypto(
            s.has("cryptoThreads") ? s.whole("cryptoThreads") : D.crypto().cryptoThreads(),
            s.whole("cryptoQueue")),
        new HostConfig.Penalty(
            s.whole("maxStreamResets"), s.duration("resetWindow"), s.duration("penalty")),
        s.flag("earlyMuxer"),
        s.text("agentVersion"));
  }

  private static void text(List<ConfigKey> keys, String name, String value, String meaning) {
    keys.add(ConfigKey.of("libp2p." + name, ConfigKey.Form.TEXT, value, meaning));
  }

  private static void time(List<ConfigKey> keys, String name, Duration value, String meaning) {
    keys.add(ConfigKey.of("libp2p." + name, TIME, value, meaning));
  }

  private static void whole(List<ConfigKey> keys, String name, int value, String meaning) {
    keys.add(ConfigKey.of("libp2p." + name, NUMBER, value, meaning));
  }
}
