package fil.heartbeat.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** A table as CSV, made and written as fast as the client reads. */
public final class CsvResponse {
  /** Lines made at once: some tens of KiB. */
  private static final int LINES = 100;

  private CsvResponse() {}

  /**
   * Sends the table.
   *
   * @param name of the file
   * @param columns the first line
   * @param rows held until all lines are written
   * @param rowBytes memory of one row
   * @param line makes the line of a row, as {@link Csv#line} does; called when the line is written
   */
  public static <T> void stream(
      RoutingContext ctx,
      String name,
      List<String> columns,
      List<T> rows,
      int rowBytes,
      Function<T, String> line) {
    ctx.response()
        .setChunked(true)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader(HttpHeaders.CONTENT_TYPE, Csv.TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=" + name);
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      Responses.finish(ctx.response().end());
      return;
    }
    Iterator<String> lines =
        Stream.concat(Stream.of(Csv.line(columns)), rows.stream().map(line)).iterator();
    PulledAnswer.send(ctx, new Pieces(lines), rows, (long) rows.size() * rowBytes);
  }

  private static final class Pieces implements Iterator<Buffer> {
    private final Iterator<String> lines;

    private Pieces(Iterator<String> lines) {
      this.lines = lines;
    }

    @Override
    public boolean hasNext() {
      return lines.hasNext();
    }

    @Override
    public Buffer next() {
      Buffer some = Buffer.buffer();
      for (int i = 0; i < LINES && lines.hasNext(); i++) {
        some.appendString(lines.next());
      }
      return some;
    }
  }
}
