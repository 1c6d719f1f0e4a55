package fil.heartbeat.config;

import io.vertx.core.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key of config.json.
 *
 * @param path with {@code []} for members of a list, such as {@code nodes[].nickname}, and {@code
 *     *} for those of a map
 * @param type what a value looks like
 * @param defaultValue as text; empty when there is none
 * @param meaning one line for the README
 */
public record ConfigKey(String path, Type type, String defaultValue, String meaning) {

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
    return switch (type) {
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
