package fil.heartbeat.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** A table as CSV, made and written as fast as the reader takes it. */
final class CsvAnswer {
  /** Lines made at once: some tens of KiB. */
  private static final int LINES = 100;

  private final RoutingContext ctx;
  private final Iterator<String> lines;

  private CsvAnswer(RoutingContext ctx, Iterator<String> lines) {
    this.ctx = ctx;
    this.lines = lines;
  }

  /**
   * Answers.
   *
   * @param name of the file
   * @param columns the first line
   * @param lines the others, each as {@link Csv#line} makes it; made when they are written
   */
  static void stream(RoutingContext ctx, String name, List<String> columns, Stream<String> lines) {
    ctx.response()
        .setChunked(true)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader(HttpHeaders.CONTENT_TYPE, Csv.TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=" + name);
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      Answers.finish(ctx.response().end());
      return;
    }
    Answers.finish(ctx.response().write(Csv.line(columns)));
    new CsvAnswer(ctx, lines.iterator()).goOn();
  }

  private void goOn() {
    while (lines.hasNext() && !ctx.response().closed()) {
      Buffer some = Buffer.buffer();
      for (int i = 0; i < LINES && lines.hasNext(); i++) {
        some.appendString(lines.next());
      }
      Answers.finish(ctx.response().write(some));
      if (ctx.response().writeQueueFull() && lines.hasNext()) {
        ctx.response().drainHandler(drained -> goOn());
        return;
      }
    }
    if (!ctx.response().closed()) {
      Answers.finish(ctx.response().end());
    }
  }
}
