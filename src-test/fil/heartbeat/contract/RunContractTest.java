package fil.heartbeat.contract;

import fil.heartbeat.testing.LogbackRestored;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a run of the whole program says to others, against the texts beside this class. */
@ExtendWith(LogbackRestored.class)
class RunContractTest {
  private static final String[] WORDS = {
    "basis",
    "from",
    "rule",
    "scope",
    "severity",
    "sink",
    "standing",
    "status",
    "to",
    "via",
    "voters"
  };

  @TempDir static Path folder;
  private static Recording run;

  /** Three runs at most; one whose output never comes is not interrupted, but left. */
  @BeforeAll
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  static void record() throws Exception {
    run = Recording.make(folder);
  }

  /** Without what each run has of its own. */
  private static String steady(String text) {
    return text.replace(run.folder.toString(), "FOLDER")
        .replaceAll("127\\.0\\.0\\.1(:|/tcp/)\\d+", "127.0.0.1$1PORT")
        .replaceAll("(from|to)=[^&]*", "$1=TIME")
        .replaceAll("session=[^;]+; M", "session=ID; M")
        .replaceAll("Expires=[^;]+", "Expires=DATE")
        .replaceAll("test-[-0-9a-f]{36}", "test-UUID")
        .replaceAll("\"(Head|Height)\":(\"[^\"]+\"|\\d+)", "\"$1\":$1")
        .replaceAll("\\d+ bytes written", "N bytes written")
        .replaceAll("height \\d+, \\d+ s old", "height N, N s old")
        .replaceAll("(?!0001)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "TIME");
  }

  private static List<String> steady(List<String> lines) {
    return lines.stream().map(RunContractTest::steady).toList();
  }

  @Test
  void readyLinesAndTheExitCode() {
    List<String> lines = new ArrayList<>(steady(run.ready));
    lines.add("exit code after SIGTERM: " + run.exitCode);
    Golden.compare("ready.txt", lines);
  }

  @Test
  void answersOfTheApi() {
    List<String> lines = new ArrayList<>();
    run.answers.forEach(
        (name, answer) -> {
          lines.add("");
          lines.add("## " + steady(name));
          lines.add(answer.status() + " " + answer.type());
          answer.headers().forEach(header -> lines.add(steady(header)));
          if (answer.type().contains("json") && !answer.request().endsWith("openapi.json")) {
            lines.addAll(Shape.of(answer.json(), WORDS));
          } else if (answer.type().contains("csv")) {
            lines.add(answer.body().lines().findFirst().orElse(""));
          }
        });
    Golden.compare("api.txt", lines.subList(1, lines.size()));
  }

  @Test
  void eventsOfTheFeed() {
    List<String> lines = new ArrayList<>();
    run.eventsByKind.forEach(
        (kind, data) -> {
          if (kind.equals("head")) {
            return; // with a new epoch only
          }
          lines.add("");
          lines.add("## " + kind);
          run.events.stream()
              .filter(event -> event.kind().equals(kind))
              .map(Events.Event::fields)
              // A clock while a group is on its way has no id: whether one came is chance.
              .filter(fields -> !kind.equals("clock") || fields.startsWith("id"))
              .distinct()
              .sorted()
              .forEach(lines::add);
          data.forEach(RunContractTest::leaveOutWhatDependsOnTheMoment);
          lines.addAll(kind.equals("alert") ? shapeOfUnresolved(data) : Shape.of(data, WORDS));
        });
    Golden.compare("events.txt", lines.subList(1, lines.size()));
  }

  /** Which rules fire and which alerts resolve while the feed is read is a matter of moments. */
  private static List<String> shapeOfUnresolved(List<JsonObject> alerts) {
    return Shape.of(
        alerts.stream().filter(alert -> !"resolved".equals(alert.getString("status"))).toList(),
        "severity");
  }

  /** Nodes in a delta have some of the members of those in a snapshot. */
  private static void leaveOutWhatDependsOnTheMoment(JsonObject data) {
    if (data.containsKey("removed")) {
      data.put("nodes", new JsonArray());
    }
    if (data.getValue("starting") instanceof JsonObject starting) {
      JsonObject before = starting.getJsonObject("before");
      starting.put("before", new JsonObject(new TreeMap<>(before.getMap())));
    }
  }

  @Test
  void metricsWithTypesAndLabels() {
    Golden.compare("metrics.txt", Metrics.shape(run.metrics));
  }

  /** One line for each alert, since how many of them go together is a matter of moments. */
  @Test
  void bodiesThatReceiversGet() {
    List<String> lines = new ArrayList<>();
    run.posts.forEach(
        (path, posts) -> {
          lines.add("## " + path);
          posts.stream()
              .flatMap(post -> post.headers().stream())
              .map(header -> steady(header).replaceAll("[0-9a-f]{16,64}", "HEX"))
              .distinct()
              .sorted()
              .forEach(lines::add);
          posts.stream()
              .flatMap(post -> parts(post.body()))
              .map(part -> steady(part.encodePrettily()))
              .distinct()
              .sorted()
              .forEach(lines::add);
        });
    Golden.compare("receivers.txt", lines);
  }

  private static Stream<JsonObject> parts(String body) {
    return body.startsWith("[")
        ? new JsonArray(body).stream().map(JsonObject.class::cast)
        : Stream.of(new JsonObject(body));
  }

  @Test
  void tablesAndWhatIsStored() throws Exception {
    List<String> lines = new ArrayList<>();
    lines.addAll(Stored.rows(run.data, "PRAGMA application_id"));
    lines.addAll(Stored.rows(run.data, "PRAGMA user_version"));
    List<String> tables = new ArrayList<>();
    for (String table :
        Stored.rows(run.data, "SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name")) {
      tables.add(
          table.replaceAll("_\\d+$", "_DAY")
              + ": "
              + String.join(
                  ", ",
                  Stored.rows(
                      run.data,
                      "SELECT name || ' ' || type FROM pragma_table_info('" + table + "')")));
    }
    tables.stream().distinct().forEach(lines::add);
    Map<String, List<JsonObject>> kinds = new LinkedHashMap<>();
    for (String row :
        Stored.rows(
            run.data,
            "SELECT kind, body FROM alert_piece UNION ALL SELECT 'alert_ended', body FROM"
                + " alert_ended ORDER BY 1, 2")) {
      kinds
          .computeIfAbsent(row.substring(0, row.indexOf('|')), none -> new ArrayList<>())
          .add(new JsonObject(row.substring(row.indexOf('|') + 1)));
    }
    kinds.forEach(
        (kind, bodies) -> {
          lines.add("## " + kind);
          lines.addAll(Shape.of(bodies, "rule", "status", "severity"));
        });
    Golden.compare("stored.txt", lines);
  }

  @Test
  void whatCommandsPrint() {
    List<String> lines = new ArrayList<>();
    run.commands.forEach(
        (command, result) -> {
          lines.add("## " + steady(command));
          lines.add("exit code " + result.code());
          result
              .out()
              .lines()
              .map(RunContractTest::steady)
              .map(
                  line ->
                      line.replaceAll(" +\\d+ ms", " N ms")
                          .replaceAll("bytes=\\d+", "bytes=N")
                          // Whatever this machine is.
                          .replaceAll("about \\d+ nodes", "about N nodes")
                          .replaceAll("limited by .*; next: .*", "limited by …; next: …"))
              .forEach(lines::add);
        });
    Golden.compare("commands.txt", lines);
  }
}
