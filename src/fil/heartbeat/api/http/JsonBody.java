package fil.heartbeat.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.text.GoDuration;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The JSON body of a request. Every fault names the member, its value and what was expected. */
public final class JsonBody {
  /** The limit of every route: many times the longest body that a route needs. */
  public static final long MAX_BYTES = 64 * 1024;

  private static final int MAX_SHOWN = 100;

  private final JsonObject members;

  private JsonBody(JsonObject members) {
    this.members = members;
  }

  /**
   * Reads the body; an empty one counts as an object without members.
   *
   * @throws ApiException when it is not an object, or has a member of another name
   */
  public static JsonBody of(RoutingContext ctx, Set<String> names) {
    JsonBody body = new JsonBody(parse(ctx));
    for (String name : body.members.fieldNames()) {
      if (!names.contains(name)) {
        throw body.bad(name, "one of " + String.join(", ", new TreeSet<>(names)));
      }
    }
    return body;
  }

  private static JsonObject parse(RoutingContext ctx) {
    try {
      // JSON is UTF-8, whatever the content type calls it.
      Buffer bytes = ctx.body().buffer();
      String text = bytes == null ? "" : bytes.toString(UTF_8);
      return text.isBlank() ? new JsonObject() : new JsonObject(text);
    } catch (DecodeException e) {
      throw new ApiException(400, "Bad body", "body: no JSON object (expected: {\"member\": …})");
    }
  }

  public @Nullable Object value(String name) {
    return members.getValue(name);
  }

  public boolean has(String name) {
    return members.getValue(name) != null;
  }

  /** Returns a text in one line, without surrounding space; empty when it is absent or blank. */
  public Optional<String> line(String name, int max) {
    Object value = members.getValue(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text
        && text.length() <= max
        && text.chars().noneMatch(Character::isISOControl)) {
      return Optional.of(text.strip()).filter(line -> !line.isEmpty());
    }
    throw bad(name, "text of at most " + max + " characters in one line");
  }

  public Optional<Instant> instant(String name) {
    Object value = members.getValue(name);
    if (value == null) {
      return Optional.empty();
    }
    String form = "a time such as 2026-01-02T03:04:05Z";
    if (!(value instanceof String text)) {
      throw bad(name, form);
    }
    try {
      return Optional.of(Times.parse(text));
    } catch (DateTimeException e) {
      throw bad(name, Times.expected(e, form));
    }
  }

  public Optional<Duration> duration(String name) {
    Object value = members.getValue(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      if (value instanceof String text) {
        return Optional.of(GoDuration.parse(text));
      }
    } catch (IllegalArgumentException e) {
      // Rejected below.
    }
    throw bad(name, "a Go duration such as 30m or 8h");
  }

  public ApiException bad(String name, String expected) {
    return bad(name, members.getValue(name), expected);
  }

  public static ApiException bad(String name, @Nullable Object value, String expected) {
    String text = value == null ? "(missing)" : String.valueOf(value);
    String shown = Untrusted.cut(Untrusted.line(text), MAX_SHOWN);
    return new ApiException(400, "Bad body", name + ": " + shown + " (expected: " + expected + ")");
  }
}
