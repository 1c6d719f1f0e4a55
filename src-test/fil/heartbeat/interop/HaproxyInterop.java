package fil.heartbeat.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy before three nodes, with the example of {@code docs}. */
class HaproxyInterop {
  private static final Path EXAMPLE = Path.of("docs", "haproxy.cfg");
  private static final List<String> NODES = List.of("lotus-01", "lotus-02", "lotus-03");
  private static final Duration DRAINED_WITHIN = Duration.ofSeconds(10);

  /** The two ways of the example. */
  private static final String BY_AGENT = "lotus";

  private static final String BY_HTTP = "lotus-by-http";

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  @TempDir private Path folder;

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private Program heartbeat(String name, JsonObject config) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    write(name, config);
    return Program.heartbeat(own, "run");
  }

  private void write(String name, JsonObject config) throws IOException {
    Files.writeString(folder.resolve(name).resolve("config.json"), config.encode());
  }

  /** Senders of some of the nodes. */
  private static JsonObject senders(String target, List<String> names, JsonObject chain) {
    JsonArray nodes = new JsonArray();
    for (String name : names) {
      // Seldom, so that a restart is over before the next beat is overdue.
      JsonObject beats = new JsonObject().put("beatTarget", target).put("beatPeriod", "5s");
      nodes.add(
          new JsonObject()
              // What nodes call themselves counts for nothing: the first claims to be another.
              .put("nickname", name.equals(NODES.get(0)) ? NODES.get(2) : "of " + name)
              .put("keyFile", name + ".key")
              .put("chain", chain)
              .put("targets", new JsonArray().add(beats)));
    }
    return new JsonObject().put("nodes", nodes);
  }

  private static JsonObject chain() {
    return new JsonObject().put("source", "simulated");
  }

  private String node(String name) {
    int port =
        Wait.on(
                vertx
                    .createHttpServer()
                    .requestHandler(
                        request ->
                            request
                                .response()
                                .end(new JsonObject().put("result", name).encode())
                                .onFailure(gone -> {}))
                    .listen(0, "127.0.0.1"))
            .actualPort();
    return "127.0.0.1:" + port;
  }

  private Path config(int front, int agent, int http) throws IOException {
    String config =
        Files.readString(EXAMPLE)
            .replace("/run/haproxy/admin.sock", folder.resolve("sock").toString())
            .replace("bind 127.0.0.1:1234", "bind 127.0.0.1:" + front)
            .replace("10.0.0.5 agent-port 8081", "127.0.0.1 agent-port " + agent)
            .replace("addr 10.0.0.5 port 8080", "addr 127.0.0.1 port " + http)
            .replace("hdr Host 10.0.0.5", "hdr Host 127.0.0.1");
    for (int i = 0; i < NODES.size(); i++) {
      config = config.replace("10.0.0." + (i + 1) + ":1234", node(NODES.get(i)));
    }
    assertThat(config.lines().filter(line -> !line.startsWith("#")))
        .noneMatch(HaproxyInterop::isOfTheExample);
    return Files.writeString(folder.resolve("haproxy.cfg"), config);
  }

  private static boolean isOfTheExample(String line) {
    return line.contains("10.0.0.");
  }

  /** Asks HAProxy on its socket. */
  private String command(String line) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (SocketChannel socket =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("sock")))) {
      int unused = socket.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
      ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
      while (socket.read(piece) >= 0) {
        answer.write(piece.array(), 0, piece.position());
        piece.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer.toString(UTF_8);
  }

  /** The row of a server in HAProxy's statistics. */
  private Map<String, String> row(String backend, String server) {
    List<String> lines = command("show stat").lines().toList();
    List<String> names = List.of(lines.get(0).substring(2).split(",", -1));
    for (String line : lines) {
      List<String> values = List.of(line.split(",", -1));
      if (values.size() > 1 && values.get(0).equals(backend) && values.get(1).equals(server)) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
          row.put(names.get(i), values.get(i));
        }
        return row;
      }
    }
    throw new AssertionError("no server " + server + " in " + lines);
  }

  @CanIgnoreReturnValue
  private Map<String, String> await(
      String backend, String server, Predicate<Map<String, String>> wanted, String what) {
    return Wait.until(
        vertx,
        server + " of " + backend + " " + what,
        () -> Optional.of(row(backend, server)).filter(wanted),
        () -> row(backend, server));
  }

  private static boolean isUp(Map<String, String> row) {
    return row.get("status").equals("UP");
  }

  private static boolean isDown(Map<String, String> row) {
    return row.get("status").startsWith("DOWN");
  }

  /** Which nodes answer what comes to HAProxy. */
  private Set<String> answering(int front) {
    Set<String> nodes = new TreeSet<>();
    for (int i = 0; i < 2 * NODES.size(); i++) {
      nodes.add(
          Wait.on(client.request(HttpMethod.POST, front, "127.0.0.1", "/rpc/v1").send())
              .bodyAsJsonObject()
              .getString("result"));
    }
    return nodes;
  }

  private JsonObject get(String url) {
    return Wait.on(client.getAbs(url).send()).bodyAsJsonObject();
  }

  private Instant awaitState(String url, String peer, String state) {
    return Wait.until(
        vertx,
        peer + " " + state,
        () ->
            Optional.of(get(url + "/api/v1/nodes/" + peer))
                .filter(node -> state.equals(node.getString("state")))
                .map(node -> Instant.parse(node.getString("stateSince"))),
        () -> get(url + "/api/v1/nodes/" + peer));
  }

  @Test
  void aForkedNodeIsDrainedWithinTenSecondsAndComesBack() throws IOException {
    try (HeldPort agent = new HeldPort();
        HeldPort front = new HeldPort()) {
      JsonObject role =
          new JsonObject()
              .put("listen", "/ip4/127.0.0.1/tcp/0")
              .put("network", "simulated")
              .put("forkAfter", 1);
      JsonObject http = new JsonObject().put("port", 0).put("agentPort", agent.port());
      JsonObject config = new JsonObject().put("aggregator", role).put("http", http);
      try (Program aggregator = heartbeat("aggregator", config)) {
        String target = aggregator.await("^ready: aggregator (\\S+)").group(1);
        String url = aggregator.await("^ready: http (\\S+)").group(1);
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        List<String> others = NODES.subList(0, 2);
        List<String> victim = NODES.subList(2, 3);
        JsonObject wellChain = senders(target, victim, chain());
        JsonObject otherChain = senders(target, victim, chain().put("seed", 7));
        try (Program rest = heartbeat("rest", senders(target, others, chain()));
            Program well = heartbeat("victim", wellChain);
            Program haproxy =
                Program.start(
                    folder,
                    List.of(
                        "haproxy",
                        "-db",
                        "-f",
                        config(front.port(), agent.port(), port).toString()))) {
          JsonObject expected = new JsonObject();
          for (String name : others) {
            expected.put(rest.await("^ready: sender (\\S+)").group(1), name);
          }
          String peer = well.await("^ready: sender (\\S+)").group(1);
          expected.put(peer, NODES.get(2));
          role.put("expected", expected);
          write("aggregator", config);
          everyNodeIsUp(front.port());
          well.kill();
          try (Program forked = heartbeat("victim", otherChain)) {
            Instant since = awaitState(url, peer, "forked");
            drained(BY_AGENT, since);
            drained(BY_HTTP, since);
            assertThat(row(BY_AGENT, "lotus-03").get("last_agt"))
                .contains("forked since " + since.toString().substring(11, 19));
            assertThat(answering(front.port()))
                .as(() -> command("show stat"))
                .containsExactlyElementsOf(others);
            forked.kill();
          }
          try (Program again = heartbeat("victim", wellChain)) {
            everyNodeIsUp(front.port());
            byHandItIsTheAgentThatHasTheLastWord();
            withoutAnAggregatorTheAgentLeavesAllAsItIs(aggregator);
            assertThat(answering(front.port())).containsExactlyElementsOf(NODES);
            again.kill();
          }
          haproxy.kill();
        }
      }
    }
  }

  private void everyNodeIsUp(int front) {
    for (String name : NODES) {
      await(BY_AGENT, name, row -> isUp(row) && row.get("agent_status").equals("L7OK"), "up");
      await(BY_HTTP, name, HaproxyInterop::isUp, "up");
    }
    assertThat(answering(front)).containsExactlyElementsOf(NODES);
  }

  private void drained(String backend, Instant since) {
    await(backend, "lotus-03", HaproxyInterop::isDown, "down");
    assertThat(Duration.between(since, Instant.now())).as(backend).isLessThan(DRAINED_WITHIN);
  }

  /** As README warns: {@code ready} takes back what people set. */
  private void byHandItIsTheAgentThatHasTheLastWord() {
    String server = BY_AGENT + "/lotus-01";
    assertThat(command("set server " + server + " state maint")).isBlank();
    assertThat(row(BY_AGENT, "lotus-01").get("status")).isEqualTo("MAINT");
    await(BY_AGENT, "lotus-01", HaproxyInterop::isUp, "taken back");
  }

  private void withoutAnAggregatorTheAgentLeavesAllAsItIs(Program aggregator) {
    aggregator.kill();
    for (String name : NODES) {
      await(BY_HTTP, name, HaproxyInterop::isDown, "down");
      await(BY_AGENT, name, row -> row.get("agent_status").equals("L4CON"), "refused");
      assertThat(isUp(row(BY_AGENT, name))).as(name).isTrue();
    }
  }
}
