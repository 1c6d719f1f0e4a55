package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.text.Sha256;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A rule and its subject: at most one alert of the two exists at a time.
 *
 * @param subject peer id, miner address (in an open fleet with the peer id of who reports it),
 *     network or name of another aggregator; empty for this one
 */
public record AlertKey(AlertRule rule, String subject) {

  /** 64 bits are enough for the number of alerts known at once. */
  private static final int DIGEST_BYTES = 8;

  public @Nullable String peerId() {
    return rule.subject() == AlertRule.Subject.NODE ? subject : null;
  }

  public String fingerprint() {
    return digest(rule.label() + '\n' + subject);
  }

  /** The id of the alert that began at this time. */
  public String id(Instant activeAt) {
    return digest(rule.label() + '\n' + subject + '\n' + activeAt);
  }

  /** A short digest of a text. */
  public static String digest(String text) {
    return HexFormat.of().formatHex(Sha256.of(text), 0, DIGEST_BYTES);
  }
}
