package fil.heartbeat.testing.nodes;

import io.vertx.core.json.JsonArray;
import org.jspecify.annotations.Nullable;

/**
 * A method of a node.
 *
 * @param params how many it has
 * @param permission that it needs
 */
record Method(int params, String permission, Body body) {

  /** What it returns. */
  interface Body {
    @Nullable Object result(JsonArray params) throws RefusalException;
  }

  /** A method's own error. */
  static final class RefusalException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    RefusalException(int code, String message) {
      super(message);
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  static Method read(int params, Body body) {
    return new Method(params, "read", body);
  }
}
