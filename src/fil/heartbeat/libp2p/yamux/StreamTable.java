package fil.heartbeat.libp2p.yamux;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open streams, and how many of them the peer opened or has not acknowledged yet. */
final class StreamTable {
  private final Map<Integer, YamuxStream> streams = new HashMap<>(4);
  private int inbound;
  private int unacknowledged;

  @Nullable YamuxStream get(int id) {
    return streams.get(id);
  }

  void add(YamuxStream stream) {
    streams.put(stream.id, stream);
    if (stream.inbound) {
      stream.acknowledged = true;
      inbound++;
    } else {
      unacknowledged++;
    }
  }

  void acknowledge(YamuxStream stream) {
    if (!stream.acknowledged) {
      stream.acknowledged = true;
      unacknowledged--;
    }
  }

  void remove(YamuxStream stream) {
    acknowledge(stream);
    stream.drop();
    streams.remove(stream.id);
    if (stream.inbound) {
      inbound--;
    }
  }

  /** Returns a copy of all ids. */
  List<Integer> ids() {
    return List.copyOf(streams.keySet());
  }

  int size() {
    return streams.size();
  }

  int inbound() {
    return inbound;
  }

  int unacknowledged() {
    return unacknowledged;
  }

  /** For tests: the cost of the waiting writes, counted again. */
  long countedWaiting() {
    return streams.values().stream().mapToLong(YamuxStream::countedWaiting).sum();
  }

  /** For tests: whether the invariants hold. */
  boolean isSound() {
    return streams.values().stream().filter(stream -> stream.inbound).count() == inbound
        && streams.values().stream().filter(stream -> !stream.acknowledged).count()
            == unacknowledged
        && streams.values().stream().allMatch(YamuxStream::isSound);
  }
}
