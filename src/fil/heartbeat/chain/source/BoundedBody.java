package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/** Keeps a response body up to a limit; beyond it, keeps nothing and fails the transfer. */
final class BoundedBody implements WriteStream<Buffer> {
  private final int maxBytes;
  private Buffer content = Buffer.buffer();
  private boolean overflowed;

  BoundedBody(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  Buffer content() {
    return content;
  }

  boolean overflowed() {
    return overflowed;
  }

  @Override
  public Future<Void> write(Buffer data) {
    if (overflowed || content.length() + data.length() > maxBytes) {
      overflowed = true;
      content = Buffer.buffer();
      return Future.failedFuture("answer of more than " + maxBytes + " bytes");
    }
    content.appendBuffer(data);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> end() {
    return overflowed
        ? Future.failedFuture("answer of more than " + maxBytes + " bytes")
        : Future.succeededFuture();
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public WriteStream<Buffer> drainHandler(@Nullable Handler<@Nullable Void> handler) {
    return this;
  }
}
