package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Daemon;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log of the program during many invalid requests: sixty clients once caused 406 MB in 20 s.
 */
@Timeout(120)
class LogFloodProcessTest {
  private static final int CLIENTS = 60;
  private static final int REQUESTS = 200;
  private static final long ENOUGH_BYTES = 100_000;

  /** Request lines with their headers. */
  private static final List<String> FAULTS =
      List.of(
          fault("POST /metrics", "localhost", ""),
          fault("GET /%zz", "localhost", ""),
          fault("GET /api/v1/nodes?q=%", "localhost", ""),
          fault("POST /api/v1/session", "localhost", "{\"token\":\"wrong\"}"),
          fault("GET /", "localhost\r\nHost: localhost", ""),
          fault("POST /api/v1/nodes/" + "x".repeat(3_000), "localhost", ""),
          fault("GET /api/v1/nodes/a/history?to=+1000000000-01-01T00:00:00Z", "localhost", ""),
          fault("GET /metrics", "elsewhere.test", ""));

  private static String fault(String request, String host, String body) {
    return request
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @TempDir private Path folder;

  @Test
  void manyInvalidRequestsWriteFewLines() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},"
            + "\"http\":{\"port\":0,\"maxConnectionsPerAddress\":100}}");
    try (Daemon daemon = Daemon.start(Daemon.command(folder), folder.resolve("log"))) {
      AtomicInteger answered = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        int first = i;
        new Thread(
                () -> {
                  ask(daemon.port(), first, answered);
                  done.countDown();
                })
            .start();
      }
      done.await();
      assertThat(answered).hasValueGreaterThan(CLIENTS * REQUESTS / 2);
      assertThat(daemon.log().length()).isLessThan((int) ENOUGH_BYTES);
      assertThat(daemon.log()).doesNotContain("ERROR", "Exception", "\tat ");
    }
  }

  /** A fault may end the connection; the next request uses another. */
  private static void ask(int port, int first, AtomicInteger answered) {
    int next = 0;
    while (next < REQUESTS) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        InputStream answers = socket.getInputStream();
        byte[] buffer = new byte[1 << 16];
        int read = 0;
        while (read >= 0 && next < REQUESTS) {
          String request = FAULTS.get((first + next) % FAULTS.size());
          next++;
          socket.getOutputStream().write(request.getBytes(US_ASCII));
          read = answers.read(buffer);
          answered.addAndGet(read >= 0 ? 1 : 0);
        }
      } catch (IOException e) {
        // Closed by the other side, which is a valid answer.
      }
    }
  }
}
