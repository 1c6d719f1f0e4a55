package fil.heartbeat.api.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.config.LogMarkers;
import fil.heartbeat.context.Futures;
import fil.heartbeat.fleet.NodeHealth.Answer;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers HAProxy's agent checks: takes a connection, reads one line with the name or peer id of a
 * node, writes one line and closes.
 *
 * <p>HAProxy leaves a server as it is when the connection is refused or when the answer is only a
 * comment. So this listens only once nodes are judged, and answers an unknown name with a comment.
 * {@code up} always comes with {@code ready}: HAProxy lets only an agent take back what an agent
 * said.
 *
 * <p>All on the loop of the HTTP server.
 */
final class AgentPort {
  private static final Logger log = LoggerFactory.getLogger(AgentPort.class);

  /** Bytes of a line: a name has at most 64 characters of four bytes. */
  static final int MAX_LINE = 512;

  /** Connections at once; HAProxy has one for each server, for a few milliseconds. */
  static final int MAX_OPEN = 256;

  /** HAProxy sends its line at once. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String UNKNOWN = "#no node of the fleet has this name or peer id\n";
  private static final int MAX_LOGGED = 100;

  /** Why a check was not answered with up or down. */
  private enum Drop {
    CLOSED("closed"),
    CONNECTIONS("connections"),
    TOO_LATE("too-late"),
    TOO_LONG("too-long"),
    UNKNOWN("unknown-node");

    private final String label;

    Drop(String label) {
      this.label = label;
    }
  }

  private final Vertx vertx;
  private final String host;
  private final int port;
  private final Function<String, Optional<Answer>> health;
  private final Duration patience;
  private final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
  private long received;
  private long answered;
  private int open;
  private boolean reported;
  private @Nullable NetServer server;

  /**
   * @param health the answer for a name or peer id
   * @param patience how long a line may take
   */
  AgentPort(
      Vertx vertx,
      String host,
      int port,
      Function<String, Optional<Answer>> health,
      Duration patience) {
    this.vertx = vertx;
    this.host = host;
    this.port = port;
    this.health = health;
    this.patience = patience;
    for (Drop each : Drop.values()) {
      dropped.put(each, 0L);
    }
  }

  /** Fails when the port cannot be bound now. Does not listen. */
  Future<Void> check() {
    return vertx.executeBlocking(
        () -> {
          try (Socket probe = new Socket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
            return null;
          } catch (IOException e) {
            throw new IOException(
                "http.agentPort: "
                    + host
                    + ":"
                    + port
                    + " cannot be bound: "
                    + e.getMessage()
                    + " (expected: a free port; 0 = off)",
                e);
          }
        });
  }

  /** Listens from now on, unless it does; may be called again after a failure. */
  void listen() {
    if (server != null) {
      return;
    }
    NetServer made =
        vertx
            .createNetServer(new NetServerOptions().setHost(host).setPort(port))
            .connectHandler(socket -> new Check(socket).begin());
    server = made;
    Futures.logged(
        made.listen()
            .onSuccess(bound -> log.info("agent checks are answered host={} port={}", host, port))
            .onFailure(
                cause -> {
                  server = null;
                  if (!reported) {
                    reported = true;
                    log.error(
                        "agent checks are not answered host={} port={} cause={}",
                        host,
                        port,
                        cause.getMessage());
                  }
                }),
        log,
        "listen for agent checks");
  }

  Future<Void> close() {
    NetServer running = server;
    return running == null ? Future.succeededFuture() : running.close();
  }

  /** Returns the connections so far; answered plus dropped plus those that are open. */
  AgentCounts counts() {
    Map<String, Long> reasons = new TreeMap<>();
    dropped.forEach((reason, times) -> reasons.put(reason.label, times));
    return new AgentCounts(received, answered, reasons);
  }

  /** One connection. */
  private final class Check {
    private final NetSocket socket;
    private final Buffer bytes = Buffer.buffer();
    private boolean done;
    private long timer;

    private Check(NetSocket socket) {
      this.socket = socket;
    }

    private void begin() {
      received++;
      if (open >= MAX_OPEN) {
        drop(Drop.CONNECTIONS);
        end(socket.close());
        return;
      }
      open++;
      timer =
          vertx.setTimer(
              patience.toMillis(),
              late -> {
                if (!done) {
                  drop(Drop.TOO_LATE);
                }
                end(socket.close());
              });
      socket.exceptionHandler(broken -> log.debug("agent check broke off cause={}", broken));
      socket.closeHandler(
          closed -> {
            open--;
            vertx.cancelTimer(timer);
            if (!done) {
              drop(Drop.CLOSED);
            }
          });
      socket.handler(this::take);
    }

    private void take(Buffer more) {
      if (done) {
        return;
      }
      for (int i = 0; i < more.length(); i++) {
        if (more.getByte(i) == '\n') {
          answer(bytes.toString(UTF_8).strip());
          return;
        }
        if (bytes.length() == MAX_LINE) {
          drop(Drop.TOO_LONG);
          end(socket.close());
          return;
        }
        bytes.appendByte(more.getByte(i));
      }
    }

    private void answer(String node) {
      Optional<Answer> found = health.apply(node);
      if (found.isEmpty()) {
        drop(Drop.UNKNOWN);
        end(socket.end(Buffer.buffer(UNKNOWN)));
        return;
      }
      done = true;
      answered++;
      end(socket.end(Buffer.buffer(found.map(AgentPort::line).orElseThrow())));
    }

    private void drop(Drop reason) {
      done = true;
      dropped.merge(reason, 1L, Long::sum);
      log.info(
          LogMarkers.BY_ANYBODY,
          "agent check not answered reason={} node={} from={}",
          reason.label,
          Untrusted.ascii(bytes.toString(UTF_8), MAX_LOGGED),
          socket.remoteAddress());
    }

    private void end(Future<Void> closed) {
      Futures.logged(closed, log, "end of an agent check");
    }
  }

  private static String line(Answer answer) {
    return answer.up() ? "up ready 100%\n" : "down #" + answer.reason() + '\n';
  }
}
