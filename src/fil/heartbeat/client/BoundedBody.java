package fil.heartbeat.client;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, up to a limit. As a stream it fails at the first byte beyond, which ends a
 * pipe into it; {@link #content} then has the bytes before. For one thread at a time.
 */
public final class BoundedBody implements WriteStream<Buffer> {

  /** The body was too long; the message contains the limit. */
  public static final class LongBodyException extends Exception {
    LongBodyException(int maxBytes) {
      super("answer of more than " + maxBytes + " bytes");
    }
  }

  private final int maxBytes;
  private final Buffer content = Buffer.buffer();
  private boolean tooLong;

  public BoundedBody(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** At most {@code maxBytes}; the start of the body if it {@link #isTooLong}. */
  public Buffer content() {
    return content;
  }

  public boolean isTooLong() {
    return tooLong;
  }

  @Override
  public Future<Void> write(Buffer bytes) {
    int room = Math.min(maxBytes - content.length(), bytes.length());
    content.appendBuffer(bytes, 0, room);
    tooLong |= bytes.length() > room;
    return end();
  }

  @Override
  public Future<Void> end() {
    return tooLong
        ? Future.failedFuture(new LongBodyException(maxBytes))
        : Future.succeededFuture();
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public BoundedBody exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public BoundedBody setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public BoundedBody drainHandler(@Nullable Handler<@Nullable Void> handler) {
    return this;
  }
}
