package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.api.feed.FeedEvents.Kind;
import fil.heartbeat.api.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer is told, in groups of events that are taken whole or not at all. Only the last
 * event of a group has a cursor, so that whoever comes back with one has seen all before it.
 *
 * <ul>
 *   <li>A beginning: a snapshot with what changed since it was made, the networks, the alerts, and
 *       the time, which says that this is {@code whole}.
 *   <li>A piece of a channel: what changed at one moment.
 *   <li>What ends a resume or a catching up: networks, alerts and time, as at the beginning. They
 *       are told each time, whatever the pieces before them told.
 * </ul>
 */
final class FeedStory {
  private final FeedModel model;
  private final InstantSource time;
  private final BooleanSupplier raised;
  private final FeedAlerts alerts = new FeedAlerts();
  private JsonObject consensus = new JsonObject().put("networks", new JsonArray());
  private @Nullable FeedEvents consensusEvents;

  /** As clocks tell it; null once nodes are judged. */
  private @Nullable JsonObject starting;

  /**
   * @param raised whether alerts are raised now
   */
  FeedStory(FeedModel model, InstantSource time, BooleanSupplier raised) {
    this.model = model;
    this.time = time;
    this.raised = raised;
  }

  /**
   * Until when nobody is judged, and what was so before; empty when it is over.
   *
   * @return whether this began or ended
   */
  boolean warms(Optional<Warmup> warmup) {
    boolean before = starting != null;
    starting = warmup.map(this::starting).orElse(null);
    return before != warmup.isPresent();
  }

  private JsonObject starting(Warmup warmup) {
    JsonObject before = new JsonObject();
    warmup.before().forEach((state, nodes) -> before.put(state.label(), nodes));
    return new JsonObject()
        .put("judgesAt", Times.text(time.instant().plus(warmup.left())))
        .put("before", before);
  }

  /** The events that tell the networks, if they are not as told before; else empty text. */
  String news(JsonObject networks) {
    return networks.equals(consensus) ? "" : FeedEvents.text(Kind.CONSENSUS, networks, null);
  }

  /** The networks as they are from now on; to be called when there is news of them. */
  void networks(JsonObject now) {
    consensus = now;
    consensusEvents = null;
  }

  /** The alerts as they are now; the events that tell what changed, empty text for nothing. */
  String alerts(List<Alert> now) {
    return alerts.take(now);
  }

  /** What was known of alerts is too old to be told. */
  void forgetAlerts() {
    alerts.forget();
  }

  /** What a newcomer is told. */
  List<FeedEvents> beginning(FeedChannel channel) {
    return closed(channel, channel.beginning(model, consensus), false);
  }

  /**
   * What somebody who comes back is told.
   *
   * @param cursor the last that it was told
   * @return empty when it is none of this channel, or what came after it is not all here
   */
  Optional<List<FeedEvents>> resume(FeedChannel channel, @Nullable String cursor) {
    return channel.since(cursor).map(missed -> closed(channel, missed, true));
  }

  /** What a viewer that fell behind is told. */
  List<FeedEvents> catchUp(FeedChannel channel, long seen) {
    return channel
        .fewSince(seen)
        .map(missed -> closed(channel, missed, true))
        .orElseGet(() -> beginning(channel));
  }

  /**
   * The time, for whoever has seen all that its channel told, with what it then has to have: how
   * many nodes and alerts. A comment before it tells proxies that the stream lives.
   */
  FeedEvents clock(FeedChannel channel) {
    return FeedEvents.of(": alive\n\n" + FeedEvents.text(Kind.CLOCK, clockData(channel), null));
  }

  private JsonObject clockData(FeedChannel channel) {
    boolean on = raised.getAsBoolean();
    JsonObject data =
        new JsonObject()
            .put("now", Times.text(time.instant()))
            .put("cursor", channel.cursor())
            .put("nodes", channel.size())
            .put("alerts", on ? alerts.counts() : null);
    if (!on) {
      data.put("alertsOff", true);
    }
    return starting == null ? data : data.put("starting", starting);
  }

  private List<FeedEvents> closed(FeedChannel channel, List<FeedEvents> events, boolean networks) {
    List<FeedEvents> all = new ArrayList<>(events);
    if (networks) {
      // A snapshot has them already, and what is behind it tells how they changed.
      FeedEvents known = consensusEvents;
      if (known == null) {
        known = FeedEvents.of(Kind.CONSENSUS, consensus);
        consensusEvents = known;
      }
      all.add(known);
    }
    alerts.all().ifPresent(all::add);
    all.add(
        FeedEvents.of(
            FeedEvents.text(Kind.CLOCK, clockData(channel).put("whole", true), channel.cursor())));
    return all;
  }
}
