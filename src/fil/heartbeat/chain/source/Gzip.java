package fil.heartbeat.chain.source;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Bodies that a server has compressed, up to a limit: a small one may unfold to any size. Pure. */
final class Gzip {
  private static final int FIRST = 0x1f;
  private static final int SECOND = 0x8b;

  private Gzip() {}

  /** Whether this begins as gzip does and no JSON can, whatever the headers say. */
  static boolean isGzip(Buffer body) {
    return body.length() >= 2
        && (body.getByte(0) & 0xff) == FIRST
        && (body.getByte(1) & 0xff) == SECOND;
  }

  /**
   * Returns the content; null when it is longer than the limit.
   *
   * @throws IOException when it is no gzip or breaks off
   */
  static @Nullable Buffer content(Buffer body, int maxBytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
      byte[] content = in.readNBytes(maxBytes + 1);
      return content.length > maxBytes ? null : Buffer.buffer(content);
    }
  }
}
