package fil.heartbeat.alert.sink;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** The members of an answer, which may be no JSON, and whose members may have any type. */
final class JsonAnswer {

  /** A day; a longer pause is no pause. */
  private static final double MAX_SECONDS = 86_400;

  private final JsonObject json;

  private JsonAnswer(JsonObject json) {
    this.json = json;
  }

  /** An answer that is not an object has no members. */
  static JsonAnswer of(HttpResult answer) {
    try {
      return new JsonAnswer(new JsonObject(answer.body()));
    } catch (DecodeException | ClassCastException e) {
      return new JsonAnswer(new JsonObject());
    }
  }

  JsonAnswer object(String name) {
    return new JsonAnswer(
        json.getValue(name) instanceof JsonObject object ? object : new JsonObject());
  }

  Optional<Object> value(String name) {
    return Optional.ofNullable(json.getValue(name));
  }

  /** Empty also for a blank one. */
  Optional<String> text(String name) {
    return value(name)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(text -> !text.isBlank());
  }

  /** The first text of this name here or within members and lists, at most so deep. */
  Optional<String> deepText(String name, int depth) {
    Optional<String> here = text(name);
    return here.isPresent() || depth == 0
        ? here
        : json.fieldNames().stream()
            .map(this::first)
            .map(inner -> inner.deepText(name, depth - 1))
            .flatMap(Optional::stream)
            .findFirst();
  }

  /** A member, or the first of its list. */
  private JsonAnswer first(String name) {
    return json.getValue(name) instanceof JsonArray list
            && !list.isEmpty()
            && list.getValue(0) instanceof JsonObject object
        ? new JsonAnswer(object)
        : object(name);
  }

  Optional<Long> whole(String name) {
    return value(name)
        .filter(value -> value instanceof Integer || value instanceof Long)
        .map(value -> ((Number) value).longValue());
  }

  /** Seconds, which may have a fraction; rounded up to milliseconds. */
  Optional<Duration> seconds(String name) {
    return value(name)
        .filter(Number.class::isInstance)
        .map(value -> ((Number) value).doubleValue())
        .filter(seconds -> seconds >= 0 && seconds <= MAX_SECONDS)
        .map(seconds -> Duration.ofMillis((long) Math.ceil(seconds * 1_000)));
  }
}
