package fil.heartbeat.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the optional members. One that {@link ExtrasValues} finds odd is left out alone and named;
 * null leaves the earlier value, as for the other members.
 */
final class ExtrasReader {

  /** Levels of a member: a list of objects has two. */
  private static final int MAX_DEPTH = 4;

  /** A value that no member has, such as a fraction or a list in too many others. */
  private static final Object UNUSABLE = new Object();

  /** The members by their names as Go compares them. */
  private static final Map<String, String> MEMBERS =
      ExtrasValues.MEMBERS.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  name -> name.toLowerCase(Locale.ROOT), Function.identity()));

  private Extras.Builder extras = new Extras.Builder();

  /**
   * Reads a member if it is one of the optional ones.
   *
   * @param folded its name as Go compares it
   * @return whether it was
   */
  boolean read(String folded, JsonToken token, JsonParser parser) throws IOException {
    String member = MEMBERS.get(folded);
    if (member == null) {
      return false;
    }
    Object value = value(token, parser, 0);
    if (value != null) {
      extras = ExtrasValues.OF_BEATS.put(extras, member, value);
    }
    return true;
  }

  /**
   * Returns what was read.
   *
   * @param height of the beat, which no finalized tipset can be above
   */
  Extras extras(long height) {
    Extras read = extras.build();
    Extras.Finalized last = read.finalized();
    return last == null || last.height() <= height
        ? read
        : extras.finalized(null).odd("Finalized").build();
  }

  /** Reads a value whole, so that an odd one can be left out; null for a JSON null. */
  private static @Nullable Object value(JsonToken token, JsonParser parser, int depth)
      throws IOException {
    return switch (token) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> HeartbeatReader.withoutLoneSurrogates(parser.getText());
      case VALUE_NUMBER_INT ->
          // Longer ones are beyond every range.
          parser.getTextLength() > HeartbeatReader.SAFE_DIGITS
              ? UNUSABLE
              : Long.valueOf(parser.getLongValue());
      case START_ARRAY -> depth < MAX_DEPTH ? list(parser, depth) : skipped(parser);
      case START_OBJECT -> depth < MAX_DEPTH ? map(parser, depth) : skipped(parser);
      default -> UNUSABLE;
    };
  }

  private static Object skipped(JsonParser parser) throws IOException {
    var unused = parser.skipChildren();
    return UNUSABLE;
  }

  private static Object list(JsonParser parser, int depth) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      list.add(value(next, parser, depth + 1));
    }
    return list;
  }

  private static Object map(JsonParser parser, int depth) throws IOException {
    Map<String, @Nullable Object> map = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      map.put(name, value(parser.nextToken(), parser, depth + 1));
    }
    return map;
  }
}
