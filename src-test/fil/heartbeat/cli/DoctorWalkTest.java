package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.app.Capacity;
import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.chain.Network;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.HeldPort;
import fil.heartbeat.testing.PrivateCa;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor over several nodes, of which some are ill, and what it asks nodes and miners. */
@ExtendWith(VertxExtension.class)
class DoctorWalkTest {
  private static final String PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String OK_MINER = "{\"result\":\"f01000\"}";

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Answers by path and method; else a path is not found, or a method unknown, as at lotus. */
  private final Map<String, Map<String, String>> paths = new ConcurrentHashMap<>();

  private Capacity.Machine machine = Capacity.Machine.ofThisProcess();
  private volatile boolean refuses;
  private HttpServer server;
  private HeldPort refusing;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
    refusing = new HeldPort();
    chain("/rpc/v1");
  }

  @AfterEach
  void stop() throws IOException {
    refusing.close();
    server.close().await();
  }

  private void answer(HttpServerRequest request) {
    Map<String, String> methods = paths.get(request.path());
    if (refuses) {
      request.response().setStatusCode(401).end();
      return;
    }
    if (methods == null) {
      request.response().setStatusCode(404).end("404 page not found\n");
      return;
    }
    request
        .body()
        .onSuccess(
            body -> {
              String method = body.toJsonObject().getString("method");
              String told = methods.get(method);
              request
                  .response()
                  .setStatusCode(told == null ? 500 : 200)
                  .end(
                      told == null
                          ? "{\"error\":{\"code\":-32601,\"message\":\"method '"
                              + method
                              + "' not found\"},\"id\":1,\"jsonrpc\":\"2.0\"}"
                          : told);
            });
  }

  @CanIgnoreReturnValue
  private Map<String, String> chain(String path) {
    Map<String, String> methods = new ConcurrentHashMap<>();
    String genesis = Network.MAINNET.genesisCid().toString();
    long height = Network.MAINNET.clock().epochAt(InstantSource.system().instant());
    methods.put("Filecoin.ChainHead", tipset(genesis, height));
    methods.put("Filecoin.ChainGetGenesis", tipset(genesis, 0));
    methods.put("Filecoin.StateNetworkName", "{\"result\":\"testnetnet\"}");
    methods.put("Filecoin.ChainGetFinalizedTipSet", tipset(genesis, height - 5));
    methods.put(
        "Filecoin.NodeStatus", "{\"result\":{\"PeerStatus\":{\"PeersToPublishBlocks\":85}}}");
    paths.put(path, methods);
    return methods;
  }

  private static String tipset(String block, long height) {
    return "{\"result\":{\"Cids\":[{\"/\":\"" + block + "\"}],\"Height\":" + height + "}}";
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.actualPort() + path;
  }

  private JsonObject node(String name, String url) {
    KeyFile.Loaded unused =
        KeyFile.loadOrCreate(folder.resolve("keys").resolve(name + ".key"), KeyType.ED25519);
    return new JsonObject()
        .put("nickname", name)
        .put("chain", new JsonObject().put("url", url))
        .put("miner", new JsonObject().put("address", "f01000"))
        .put(
            "targets",
            new JsonArray()
                .add(new JsonObject().put("beatTarget", refusing.address() + "/p2p/" + PEER)));
  }

  private int doctor(Optional<String> name, Map<String, String> environment, JsonObject config)
      throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), config.encode());
    Doctor doctor =
        new Doctor(
            new ConfigFile(Optional.of(file.toString()), environment, new Properties()),
            new Doctor.Options(name, Optional.empty(), false),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            InstantSource.system(),
            environment,
            machine);
    return doctor.run();
  }

  @CanIgnoreReturnValue
  private int doctor(JsonObject... nodes) throws IOException {
    JsonArray all = new JsonArray();
    for (JsonObject node : nodes) {
      all.add(node);
    }
    return doctor(Optional.empty(), Map.of(), new JsonObject().put("nodes", all));
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anIllNodeEndsNothingButItsOwnSteps() throws Exception {
    JsonObject keyless = node("keyless", url("/rpc/v1"));
    Files.delete(folder.resolve("keys/keyless.key"));
    int code =
        doctor(node("down", "http://127.0.0.1:1/rpc/v1"), keyless, node("well", url("/rpc/v1")));
    assertThat(code).isEqualTo(1);
    assertThat(text().lines().filter(line -> line.startsWith("node ")))
        .containsExactly(
            "node down",
            "node down to " + refusing.address() + "/p2p/" + PEER,
            "node keyless",
            "node keyless to " + refusing.address() + "/p2p/" + PEER,
            "node well",
            "node well to " + refusing.address() + "/p2p/" + PEER);
    assertThat(text())
        .containsPattern("FAIL RPC .*127.0.0.1:1")
        .containsPattern("skip head age .*RPC failed")
        .containsPattern("skip peers .*RPC failed")
        .containsPattern("FAIL key .*keyless.key: no such file")
        .containsPattern("skip DNS .*key failed")
        .containsPattern("ok   finality .*, 5 epochs below the head")
        .containsPattern("ok   peers .* 85\n")
        .containsPattern("ok   miner .* f01000, of the config")
        .containsPattern("FAIL TCP .*")
        .containsPattern("skip protocol .*TCP failed")
        .endsWith("3 nodes, 3 targets: 1 ok, 4 failed, 1 skipped\n");
    assertThat(folder.resolve("keys/keyless.key")).doesNotExist();
  }

  @Test
  void theCapacityOfAnAggregatorIsShown() throws Exception {
    JsonObject config =
        new JsonObject()
            .put("aggregator", new JsonObject().put("dataDir", folder.resolve("data").toString()))
            .put("nodes", new JsonArray().add(node("a", url("/rpc/v1"))));
    machine = new Capacity.Machine(1_048_576, 512L << 20, 8);
    assertThat(doctor(Optional.empty(), Map.of(), config)).isEqualTo(1);
    assertThat(text())
        .containsPattern(
            "ok   capacity +\\d+ ms  carries about 13100 nodes with beats of 3s, limited by -Xmx"
                + " \\(512 MiB\\); next: libp2p.maxConnections 16384\n")
        .contains("with the heap and open files of this command; the daemon logs its own\n")
        .endsWith("1 node, 1 target: 1 ok, 1 failed\n");
    out.reset();
    machine = new Capacity.Machine(560, 512L << 20, 8);
    assertThat(doctor(Optional.empty(), Map.of(), config)).isEqualTo(1);
    assertThat(text())
        .containsPattern("FAIL capacity .*the open-file limit: 560 \\(expected: at least 576")
        .endsWith("1 node, 1 target: 1 ok, 2 failed\n");
    out.reset();
    assertThat(doctor(node("a", url("/rpc/v1")))).isEqualTo(1);
    assertThat(text()).doesNotContain("capacity");
  }

  @Test
  void oneNodeIsLookedAtAlone() throws Exception {
    JsonObject config =
        new JsonObject()
            .put(
                "nodes", new JsonArray().add(node("a", url("/rpc/v1"))).add(node("b", "http://h")));
    assertThat(doctor(Optional.of("a"), Map.of(), config)).isEqualTo(1);
    assertThat(text()).contains("node a\n").doesNotContain("node b");
    out.reset();
    assertThat(doctor(Optional.of("c"), Map.of(), config)).isEqualTo(2);
    assertThat(text()).contains("FAIL config").contains("--node c").contains("name one of a, b");
  }

  @Test
  void aPathThatIsNotThereIsTriedWithTheUsualOne() throws Exception {
    chain("/filecoin/rpc/v1");
    assertThat(doctor(node("a", url("/filecoin")))).isEqualTo(1);
    assertThat(text())
        .containsPattern("FAIL RPC ")
        .contains(
            "remedy: correct the path of chain.url: a node answers at "
                + url("/filecoin/rpc/v1")
                + "\n");
  }

  @Test
  void aPathWithoutANodeIsNotOffered() throws Exception {
    assertThat(doctor(node("a", url("/elsewhere")))).isEqualTo(1);
    assertThat(text()).containsPattern("FAIL RPC ").doesNotContain("a node answers");
  }

  @Test
  void aRefusedTokenNamesItsRemedy() throws Exception {
    refuses = true;
    assertThat(doctor(node("a", url("/rpc/v1")))).isEqualTo(1);
    assertThat(text())
        .containsPattern("ok   RPC ")
        .containsPattern("FAIL token ")
        .contains("lotus auth create-token --perm read")
        .containsPattern("skip clock .*token failed");
  }

  @Test
  void otherNodesHaveOtherMethods() throws Exception {
    Map<String, String> venus = chain("/rpc/v1");
    venus.remove("Filecoin.ChainGetFinalizedTipSet");
    venus.put(
        "Filecoin.F3GetLatestCertificate",
        "{\"result\":{\"ECChain\":[{\"Key\":[{\"/\":\""
            + Network.MAINNET.genesisCid()
            + "\"}],\"Epoch\":7}]}}");
    Map<String, String> forest = chain("/forest/rpc/v1");
    forest.put("Forest.NetInfo", "{\"result\":{\"numPeers\":2}}");
    forest.put("Filecoin.NodeStatus", "{\"result\":{\"PeerStatus\":{\"PeersToPublishBlocks\":0}}}");
    Map<String, String> gateway = chain("/gateway/rpc/v1");
    gateway.remove("Filecoin.NodeStatus");
    gateway.remove("Filecoin.ChainGetFinalizedTipSet");
    doctor(
        node("venus", url("/rpc/v1")),
        node("forest", url("/forest/rpc/v1")),
        node("gateway", url("/gateway/rpc/v1")));
    assertThat(text())
        .containsPattern("ok   finality .* 7, \\d+ epochs below the head; F3 stands still")
        .containsPattern("ok   peers .* 2; few: ")
        .containsPattern("ok   finality .*the node has no method for it")
        .containsPattern("ok   peers .*the node has no method for it");
  }

  /** The daemon does not ask it either. */
  @Test
  void whatIsSwitchedOffIsNotAsked() throws Exception {
    Map<String, String> methods = chain("/rpc/v1");
    methods.put("Filecoin.ChainGetFinalizedTipSet", "{\"result\":{}}");
    methods.put("Filecoin.NodeStatus", "{\"result\":{}}");
    assertThat(
            doctor(
                node("a", url("/rpc/v1"))
                    .put("tell", new JsonObject().put("finality", false).put("peers", false))))
        .isEqualTo(1);
    assertThat(text())
        .containsPattern("ok   network .*mainnet")
        .containsPattern("skip finality .*switched off")
        .containsPattern("skip peers .*switched off")
        .contains("1 node, 1 target: ");
    out.reset();
    methods.remove("Filecoin.ChainGetGenesis");
    assertThat(doctor(node("a", url("/rpc/v1")).put("extras", false))).isEqualTo(1);
    assertThat(text())
        .containsPattern("skip network .*switched off")
        .containsPattern("skip finality .*switched off")
        .containsPattern("skip peers .*switched off");
  }

  /** An odd answer is no missing method. */
  @ParameterizedTest
  @CsvSource({
    "Filecoin.ChainGetFinalizedTipSet,{},finality",
    "Filecoin.ChainGetFinalizedTipSet,'{\"Height\":7}',finality",
    "Filecoin.ChainGetFinalizedTipSet,null,finality",
    "Filecoin.NodeStatus,{},peers",
    "Filecoin.NodeStatus,'{\"PeerStatus\":{\"PeersToPublishBlocks\":-1}}',peers",
    "Filecoin.NodeStatus,'\"many\"',peers",
    "Filecoin.ChainGetGenesis,{},network",
    "Filecoin.ChainGetGenesis,null,network"
  })
  void anOddAnswerFails(String method, String result, String step) throws Exception {
    chain("/rpc/v1").put(method, "{\"result\":" + result + "}");
    assertThat(doctor(node("a", url("/rpc/v1")))).isEqualTo(1);
    assertThat(text()).containsPattern("FAIL " + step + " .*" + method);
  }

  @Test
  void aNodeThatDoesNotSayItsGenesisFails() throws Exception {
    chain("/rpc/v1").remove("Filecoin.ChainGetGenesis");
    assertThat(doctor(node("a", url("/rpc/v1")))).isEqualTo(1);
    assertThat(text())
        .containsPattern("FAIL network .*the node has no method for its genesis")
        .endsWith("1 node, 1 target: 0 ok, 2 failed\n");
  }

  @Test
  void theUsualPathIsTriedWithTheCertificatesOfTheConfiguration(Vertx vertx) throws Exception {
    PrivateCa authority = PrivateCa.in(folder);
    HttpServer secure =
        vertx
            .createHttpServer(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(authority.server()))
            .requestHandler(this::answer)
            .listen(0, "localhost")
            .await();
    String url = "https://localhost:" + secure.actualPort() + "/filecoin";
    chain("/filecoin/rpc/v1");
    // The first handshake of a process takes long, and the doctor waits for 5 s.
    vertx
        .createHttpClient(new HttpClientOptions().setSsl(true).setTrustAll(true))
        .request(HttpMethod.GET, secure.actualPort(), "localhost", "/")
        .compose(request -> request.send())
        .await();
    JsonObject node = node("a", url);
    node.getJsonObject("chain").put("caFile", authority.pem().toString());
    assertThat(doctor(node)).isEqualTo(1);
    assertThat(text()).contains("a node answers at " + url + "/rpc/v1\n");
    secure.close().await();
  }

  @Test
  void minersAreAsked() throws Exception {
    paths.put("/miner/rpc/v0", Map.of("Filecoin.ActorAddress", OK_MINER));
    paths.put(
        "/curio/rpc/v0",
        Map.of("Filecoin.Info", "{\"result\":{\"Miners\":{\"String\":\"f01000,f02000\"}}}"));
    paths.put("/none/rpc/v0", Map.of());
    JsonArray nodes = new JsonArray();
    for (String name : new String[] {"miner", "curio", "none"}) {
      nodes.add(
          node(name, url("/rpc/v1"))
              .put("miner", new JsonObject().put("url", url("/" + name + "/rpc/v0"))));
    }
    assertThat(doctor(Optional.empty(), Map.of(), new JsonObject().put("nodes", nodes)))
        .isEqualTo(1);
    assertThat(text())
        .contains("f01000, from " + url("/miner/rpc/v0"))
        .contains("f01000, f02000, from " + url("/curio/rpc/v0"))
        .contains(url("/none/rpc/v0") + " is no lotus-miner and no Curio");
  }

  @Test
  void foldersOfNodesAreOffered() throws Exception {
    Files.createDirectories(folder.resolve(".lotus"));
    Files.createFile(folder.resolve(".lotus/api"));
    Map<String, String> environment = Map.of("HOME", folder.toString());
    JsonObject config =
        new JsonObject()
            .put(
                "heartbeat",
                new JsonObject().put("beatTarget", refusing.address() + "/p2p/" + PEER));
    assertThat(doctor(Optional.empty(), environment, config)).isEqualTo(2);
    assertThat(text())
        .contains("FAIL config")
        .contains(
            "found a node's folder: " + folder.resolve(".lotus") + "; set chain.repo to use it");
    out.reset();
    Files.createDirectories(folder.resolve(".lotusminer"));
    Files.createFile(folder.resolve(".lotusminer/api"));
    JsonObject minerless = node("a", url("/rpc/v1"));
    minerless.remove("miner");
    config = new JsonObject().put("nodes", new JsonArray().add(minerless));
    assertThat(doctor(Optional.empty(), environment, config)).isEqualTo(1);
    assertThat(text())
        .containsPattern("skip miner .*none is configured")
        .contains("found a miner's folder: " + folder.resolve(".lotusminer"));
  }
}
