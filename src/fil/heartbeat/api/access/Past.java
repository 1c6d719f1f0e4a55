package fil.heartbeat.api.access;

import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.StateChange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The part of {@link History} that the routes read; see there for the methods. */
public interface Past {
  Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step);

  Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit);

  Future<List<ConnectionEvent>> connections(String peerId);
}
