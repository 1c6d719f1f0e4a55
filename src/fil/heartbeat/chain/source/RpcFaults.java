package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcAnswer.ErrorObject;
import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.text.Untrusted;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of what comes back when it is no result, in words for the operator. Nodes disagree
 * with HTTP: lotus sends an unknown method with status 500 and a refused permission with 200. Pure.
 *
 * @param method that was called
 * @param url for the messages, without secrets
 * @param tokenRemedy what to do about a refused token
 */
record RpcFaults(String method, String url, String tokenRemedy) {
  private static final int MAX_SHOWN = 200;
  private static final int MAX_SHOWN_BODY = 60;

  // JSON-RPC's own codes, and those of Forest and lotus.
  private static final int INVALID_REQUEST = -32600;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int PARSE_ERROR = -32700;
  private static final int FOREST_UNSUPPORTED = -32001;
  private static final int FOREST_NO_PERMISSION = -32003;
  private static final int OLD_FOREST_NO_PERMISSION = 401;
  private static final int LOTUS_APPLICATION = 1;
  private static final int LOTUS_F3_DISABLED = 4;

  /** Of any node; venus has two blanks before the bracket. */
  private static final String NO_PERMISSION = "missing permission to invoke";

  private static final Pattern GATEWAY_BUSY =
      Pattern.compile("^(server busy|connection limited)\\b");
  private static final Pattern BLANKS = Pattern.compile("[\\p{Cntrl}\\s]+");

  private static final String RPC_PATHS =
      "a node's RPC path: full node /rpc/v1, miner and Curio /rpc/v0";

  /**
   * The meaning of a status that decides alone, whatever the body; null for another.
   *
   * @param location header of that name
   * @param wait that the server asks for
   */
  @Nullable RpcException ofStatus(
      int status, @Nullable String location, @Nullable Duration wait, String body) {
    if (status >= 300 && status < 400) {
      return fault(Kind.MOVED, "HTTP " + status + " from", " to " + shown(location), movedTo());
    }
    return switch (status) {
      case 401 -> notAuthorised("401 from " + url);
      case 403 ->
          // Forest's filter of methods answers one word.
          body.strip().equals("Forbidden")
              ? noMethod("HTTP 403 from " + url + ": Forbidden")
              : notAuthorised("403 from " + url + ": refused by what stands before the node");
      case 404 -> fault(Kind.WRONG_PATH, "HTTP 404 from", "", RPC_PATHS);
      case 429 -> rateLimited("HTTP 429 from " + url + excerpt(body), wait);
      case 502, 503, 504 -> unavailable(status, body);
      default -> null;
    };
  }

  /** The meaning of an error object. */
  RpcException ofError(int status, ErrorObject error) {
    String told = shorten(error.message());
    String text = "error " + error.code() + " from " + url + ": " + told;
    long code = error.code();
    if (code == FOREST_NO_PERMISSION
        || code == OLD_FOREST_NO_PERMISSION
        || told.contains(NO_PERMISSION)) {
      return notAuthorised(text);
    }
    if (code == METHOD_NOT_FOUND
        || (code == FOREST_UNSUPPORTED && told.startsWith("unsupported method"))
        || (code == LOTUS_F3_DISABLED && told.contains("f3 is disabled"))) {
      return noMethod(text);
    }
    if (code == LOTUS_APPLICATION && GATEWAY_BUSY.matcher(told).find()) {
      return rateLimited(text, null);
    }
    if (code == INVALID_REQUEST || code == PARSE_ERROR) {
      return new RpcException(
          Kind.BAD_ANSWER,
          method + ": HTTP " + status + ", " + text + " (expected: a node's JSON-RPC)");
    }
    return new RpcException(
        Kind.NODE_ERROR, method + ": " + text + " (expected: a result; see the node's log)");
  }

  /** The meaning of a body that is no JSON-RPC answer. */
  RpcException ofShape(int status, String why, String body) {
    if (status >= 500) {
      return unavailable(status, body);
    }
    return fault(
        Kind.BAD_ANSWER,
        "HTTP " + status + " from",
        ": " + shorten(why) + excerpt(body),
        "a node's JSON-RPC; is the path right, such as /rpc/v1?");
  }

  /** A JSON-RPC answer with a status that goes with none. */
  RpcException ofUnusualStatus(int status, String body) {
    return ofShape(status, "an unusual status", body);
  }

  /** A result that does not hold what the method returns. */
  static RpcException badResult(String method, String why, String expected) {
    return new RpcException(
        Kind.BAD_ANSWER, method + ": " + shorten(why) + " (expected: " + expected + ")");
  }

  /** No whole answer within the timeout. */
  RpcException late(Duration timeout) {
    return fault(
        Kind.UNAVAILABLE,
        "no whole answer within " + timeout.toMillis() + " ms from",
        "",
        "a node that keeps up; is it overloaded?");
  }

  /** An answer beyond the limit. */
  RpcException tooLong(int maxBytes) {
    return fault(
        Kind.UNAVAILABLE,
        "answer of more than " + maxBytes + " bytes from",
        "",
        "a node's JSON-RPC");
  }

  /** No connection, or one that broke. */
  RpcException noAnswer(Throwable failure) {
    String tls = TlsCause.of(failure);
    if (tls != null) {
      return fault(
          Kind.TLS,
          "no TLS connection to",
          ": " + shorten(tls),
          "see caFile, the URL's host name" + " and its scheme");
    }
    String message = failure.getMessage();
    return fault(
        Kind.UNAVAILABLE,
        "no answer from",
        ": " + shorten(message == null ? failure.getClass().getSimpleName() : message),
        "a node that runs and listens there");
  }

  private RpcException notAuthorised(String what) {
    return new RpcException(
        Kind.NOT_AUTHORISED, method + ": " + what + " (expected: " + tokenRemedy + ")");
  }

  private RpcException noMethod(String what) {
    return new RpcException(
        Kind.NO_METHOD,
        method + ": " + what + " (expected: a node with that method at " + path() + ")");
  }

  private RpcException rateLimited(String what, @Nullable Duration wait) {
    return new RpcException(
        Kind.RATE_LIMITED,
        method
            + ": "
            + what
            + (wait == null ? "" : ", again in " + wait.toSeconds() + " s")
            + " (expected: fewer requests than the server's limit; raise it, or pollPeriod)",
        wait);
  }

  private RpcException unavailable(int status, String body) {
    return fault(
        Kind.UNAVAILABLE,
        "HTTP " + status + " from",
        excerpt(body),
        "a node behind the proxy; it is up, the node is not");
  }

  private RpcException fault(Kind kind, String before, String after, String expected) {
    return new RpcException(
        kind, method + ": " + before + " " + url + after + " (expected: " + expected + ")");
  }

  private static String movedTo() {
    return "the new place in the configuration, such as in chain.url; redirects are not followed";
  }

  private String path() {
    try {
      return String.valueOf(URI.create(url).getPath());
    } catch (IllegalArgumentException e) {
      return url;
    }
  }

  /** The absolute place of a redirect, without secrets. */
  private String shown(@Nullable String location) {
    if (location == null || location.isBlank()) {
      return "nowhere";
    }
    try {
      return shorten(withoutSecrets(URI.create(url).resolve(location.strip()).toString()));
    } catch (IllegalArgumentException e) {
      return "a place that is no URL";
    }
  }

  /** How a body that is no answer begins, for a person to recognise it; empty when it is empty. */
  private static String excerpt(String body) {
    String text =
        Untrusted.line(
            BLANKS.matcher(Untrusted.cut(body, 4 * MAX_SHOWN_BODY)).replaceAll(" ").strip());
    return text.isEmpty() ? "" : ": " + Untrusted.cut(text, MAX_SHOWN_BODY);
  }

  /** Nodes send messages of several lines; a space separates them better than U+FFFD. */
  static String shorten(String text) {
    return Untrusted.cut(Untrusted.line(text.replaceAll("\\p{Cntrl}", " ")), MAX_SHOWN);
  }

  /** Returns scheme, host, port and path; user, password and query may be secrets. */
  static String withoutSecrets(String url) {
    try {
      URI uri = URI.create(url);
      String authority = String.valueOf(uri.getRawAuthority());
      return uri.getScheme()
          + "://"
          + authority.substring(authority.lastIndexOf('@') + 1)
          + uri.getPath();
    } catch (IllegalArgumentException e) {
      return "the configured URL";
    }
  }

  /** Returns the text of a body, as far as it is UTF-8. */
  static String text(byte[] body) {
    return new String(body, 0, Math.min(body.length, 4 * MAX_SHOWN), StandardCharsets.UTF_8);
  }
}
