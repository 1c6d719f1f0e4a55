package fil.heartbeat.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a beat exactly as Go's {@code json.Encoder} (1.22 and later) does: members in struct
 * order, HTML-safe escapes, one newline. {@code GenesisCID} and {@code Syncing} are left out when
 * null.
 */
public final class HeartbeatEncoder {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private HeartbeatEncoder() {}

  /** The frame, newline included. */
  public static byte[] encode(Heartbeat beat) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(384);
    raw(out, "{\"Head\":");
    string(out, beat.head());
    raw(out, ",\"Height\":");
    raw(out, Long.toString(beat.height()));
    raw(out, ",\"Nickname\":");
    string(out, beat.nickname());
    raw(out, ",\"MinerAddress\":");
    string(out, beat.minerAddress());
    String genesis = beat.genesisCid();
    if (genesis != null) {
      raw(out, ",\"GenesisCID\":{\"/\":");
      string(out, genesis);
      out.write('}');
    }
    Boolean syncing = beat.syncing();
    if (syncing != null) {
      raw(out, ",\"Syncing\":");
      raw(out, syncing.toString());
    }
    out.write('}');
    out.write('\n');
    return out.toByteArray();
  }

  private static void raw(ByteArrayOutputStream out, String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void string(ByteArrayOutputStream out, String text) {
    out.write('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        ascii(out, c);
      } else if (c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
        i += wide(out, text, i);
      } else {
        utf8(out, c);
      }
    }
    out.write('"');
  }

  private static void ascii(ByteArrayOutputStream out, char c) {
    switch (c) {
      case '"', '\\' -> {
        out.write('\\');
        out.write(c);
      }
      case '\b' -> raw(out, "\\b");
      case '\f' -> raw(out, "\\f");
      case '\n' -> raw(out, "\\n");
      case '\r' -> raw(out, "\\r");
      case '\t' -> raw(out, "\\t");
      case '<', '>', '&' -> escape(out, c);
      default -> {
        if (c < 0x20) {
          escape(out, c);
        } else {
          out.write(c);
        }
      }
    }
  }

  /** Line separators, pairs and lone surrogates; returns how many more characters were taken. */
  private static int wide(ByteArrayOutputStream out, String text, int at) {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) {
      escape(out, c);
      return 0;
    }
    if (Character.isHighSurrogate(c)
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1))) {
      utf8(out, text.codePointAt(at));
      return 1;
    }
    // What cannot be UTF-8 is what Go calls invalid and writes as the replacement character.
    raw(out, "\\ufffd");
    return 0;
  }

  private static void escape(ByteArrayOutputStream out, char c) {
    raw(out, "\\u");
    out.write(HEX[c >> 12 & 15]);
    out.write(HEX[c >> 8 & 15]);
    out.write(HEX[c >> 4 & 15]);
    out.write(HEX[c & 15]);
  }

  private static void utf8(ByteArrayOutputStream out, int point) {
    if (point < 0x800) {
      out.write(0xc0 | (point >> 6));
    } else if (point < 0x10000) {
      out.write(0xe0 | (point >> 12));
      out.write(0x80 | ((point >> 6) & 63));
    } else {
      out.write(0xf0 | (point >> 18));
      out.write(0x80 | ((point >> 12) & 63));
      out.write(0x80 | ((point >> 6) & 63));
    }
    out.write(0x80 | (point & 63));
  }
}
