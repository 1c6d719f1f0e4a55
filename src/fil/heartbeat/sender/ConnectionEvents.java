package fil.heartbeat.sender;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Publishes on the event bus when a sender connects and disconnects: {@code
 * {"target":"/ip4/…","peerId":"12D3…","localPeerId":"12D3…","nickname":"alice","connected":true,
 * "at":"2025-01-01T00:00:00.000Z","error":"…"}}. {@code localPeerId} and {@code error} are present
 * when known. The first failed attempt of a sender that was never connected is published too.
 */
final class ConnectionEvents {

  /** The event bus address of these events. */
  static final String ADDRESS = "fil.heartbeat.sender";

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  private final EventBus bus;
  private final DeliveryOptions options;
  private final Target target;
  private final @Nullable String localPeerId;
  private final String nickname;
  private @Nullable Boolean last;

  ConnectionEvents(
      EventBus bus,
      boolean clustered,
      Target target,
      @Nullable String localPeerId,
      String nickname) {
    this.bus = bus;
    this.options = new DeliveryOptions().setLocalOnly(!clustered);
    this.target = target;
    this.localPeerId = localPeerId;
    this.nickname = nickname;
  }

  /** Publishes the state if it changed. */
  void connected(boolean connected, Instant at, @Nullable String error) {
    if (last != null && last == connected) {
      return;
    }
    last = connected;
    JsonObject event =
        new JsonObject()
            .put("target", target.address())
            .put("peerId", target.peerId())
            .put("nickname", nickname)
            .put("connected", connected)
            .put("at", MILLIS.format(at));
    if (localPeerId != null) {
      event.put("localPeerId", localPeerId);
    }
    if (error != null) {
      event.put("error", error);
    }
    bus.publish(ADDRESS, event, options);
  }
}
