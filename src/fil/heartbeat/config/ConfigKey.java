package fil.heartbeat.config;

import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.Json;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key of config.json. The README's row, the default and the check of the value come from it.
 *
 * @param path with {@code []} for members of a list, such as {@code nodes[].nickname}, and {@code
 *     *} for those of a map
 * @param defaultValue as text; empty without one
 * @param meaning one line for the README
 */
public record ConfigKey(String path, Form form, String defaultValue, String meaning) {

  /** The type of a value. */
  public enum Type {
    TEXT("text"),
    DURATION("duration"),
    WHOLE("whole number"),
    FLAG("true or false"),
    LIST("list"),
    SECTION("object"),
    NETWORK("text or object"),
    MAP("object");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /** The type in words, for people. */
    public String words() {
      return words;
    }
  }

  /**
   * The type and bounds of a value.
   *
   * @param min of a whole number, of a duration in nanoseconds, of the size of a list
   * @param max as {@code min}, inclusive
   */
  public record Form(Type type, long min, long max) {
    static final Form TEXT = unbounded(Type.TEXT);
    static final Form FLAG = unbounded(Type.FLAG);
    static final Form LIST = unbounded(Type.LIST);
    static final Form SECTION = unbounded(Type.SECTION);
    static final Form NETWORK = unbounded(Type.NETWORK);
    static final Form MAP = unbounded(Type.MAP);

    private static Form unbounded(Type type) {
      return new Form(type, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static Form whole() {
      return unbounded(Type.WHOLE);
    }

    static Form whole(long min, long max) {
      return new Form(Type.WHOLE, min, max);
    }

    /** A Go duration. */
    static Form duration(String min, String max) {
      return new Form(
          Type.DURATION, GoDuration.parse(min).toNanos(), GoDuration.parse(max).toNanos());
    }

    /** A list with this number of members. */
    static Form list(long min, long max) {
      return new Form(Type.LIST, min, max);
    }

    /** A copy with another lower bound. */
    Form atLeast(Duration bound) {
      return new Form(type, bound.toNanos(), max);
    }

    boolean holds(long value) {
      return value >= min && value <= max;
    }

    /** The bounds for people; empty without any. */
    public String range() {
      if (min == Long.MIN_VALUE && max == Long.MAX_VALUE) {
        return "";
      }
      return switch (type) {
        case DURATION -> shown(Duration.ofNanos(min)) + " to " + shown(Duration.ofNanos(max));
        case LIST -> min == 0 ? "at most " + max : min + " to " + max;
        case TEXT, WHOLE, FLAG, SECTION, NETWORK, MAP -> min + " to " + max;
      };
    }

    /** The expected value, for a fault. */
    String expected() {
      return switch (type) {
        case DURATION ->
            "a Go duration of "
                + GoDuration.format(Duration.ofNanos(min))
                + " to "
                + GoDuration.format(Duration.ofNanos(max));
        case WHOLE -> "a whole number of " + min + " to " + max;
        case LIST -> range();
        case TEXT, FLAG, SECTION, NETWORK, MAP -> type.words();
      };
    }

    /** A Go duration without trailing zero units. */
    private static String shown(Duration duration) {
      return GoDuration.format(duration).replaceFirst("m0s$", "m").replaceFirst("h0m$", "h");
    }
  }

  /**
   * @param defaultValue a duration, or a value whose text is the default; empty for none
   */
  static ConfigKey of(String path, Form form, Object defaultValue, String meaning) {
    String text =
        defaultValue instanceof Duration duration ? Form.shown(duration) : defaultValue.toString();
    return new ConfigKey(path, form, text, meaning);
  }

  public Type type() {
    return form.type();
  }

  /** The name after the last dot. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The path of the section that contains the key; empty for the top level. */
  String section() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** Its environment variable; none for members of lists and maps, which are set as JSON. */
  Optional<String> variable() {
    if (path.contains("[]") || path.contains("*")) {
      return Optional.empty();
    }
    return Optional.of(
        "FIL_HEARTBEAT__"
            + path.replaceAll("([A-Z])", "_$1")
                .replace(".", "__")
                .toUpperCase(java.util.Locale.ROOT));
  }

  /**
   * Converts a text to the type of the key; returns the text itself when that is impossible.
   *
   * @throws io.vertx.core.json.DecodeException when JSON is needed and the text is not valid JSON
   */
  @Nullable Object value(String text) {
    return switch (type()) {
      case LIST, SECTION, MAP -> Json.decodeValue(text);
      case NETWORK -> text.startsWith("{") ? Json.decodeValue(text) : text;
      case TEXT, DURATION -> text;
      case FLAG -> flag(text);
      case WHOLE -> whole(text);
    };
  }

  private static Object flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }

  private static Object whole(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
