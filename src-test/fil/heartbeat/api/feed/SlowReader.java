package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection whose queue is full from 64 KiB on, like a server's, and its other end. */
final class SlowReader {
  static final int QUEUE = 64 * 1024;

  private Buffer read = Buffer.buffer();
  private final List<Promise<Void>> written = new ArrayList<>();
  private Buffer queued = Buffer.buffer();
  private @Nullable Handler<Object> drained;
  private boolean cut;

  HttpServerResponse response() {
    return (HttpServerResponse)
        Proxy.newProxyInstance(
            HttpServerResponse.class.getClassLoader(),
            new Class<?>[] {HttpServerResponse.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "write" -> write((Buffer) arguments[0]);
                  case "writeQueueFull" -> queued.length() >= QUEUE;
                  case "drainHandler" -> {
                    drained = handler(arguments[0]);
                    yield proxy;
                  }
                  case "reset" -> {
                    cut = true;
                    yield Future.succeededFuture();
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @SuppressWarnings("unchecked")
  private static Handler<Object> handler(Object argument) {
    return (Handler<Object>) argument;
  }

  private Future<Void> write(Buffer bytes) {
    assertThat(queued.length()).isLessThan(QUEUE);
    assertThat(cut).isFalse();
    queued.appendBuffer(bytes);
    Promise<Void> taken = Promise.promise();
    written.add(taken);
    return taken.future();
  }

  /** Reads all bytes on their way. */
  void reads() {
    read.appendBuffer(queued);
    queued = Buffer.buffer();
    List<Promise<Void>> taken = List.copyOf(written);
    written.clear();
    taken.forEach(Promise::complete);
    if (drained != null) {
      drained.handle(null);
    }
  }

  /** Bytes on their way. */
  int queued() {
    return queued.length();
  }

  /** The text read so far, or since {@link #forget}. */
  String told() {
    return read.toString();
  }

  /** Forgets the text read so far. */
  void forget() {
    read = Buffer.buffer();
  }

  /** Whether the connection was closed without waiting for unread bytes. */
  boolean isCut() {
    return cut;
  }
}
