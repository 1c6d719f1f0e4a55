package fil.heartbeat.interop;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus itself, beside the test, with the rules of {@code docs}. */
record PrometheusServer(Program program, WebClient client, String url) implements AutoCloseable {
  static final Path RULES = Path.of("docs", "prometheus-rules.yml").toAbsolutePath();
  static final Path DASHBOARD = Path.of("docs", "grafana-dashboard.json").toAbsolutePath();

  /** Scrapes one aggregator each second. */
  static PrometheusServer start(Path folder, WebClient client, String scraped) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global:
              scrape_interval: 1s
            rule_files: ["%s"]
            scrape_configs:
              - job_name: heartbeat
                static_configs:
                  - targets: ["%s"]
            """
                .formatted(RULES, scraped.replace("http://", "")));
    Program program =
        Program.start(
            folder,
            List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:0"));
    try {
      String address = program.await("Listening on.* address=(127\\.0\\.0\\.1:\\d+)").group(1);
      return new PrometheusServer(program, client, "http://" + address);
    } catch (AssertionError e) {
      program.close();
      throw e;
    }
  }

  /** What a query gives now; nothing while it is still starting. */
  JsonArray query(String expression) {
    HttpResponse<Buffer> answer =
        Wait.on(client.getAbs(url + "/api/v1/query").addQueryParam("query", expression).send());
    if (answer.statusCode() == 503) {
      return new JsonArray();
    }
    if (answer.statusCode() != 200) {
      throw new AssertionError(expression + ": " + answer.bodyAsString());
    }
    return answer.bodyAsJsonObject().getJsonObject("data").getJsonArray("result");
  }

  /** Every rule that it knows. */
  List<JsonObject> rules() {
    JsonArray groups =
        Wait.on(client.getAbs(url + "/api/v1/rules").send())
            .bodyAsJsonObject()
            .getJsonObject("data")
            .getJsonArray("groups");
    List<JsonObject> rules = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      JsonArray each = groups.getJsonObject(i).getJsonArray("rules");
      for (int j = 0; j < each.size(); j++) {
        rules.add(each.getJsonObject(j));
      }
    }
    return rules;
  }

  /** Every query of the Grafana dashboard, with its variables as Grafana fills them for all. */
  static List<String> dashboard() throws IOException {
    JsonArray panels = new JsonObject(Files.readString(DASHBOARD)).getJsonArray("panels");
    List<String> queries = new ArrayList<>();
    for (int i = 0; i < panels.size(); i++) {
      JsonArray targets = panels.getJsonObject(i).getJsonArray("targets", new JsonArray());
      for (int j = 0; j < targets.size(); j++) {
        queries.add(
            targets
                .getJsonObject(j)
                .getString("expr")
                .replace("$__rate_interval", "1m")
                .replace("$instance", ".*")
                .replace("$network", ".*"));
      }
    }
    return queries;
  }

  @Override
  public void close() {
    program.close();
  }
}
