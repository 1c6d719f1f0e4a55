package fil.heartbeat.truth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the HTTP server answers, as programs read it. */
final class Answers {
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  Answers(int port) {
    this.port = port;
  }

  private String get(String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            BodyHandlers.ofString())
        .body();
  }

  private JsonArray array(String path, String member) throws IOException, InterruptedException {
    return new JsonObject(get(path)).getJsonArray(member);
  }

  /** Name to state. */
  Map<String, String> nodes() throws IOException, InterruptedException {
    Map<String, String> all = new TreeMap<>();
    JsonArray nodes = array("/api/v1/nodes", "nodes");
    for (int i = 0; i < nodes.size(); i++) {
      JsonObject node = nodes.getJsonObject(i);
      all.put(node.getString("nickname"), node.getString("state"));
    }
    return all;
  }

  /** Those that fire: the rule, and the name of the node if it is about one. */
  Set<String> alerts() throws IOException, InterruptedException {
    Set<String> all = new TreeSet<>();
    JsonArray alerts = array("/api/v1/alerts?status=firing", "alerts");
    for (int i = 0; i < alerts.size(); i++) {
      JsonObject alert = alerts.getJsonObject(i);
      String rule = alert.getString("rule");
      String name = alert.getJsonObject("labels").getString("nickname");
      if (!rule.equals("Watchdog")) {
        all.add(name == null ? rule : rule + " " + name);
      }
    }
    return all;
  }

  private Map<String, Integer> counts(String metric, String label, String with)
      throws IOException, InterruptedException {
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : get("/metrics").split("\n", -1)) {
      if (line.startsWith(metric + "{") && line.contains(with)) {
        Map<String, String> labels = new TreeMap<>();
        Matcher found = LABEL.matcher(line);
        while (found.find()) {
          labels.put(found.group(1), found.group(2));
        }
        int count = (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        if (count > 0 && !"Watchdog".equals(labels.get("rule"))) {
          counts.merge(labels.get(label), count, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** State to how many are in it. */
  Map<String, Integer> nodesOfMetrics() throws IOException, InterruptedException {
    return counts("fil_heartbeat_nodes", "state", "");
  }

  /** Rule to how many of it fire. */
  Map<String, Integer> alertsOfMetrics() throws IOException, InterruptedException {
    return counts("fil_heartbeat_alerts", "rule", "status=\"firing\"");
  }

  String ready() throws IOException, InterruptedException {
    return get("/health/ready");
  }

  boolean isDegraded() throws IOException, InterruptedException {
    return new JsonObject(ready()).getString("status").equals("degraded");
  }
}
