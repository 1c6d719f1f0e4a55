package fil.heartbeat.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Encodes and decodes frames without the code under test, except the header's codec. */
final class YamuxFrames {
  private static final String[] TYPES = {"DATA", "WINDOW", "PING", "GO_AWAY"};
  private static final String[] FLAGS = {"SYN", "ACK", "FIN", "RST"};

  private YamuxFrames() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static byte[] frame(int type, int flags, int streamId, long length) {
    byte[] frame = new byte[FrameHeader.SIZE];
    new FrameHeader(type, flags, streamId, length).encode(frame, 0);
    return frame;
  }

  static byte[] data(int flags, int streamId, byte[] body) {
    return join(frame(FrameHeader.DATA, flags, streamId, body.length), body);
  }

  static byte[] window(int flags, int streamId, long delta) {
    return frame(FrameHeader.WINDOW_UPDATE, flags, streamId, delta);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /**
   * Returns the same frames: those of one stream in their order, those of different streams in any.
   */
  static byte[] shuffled(byte[] output, Random random) {
    Map<Integer, Deque<byte[]>> streams = new LinkedHashMap<>();
    int at = 0;
    while (at < output.length) {
      FrameHeader header;
      try {
        header = FrameHeader.decode(Arrays.copyOfRange(output, at, at + FrameHeader.SIZE));
      } catch (YamuxException e) {
        throw new AssertionError("we sent a frame that we refuse", e);
      }
      int body = header.type() == FrameHeader.DATA ? (int) header.length() : 0;
      int end = at + FrameHeader.SIZE + body;
      streams
          .computeIfAbsent(header.streamId(), id -> new ArrayDeque<>())
          .add(Arrays.copyOfRange(output, at, end));
      at = end;
    }
    List<Deque<byte[]>> left = new ArrayList<>(streams.values());
    List<byte[]> mixed = new ArrayList<>();
    while (!left.isEmpty()) {
      int next = random.nextInt(left.size());
      mixed.add(left.get(next).remove());
      if (left.get(next).isEmpty()) {
        left.remove(next);
      }
    }
    return join(mixed.toArray(byte[][]::new));
  }

  /** Returns one line a frame; checks what must hold for every sent frame. */
  static List<String> read(byte[] output) {
    List<String> lines = new ArrayList<>();
    int at = 0;
    while (at < output.length) {
      FrameHeader header;
      try {
        header = FrameHeader.decode(Arrays.copyOfRange(output, at, at + FrameHeader.SIZE));
      } catch (YamuxException e) {
        throw new AssertionError("we sent a frame that we refuse", e);
      }
      at += FrameHeader.SIZE;
      assertThat(Integer.bitCount(header.flags())).isLessThanOrEqualTo(1);
      if (header.type() == FrameHeader.DATA) {
        assertThat(header.flags()).isZero();
        assertThat(header.length()).isBetween(1L, (long) YamuxSession.MAX_SENT_PAYLOAD);
        at += (int) header.length();
        assertThat(at).isLessThanOrEqualTo(output.length);
      }
      lines.add(describe(header));
    }
    return lines;
  }

  private static String describe(FrameHeader header) {
    StringBuilder line = new StringBuilder(TYPES[header.type()]);
    for (int bit = 0; bit < FLAGS.length; bit++) {
      if (header.has(1 << bit)) {
        line.append(' ').append(FLAGS[bit]);
      }
    }
    return line.append(" #")
        .append(header.streamId())
        .append(' ')
        .append(header.length())
        .toString();
  }
}
