package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fuzzer holds the API of a running fleet against the document that it serves. */
class SchemaInterop {
  private static final Path FOLDER = Path.of("src-test", "peers", "schemathesis").toAbsolutePath();
  private static final Path TOOLS = Path.of("target", "schemathesis").toAbsolutePath();

  @TempDir private Path folder;

  private static void run(List<String> command) {
    try (Program program = Program.start(TOOLS, command)) {
      assertThat(program.end()).as(program.said()).isZero();
    }
  }

  private static String installed() throws IOException {
    // Its caches belong to what is built.
    Files.createDirectories(TOOLS);
    run(List.of("python3", "-m", "venv", TOOLS.toString()));
    run(
        List.of(
            TOOLS.resolve("bin/pip").toString(),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            FOLDER.resolve("requirements.txt").toString()));
    return TOOLS.resolve("bin/schemathesis").toString();
  }

  @Test
  void nothingThatTheDocumentSaysIsOtherwise() throws IOException {
    String fuzzer = installed();
    try (Aggregator fleet = Aggregator.start(folder, new JsonObject(), new JsonObject());
        Program swarm = fleet.swarm(10, 1)) {
      swarm.await("connected=10");
      String secret = Files.readString(folder.resolve("data/local.token")).strip();
      run(
          List.of(
              fuzzer,
              "--config-file",
              FOLDER.resolve("schemathesis.toml").toString(),
              "run",
              "http://127.0.0.1:" + fleet.port() + "/openapi.json",
              "--header",
              "Authorization: Bearer " + secret,
              // It has no end.
              "--exclude-path",
              "/api/v1/events",
              "--seed",
              "1",
              "--max-examples",
              "40",
              "--no-color"));
    }
  }
}
