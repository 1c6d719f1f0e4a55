package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A resolved alert from the history. Another version may have written it: rule and severity are
 * plain strings, and unreadable parts are absent.
 *
 * @param peerId null when it was not about a node
 * @param details decoded on each call, since most lists are filtered by the other components
 */
public record ResolvedAlert(
    String id,
    String rule,
    String severity,
    @Nullable String peerId,
    Instant startsAt,
    Instant endsAt,
    Supplier<Details> details) {

  /**
   * The parts that only a view of the single alert needs.
   *
   * @param activeAt null when it cannot be read
   * @param labels in the order in which they were stored
   * @param acknowledgement null without one
   * @param deliveries sink to its last delivery
   */
  public record Details(
      @Nullable Instant activeAt,
      Map<String, String> labels,
      AlertText text,
      @Nullable Acknowledged acknowledgement,
      Map<String, Delivered> deliveries) {
    public Details {
      labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
      deliveries = Map.copyOf(deliveries);
    }
  }

  /** Who acknowledged it, when and why; unreadable parts are null. */
  public record Acknowledged(@Nullable String by, @Nullable Instant at, @Nullable String comment) {
    public static Acknowledged of(Acknowledgement known) {
      return new Acknowledged(known.by(), known.at(), known.comment());
    }
  }

  /**
   * The last delivery to a sink.
   *
   * @param status in lower case
   * @param at null when it cannot be read
   */
  public record Delivered(String status, @Nullable Instant at) {
    public static Delivered of(Alert.Delivery known) {
      return new Delivered(known.status().label(), known.at());
    }
  }
}
