package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.swarm.SwarmConfig;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SwarmCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CompletableFuture<String> progress = new CompletableFuture<>();

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** The progress lines, up to a refused dial. */
  private PrintStream told() {
    return new PrintStream(err, true, StandardCharsets.UTF_8) {
      @Override
      public void println(String line) {
        super.println(line);
        if (line.contains("refused")) {
          progress.complete(line);
        }
      }
    };
  }

  @Test
  void aSwarmWithoutAReachableTargetFailsAndSaysWhy() throws Exception {
    try (HeldPort refusing = new HeldPort()) {
      String target =
          refusing.address() + "/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
      Map<String, String> options = Map.of("--target", target, "--nodes", "3", "--duration", "1h");
      SwarmCommand swarm =
          new SwarmCommand(SwarmConfig.parse(options), "built-in", stream(out), told());
      CompletableFuture<Integer> code = CompletableFuture.supplyAsync(swarm::run);
      assertThat(Await.done(progress)).contains("connected=0/3");
      swarm.end();
      assertThat(Await.done(code)).isEqualTo(Main.FAILURE);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("monitorAfter", "not one node could connect to [" + target, "refused");
    }
    JsonObject summary = new JsonObject(out.toString(StandardCharsets.UTF_8));
    assertThat(summary.getInteger("connects")).isZero();
    assertThat(summary.getJsonObject("failures").getInteger("dial-connect-failed")).isPositive();
  }
}
