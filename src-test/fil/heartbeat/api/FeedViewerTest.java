package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is on its way to a viewer that reads slowly, or not at all. */
class FeedViewerTest {
  private static final int QUEUE = 64 * 1024;

  private final FeedChannel channel = new FeedChannel("run", node -> true, new FeedModel());
  private final Buffer read = Buffer.buffer();
  private Buffer queued = Buffer.buffer();
  private @Nullable Handler<Object> drained;
  private final List<Long> asked = new ArrayList<>();

  /** A connection whose queue is full from 64 KiB on, as that of a server is. */
  private final HttpServerResponse response =
      (HttpServerResponse)
          Proxy.newProxyInstance(
              HttpServerResponse.class.getClassLoader(),
              new Class<?>[] {HttpServerResponse.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "write" -> {
                      assertThat(queued.length()).isLessThan(QUEUE);
                      queued.appendBuffer((Buffer) arguments[0]);
                      yield Future.succeededFuture();
                    }
                    case "writeQueueFull" -> queued.length() >= QUEUE;
                    case "drainHandler" -> {
                      drained = handler(arguments[0]);
                      yield proxy;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private final FeedViewer viewer = new FeedViewer(response, false, List.of(), channel, () -> true);

  @SuppressWarnings("unchecked")
  private static Handler<Object> handler(Object argument) {
    return (Handler<Object>) argument;
  }

  private static FeedEvents event(String text) {
    return FeedEvents.of(FeedEvents.Kind.DELTA, new JsonObject().put("text", text));
  }

  private void reads() {
    read.appendBuffer(queued);
    queued = Buffer.buffer();
    if (drained != null) {
      drained.handle(null);
    }
  }

  private List<FeedEvents> missed(long seen) {
    asked.add(seen);
    return List.of(event("missed"));
  }

  @Test
  void aSnapshotIsWrittenAsFastAsItIsRead() {
    FeedEvents snapshot = event("x".repeat(1 << 20));
    viewer.begin(List.of(snapshot));
    assertThat(queued.length()).isLessThan(2 * QUEUE);
    assertThat(viewer.offer(event("first"), this::missed)).isFalse();
    assertThat(viewer.offer(event("second"), this::missed)).isFalse();
    assertThat(viewer.offerExtra(event("rows"))).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(queued.length()).isLessThan(2 * QUEUE);
      reads();
    }
    String told = read.toString();
    assertThat(told)
        .isEqualTo(snapshot.bytes(false).toString() + event("missed").bytes(false).toString());
    assertThat(asked).hasSize(1);
    assertThat(viewer.offer(event("third"), this::missed)).isTrue();
    reads();
    assertThat(read.toString()).endsWith(event("third").bytes(false).toString());
  }

  @Test
  void whoReadsIsNeverBehind() {
    viewer.begin(List.of(event("snapshot")));
    for (int i = 0; i < 100; i++) {
      reads();
      assertThat(viewer.offer(event("piece " + i), this::missed)).isTrue();
    }
    assertThat(asked).isEmpty();
  }
}
