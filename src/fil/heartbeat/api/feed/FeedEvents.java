package fil.heartbeat.api.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of one moment, plain and compressed, made once for all viewers. The compressed
 * form refers to nothing before it (RFC 1951, after a full flush), so that it can follow any
 * earlier bytes of a stream.
 */
public final class FeedEvents {
  /** The first bytes of a compressed stream (RFC 1952): deflate, no name, no time. */
  static final Buffer GZIP_HEADER =
      Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff});

  private static final int LEVEL = 5;
  private static final int CHUNK = 16 * 1024;

  /**
   * The kind of an event; the data of each is one JSON object. A further kind needs no more than
   * its name here.
   */
  public enum Kind {
    /** Nodes and the heads they are on, in chunks; always first. */
    SNAPSHOT,
    /** Members of nodes that changed, and the removed nodes. */
    DELTA,
    /** A tipset that nodes refer to by its id. */
    HEAD,
    /** All networks, as in the consensus resource. */
    CONSENSUS,
    /** One alert, whole: it began, changed or was resolved. */
    ALERT,
    /** Last beat and count of beats of the rows that a viewer requested. */
    ROWS,
    /** The server's time, and how many nodes and alerts a viewer has by now. */
    CLOCK;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Bytes of the objects around the buffers. */
  private static final int OVERHEAD = 256;

  private final Buffer plain;
  private @Nullable Buffer compressed;
  private @Nullable FeedBudget budget;
  private int holders;

  private FeedEvents(Buffer plain) {
    this.plain = plain;
  }

  /** One event. */
  static FeedEvents of(Kind kind, JsonObject data) {
    return of(text(kind, data, null));
  }

  /**
   * @param id the cursor that a viewer sends when it comes back; null for none, as for all events
   *     of a group but the last
   */
  public static String text(Kind kind, JsonObject data, @Nullable String id) {
    return (id == null ? "" : "id: " + id + '\n')
        + "event: "
        + kind.label()
        + "\ndata: "
        + data.encode()
        + "\n\n";
  }

  static FeedEvents of(String text) {
    return new FeedEvents(Buffer.buffer(text));
  }

  /** Returns the same events without this id. */
  FeedEvents without(String id) {
    return of(toString().replace("id: " + id + "\nevent: ", "event: "));
  }

  int length() {
    return plain.length();
  }

  /** Adds a holder of these bytes; they count once, however many hold them. */
  void hold(FeedBudget of) {
    if (holders == 0) {
      budget = of;
      of.add(bytes());
    }
    holders++;
  }

  /** Removes a holder of these bytes. */
  void letGo() {
    holders--;
    FeedBudget of = budget;
    if (holders == 0 && of != null) {
      of.add(-bytes());
      budget = null;
    }
  }

  /** Returns the bytes of the forms made so far. */
  long bytes() {
    Buffer known = compressed;
    return (long) OVERHEAD + plain.length() + (known == null ? 0 : known.length());
  }

  Buffer bytes(boolean gzip) {
    if (!gzip) {
      return plain;
    }
    Buffer known = compressed;
    if (known == null) {
      known = deflated(plain.getBytes());
      compressed = known;
      FeedBudget of = budget;
      if (of != null) {
        of.add(known.length());
      }
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
