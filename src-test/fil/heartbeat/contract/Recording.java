package fil.heartbeat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.HeldPort;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the whole program as a process of its own, on the data of one before it: all that it
 * said to anyone. It is over before the first test looks at it. It never gets to judge, which it
 * does half a minute after its start: what it says of nodes and alerts is what it found.
 */
final class Recording {
  static final String FORKED = "12D3KooWPT98FXMfDQYavZm66EeVjTqP9Nnehn1gyaydqV8L8BQw";
  static final String PAST = "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7";

  private static final Duration LIMIT = Duration.ofSeconds(25);
  private static final String ADMIN = "an-admin-of-the-contract";
  private static final String VIEWER = "0123456789abcdef0123456789abcdef";
  private static final List<String> KINDS =
      List.of("snapshot", "delta", "consensus", "alert", "rows", "clock");
  private static final int TRIES = 3;

  /**
   * @param type the media type
   * @param headers names of others that are part of the contract
   */
  record Answer(String request, int status, String type, List<String> headers, String body) {
    JsonObject json() {
      return new JsonObject(body);
    }
  }

  final List<String> ready = new ArrayList<>();
  final Map<String, Answer> answers = new LinkedHashMap<>();
  final Map<String, Program.Result> commands = new LinkedHashMap<>();
  final Map<String, List<Receivers.Post>> posts = new LinkedHashMap<>();
  List<Events.Event> events = List.of();
  Map<String, List<JsonObject>> eventsByKind = Map.of();
  private static final Executor A_MOMENT_LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  String metrics = "";
  int exitCode = -1;
  private boolean judges;
  private @Nullable Events feed;
  final Path folder;
  final Path data;

  private final HttpClient client = HttpClient.newHttpClient();
  private String url = "";

  private Recording(Path folder) {
    this.folder = folder;
    this.data = folder.resolve("data").resolve("history.db");
  }

  /** Another run when the first was so slow that the program began to judge. */
  static Recording make(Path folder) throws Exception {
    Recording recording = once(Files.createDirectory(folder.resolve("1")));
    for (int i = 2; i <= TRIES && recording.judges; i++) {
      recording = once(Files.createDirectory(folder.resolve("" + i)));
    }
    assertThat(recording.judges).as("%s runs were too slow: the program judges", TRIES).isFalse();
    return recording;
  }

  private static Recording once(Path folder) throws Exception {
    Recording recording = new Recording(folder);
    try (Receivers receivers = new Receivers();
        HeldPort agent = new HeldPort()) {
      recording.write(receivers, agent.port());
      Path log = folder.resolve("log");
      Process process = Program.start(folder, log);
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 0; i < 6; i++) {
          String line = out.readLine();
          assertThat(line).as("a ready line; the log: %s", Files.readString(log)).isNotNull();
          recording.ready.add(line);
        }
        recording.url = recording.ready.get(1).replace("ready: http ", "");
        recording.listen(receivers);
        // The process' own destroy would close its standard output, which is looked at here.
        assertThat(process.toHandle().destroy()).isTrue();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          recording.ready.add(line);
        }
        recording.exitCode = process.waitFor();
      } finally {
        Process ignored = process.destroyForcibly();
      }
      recording.commands(receivers);
    }
    return recording;
  }

  private static String node(String name, String more) {
    return """
        {"nickname":"%s","chain":{"source":"simulated"%s,
         "targets":[{"beatTarget":"local","beatPeriod":"200ms"}]}"""
        .formatted(name, more);
  }

  private void write(Receivers receivers, int agentPort) throws Exception {
    Stored.make(data, "history-4.sql");
    Keys.write(folder.resolve("keys/lotus-01.key"), 1);
    Keys.write(folder.resolve("keys/lotus-02.key"), 2);
    Keys.write(folder.resolve("keys/lotus-03.key"), 3);
    Keys.write(folder.resolve("keys/forked.key"), 4);
    Keys.write(folder.resolve("aggregator.key"), 5);
    Files.writeString(
        folder.resolve("tokens"), "ann admin " + ADMIN + "\nbob read a-reader-of-the-contract\n");
    Files.writeString(folder.resolve("secret"), "s3cret\n");
    String sinks =
        """
        {"name":"hook","type":"webhook","url":"%s","secretFile":"secret","watchdog":true},
        {"name":"pager","type":"pagerduty","url":"%s","secretFile":"secret"},
        {"name":"mirror","type":"alertmanager","url":"%s","secretFile":"secret"}"""
            .formatted(receivers.url("/hook"), receivers.url("/pager"), receivers.url("/mirror"));
    String config =
        """
        {"nodes":[%s,%s,%s,%s],
         "aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated","forkAfter":1},
         "http":{"port":0,"auth":{"tokensFile":"tokens"},"public":true,
           "externalUrl":"https://beats.example/fleet","agentPort":%d},
         "alerts":{"groupWait":"0s","keepFiringFor":"1h","monitorAfter":"0s","sinks":[%s],
           "peers":[{"name":"other","url":"%s"}],"deadman":{"url":"%s"}}}
        """
            .formatted(
                node("lotus-01", "},\"miner\":{\"address\":\"f01001\"}"),
                node("lotus-02", "}"),
                node("lotus-03", "}"),
                node("forked", ",\"seed\":7}"),
                agentPort,
                sinks,
                receivers.url("/other"),
                receivers.url("/deadman"));
    Files.writeString(folder.resolve("config.json"), config);
  }

  private void listen(Receivers receivers) throws Exception {
    await("the fleet is seen", this::settled);
    Events events = feed();
    feed = events;
    await("the receivers know", () -> receivers.at("/hook").size() >= 2);
    reads();
    changes();
    command(
        "doctor",
        "--node",
        "lotus-01",
        "--beat",
        "--target",
        ready.get(0).replace("ready: aggregator ", ""));
    await("all kinds of events", () -> events.byKind().keySet().containsAll(KINDS));
    disable("NodeDisconnected");
    await("an end", () -> events.byKind().get("alert").stream().anyMatch(Recording::isGone));
    await("it is told", () -> receivers.at("/hook").size() >= 3);
    await("it is mirrored", () -> !receivers.at("/mirror/api/v2/alerts").isEmpty());
    await("the canary succeeds", this::isProbed);
    this.events = List.copyOf(events.all());
    eventsByKind = events.byKind();
    judges = !get("/api/v1/info").json().getBoolean("warming");
  }

  /** Whether the metrics have what the first success of the canary brings. */
  private boolean isProbed() throws Exception {
    metrics = get("/metrics").body();
    return metrics.contains("canary_last_success");
  }

  /** While the program runs: alerts of a rule that is no more end at once. */
  private void disable(String rule) throws IOException {
    Path file = folder.resolve("config.json");
    String config = Files.readString(file);
    Files.writeString(
        file,
        config.replace(
            "\"alerts\":{", "\"alerts\":{\"rules\":{\"" + rule + "\":{\"enabled\":false}},"));
  }

  private static boolean isGone(JsonObject alert) {
    return alert.containsKey("gone");
  }

  private Events feed() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(url + "/api/v1/events?viewer=" + VIEWER + "&rows=" + FORKED))
            .build();
    HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    answers.put("events", answer("GET /api/v1/events", answer, ""));
    return new Events(answer.body());
  }

  private boolean settled() throws Exception {
    Answer nodes = get("/api/v1/nodes?limit=20");
    Answer networks = get("/api/v1/consensus");
    long known = objects(nodes, "nodes").filter(node -> node.getBoolean("connected")).count();
    answers.put("nodes", nodes);
    answers.put("consensus", networks);
    Answer health = health();
    answers.put("health", health);
    return known == 4
        && health.status() == 200
        && objects(networks, "networks").anyMatch(each -> each.getJsonArray("sides").size() == 2);
  }

  private Answer health() throws Exception {
    String path = "/health/node/" + FORKED;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Accept", "application/json").build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    return answer("GET " + path, answer, answer.body());
  }

  private static Stream<JsonObject> objects(Answer answer, String member) {
    return answer.json().getJsonArray(member).stream().map(JsonObject.class::cast);
  }

  private void reads() throws Exception {
    for (String path :
        List.of(
            "/api/v1/info",
            "/api/v1/nodes?limit=2",
            "/api/v1/nodes/" + FORKED,
            "/api/v1/nodes/" + PAST + "/history?to=" + secondsAgo(120),
            "/api/v1/nodes/"
                + PAST
                + "/history?step=1h&from="
                + secondsAgo(172_800)
                + "&to="
                + secondsAgo(120),
            "/api/v1/nodes/" + PAST + "/changes",
            "/api/v1/nodes/" + PAST + "/connections",
            "/api/v1/chain?epochs=3",
            "/api/v1/alerts?limit=100",
            "/api/v1/alerts?status=resolved",
            "/api/v1/silences",
            "/health/live",
            "/health/ready",
            "/api/v1/nodes/nobody",
            "/api/v1/nodes?frob=1",
            "/api/v1/nodes?format=csv",
            "/api/v1/nodes/" + PAST + "/history?format=csv",
            "/api/v1/alerts?format=csv",
            "/badge/" + FORKED + ".svg",
            "/openapi.json")) {
      Answer answer = get(path);
      answers.put(answer.request(), answer);
    }
  }

  private static String secondsAgo(int seconds) {
    return Instant.now().minusSeconds(seconds).toString();
  }

  private void changes() throws Exception {
    answers.put(
        "acknowledge",
        ask("POST", "/api/v1/alerts/a000000000000001/ack", "{\"comment\":\"mine\"}", true));
    Answer silence =
        ask(
            "POST",
            "/api/v1/silences",
            "{\"select\":{\"nickname\":\"x\"},\"duration\":\"1h\",\"comment\":\"quiet\"}",
            true);
    answers.put("silence", silence);
    String id = silence.json().getString("id");
    answers.put("DELETE silence", ask("DELETE", "/api/v1/silences/" + id, "", true));
    answers.put("silence without token", ask("POST", "/api/v1/silences", "{}", false));
    answers.put("session", ask("POST", "/api/v1/session", "{\"token\":\"" + ADMIN + "\"}", false));
    answers.put("DELETE session", ask("DELETE", "/api/v1/session", "", true));
    answers.put(
        "rows",
        ask(
            "POST",
            "/api/v1/events/" + VIEWER + "/rows",
            "{\"rows\":[\"" + FORKED + "\"]}",
            false));
    answers.put("info of ann", ask("GET", "/api/v1/info", "", true));
    answers.put("DELETE node", ask("DELETE", "/api/v1/nodes/" + PAST, "", true));
  }

  /** Those that need no running program. */
  private void commands(Receivers receivers) throws Exception {
    command("check");
    command("peer-id");
    command("keygen");
    command("backup", folder.resolve("copy.db").toString());
    command("login-link");
    command("alert", "test", "--sink", "hook");
    for (String path : List.of("/hook", "/pager", "/mirror/api/v2/alerts")) {
      posts.put(path, receivers.at(path));
    }
  }

  private void command(String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--config", folder.resolve("config.json").toString()));
    commands.put(String.join(" ", words), Program.run(Map.of(), arguments.toArray(String[]::new)));
  }

  private Answer get(String path) throws Exception {
    return ask("GET", path, "", false);
  }

  private Answer ask(String method, String path, String body, boolean admin) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (admin) {
      request.header("Authorization", "Bearer " + ADMIN);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    return answer(method + " " + path, answer, answer.body());
  }

  private static Answer answer(String request, HttpResponse<?> answer, String body) {
    List<String> headers =
        List.of("set-cookie", "content-disposition", "www-authenticate", "link", "location")
            .stream()
            .filter(name -> answer.headers().firstValue(name).isPresent())
            .map(name -> name + ": " + answer.headers().firstValue(name).orElse(""))
            .toList();
    return new Answer(
        request,
        answer.statusCode(),
        answer.headers().firstValue("content-type").orElse(""),
        headers,
        body);
  }

  /** Looks again with each event until it is so. */
  private void await(String what, Callable<Boolean> so) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!so.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Events known = feed;
      if (known == null) {
        // The processor is the program's, which has half a minute before it judges.
        Void unused = CompletableFuture.runAsync(() -> {}, A_MOMENT_LATER).join();
      } else {
        known.next();
      }
    }
  }
}
