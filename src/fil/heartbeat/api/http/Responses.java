package fil.heartbeat.api.http;

import fil.heartbeat.context.Futures;
import fil.heartbeat.text.Sha256;
import fil.heartbeat.text.Untrusted;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers: bodies with an ETag, and problem documents (RFC 9457). */
public final class Responses {
  private static final Logger log = LoggerFactory.getLogger(Responses.class);

  public static final String JSON = "application/json";

  /** Bytes handed to a socket at once. */
  public static final int SLICE = 64 * 1024;

  /** Characters of a path in the log. */
  public static final int MAX_LOGGED = 200;

  /** Bytes of a request line that a server with these answers accepts. */
  public static final int MAX_LINE = 32 * 1024;

  private static final String PROBLEM = "application/problem+json";
  private static final int TAG_BYTES = 12;

  private Responses() {}

  public static void json(RoutingContext ctx, Future<JsonObject> body) {
    body.onSuccess(answer -> json(ctx, answer)).onFailure(ctx::fail);
  }

  public static void json(RoutingContext ctx, JsonObject body) {
    body(ctx, JSON, body.toBuffer());
  }

  /** Sends a body with an ETag, by which a client may ask for it again. */
  public static void body(RoutingContext ctx, String type, Buffer body) {
    // Weak, because compression on the way changes the bytes.
    String tag = "W/\"" + tag(body) + '"';
    common(ctx);
    ctx.response().putHeader(HttpHeaders.ETAG, tag);
    ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    ctx.response().putHeader(HttpHeaders.VARY, "accept, accept-encoding, authorization, cookie");
    if (matches(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
      finish(ctx.response().setStatusCode(304).end());
      return;
    }
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    end(ctx, body);
  }

  /** Sends a body that must not be cached. */
  public static void fresh(RoutingContext ctx, String type, Buffer body) {
    common(ctx);
    ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    end(ctx, body);
  }

  /** Answers 204. */
  public static void empty(RoutingContext ctx) {
    common(ctx);
    finish(ctx.response().setStatusCode(204).end());
  }

  /**
   * Answers a failure with a problem document. A fault of the client is not ours, whoever detected
   * it: this program, the router (by a status of 4xx) or the connection (by its end). Only the rest
   * is logged as an error.
   */
  public static void problem(RoutingContext ctx) {
    problem(ctx, failure -> false);
  }

  /**
   * Answers a failure with a problem document, as {@link #problem(RoutingContext)} does.
   *
   * @param unavailable selects failures that pass by themselves and are reported elsewhere: 503, no
   *     error
   */
  public static void problem(RoutingContext ctx, Predicate<Throwable> unavailable) {
    Throwable failure = ctx.failure();
    int status = ctx.statusCode();
    if (failure instanceof ApiException e) {
      problem(ctx, e);
    } else if (failure == null) {
      ctx.next();
    } else if (ctx.response().closed() || failure instanceof HttpClosedException) {
      log.debug("request broke off path={} cause={}", shown(ctx), failure.getMessage());
    } else if (status >= 400 && status < 500) {
      problem(
          ctx,
          status,
          HttpResponseStatus.valueOf(status).reasonPhrase(),
          String.valueOf(failure.getMessage()));
    } else if (unavailable.test(failure)) {
      log.debug("not available path={} cause={}", shown(ctx), failure.getMessage());
      problem(ctx, 503, "Service Unavailable", String.valueOf(failure.getMessage()));
    } else {
      log.error("request failed path={}", shown(ctx), failure);
      problem(ctx, 500, "Internal error", "the log of the server says more");
    }
  }

  private static String shown(RoutingContext ctx) {
    return Untrusted.ascii(String.valueOf(ctx.request().path()), MAX_LOGGED);
  }

  /**
   * Answers bytes that are not a request, and closes the connection, as the start of the next
   * request is unknown.
   */
  public static void malformed(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        cause instanceof TooLongHttpLineException
            ? 414
            : cause instanceof TooLongHttpHeaderException ? 431 : 400;
    JsonObject body =
        problem(
            status,
            HttpResponseStatus.valueOf(status).reasonPhrase(),
            "the request line and headers (expected: HTTP/1.1, at most "
                + MAX_LINE
                + " and "
                + HttpServerOptions.DEFAULT_MAX_HEADER_SIZE
                + " bytes)",
            "/");
    finish(
        request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
            .putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM)
            .end(body.toBuffer()));
    Futures.logged(request.connection().close(), log, "close of a connection");
  }

  public static void problem(RoutingContext ctx, ApiException e) {
    e.headers().forEach(ctx.response()::putHeader);
    problem(ctx, e.status(), e.title(), String.valueOf(e.getMessage()));
  }

  public static void problem(RoutingContext ctx, int status, String title, String detail) {
    if (ctx.response().headWritten()) {
      ctx.response().reset();
      return;
    }
    JsonObject body = problem(status, title, detail, ctx.request().path());
    ctx.response().setStatusCode(status);
    fresh(ctx, PROBLEM, body.toBuffer());
  }

  private static JsonObject problem(int status, String title, String detail, String path) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .put("instance", path);
  }

  /** Logs at debug level only: a client that goes away before its answer is not our failure. */
  public static void finish(Future<Void> written) {
    written.onFailure(gone -> log.debug("answer not delivered cause={}", gone.getMessage()));
  }

  /** Whether the client asked for CSV, by {@code format=csv} or by its {@code Accept} header. */
  public static boolean wantsCsv(RoutingContext ctx, Parameters query) {
    Optional<String> format = query.text("format");
    if (format.isPresent()) {
      return switch (format.get()) {
        case "csv" -> true;
        case "json" -> false;
        default -> throw query.bad("format", "csv or json");
      };
    }
    String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.startsWith("text/csv");
  }

  private static void common(RoutingContext ctx) {
    ctx.response().putHeader("x-content-type-options", "nosniff");
  }

  private static void end(RoutingContext ctx, Buffer body) {
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      ctx.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
      finish(ctx.response().end());
    } else if (body.length() > SLICE) {
      // A client that requests much at once and does not read gets no more than its socket takes.
      ctx.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
      PulledAnswer.send(ctx, body);
    } else {
      finish(ctx.response().end(body));
    }
  }

  private static boolean matches(@Nullable String header, String tag) {
    return header != null
        && (header.strip().equals("*") || (", " + header + ",").contains(" " + tag + ","));
  }

  /** Returns a tag that is equal for equal bytes. */
  static String tag(Buffer body) {
    byte[] digest = Arrays.copyOf(Sha256.of(body.getBytes()), TAG_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }
}
