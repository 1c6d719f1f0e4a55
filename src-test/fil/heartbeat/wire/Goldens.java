package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Output and input of Go's encoding/json, from {@code go/main.go}, and helpers to decode. */
final class Goldens {
  private Goldens() {}

  static Stream<String> lines(String file) {
    try (InputStream in = Goldens.class.getResourceAsStream("go/" + file)) {
      String text = new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
      return text.lines().filter(line -> !line.startsWith("#"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static String text(String hex) {
    return new String(bytes(hex), UTF_8);
  }

  static @Nullable String genesis(String hex) {
    return hex.equals("-") ? null : text(hex);
  }

  /**
   * The result of decoding.
   *
   * @param reason why it ended, null when it did not
   */
  record Decoded(List<Heartbeat> beats, List<String> drops, @Nullable String reason) {}

  /** Passes the bytes to a new decoder in pieces that end at the offsets. */
  static Decoded decode(byte[] bytes, int... cuts) {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    List<Heartbeat> beats = new ArrayList<>();
    List<String> drops = new ArrayList<>();
    try {
      int from = 0;
      for (int cut : cuts) {
        decoder.receive(ByteBuffer.wrap(bytes, from, cut - from), beats::add, drops::add);
        from = cut;
      }
      decoder.receive(ByteBuffer.wrap(bytes, from, bytes.length - from), beats::add, drops::add);
      return new Decoded(beats, drops, null);
    } catch (HeartbeatException e) {
      return new Decoded(beats, drops, e.reason());
    }
  }

  static Decoded decode(String json) {
    return decode(json.getBytes(UTF_8));
  }
}
