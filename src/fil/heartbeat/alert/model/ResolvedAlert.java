package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A resolved alert as the history has it. Another version may have written it: rule and severity
 * are words, and what this one cannot read is absent.
 *
 * @param peerId null when it was about no node
 * @param details read from what is stored whenever they are asked for, since most lists are sifted
 *     by the rest
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
   * What only those see who look at it.
   *
   * @param activeAt null when it cannot be read
   * @param labels in the order in which they were stored
   * @param acknowledgement null when nobody took it
   * @param deliveries sink to what was delivered to it last
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

  /** That somebody took it; null is what cannot be read. */
  public record Acknowledged(@Nullable String by, @Nullable Instant at, @Nullable String comment) {
    public static Acknowledged of(Acknowledgement known) {
      return new Acknowledged(known.by(), known.at(), known.comment());
    }
  }

  /**
   * What a sink was sent.
   *
   * @param status a word, in lower case
   * @param at null when it cannot be read
   */
  public record Delivered(String status, @Nullable Instant at) {
    public static Delivered of(Alert.Delivery known) {
      return new Delivered(known.status().label(), known.at());
    }
  }
}
