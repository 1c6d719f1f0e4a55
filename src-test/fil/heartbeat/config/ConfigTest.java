package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.chain.Network;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final String ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String OTHER_ID = "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY";
  private static final String TARGET = "/ip4/127.0.0.1/tcp/9081/p2p/" + ID;
  private static final String OTHER_TARGET = "/dns4/a.example.com/tcp/1/p2p/" + OTHER_ID;
  private static final Path FOLDER = Path.of("/etc/heartbeat");
  private static final String RPC = "http://127.0.0.1:1234/rpc/v1";

  private static Config parse(String json) {
    return parse(json, Map.of());
  }

  private static Config parse(String json, Map<String, String> environment) {
    return Config.parse(new JsonObject(json), FOLDER, environment);
  }

  private static String fill(String json) {
    return json.replace("$T", TARGET).replace("$O", OTHER_TARGET).replace("$R", RPC);
  }

  @Test
  void nothingMeansNoRole() {
    Config config = parse("{}");
    assertThat(config.isIdle()).isTrue();
    assertThat(config.senders().maxTargets()).isEqualTo(256);
    assertThat(config.log()).isEqualTo(new LogConfig("info", false));
    assertThat(config.libp2p().implementation()).isEqualTo("built-in");
    assertThat(config.libp2p().host()).isEqualTo(HostProviders.DEFAULT_LIMITS);
  }

  @Test
  void theShortFormIsOneNodeWithTheOriginalsDefaults() {
    Config config =
        parse(fill("{\"heartbeat\":{\"beatTarget\":\"$T\"},\"chain\":{\"url\":\"$R\"}}"));
    assertThat(config.senders().multiNode()).isFalse();
    assertThat(config.senders().nodes())
        .containsExactly(
            new NodeConfig(
                "",
                FOLDER.resolve("heartbeat.key"),
                true,
                Tell.DEFAULT,
                new ChainConfig(
                    ChainConfig.Source.RPC,
                    RPC,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(3),
                    1),
                MinerConfig.NONE,
                List.of(new TargetConfig(TARGET, Duration.ofSeconds(3), Duration.ofSeconds(10)))));
  }

  @Test
  void everyKeyOfTheShortFormIsRead() {
    Config config =
        parse(
            fill(
                """
                {"identity":{"keyFile":"k/a.key"},
                 "heartbeat":{"nickname":"alice","beatTarget":"$T","beatPeriod":"1s","reconnectPeriod":"2s",
                   "targets":[{"beatTarget":"$O","beatPeriod":"4s","reconnectPeriod":"5s"}],"extras":false,"maxTargets":2},
                 "chain":{"source":"rpc","url":"$R","tokenFile":"token","pollPeriod":"7s","seed":9},
                 "miner":{"address":"f01000"},
                 "aggregator":{"listen":"/ip6/::1/tcp/0","announce":["/dns4/a.example.com/tcp/9081"],"keyFile":"/k/agg.key","network":"calibration","dataDir":"d"},
                 "http":{"host":"::1","port":0},"alerts":{"sinks":[]},"log":{"level":"debug","format":"json"},
                 "libp2p":{"implementation":"jvm-libp2p","maxConnections":17,"exemptLoopback":false,"upgradeTimeout":"8s","cryptoThreads":3}}
                """));
    NodeConfig node = config.senders().nodes().get(0);
    assertThat(node.nickname()).isEqualTo("alice");
    assertThat(node.keyFile()).isEqualTo(FOLDER.resolve("k/a.key"));
    assertThat(node.extras()).isFalse();
    assertThat(node.targets())
        .containsExactly(
            new TargetConfig(TARGET, Duration.ofSeconds(1), Duration.ofSeconds(2)),
            new TargetConfig(OTHER_TARGET, Duration.ofSeconds(4), Duration.ofSeconds(5)));
    assertThat(node.chain().tokenFile()).contains(FOLDER.resolve("token"));
    assertThat(node.chain().pollPeriod()).isEqualTo(Duration.ofSeconds(7));
    assertThat(node.chain().seed()).isEqualTo(9);
    assertThat(node.miner().address()).isEqualTo("f01000");
    AggregatorConfig aggregator = config.aggregator().orElseThrow();
    assertThat(aggregator.bind().listen()).hasToString("/ip6/::1/tcp/0");
    assertThat(aggregator.bind().announce()).hasSize(1);
    assertThat(aggregator.bind().keyFile()).isEqualTo(Path.of("/k/agg.key"));
    assertThat(aggregator.network()).contains(Network.CALIBNET);
    assertThat(aggregator.dataDir()).isEqualTo(FOLDER.resolve("d"));
    assertThat(config.http()).contains(new HttpConfig("::1", 0, 1000));
    assertThat(config.log()).isEqualTo(new LogConfig("debug", true));
    assertThat(config.senders().maxTargets()).isEqualTo(2);
    assertThat(config.libp2p().implementation()).isEqualTo("jvm-libp2p");
    assertThat(config.libp2p().host().sockets().maxConnections()).isEqualTo(17);
    assertThat(config.libp2p().host().sockets().exemptLoopback()).isFalse();
    assertThat(config.libp2p().host().deadlines().upgradeTimeout())
        .isEqualTo(Duration.ofSeconds(8));
    assertThat(config.libp2p().host().crypto().cryptoThreads()).isEqualTo(3);
  }

  @Test
  void eachNodeHasItsOwnMinersAndMembers() {
    Config config =
        parse(
            """
            {"nodes":[
              {"nickname":"a","headMaxAge":"30s","tell":{"balances":true,"peers":false},
               "chain":{"repo":"/home/a/.lotus"},
               "miner":{"address":"f01000","addresses":["f01000","f02000"],"wallets":["f03"]}},
              {"nickname":"b","extras":false,"headMaxAge":"1s","tell":{"balances":true},
               "chain":{"url":"http://b:1234/rpc/v1","pollPeriod":"20s"},
               "miner":{"url":"http://b:2345/rpc/v0","tokenFile":"miner.token"}}]}
            """);
    NodeConfig a = config.senders().nodes().get(0);
    assertThat(a.tell()).isEqualTo(new Tell(true, true, true, false, true, true, false, false));
    assertThat(a.chain().headMaxAge()).isEqualTo(Duration.ofSeconds(30));
    assertThat(a.chain().endpoint().repo())
        .contains(new Repo(Path.of("/home/a/.lotus"), Repo.Type.NODE));
    assertThat(a.miner())
        .isEqualTo(new MinerConfig(List.of("f01000", "f02000"), List.of("f03"), List.of()));
    NodeConfig b = config.senders().nodes().get(1);
    assertThat(b.tell()).isEqualTo(Tell.NONE);
    assertThat(b.chain().headMaxAge()).as("two poll periods").isEqualTo(Duration.ofSeconds(40));
    assertThat(b.miner().endpoints())
        .containsExactly(
            new RpcEndpoint(
                "http://b:2345/rpc/v0",
                Optional.empty(),
                Optional.of(FOLDER.resolve("miner.token")),
                Optional.empty(),
                Optional.empty(),
                ""));
  }

  @Test
  void aListOfNodesHasKeysByNickname() {
    Config config =
        parse(
            fill(
                """
                {"nodes":[
                  {"nickname":"a","chain":{"source":"simulated"},"targets":[{"beatTarget":"$T"}]},
                  {"nickname":"b","keyFile":"b.key","chain":{"url":"$R"},"targets":[{"beatTarget":"$T"}]}],
                 "heartbeat":{"maxTargets":2}}
                """));
    assertThat(config.senders().multiNode()).isTrue();
    assertThat(config.senders().nodes()).extracting(NodeConfig::nickname).containsExactly("a", "b");
    assertThat(config.senders().nodes())
        .extracting(NodeConfig::keyFile)
        .containsExactly(FOLDER.resolve("keys/a.key"), FOLDER.resolve("b.key"));
  }

  @Test
  void aNetworkCanBeDescribed() {
    Config config =
        parse(
            """
            {"aggregator":{"network":{"name":"mine","genesisCid":"bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2",
             "genesisTime":"2026-01-01T00:00:00Z","epochSeconds":4}}}
            """);
    assertThat(config.aggregator().orElseThrow().network().orElseThrow().name()).isEqualTo("mine");
  }

  @Test
  void anAlertTargetAloneTurnsTheSenderOn() {
    Config config =
        parse("{}", Map.of("FIL_HEARTBEAT_ALERTS", TARGET, "FULLNODE_API_INFO", "t0k:" + RPC));
    assertThat(config.sends()).isTrue();
    assertThat(config.senders().nodes().get(0).targets())
        .containsExactly(new TargetConfig(TARGET, Duration.ofSeconds(10), Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/192.0.2.1/p2p/" + ID,
        "/ip4/192.0.2.1/tcp/0/p2p/" + ID,
        "/tcp/9081/p2p/" + ID,
        "/p2p/" + ID,
        "/dns4/a.example/tcp/1/tcp/2/p2p/" + ID,
        "/ip6zone/eth0/ip6/fe80::1/p2p/" + ID
      })
  void anUndialableTargetIsRejected(String target) {
    String expected =
        "/ip4|ip6|dns|dns4|dns6/<host>/tcp/<port above 0>/p2p/<peer id>, or /dnsaddr/<name>/p2p/<peer id>";
    String json = "{\"heartbeat\":{\"beatTarget\":\"%s\"},\"chain\":{\"source\":\"simulated\"}}";
    assertThatThrownBy(() -> parse(json.formatted(target)))
        .hasMessage("heartbeat.beatTarget: " + target + " (expected: " + expected + ")");
    assertThatThrownBy(() -> parse("{}", Map.of("FIL_HEARTBEAT_ALERTS", target)))
        .hasMessage("FIL_HEARTBEAT_ALERTS: " + target + " (expected: " + expected + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dnsaddr/a.example/p2p/" + ID,
        "/dnsaddr/a.example/tcp/1/p2p/" + ID,
        "/ip6zone/eth0/ip6/fe80::1/tcp/1/p2p/" + ID,
        "/dns/a.example/tcp/1/ipfs/" + ID
      })
  void aTargetMayBeAnyDialableAddress(String target) {
    String json = "{\"heartbeat\":{\"beatTarget\":\"%s\"},\"chain\":{\"source\":\"simulated\"}}";
    assertThat(parse(json.formatted(target)).senders().nodes().get(0).targets())
        .extracting(TargetConfig::beatTarget)
        .containsExactly(target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "nonsense", "/ip4/192.0.2.1/tcp/1"})
  void aBadAlertTargetIsOneFault(String target) {
    assertThatThrownBy(
            () ->
                parse(
                    "{\"nodes\":[{\"nickname\":\"a\"},{\"nickname\":\"b\"}]}",
                    Map.of("FIL_HEARTBEAT_ALERTS", target)))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.faults())
                    .extracting(ConfigException.Fault::path)
                    .containsExactly("FIL_HEARTBEAT_ALERTS"));
  }

  @Test
  void aTokenIsNeverPrinted() {
    String secret = "eyJhbGciOi.SECRET.x";
    Config config =
        parse(
            fill("{\"heartbeat\":{\"beatTarget\":\"$T\"}}"),
            Map.of(
                "FULLNODE_API_INFO", secret + ":/ip4/1.2.3.4/tcp/1/http",
                "MINER_API_INFO", secret + ":/ip4/1.2.3.4/tcp/1/http"));
    assertThat(config.toString()).doesNotContain("SECRET");
    assertThatThrownBy(
            () ->
                parse(
                    fill("{\"heartbeat\":{\"beatTarget\":\"$T\"}}"),
                    Map.of("FULLNODE_API_INFO", secret + ":/nonsense")))
        .hasMessageContaining("FULLNODE_API_INFO")
        .message()
        .doesNotContain("SECRET");
  }

  @Test
  void aKeyInAUrlIsNeverPrinted() {
    String json = "{\"chain\":{\"url\":\"https://node.example/rpc/v1?key=SECRET\"}}";
    Config config = parse(json, Map.of("MINER_API_INFO", "https://node.example/rpc/v1?key=SECRET"));
    assertThat(config.senders().nodes().get(0).chain().url()).endsWith("?key=SECRET");
    assertThat(config.toString())
        .contains("https://node.example/rpc/v1?…")
        .doesNotContain("SECRET");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"htttp":{}}|htttp: unknown key (expected: did you mean http?)
          {"aggregator":{"references":[{"url":"http://a:1/rpc/v1"}]}}|aggregator.references[0].name: (missing) (expected: a name of its own)
          {"aggregator":{"references":[{"name":"a"}]}}|aggregator.references[0].url: (missing) (expected: http://<host>:<port>/rpc/v1, https://… or /ip4/<address>/tcp/<port>/http, with or without a token: before it)
          {"http":{"tls":{"certFile":"a"}}}|http.tls.keyFile: (missing) (expected: both files or none)
          {"http":{"port":65536}}|http.port: 65536 (expected: a whole number of 0 to 65535)
          {"http":{"port":"8080"}}|http.port: "8080" (expected: a whole number of 0 to 65535)
          {"http":{"port":8080.0}}|http.port: 8080.0 (expected: a whole number of 0 to 65535)
          {"http":{"host":""}}|http.host: (empty) (expected: an address, such as 127.0.0.1)
          {"http":[]}|http: [] (expected: an object)
          {"log":{"level":"loud"}}|log.level: loud (expected: one of error, warn, info, debug, trace)
          {"log":{"format":"xml"}}|log.format: xml (expected: text or json)
          {"libp2p":{"implementation":"mine"}}|libp2p.implementation: mine (expected: built-in or jvm-libp2p)
          {"libp2p":{"maxConnections":0}}|libp2p.maxConnections: 0 (expected: a whole number of 1 to 1000000)
          {"aggregator":{"listen":"/ip4/1.2.3.4"}}|aggregator.listen: /ip4/1.2.3.4 (expected: /ip4/<address>/tcp/<port> or /ip6/<address>/tcp/<port>)
          {"aggregator":{"network":"moon"}}|aggregator.network: moon (expected: mainnet, calibnet, simulated or {name, genesisCid, genesisTime, epochSeconds})
          {"chain":{"source":"dream"}}|chain.source: dream (expected: rpc or simulated)
          {"chain":{"url":"ftp://x"}}|chain.url: (not shown, it may hold a token) (expected: http, https, ws or wss, such as http://127.0.0.1:1234/rpc/v1)
          {"chain":{"url":"http://h:65536/"}}|chain.url: (not shown, it may hold a token) (expected: http://<host>:<port>/rpc/v1, https://… or /ip4/<address>/tcp/<port>/http, with or without a token: before it)
          {"chain":{"pollPeriod":"1ms"}}|chain.pollPeriod: 1ms (expected: a Go duration of 100ms to 1h0m0s)
          {"heartbeat":{"beatTarget":"$T"}}|chain.url: (missing) (expected: http://<host>:<port>/rpc/v1, chain.repo or FULLNODE_API_INFO)
          {"heartbeat":{"beatTarget":"local"},"chain":{"url":"$R"}}|aggregator: (missing) (expected: a section, since a beatTarget is "local")
          {"identity":{"keyFile":""}}|identity.keyFile: (empty) (expected: a path)
          {"identity":{"keyFile":"a\\u0000"}}|identity.keyFile: a\\u0000 (expected: a path)
          {"nodes":[{"nickname":"a","keyFile":""}]}|nodes[0].keyFile: (empty) (expected: a path)
          {"a\\nb":1}|a\\u000ab: unknown key (expected: one of identity, heartbeat, chain, miner, nodes, aggregator, http, alerts, client, log, libp2p)
          {"heartbeat":{"nickname":"a\\nb\\u009b"}}|heartbeat.nickname: a\\u000ab\\u009b (expected: 1 to 64 bytes of UTF-8 without control characters)
          {"heartbeat":{"nickname":7}}|heartbeat.nickname: 7 (expected: text)
          {"heartbeat":{"tell":{"balance":true}}}|heartbeat.tell.balance: unknown key (expected: did you mean balances?)
          {"heartbeat":{"tell":{"fees":1}}}|heartbeat.tell.fees: 1 (expected: true or false)
          {"heartbeat":{"tell":true}}|heartbeat.tell: true (expected: an object)
          {"heartbeat":{"headMaxAge":10}}|heartbeat.headMaxAge: 10 (expected: a Go duration of 1ms to 24h0m0s)
          {"nodes":[],"heartbeat":{"tell":{}}}|heartbeat.tell: beside nodes (expected: absent; only maxTargets may stand here)
          {"nodes":[{"nickname":"a","tell":{"prooving":true}}]}|nodes[0].tell.prooving: unknown key (expected: did you mean proving?)
          {"miner":{"addresses":["f01000",7]}}|miner.addresses[1]: 7 (expected: text)
          {"miner":{"wallets":"f01000"}}|miner.wallets: f01000 (expected: a list)
          {"miner":{"url":"ftp://x"}}|miner.url: (not shown, it may hold a token) (expected: http, https, ws or wss, such as http://127.0.0.1:2345/rpc/v0)
          {"client":{"cafile":"x"}}|client.cafile: unknown key (expected: did you mean caFile?)
          {"heartbeat":{"targets":[{}]}}|heartbeat.targets[0].beatTarget: (missing) (expected: a multiaddr that ends in /p2p/<peer id>, or local)
          {"heartbeat":{"beatTarget":"$T","targets":[{"beatTarget":"$T"}]},"chain":{"url":"$R"}}|heartbeat.targets: $T (expected: a peer id that no other target of the node has)
          {"heartbeat":{"beatTarget":"$T","targets":[{"beatTarget":"$O"}],"maxTargets":1},"chain":{"url":"$R"}}|heartbeat.maxTargets: 1 (expected: at least the 2 targets named)
          {"nodes":[{"targets":[]}]}|nodes[0].nickname: (missing) (expected: 1 to 64 bytes of UTF-8, unique)
          {"nodes":[],"heartbeat":{"nickname":"x"}}|heartbeat.nickname: beside nodes (expected: absent; only maxTargets may stand here)
          {"nodes":[],"chain":{}}|chain: beside nodes (expected: absent; each node has its own)
          """)
  void aFaultNamesPathValueAndRule(String json, String message) {
    assertThatThrownBy(() -> parse(fill(json)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(fill(message));
  }

  @Test
  void aNicknameMustBeEncodableInUtf8() {
    for (String bad : List.of("\ud800", "é".repeat(33), "\u007f")) {
      JsonObject json = new JsonObject().put("heartbeat", new JsonObject().put("nickname", bad));
      assertThatThrownBy(() -> Config.parse(json, FOLDER, Map.of()))
          .hasMessageStartingWith("heartbeat.nickname: ");
    }
    JsonObject json =
        new JsonObject().put("heartbeat", new JsonObject().put("nickname", "é".repeat(32)));
    assertThat(Config.parse(json, FOLDER, Map.of()).senders().nodes().get(0).nickname())
        .hasSize(32);
  }

  @Test
  void everyFaultIsReported() {
    assertThatThrownBy(() -> parse("{\"http\":{\"port\":-1,\"host\":\"\"},\"x\":1}"))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.faults()).hasSize(3));
  }

  @Test
  void aKeyHasOneOwner() {
    assertThatThrownBy(
            () ->
                parse(
                    fill(
                        "{\"identity\":{\"keyFile\":\"x.key\"},\"heartbeat\":{\"beatTarget\":\"$T\"},\"chain\":{\"url\":\"$R\"},\"aggregator\":{\"keyFile\":\"./x.key\"}}")))
        .hasMessageContaining("aggregator.keyFile: ")
        .hasMessageContaining("a key of its own");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyJsonGivesAConfigOrAListOfFaults(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      JsonObject json = new JsonObject();
      for (ConfigKey key : ConfigKeys.all()) {
        if (random.nextInt(6) == 0) {
          put(json, key.path(), random);
        }
      }
      try {
        assertThat(Config.parse(json, FOLDER, Map.of())).isNotNull();
      } catch (ConfigException e) {
        assertThat(e.faults()).as("seed %d round %d: %s", seed, i, json).isNotEmpty();
      }
    }
  }

  private static void put(JsonObject json, String path, Random random) {
    int dot = path.indexOf('.');
    String name = (dot < 0 ? path : path.substring(0, dot)).replace("[]", "");
    if (dot < 0) {
      json.put(name, value(random));
      return;
    }
    JsonObject inner = new JsonObject();
    if (path.startsWith(name + "[]")) {
      json.put(name, new JsonArray().add(inner));
    } else if (json.getValue(name) instanceof JsonObject there) {
      inner = there;
    } else {
      json.put(name, inner);
    }
    put(inner, path.substring(dot + 1), random);
  }

  private static Object value(Random random) {
    Object[] values = {
      "",
      "x",
      "3s",
      "local",
      TARGET,
      "/ip4/1.2.3.4/tcp/1",
      0,
      -1,
      1L << 40,
      1.5,
      true,
      new JsonObject(),
      new JsonArray(),
      new JsonArray().add(1).add("x").add(new JsonObject()),
      "simulated",
      "mainnet",
      "\u0000"
    };
    return values[random.nextInt(values.length)];
  }
}
