package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException.Fault;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints as operators, lotus and Forest write them. */
class EndpointsTest {
  private static final Path FOLDER = Path.of("/etc/heartbeat");
  private static final String TARGET =
      "/ip4/127.0.0.1/tcp/9081/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String HIDDEN = "(not shown, it may hold a token)";

  @TempDir Path home;

  private static JsonObject sending(JsonObject chain) {
    return new JsonObject()
        .put("heartbeat", new JsonObject().put("beatTarget", TARGET))
        .put("chain", chain);
  }

  private static Config with(Map<String, String> environment) {
    return Config.parse(sending(new JsonObject()), FOLDER, environment);
  }

  private static Config withUrl(String url) {
    return Config.parse(sending(new JsonObject().put("url", url)), FOLDER, Map.of());
  }

  private static RpcEndpoint ofChain(Config config) {
    assertThat(config.senders().nodes()).hasSize(1);
    return config.senders().nodes().get(0).chain().endpoint();
  }

  private static List<RpcEndpoint> ofMiner(Config config) {
    return config.senders().nodes().get(0).miner().endpoints();
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r").replace("BOM", "\uFEFF");
  }

  /** Spellings that a variable, a key of the configuration and a reference share. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          tok:/ip4/10.0.0.1/tcp/1234 | http://10.0.0.1:1234/rpc/v1 | tok
          tok:/ip4/10.0.0.1/tcp/1234/http | http://10.0.0.1:1234/rpc/v1 | tok
          eyJ.abc-_.x:/ip4/10.0.0.1/tcp/1234/http | http://10.0.0.1:1234/rpc/v1 | eyJ.abc-_.x
          /ip6/::1/tcp/1234/ws | http://[::1]:1234/rpc/v1 |
          tok:/ip6/::1/tcp/1234/http | http://[::1]:1234/rpc/v1 | tok
          /dns4/n.example/tcp/443/https | https://n.example:443/rpc/v1 |
          /dns4/n.example/tcp/443/wss | https://n.example:443/rpc/v1 |
          /dns4/n.example/tcp/443/tls/ws | https://n.example:443/rpc/v1 |
          /dns/n.example/tcp/443/tls/http | https://n.example:443/rpc/v1 |
          tok:http://10.0.0.1:1234 | http://10.0.0.1:1234/rpc/v1 | tok
          tok:http://10.0.0.1:1234/ | http://10.0.0.1:1234/rpc/v1 | tok
          tok:http://10.0.0.1:1234/rpc/v1 | http://10.0.0.1:1234/rpc/v1 | tok
          http://10.0.0.1:1234/rpc/v1/ | http://10.0.0.1:1234/rpc/v1 |
          http://10.0.0.1:1234//rpc/v1 | http://10.0.0.1:1234/rpc/v1 |
          http://10.0.0.1:1234/rpc/v0 | http://10.0.0.1:1234/rpc/v0 |
          ws://h:1234 | http://h:1234/rpc/v1 |
          wss://h/rpc/v1 | https://h/rpc/v1 |
          HTTPS://h | https://h/rpc/v1 |
          http://lotus_node:1234 | http://lotus_node:1234/rpc/v1 |
          https://n.example/rpc/v1?token=x | https://n.example/rpc/v1?token=x |
          "tok:/ip4/10.0.0.1/tcp/1234/http"\\n | http://10.0.0.1:1234/rpc/v1 | tok
          'tok:/ip4/10.0.0.1/tcp/1234/http' | http://10.0.0.1:1234/rpc/v1 | tok
          FULLNODE_API_INFO=tok:/ip4/10.0.0.1/tcp/1234/http | http://10.0.0.1:1234/rpc/v1 | tok
          export FULLNODE_API_INFO="tok:/ip4/10.0.0.1/tcp/1234/http" | http://10.0.0.1:1234/rpc/v1 | tok
          BOMtok:/ip4/10.0.0.1/tcp/1234/http\\r\\n | http://10.0.0.1:1234/rpc/v1 | tok
          \\n /ip4/10.0.0.1/tcp/1234/http \\n | http://10.0.0.1:1234/rpc/v1 |
          127.0.0.1:1234 | http://127.0.0.1:1234/rpc/v1 |
          localhost:1234/rpc/v1 | http://localhost:1234/rpc/v1 |
          [::1]:1234 | http://[::1]:1234/rpc/v1 |
          """)
  void everySpellingIsUnderstood(String written, String url, String token) {
    String text = unescaped(written);
    RpcEndpoint variable = ofChain(with(Map.of("FULLNODE_API_INFO", text)));
    assertThat(variable.url()).isEqualTo(url);
    assertThat(variable.token()).isEqualTo(Optional.ofNullable(token));
    RpcEndpoint key = ofChain(withUrl(text));
    assertThat(key.url()).isEqualTo(url);
    assertThat(key.token()).isEqualTo(Optional.ofNullable(token));
    JsonObject reference = new JsonObject().put("name", "r").put("url", text);
    RpcEndpoint referred =
        Config.parse(
                new JsonObject()
                    .put(
                        "aggregator",
                        new JsonObject().put("references", new JsonArray().add(reference))),
                FOLDER,
                Map.of())
            .aggregator()
            .orElseThrow()
            .references()
            .get(0)
            .chain()
            .endpoint();
    assertThat(referred.url()).isEqualTo(url);
    assertThat(referred.token()).isEqualTo(Optional.ofNullable(token));
  }

  @ParameterizedTest
  @CsvSource({
    "wss://n.example/apigw/lotus, https://n.example/apigw/lotus/rpc/v1",
    "https://n.example/filecoin/, https://n.example/filecoin/rpc/v1",
    "https://n.example/ws?token=x, https://n.example/ws/rpc/v1?token=x"
  })
  void aVariableGetsThePathOfTheApiAsLotusAddsIt(String text, String url) {
    assertThat(ofChain(with(Map.of("FULLNODE_API_INFO", text))).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({
    "https://n.example/filecoin, https://n.example/filecoin",
    "https://n.example/filecoin/, https://n.example/filecoin/",
    "wss://n.example/a?token=x, https://n.example/a?token=x"
  })
  void aProvidersPathIsKeptInTheConfig(String text, String url) {
    assertThat(ofChain(withUrl(text)).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource({
    "tok:/ip4/10.0.0.1/tcp/2345/http, http://10.0.0.1:2345/rpc/v0, tok",
    "/dns4/n.example/tcp/443/wss, https://n.example:443/rpc/v0,",
    "http://h:2345, http://h:2345/rpc/v0,",
    "http://h:2345/rpc/v0/, http://h:2345/rpc/v0,",
    "http://h:2345/rpc/v1, http://h:2345/rpc/v0,",
    "https://h/gw/rpc/v1, https://h/gw/rpc/v0,",
    "10.0.0.1:12300, http://10.0.0.1:12300/rpc/v0,"
  })
  void aMinerIsCalledByItsOwnPath(String text, String url, String token) {
    for (String variable : List.of("MINER_API_INFO", "STORAGE_API_INFO")) {
      RpcEndpoint miner = ofMiner(with(Map.of("FULLNODE_API_INFO", "h:1", variable, text))).get(0);
      assertThat(miner.url()).isEqualTo(url);
      assertThat(miner.token()).isEqualTo(Optional.ofNullable(token));
    }
    JsonObject json = sending(new JsonObject().put("url", "http://h:1"));
    var unused =
        json.put("miner", new JsonObject().put("url", text).put("tokenFile", "miner.token"));
    RpcEndpoint key =
        ofMiner(Config.parse(json, FOLDER, Map.of("MINER_API_INFO", "other:1"))).get(0);
    assertThat(key.url()).isEqualTo(url);
    assertThat(key.tokenFile()).contains(FOLDER.resolve("miner.token"));
  }

  @Test
  void theNewVariableOfAMinerCountsBeforeTheOldOne() {
    Map<String, String> both =
        Map.of("FULLNODE_API_INFO", "h:1", "MINER_API_INFO", "new:1", "STORAGE_API_INFO", "old:1");
    assertThat(ofMiner(with(both)))
        .extracting(RpcEndpoint::url)
        .containsExactly("http://new:1/rpc/v0");
  }

  @Test
  void severalMinersOfOneNodeAreAllAsked() {
    Map<String, String> environment =
        Map.of("FULLNODE_API_INFO", "h:1", "MINER_API_INFO", "t:/ip4/10.0.0.1/tcp/1,http://b:2");
    assertThat(ofMiner(with(environment)))
        .extracting(RpcEndpoint::url)
        .containsExactly("http://10.0.0.1:1/rpc/v0", "http://b:2/rpc/v0");
  }

  @Test
  void aConfiguredAddressNeedsNoMinersApi() {
    JsonObject json =
        sending(new JsonObject().put("url", "http://h:1"))
            .put("miner", new JsonObject().put("addresses", new JsonArray().add("f01000")));
    assertThat(ofMiner(Config.parse(json, FOLDER, Map.of("MINER_API_INFO", "m:1")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://user:SECRET@h/rpc/v1 | without user and password
          SECRET:https://user:pw@h/rpc/v1 | without user and password
          http:u:SECRET@h | without user and password
          /unix/SECRET | a TCP address, such as http://127.0.0.1:1234/rpc/v1; Unix sockets
          ftp://SECRET | http, https, ws or wss
          SECRET:ftp://h | http, https, ws or wss
          SECRET: | an address after the token
          SECRET | http://<host>:<port>/rpc/v1
          SECRET:/nonsense | http://<host>:<port>/rpc/v1
          SECRET:/ip4/1.2.3.4/udp/1/quic | http://<host>:<port>/rpc/v1
          SECRET:/ip4/1.2.3.4/tcp/1/http/http | http://<host>:<port>/rpc/v1
          SECRET:/ip4/1.2.3/tcp/1/http | http://<host>:<port>/rpc/v1
          Bearer SECRET:http://h:1 | http://<host>:<port>/rpc/v1
          http://h:65536/?SECRET | http://<host>:<port>/rpc/v1
          http://?SECRET | http://<host>:<port>/rpc/v1
          http://h:1/rpc/v2?SECRET | has no ChainHead; use /rpc/v1
          """)
  void aFaultSaysWhatToWriteInstead(String text, String expected) {
    assertThatThrownBy(() -> with(Map.of("FULLNODE_API_INFO", text)))
        .isInstanceOfSatisfying(
            ConfigException.class, e -> assertFault(e, "FULLNODE_API_INFO", expected));
    assertThatThrownBy(() -> withUrl(text))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertFault(e, "chain.url", expected));
  }

  private static void assertFault(ConfigException e, String path, String expected) {
    assertThat(e.faults()).hasSize(1);
    Fault fault = e.faults().get(0);
    assertThat(fault.path()).isEqualTo(path);
    assertThat(fault.value()).isEqualTo(HIDDEN);
    assertThat(fault.expected()).contains(expected);
    assertThat(e.toString()).doesNotContain("SECRET");
  }

  @Test
  void aListIsOneNodePerEndpoint() {
    Config config =
        with(
            Map.of(
                "FULLNODE_API_INFO",
                "tok1:/ip4/10.0.0.1/tcp/1234/http, ,tok2:/ip4/10.0.0.2/tcp/1234/http,"
                    + "https://n.example/rpc/v1,/ip6/2001:db8::1/tcp/1/http,",
                "MINER_API_INFO",
                "m:2345"));
    assertThat(config.senders().multiNode()).isTrue();
    List<NodeConfig> nodes = config.senders().nodes();
    assertThat(nodes)
        .extracting(NodeConfig::nickname)
        .containsExactly("10.0.0.1_1234", "10.0.0.2_1234", "n.example_443", "2001-db8--1_1");
    assertThat(nodes)
        .extracting(node -> FOLDER.relativize(node.keyFile()).toString())
        .containsExactly(
            "keys/10.0.0.1_1234.key",
            "keys/10.0.0.2_1234.key",
            "keys/n.example_443.key",
            "keys/2001-db8--1_1.key");
    assertThat(nodes)
        .extracting(node -> node.chain().token().orElse(""))
        .containsExactly("tok1", "tok2", "", "");
    assertThat(nodes).allSatisfy(node -> assertThat(node.targets()).hasSize(1));
    assertThat(nodes).allSatisfy(node -> assertThat(node.miner().endpoints()).hasSize(1));
  }

  /** A node's identity must not move to another node when one is taken out of the list. */
  @Test
  void aNodeOfAListKeepsItsKeyWhereverItStands() {
    Config before = with(Map.of("FULLNODE_API_INFO", "a:1,b:2,c:3"));
    Config after = with(Map.of("FULLNODE_API_INFO", "c:3,b:2"));
    Map<String, Path> keys = new HashMap<>();
    before.senders().nodes().forEach(node -> keys.put(node.chain().url(), node.keyFile()));
    assertThat(after.senders().nodes())
        .allSatisfy(node -> assertThat(node.keyFile()).isEqualTo(keys.get(node.chain().url())));
  }

  @Test
  void theNicknameComesBeforeTheNamesOfAList() {
    JsonObject json = sending(new JsonObject());
    var unused = json.getJsonObject("heartbeat").put("nickname", "sp");
    String longHost = "h".repeat(63);
    Map<String, String> list = Map.of("FULLNODE_API_INFO", "a:1," + longHost + ":2");
    assertThat(Config.parse(json, FOLDER, list).senders().nodes())
        .extracting(NodeConfig::nickname)
        .containsExactly("sp-a_1", "h".repeat(62) + "_2");
  }

  @Test
  void aListOfOneIsTheShortForm() {
    Config config = with(Map.of("FULLNODE_API_INFO", ",a:1,"));
    assertThat(config.senders().multiNode()).isFalse();
    assertThat(config.senders().nodes().get(0).keyFile())
        .isEqualTo(FOLDER.resolve("heartbeat.key"));
  }

  @Test
  void aListNeedsDifferentHostsAndNoKeyFile() {
    assertThatThrownBy(() -> with(Map.of("FULLNODE_API_INFO", "a:1,http://a:1/x")))
        .hasMessageContaining("chain.url: a_1 twice in a variable (expected: a nodes list");
    JsonObject json =
        sending(new JsonObject()).put("identity", new JsonObject().put("keyFile", "a.key"));
    assertThatThrownBy(() -> Config.parse(json, FOLDER, Map.of("FULLNODE_API_INFO", "a:1,b:1")))
        .hasMessage(
            "identity.keyFile: /etc/heartbeat/a.key (expected: absent; each of the 2 endpoints"
                + " has keys/<host>_<port>.key)");
  }

  @Test
  void variablesAreForTheShortFormOnly() {
    JsonObject json =
        new JsonObject(
            "{\"nodes\":[{\"nickname\":\"a\",\"targets\":[{\"beatTarget\":\"" + TARGET + "\"}]}]}");
    assertThatThrownBy(() -> Config.parse(json, FOLDER, Map.of("FULLNODE_API_INFO", "http://h:1")))
        .hasMessage(
            "nodes[0].chain.url: (missing) (expected: http://<host>:<port>/rpc/v1, or repo;"
                + " FULLNODE_API_INFO is for the short form, not for a nodes list)");
    JsonObject named =
        new JsonObject("{\"nodes\":[{\"nickname\":\"a\",\"chain\":{\"url\":\"http://h:1\"}}]}");
    assertThat(ofMiner(Config.parse(named, FOLDER, Map.of("MINER_API_INFO", "m:1")))).isEmpty();
  }

  @Test
  void theFirstOfItsSourcesNamesTheNode() {
    Map<String, String> environment = new HashMap<>();
    environment.put("FOREST_PATH", "/srv/forest");
    assertThat(ofChain(with(environment)).repo())
        .contains(new Repo(Path.of("/srv/forest"), Repo.Type.FOREST));
    environment.put("VENUS_PATH", "/srv/venus");
    assertThat(ofChain(with(environment)).repo())
        .contains(new Repo(Path.of("/srv/venus"), Repo.Type.NODE));
    environment.put("LOTUS_PATH", "~/.lotus");
    environment.put("HOME", "/home/ann");
    assertThat(ofChain(with(environment)).repo())
        .contains(new Repo(Path.of("/home/ann/.lotus"), Repo.Type.NODE));
    environment.put("FULLNODE_API_INFO", "http://h:1");
    assertThat(ofChain(with(environment)).url()).isEqualTo("http://h:1/rpc/v1");
    JsonObject chain = new JsonObject().put("repo", "~/repo").put("tokenFile", "read.token");
    RpcEndpoint repo = ofChain(Config.parse(sending(chain), FOLDER, environment));
    assertThat(repo.repo()).contains(new Repo(Path.of("/home/ann/repo"), Repo.Type.NODE));
    assertThat(repo.tokenFile()).contains(FOLDER.resolve("read.token"));
    RpcEndpoint url =
        ofChain(Config.parse(sending(chain.put("url", "http://u:1")), FOLDER, environment));
    assertThat(url.url()).isEqualTo("http://u:1/rpc/v1");
    assertThat(url.repo()).isEmpty();
  }

  @Test
  void aMinersFolderIsTheLastOfItsSources() {
    Map<String, String> environment = new HashMap<>();
    environment.put("FULLNODE_API_INFO", "h:1");
    environment.put("LOTUS_MINER_PATH", "/srv/miner");
    assertThat(ofMiner(with(environment)))
        .extracting(RpcEndpoint::repo)
        .containsExactly(Optional.of(new Repo(Path.of("/srv/miner"), Repo.Type.MINER)));
    environment.put("STORAGE_API_INFO", "m:1");
    assertThat(ofMiner(with(environment)))
        .extracting(RpcEndpoint::url)
        .containsExactly("http://m:1/rpc/v0");
  }

  @ParameterizedTest
  @ValueSource(strings = {".lotus", ".venus", ".local/share/forest"})
  void aFolderThatNobodyNamesIsOnlyOffered(String repo) throws Exception {
    Path found = Files.createDirectories(home.resolve(repo));
    assertThatThrownBy(() -> with(Map.of("HOME", home.toString())))
        .hasMessage(
            "chain.url: (missing) (expected: http://<host>:<port>/rpc/v1, chain.repo or"
                + " FULLNODE_API_INFO; to use the node in "
                + found
                + ", set chain.repo to it)");
  }

  @Test
  void oddSpellingsGetAdvice() {
    Map<String, String> environment =
        Map.of("FULLNODE_API_INFO", "127.0.0.1:1234", "MINER_API_INFO", "http://h:2345/rpc/v1");
    assertThat(with(environment).advice())
        .containsExactly(
            "FULLNODE_API_INFO: lotus would read the host as a token; write"
                + " http://127.0.0.1:1234/rpc/v1",
            "MINER_API_INFO: no miner serves /rpc/v1; http://h:2345/rpc/v0 is called");
    assertThat(withUrl("localhost:1234/rpc/v1?x=SECRET").advice())
        .containsExactly(
            "chain.url: lotus would read the host as a token; write"
                + " http://localhost:1234/rpc/v1?…");
    assertThat(withUrl("http://127.0.0.1:1234").advice()).isEmpty();
  }

  @Test
  void noTokenUserPasswordOrQueryIsShown() {
    Config config =
        with(
            Map.of(
                "FULLNODE_API_INFO", "SECRET:/ip4/10.0.0.1/tcp/1/http,https://h/x?SECRET",
                "MINER_API_INFO", "SECRET:https://m/?SECRET"));
    assertThat(config.toString()).contains("10.0.0.1").doesNotContain("SECRET");
    assertThat(config.senders().nodes().get(1).chain().endpoint().shown())
        .isEqualTo("https://h/x/rpc/v1?…");
  }
}
