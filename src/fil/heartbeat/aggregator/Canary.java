package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/**
 * The peer by which this process tests itself. Its streams and beats take the path of all others up
 * to the registry's context and stop there: only the newest number is stored.
 */
final class Canary implements BeatSink {
  private final PeerId peer;
  private final Ingest ingest;
  private long newest;

  Canary(PeerId peer, Ingest ingest) {
    this.peer = peer;
    this.ingest = ingest;
  }

  PeerId peer() {
    return peer;
  }

  /** The highest number received, 0 for none. On the registry's context. */
  long newest() {
    return newest;
  }

  @Override
  public boolean arrive(PeerId from) {
    return true;
  }

  @Override
  public void depart(PeerId from) {}

  @Override
  public void open(PeerId from, String address) {}

  @Override
  public void beat(PeerId from, String address, Heartbeat beat) {
    ingest.uncounted(() -> newest = Math.max(newest, beat.height()));
  }

  @Override
  public void drop(String reason) {}

  @Override
  public void close(PeerId from, @Nullable String reason) {}

  @Override
  public void farewell(PeerId from, String address) {}
}
