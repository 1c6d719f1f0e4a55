package fil.heartbeat.config;

import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.Json;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key of config.json. What the README says of it, its default and what the reader takes are
 * made of this.
 *
 * @param path with {@code []} for members of a list, such as {@code nodes[].nickname}, and {@code
 *     *} for those of a map
 * @param defaultValue as text; empty when there is none
 * @param meaning one line for the README
 */
public record ConfigKey(String path, Form form, String defaultValue, String meaning) {

  /** What a value looks like. */
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

    /** For people. */
    public String words() {
      return words;
    }
  }

  /**
   * What a value may be.
   *
   * @param min of a whole number, in nanoseconds of a duration, of the members of a list
   * @param max as {@code min}, and included
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

    /** Go durations. */
    static Form duration(String min, String max) {
      return new Form(
          Type.DURATION, GoDuration.parse(min).toNanos(), GoDuration.parse(max).toNanos());
    }

    /** A list of so many members. */
    static Form list(long min, long max) {
      return new Form(Type.LIST, min, max);
    }

    /** With another lower bound. */
    Form atLeast(Duration bound) {
      return new Form(type, bound.toNanos(), max);
    }

    boolean holds(long value) {
      return value >= min && value <= max;
    }

    /** For people; empty when there are no bounds. */
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

    /** What a value has to be, for a fault. */
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

    /** A Go duration without the zeros at its end. */
    private static String shown(Duration duration) {
      return GoDuration.format(duration).replaceFirst("m0s$", "m").replaceFirst("h0m$", "h");
    }
  }

  /**
   * @param defaultValue a duration, or what is its own text; empty for none
   */
  static ConfigKey of(String path, Form form, Object defaultValue, String meaning) {
    String text =
        defaultValue instanceof Duration duration ? Form.shown(duration) : defaultValue.toString();
    return new ConfigKey(path, form, text, meaning);
  }

  public Type type() {
    return form.type();
  }

  /** The name behind the last dot. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The path of the section that holds the key; empty for the top. */
  String section() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** Its variable in the environment; none for members of lists and maps, which come as JSON. */
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
   * The value that a text stands for, by the type of the key; the text itself when it is none.
   *
   * @throws io.vertx.core.json.DecodeException when JSON is needed and this is none
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
