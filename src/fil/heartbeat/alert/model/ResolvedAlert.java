package fil.heartbeat.alert.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A resolved alert as the history has it. Another version may have written it: rule and severity
 * are words, and what this one cannot read is absent.
 *
 * @param peerId null when it was about no node
 * @param labels in the order in which they were stored
 */
public record ResolvedAlert(
    String id,
    String rule,
    String severity,
    @Nullable String peerId,
    Map<String, String> labels,
    AlertText text,
    Times times,
    Alert.Handling handling) {

  /**
   * When it began and ended.
   *
   * @param activeAt null when it cannot be read
   */
  public record Times(@Nullable Instant activeAt, Instant startsAt, Instant endsAt) {}

  public ResolvedAlert {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }
}
