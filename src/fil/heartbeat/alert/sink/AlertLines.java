package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.sink.NotificationText.Line;
import fil.heartbeat.text.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The alerts of a notification as lines of a chat message: as many as fit, and the number of the
 * rest.
 *
 * @param escape makes a line harmless in the receiver
 * @param size of escaped text, as the receiver counts it
 * @param max size of all lines
 */
record AlertLines(UnaryOperator<String> escape, ToIntFunction<String> size, int max) {

  /** The most alerts shown with details. */
  private static final int MAX_DETAILED = 3;

  /** Code points of an alert too long for a whole message: enough to see which one it is. */
  private static final int MAX_CUT = 100;

  /** The last bullet and the number of the rest, in bytes; may come on top of {@code max}. */
  static final int MORE = 24;

  String of(NotificationText content) {
    boolean detailed = content.lines().size() <= MAX_DETAILED;
    StringBuilder text = new StringBuilder();
    int more = content.more();
    for (Line line : content.lines()) {
      int room = max - size.applyAsInt(text.toString());
      Optional<String> next =
          forms(line, detailed, text.isEmpty()).stream()
              .map(escape)
              .filter(each -> size.applyAsInt(each) <= room)
              .findFirst();
      if (next.isEmpty()) {
        more++;
      } else {
        text.append("• ").append(next.get()).append('\n');
      }
    }
    if (more > 0) {
      text.append("and ").append(more).append(" more\n");
    }
    return text.toString().stripTrailing();
  }

  /** The longest first. */
  private static List<String> forms(Line line, boolean detailed, boolean first) {
    String sentence = line.what() + " (" + line.when() + ")";
    Stream<String> whole =
        detailed ? line.detail().map(detail -> sentence + ". " + detail).stream() : Stream.empty();
    Stream<String> cut = first ? Stream.of(Untrusted.cut(line.what(), MAX_CUT)) : Stream.empty();
    return Stream.of(whole, Stream.of(sentence), cut).flatMap(forms -> forms).toList();
  }
}
