package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.function.Predicate;

/** Sends requests on the event bus like a sender, repeatedly until the expected reply arrives. */
final class Bus {
  private static final long AGAIN_MILLIS = 5;

  private Bus() {}

  /** Returns the reply; a failure as {@code {"code":…,"message":…}}. */
  static Future<JsonObject> ask(Vertx vertx, String address) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, null, new DeliveryOptions().setLocalOnly(true))
        .map(reply -> reply.body())
        .recover(
            failure ->
                failure instanceof ReplyException refusal
                    ? Future.succeededFuture(
                        new JsonObject()
                            .put("code", refusal.failureCode())
                            .put("message", refusal.getMessage()))
                    : Future.failedFuture(failure));
  }

  /** Returns the first expected reply; the test's own timeout ends the wait. */
  static Future<JsonObject> until(Vertx vertx, String address, Predicate<JsonObject> right) {
    Promise<JsonObject> found = Promise.promise();
    again(vertx, address, right, found);
    return found.future();
  }

  private static void again(
      Vertx vertx, String address, Predicate<JsonObject> right, Promise<JsonObject> found) {
    ask(vertx, address)
        .onFailure(found::tryFail)
        .onSuccess(
            reply -> {
              if (right.test(reply)) {
                found.complete(reply);
              } else {
                vertx.setTimer(AGAIN_MILLIS, id -> again(vertx, address, right, found));
              }
            });
  }
}
