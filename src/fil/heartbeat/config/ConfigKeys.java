package fil.heartbeat.config;

import static fil.heartbeat.config.ConfigKey.Form.FLAG;
import static fil.heartbeat.config.ConfigKey.Form.LIST;
import static fil.heartbeat.config.ConfigKey.Form.MAP;
import static fil.heartbeat.config.ConfigKey.Form.NETWORK;
import static fil.heartbeat.config.ConfigKey.Form.SECTION;
import static fil.heartbeat.config.ConfigKey.Form.TEXT;
import static fil.heartbeat.config.ConfigKey.Form.duration;
import static fil.heartbeat.config.ConfigKey.Form.list;
import static fil.heartbeat.config.ConfigKey.Form.whole;

import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table of all keys of config.json, with those of {@link AlertsConfigKeys} and {@link
 * HostConfigKeys}, and last those of a verticle's deployment. The parser accepts no other, the
 * environment and the system properties are mapped by them, and a test compares the README's table
 * with them.
 */
public final class ConfigKeys {
  /** Prefix of the keys of a verticle's deployment config, which are not in config.json. */
  static final String DEPLOYMENT = "(deployment)";

  /** Replaces a value that may be a secret. */
  static final String HIDDEN = "(not shown, it may hold a secret)";

  /** Keys that hold a secret, or would if a value is written in the wrong place. */
  private static final Set<String> SECRET =
      Set.of(
          "alerts",
          "alerts.sinks",
          "alerts.sinks[].url",
          "alerts.sinks[].urlEnv",
          "alerts.sinks[].secretEnv",
          "alerts.deadman",
          "alerts.deadman.url",
          "alerts.deadman.urlEnv");

  private static final List<ConfigKey> ALL = new ArrayList<>();

  static {
    section("identity", "the key of the one node of the short form");
    key("identity.keyFile", TEXT, "heartbeat.key", "private key; made when absent");
    section("heartbeat", "the one node of the short form; beside `nodes` only `maxTargets`");
    key("heartbeat.nickname", TEXT, "", "1 to 64 bytes; what people see");
    key(
        "heartbeat.beatTarget",
        TEXT,
        "",
        "multiaddr with peer id, or `local` for this process' aggregator; empty = off");
    key(
        "heartbeat.beatPeriod",
        duration("1ms", "24h"),
        SenderConfig.BEAT_PERIOD,
        "shorter is seen sooner and costs the aggregator more");
    key(
        "heartbeat.reconnectPeriod",
        duration("1ms", "24h"),
        SenderConfig.RECONNECT_PERIOD,
        "between tries after a loss, ±20 %");
    key("heartbeat.targets", LIST, "[]", "more targets, each a verticle of its own");
    targets("heartbeat.targets[]");
    key(
        "heartbeat.extras",
        FLAG,
        "true",
        "beats carry GenesisCID and Syncing when known, and the last one of a planned stop Stopping");
    key(
        "heartbeat.headMaxAge",
        duration("1ms", "24h"),
        SenderConfig.HEAD_MAX_AGE,
        "how long the last head is sent while none can be read; never less than two `pollPeriod`");
    tell("heartbeat.tell", "which optional members the beats carry; `extras: false` = none");
    key(
        "heartbeat.maxTargets",
        whole(1, 4096),
        SendersConfig.MAX_TARGETS,
        "(node, target) pairs; a stuck one holds a thread");
    section("chain", "where the head of the one node comes from");
    chain("chain");
    section("miner", "the miner address of the one node");
    miner("miner");
    key("nodes", LIST, "[]", "several nodes beside one process, instead of the short form");
    key("nodes[].nickname", TEXT, "", "required, unique, 1 to 64 bytes");
    key("nodes[].keyFile", TEXT, "keys/<nickname>.key", "private key; made when absent");
    key("nodes[].extras", FLAG, "true", "as `heartbeat.extras`");
    key(
        "nodes[].headMaxAge",
        duration("1ms", "24h"),
        SenderConfig.HEAD_MAX_AGE,
        "as `heartbeat.headMaxAge`");
    tell("nodes[].tell", "as `heartbeat.tell`");
    section("nodes[].chain", "as `chain`");
    chain("nodes[].chain");
    section("nodes[].miner", "as `miner`");
    miner("nodes[].miner");
    key("nodes[].targets", LIST, "[]", "where the node beats to");
    targets("nodes[].targets[]");
    section("aggregator", "takes heartbeats");
    key(
        "aggregator.listen",
        TEXT,
        "/ip4/0.0.0.0/tcp/9081",
        "TCP multiaddr; port 0 picks a free one");
    key(
        "aggregator.announce",
        LIST,
        "[]",
        "multiaddrs to dial it at, sent by identify and logged at start with the peer id; empty:"
            + " what is bound");
    key(
        "aggregator.keyFile",
        TEXT,
        "aggregator.key",
        "private key; made when absent; never shared with a sender");
    key(
        "aggregator.network",
        NETWORK,
        "",
        "`mainnet`, `calibnet`, `simulated` or `{name, genesisCid, genesisTime, epochSeconds}`;"
            + " absent = any");
    key(
        "aggregator.dataDir",
        TEXT,
        "data",
        "folder for what survives a restart; used by one process at a time");
    key(
        "aggregator.maxNodes",
        whole(1, 1_000_000),
        FleetLimits.DEFAULT.maxNodes(),
        "peers kept, and of those that are not expected at most what a quarter of the heap holds,"
            + " about 5 KiB each, several times that with all optional members; strangers go first,"
            + " then who is not expected, the longest silent before others");
    key(
        "aggregator.forgetAfter",
        duration("1m", "8760h"),
        FleetLimits.DEFAULT.forgetAfter(),
        "a peer silent for longer that is not expected is forgotten");
    key(
        "aggregator.maxBeatRate",
        whole(1, 10_000),
        FleetLimits.DEFAULT.maxBeatRate(),
        "beats a second taken of one peer; more are dropped and counted");
    key(
        "aggregator.beatBurst",
        whole(1, 100_000),
        FleetLimits.DEFAULT.beatBurst(),
        "beats taken of one peer at once");
    key(
        "aggregator.forkAfter",
        whole(1, 100),
        FleetSettings.DEFAULT.forkAfter(),
        "heights in a row at which a node must differ to be forked");
    key(
        "aggregator.allow",
        LIST,
        "[]",
        "peer ids that may connect; empty = everyone. The expected always may");
    key("aggregator.deny", LIST, "[]", "peer ids that may not connect");
    key(
        "aggregator.expected",
        MAP,
        "{}",
        "the fleet: peer id to name, or to `{name, labels}`; when it is not empty, only it votes");
    // More references add no certainty, and each is polled every few seconds.
    key("aggregator.references", list(0, 4), "[]", "independent nodes to check the fleet by");
    key("aggregator.references[].name", TEXT, "", "required, unique");
    key("aggregator.references[].url", TEXT, "", "JSON-RPC endpoint, as `chain.url`; required");
    key("aggregator.references[].tokenFile", TEXT, "", "file with a read token; empty = none");
    key("aggregator.references[].caFile", TEXT, "", "as `chain.caFile`");
    key(
        "aggregator.references[].pollPeriod",
        duration("100ms", "1m"),
        ChainConfig.POLL_PERIOD,
        "between looks");
    section("http", "API, metrics and health");
    key("http.host", TEXT, "127.0.0.1", "address to bind");
    key("http.port", whole(0, 65_535), 8080, "0 picks a free one");
    key(
        "http.maxNodeSeries",
        whole(0, 50_000),
        HttpConfig.MAX_NODE_SERIES,
        "nodes of the fleet up to which `/metrics` has series by `peer_id`; with more it has none");
    key(
        "http.hosts",
        LIST,
        "[]",
        "names by which clients may call it; addresses and `localhost` always may");
    key("http.basePath", TEXT, "", "what stands before every path, such as `/heartbeat`");
    key(
        "http.trustedProxies",
        LIST,
        "[]",
        "addresses or blocks whose `X-Forwarded-For`, `-Proto` and `-Host` are believed");
    key(
        "http.externalUrl",
        TEXT,
        "",
        "where people reach it, for links in notifications; absent = no links");
    key(
        "http.maxConnections",
        whole(16, 100_000),
        HttpConfig.Connections.DEFAULT.inAll(),
        "lowered at start to what the open-file limit leaves beside libp2p");
    key(
        "http.maxConnectionsPerAddress",
        whole(1, 100_000),
        HttpConfig.Connections.DEFAULT.perAddress(),
        "per client IP (IPv6: per /56); `http.trustedProxies` have no limit");
    key("http.hsts", FLAG, "false", "ask browsers to come by HTTPS only, for a year");
    section("http.tls", "HTTPS; PEM files, read again when they change");
    key("http.tls.certFile", TEXT, "", "certificate chain");
    key("http.tls.keyFile", TEXT, "", "private key");
    section("http.auth", "who may do what");
    key(
        "http.auth.tokensFile",
        TEXT,
        "",
        "lines of `name scope token`, scope `read` or `admin`; read again when it changes");
    key("http.public", FLAG, "false", "with tokens: reading needs none");
    key("http.publicHealth", FLAG, "false", "with tokens: `/health/node/…` needs none");
    key(
        "http.agentPort",
        whole(0, 65_535),
        0,
        "answers HAProxy's agent checks on `http.host`, without a token; 0 = off");
    key(
        "http.hide",
        LIST,
        "[]",
        "`addresses`, `miners`, `balances`, `proving`, `versions`: shown to nobody, with a token or"
            + " without");
    AlertsConfigKeys.addTo(ALL);
    section("client", "outgoing HTTP of every kind");
    key(
        "client.caFile",
        TEXT,
        "",
        "PEM certificates to trust besides those of the JDK; a `caFile` nearer by replaces it");
    section("log", "the daemon's log, on standard error");
    key("log.level", TEXT, "info", "`error`, `warn`, `info`, `debug` or `trace`");
    key("log.format", TEXT, "text", "`text` or `json`");
    section("libp2p", "limits of every host");
    HostConfigKeys.addTo(ALL);
    deployment("beatTarget", TEXT, "");
    deployment("beatPeriod", duration("1ms", "24h"), SenderConfig.BEAT_PERIOD);
    deployment("reconnectPeriod", duration("1ms", "24h"), SenderConfig.RECONNECT_PERIOD);
    deployment("nickname", TEXT, "");
    deployment("keyFile", TEXT, "heartbeat.key");
    deployment("headBusAddress", TEXT, SenderConfig.HEAD_ADDRESS);
    deployment("minerBusAddress", TEXT, SenderConfig.MINER_ADDRESS);
    deployment("extras", FLAG, "true");
    tell(DEPLOYMENT + ".tell", "");
    deployment("headMaxAge", duration("1ms", "24h"), SenderConfig.HEAD_MAX_AGE);
    deployment("clustered", FLAG, "false");
  }

  private ConfigKeys() {}

  /** In the order of the README. */
  public static List<ConfigKey> all() {
    return ALL.stream().filter(key -> !key.path().startsWith(DEPLOYMENT)).toList();
  }

  static Optional<ConfigKey> find(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
  }

  /** The keys directly inside a section. */
  static List<ConfigKey> in(String section) {
    return ALL.stream().filter(key -> key.section().equals(section)).toList();
  }

  /** Whether faults must not show the value. */
  static boolean isSecret(String path) {
    return SECRET.contains(path);
  }

  private static void chain(String path) {
    key(path + ".source", TEXT, "rpc", "`rpc` or `simulated`");
    key(
        path + ".url",
        TEXT,
        "",
        "JSON-RPC endpoint, such as http://127.0.0.1:1234/rpc/v1; absent = `repo`"
            + (path.equals("chain") ? ", else the environment" : ""));
    key(
        path + ".repo",
        TEXT,
        "",
        "folder of a lotus, venus or Forest node on this machine, with its `api` and `token`");
    key(path + ".tokenFile", TEXT, "", "file with a read token; empty = that of `repo`, or none");
    key(path + ".caFile", TEXT, "", "PEM certificates to trust; empty = `client.caFile`");
    key(
        path + ".pollPeriod",
        duration("100ms", "1h"),
        ChainConfig.POLL_PERIOD,
        "between looks at the head");
    key(path + ".seed", whole(), 1, "of the simulated chain");
  }

  private static void miner(String path) {
    key(
        path + ".address",
        TEXT,
        "",
        "Filecoin address; absent = asked of `url`"
            + (path.equals("miner") ? ", else of what the environment names" : ""));
    key(
        path + ".addresses",
        list(0, MinerConfig.MAX_ADDRESSES),
        "[]",
        "of several miners; the first is the one of the beat");
    key(
        path + ".wallets",
        list(0, MinerConfig.MAX_ADDRESSES),
        "[]",
        "more addresses whose balances are watched, with `tell.balances`");
    key(
        path + ".url",
        TEXT,
        "",
        "API of lotus-miner or Curio, such as http://127.0.0.1:2345/rpc/v0, asked for the addresses");
    key(path + ".tokenFile", TEXT, "", "file with a read token for it; empty = none");
    key(path + ".caFile", TEXT, "", "as `chain.caFile`");
  }

  private static void tell(String path, String meaning) {
    section(path, meaning);
    key(path + ".client", FLAG, Tell.DEFAULT.client(), "client, version, start and response time");
    key(path + ".upgrades", FLAG, Tell.DEFAULT.upgrades(), "network version, planned upgrades");
    key(path + ".finality", FLAG, Tell.DEFAULT.finality(), "the last finalized tipset");
    key(path + ".peers", FLAG, Tell.DEFAULT.peers(), "number of peers");
    key(path + ".fees", FLAG, Tell.DEFAULT.fees(), "base fee");
    key(path + ".balances", FLAG, Tell.DEFAULT.balances(), "balances of the miners' wallets");
    key(path + ".proving", FLAG, Tell.DEFAULT.proving(), "the miners' deadlines and faults");
    key(path + ".messages", FLAG, Tell.DEFAULT.messages(), "messages that wait in the pool");
  }

  private static void targets(String path) {
    key(path + ".beatTarget", TEXT, "", "multiaddr with peer id, or `local`");
    key(
        path + ".beatPeriod",
        duration("1ms", "24h"),
        SenderConfig.BEAT_PERIOD,
        "as `heartbeat.beatPeriod`");
    key(
        path + ".reconnectPeriod",
        duration("1ms", "24h"),
        SenderConfig.RECONNECT_PERIOD,
        "as `heartbeat.reconnectPeriod`");
  }

  private static void deployment(String name, ConfigKey.Form form, Object defaultValue) {
    key(DEPLOYMENT + "." + name, form, defaultValue, "");
  }

  private static void section(String path, String meaning) {
    key(path, SECTION, "", meaning);
  }

  private static void key(String path, ConfigKey.Form form, Object defaultValue, String meaning) {
    ALL.add(ConfigKey.of(path, form, defaultValue, meaning));
  }
}
