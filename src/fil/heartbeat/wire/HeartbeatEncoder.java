package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes beats byte for byte as Go's {@code json.Encoder} of 1.22 and later does: members in the
 * order of the struct, escapes that are safe inside HTML, one newline at the end.
 */
public final class HeartbeatEncoder {
  private static final int USUAL_LENGTH = 512;
  private static final String HEX = "0123456789abcdef";

  private HeartbeatEncoder() {}

  /**
   * Longest beat with optional members, in bytes; a longer one is sent without {@code
   * PendingMessages}, then without {@code Proving} and then without {@code Balances} too.
   */
  static final int MAX_EXTENDED = 4096;

  /**
   * Encodes a beat, including the newline. {@code GenesisCID} and {@code Syncing} are left out when
   * null, and {@code Diagnostic} and {@code Stopping} when false, which gives the form of the first
   * go-filecoin version.
   */
  public static byte[] encode(Heartbeat beat) {
    byte[] encoded = whole(beat);
    if (encoded.length <= MAX_EXTENDED || beat.extras().isNone()) {
      return encoded;
    }
    Extras.Builder fewer = beat.extras().toBuilder().pendingMessages(List.of());
    encoded = whole(beat.with(fewer.build()));
    if (encoded.length > MAX_EXTENDED) {
      encoded = whole(beat.with(fewer.proving(List.of()).build()));
    }
    return encoded.length > MAX_EXTENDED
        ? whole(beat.with(fewer.balances(List.of()).build()))
        : encoded;
  }

  private static byte[] whole(Heartbeat beat) {
    StringBuilder out = new StringBuilder(USUAL_LENGTH);
    out.append("{\"Head\":");
    string(out, beat.head());
    out.append(",\"Height\":").append(beat.height()).append(",\"Nickname\":");
    string(out, beat.nickname());
    out.append(",\"MinerAddress\":");
    string(out, beat.minerAddress());
    String genesis = beat.genesisCid();
    if (genesis != null) {
      out.append(",\"GenesisCID\":{\"/\":");
      string(out, genesis);
      out.append('}');
    }
    Boolean syncing = beat.syncing();
    if (syncing != null) {
      out.append(",\"Syncing\":").append(syncing.booleanValue());
    }
    if (!beat.extras().isNone()) {
      ExtrasWriter.write(out, beat.extras());
    }
    if (beat.diagnostic()) {
      out.append(",\"Diagnostic\":true");
    }
    if (beat.stopping()) {
      out.append(",\"Stopping\":true");
    }
    return out.append("}\n").toString().getBytes(UTF_8);
  }

  static void string(StringBuilder out, String text) {
    out.append('"');
    int plain = 0;
    for (int at = 0; at < text.length(); at++) {
      String escape = escape(text, at);
      if (escape != null) {
        out.append(text, plain, at).append(escape);
        plain = at + 1;
      }
    }
    out.append(text, plain, text.length()).append('"');
  }

  /** Returns the escape of a character, or null when it needs none. */
  private static @Nullable String escape(String text, int at) {
    char c = text.charAt(at);
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '<', '>', '&', '\u2028', '\u2029' -> unicode(c);
      default -> c < ' ' ? unicode(c) : isLoneSurrogate(text, at) ? unicode('\ufffd') : null;
    };
  }

  private static boolean isLoneSurrogate(String text, int at) {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    return Character.isHighSurrogate(c)
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
  }

  private static String unicode(char c) {
    return "\\u"
        + HEX.charAt(c >> 12)
        + HEX.charAt(c >> 8 & 15)
        + HEX.charAt(c >> 4 & 15)
        + HEX.charAt(c & 15);
  }
}
