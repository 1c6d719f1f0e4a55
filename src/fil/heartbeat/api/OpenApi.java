package fil.heartbeat.api;

import fil.heartbeat.api.http.Responses;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: the OpenAPI document of the routes. */
final class OpenApi {
  private static final Buffer DOCUMENT = load();

  private OpenApi() {}

  static void answer(RoutingContext ctx) {
    Responses.body(ctx, Responses.JSON, DOCUMENT);
  }

  static Buffer document() {
    return DOCUMENT;
  }

  private static Buffer load() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is not in the jar");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
