package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Events of one moment in the form of server-sent events, plain and compressed, made once for all
 * viewers. The compressed form refers to nothing before it (RFC 1951, after a full flush), so that
 * it fits behind whatever a viewer got until then.
 */
final class FeedEvents {
  /** What a compressed stream begins with (RFC 1952): deflate, no name, no time. */
  static final Buffer GZIP_HEADER =
      Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});

  private static final int LEVEL = 5;
  private static final int CHUNK = 16 * 1024;

  /** A comment, to show intermediaries and viewers that the stream lives. */
  static final FeedEvents COMMENT = new FeedEvents(Buffer.buffer(": alive\n\n"));

  private final Buffer plain;
  private @Nullable Buffer compressed;

  private FeedEvents(Buffer plain) {
    this.plain = plain;
  }

  /** One event; its data must be JSON in one line. */
  static FeedEvents of(String name, String data) {
    return new FeedEvents(Buffer.buffer(text(name, data, null)));
  }

  /**
   * @param id what a viewer that comes back says it has seen; null for none
   */
  static String text(String name, String data, @Nullable String id) {
    return (id == null ? "" : "id: " + id + '\n') + "event: " + name + "\ndata: " + data + "\n\n";
  }

  static FeedEvents of(String text) {
    return new FeedEvents(Buffer.buffer(text));
  }

  int length() {
    return plain.length();
  }

  Buffer bytes(boolean gzip) {
    if (!gzip) {
      return plain;
    }
    Buffer known = compressed;
    if (known == null) {
      known = deflated(plain.getBytes());
      compressed = known;
    }
    return known;
  }

  private static Buffer deflated(byte[] bytes) {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setInput(bytes);
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
      byte[] chunk = new byte[CHUNK];
      int length;
      do {
        length = deflater.deflate(chunk, 0, chunk.length, Deflater.FULL_FLUSH);
        out.write(chunk, 0, length);
      } while (length == chunk.length);
      return Buffer.buffer(out.toByteArray());
    } finally {
      deflater.end();
    }
  }

  @Override
  public String toString() {
    return plain.toString(UTF_8);
  }
}
