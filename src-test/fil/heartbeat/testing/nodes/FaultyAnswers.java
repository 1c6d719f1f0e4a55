package fil.heartbeat.testing.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Answers that no healthy node gives. */
final class FaultyAnswers {
  private static final int HUGE = 30_000_000;
  private static final long LATE_MILLIS = 8_000;
  private static final String MOVED_TO = "https://user:secret@n.example/rpc/v1?token=secret";

  private static final Map<Fault, Integer> MOVED =
      Map.of(
          Fault.MOVED_301, 301, Fault.MOVED_302, 302, Fault.MOVED_307, 307, Fault.MOVED_308, 308);

  private static final Set<Fault> OTHERS_OF_PROXY =
      Set.of(
          Fault.HTML_200,
          Fault.HTML_403,
          Fault.HTML_502,
          Fault.FILTERED,
          Fault.TOO_MANY,
          Fault.TOO_MANY_SECONDS,
          Fault.TOO_MANY_DATE,
          Fault.TOO_MANY_WORDS,
          Fault.NEVER);

  private final Vertx vertx;

  FaultyAnswers(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Whether it comes whatever the path, the token and the method are. */
  boolean isOfProxy(Fault fault) {
    return MOVED.containsKey(fault) || OTHERS_OF_PROXY.contains(fault);
  }

  void ofProxy(HttpServerRequest request, Fault fault) {
    Integer moved = MOVED.get(fault);
    if (moved != null) {
      request.response().putHeader("Location", MOVED_TO);
      NodeDouble.respond(request, moved, "");
      return;
    }
    switch (fault) {
      case HTML_200 -> html(request, 200, "Welcome");
      case HTML_403 -> html(request, 403, "403 Forbidden");
      case HTML_502 -> html(request, 502, "502 Bad Gateway");
      case FILTERED -> NodeDouble.respond(request, 403, "Forbidden");
      case TOO_MANY_SECONDS -> limited(request, "90", "");
      case TOO_MANY_DATE ->
          limited(
              request,
              DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  Instant.now().plusSeconds(120).atOffset(ZoneOffset.UTC)),
              "");
      case TOO_MANY_WORDS ->
          NodeDouble.respond(request, 429, "Too many connections. Please try again later.");
      case TOO_MANY -> NodeDouble.respond(request, 429, "");
      default -> {
        // Never.
      }
    }
  }

  private static void limited(HttpServerRequest request, String after, String body) {
    request.response().putHeader("Retry-After", after);
    NodeDouble.respond(request, 429, body);
  }

  private static void html(HttpServerRequest request, int status, String title) {
    request.response().putHeader("Content-Type", "text/html");
    NodeDouble.respond(request, status, "<html><body><h1>" + title + "</h1></body></html>");
  }

  /**
   * @param good the answer without the fault
   */
  void ofNode(HttpServerRequest request, Fault fault, String good) {
    switch (fault) {
      case SERVER_BUSY -> busy(request, "server busy. please retry later");
      case CONNECTION_LIMITED -> busy(request, "connection limited. please retry later");
      case LATE -> vertx.setTimer(LATE_MILLIS, late -> NodeDouble.respond(request, 200, good));
      case BYTE_A_SECOND -> byteASecond(request, good);
      case CUT -> cut(request, good);
      case HUGE -> huge(request);
      case GZIP -> gzip(request, good.getBytes(UTF_8));
      case GZIP_BOMB -> gzip(request, new byte[HUGE]);
      case CONNECTION_CLOSE -> {
        request.response().putHeader("Connection", "close");
        NodeDouble.respond(request, 200, good);
      }
      default -> throw new IllegalStateException(fault + " is no fault of a node");
    }
  }

  private static void busy(HttpServerRequest request, String message) {
    NodeDouble.respond(
        request,
        200,
        "{\"error\":{\"code\":1,\"message\":\"" + message + "\"},\"id\":1,\"jsonrpc\":\"2.0\"}");
  }

  private void byteASecond(HttpServerRequest request, String good) {
    request.response().setChunked(true);
    int[] sent = {0};
    vertx.setPeriodic(
        1,
        1000,
        id ->
            request
                .response()
                .write(good.substring(sent[0], ++sent[0]))
                .onFailure(gone -> vertx.cancelTimer(id)));
  }

  private static void cut(HttpServerRequest request, String good) {
    request.response().putHeader("Content-Length", String.valueOf(good.length()));
    request
        .response()
        .write(good.substring(0, good.length() / 2))
        .eventually(() -> request.connection().close())
        .onFailure(gone -> {});
  }

  private void huge(HttpServerRequest request) {
    Buffer chunk = Buffer.buffer("x".repeat(1 << 19));
    request.response().setChunked(true);
    int[] left = {HUGE};
    vertx.setPeriodic(
        1,
        id -> {
          if (left[0] <= 0) {
            vertx.cancelTimer(id);
            request.response().end().onFailure(gone -> {});
          } else if (!request.response().writeQueueFull()) {
            left[0] -= chunk.length();
            request.response().write(chunk).onFailure(gone -> vertx.cancelTimer(id));
          }
        });
  }

  private static void gzip(HttpServerRequest request, byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    request.response().putHeader("Content-Encoding", "gzip");
    request.response().end(Buffer.buffer(packed.toByteArray())).onFailure(gone -> {});
  }
}
