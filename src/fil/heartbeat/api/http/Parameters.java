package fil.heartbeat.api.http;

import fil.heartbeat.text.GoDuration;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The query of a request. Every fault names the parameter, its value and the expected form. */
public final class Parameters {
  private static final int MAX_SHOWN = 100;

  private final MultiMap query;

  /**
   * @throws ApiException when there is a parameter of another name
   */
  public Parameters(MultiMap query, Set<String> names) {
    this.query = query;
    check(query, names);
  }

  /** Returns names that routes share, and more. */
  public static Set<String> names(Set<String> shared, String... more) {
    Set<String> names = new TreeSet<>(shared);
    names.addAll(Arrays.asList(more));
    return Set.copyOf(names);
  }

  /**
   * For a route that takes none.
   *
   * @throws ApiException when there is one
   */
  public static void none(MultiMap query) {
    check(query, Set.of());
  }

  private static void check(MultiMap query, Set<String> names) {
    for (String name : query.names()) {
      if (!names.contains(name)) {
        String expected =
            names.isEmpty() ? "no parameters" : "one of " + String.join(", ", new TreeSet<>(names));
        throw ApiException.badParameter(name, shown(query.get(name)), expected);
      }
      if (query.getAll(name).size() > 1) {
        throw ApiException.badParameter(
            name, shown(String.join(", ", query.getAll(name))), "one value");
      }
    }
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(query.get(name));
  }

  public int whole(String name, int from, int to, int otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= from && value <= to) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Rejected below, like a number out of range.
    }
    throw bad(name, "a whole number of " + from + " to " + to);
  }

  /** Returns a time of the years 1970 to 9999, given in ISO-8601 or in seconds since 1970. */
  public Instant instant(String name, Instant otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      boolean seconds = !text.isEmpty() && text.length() < 13 && text.chars().allMatch(this::digit);
      return seconds ? Times.ofSeconds(Long.parseLong(text)) : Times.parse(text);
    } catch (DateTimeException e) {
      throw bad(
          name, Times.expected(e, "a time such as 2026-01-02T03:04:05Z, or seconds since 1970"));
    }
  }

  private boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  public Optional<Duration> duration(String name) {
    String text = query.get(name);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(GoDuration.parse(text));
    } catch (IllegalArgumentException e) {
      throw bad(name, "a Go duration such as 30s, 5m or 1h");
    }
  }

  public ApiException bad(String name, String expected) {
    return ApiException.badParameter(name, shown(query.get(name)), expected);
  }

  private static String shown(@Nullable String value) {
    return Untrusted.cut(Untrusted.line(String.valueOf(value)), MAX_SHOWN);
  }
}
