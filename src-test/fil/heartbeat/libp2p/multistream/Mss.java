package fil.heartbeat.libp2p.multistream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** multistream-select messages as bytes, made without the code under test. */
final class Mss {
  static final String HEADER = "/multistream/1.0.0";
  static final String HEARTBEAT = "fil/heartbeat/1.0.0";
  static final String SLASHED = "/fil/heartbeat/1.0.0";

  private Mss() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** Returns the messages of some texts, one after the other. */
  static byte[] messages(String... texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] body = (text + "\n").getBytes(UTF_8);
      out.writeBytes(length(body.length));
      out.writeBytes(body);
    }
    return out.toByteArray();
  }

  /** Encodes a length of up to 16383. */
  static byte[] length(int value) {
    return value < 0x80
        ? new byte[] {(byte) value}
        : new byte[] {(byte) (value | 0x80), (byte) (value >> 7)};
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Passes bytes that must all be consumed. */
  static void hear(Negotiation side, byte[] bytes) throws MultistreamException {
    assertThat(side.receive(bytes, 0, bytes.length)).isEqualTo(bytes.length);
  }
}
