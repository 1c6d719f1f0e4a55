package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The open heartbeat streams of all peers: a few of each, and none that never ends what it began.
 * Thread-safe.
 */
final class BeatStreams {

  /** A peer that dials anew may have its old stream still. */
  static final int MAX_STREAMS_OF_PEER = 2;

  /**
   * From the first byte of an object to its last; a beat of the longest kind takes 17 s at 9600
   * bits a second, and fits one packet as a rule.
   */
  static final Duration OBJECT_TIME = Duration.ofSeconds(30);

  /** Drop reasons, and why streams are ended. */
  static final String SUPERSEDED = "superseded";

  static final String UNFINISHED = "unfinished";

  /** Why a stream is ended whose peer opens them faster than they can be taken. */
  static final String TOO_MANY = "too-many-streams";

  private final LongSupplier nanoTime;
  private final ReadTime readTime;
  private final Map<PeerId, List<BeatListener>> open = new ConcurrentHashMap<>();
  private final Set<BeatListener> inObject = ConcurrentHashMap.newKeySet();

  /**
   * @param nanoTime monotonic
   */
  BeatStreams(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.readTime = new ReadTime(nanoTime.getAsLong());
  }

  /**
   * Takes a stream that opened. Of too many, the one whose last beat is oldest ends, without blame:
   * a peer may have lost a connection that we still believe in. The new one is never that.
   */
  StreamListener listen(Stream stream, BeatSink beats) {
    BeatListener opened = new BeatListener(stream, beats, this);
    if (!opened.isTaken()) {
      opened.end(TOO_MANY);
      return opened;
    }
    List<BeatListener> surplus = new ArrayList<>();
    open.compute(
        stream.remotePeer(),
        (peer, before) -> {
          List<BeatListener> streams = before == null ? new ArrayList<>() : before;
          while (streams.size() >= MAX_STREAMS_OF_PEER) {
            BeatListener stalest =
                streams.stream()
                    .min(Comparator.comparingLong(BeatListener::lastBeatNanos))
                    .orElseThrow();
            streams.remove(stalest);
            surplus.add(stalest);
          }
          streams.add(opened);
          return streams;
        });
    surplus.forEach(stale -> stale.end(SUPERSEDED));
    return opened;
  }

  /**
   * Ends the streams of a peer that come from an address, and tells its process that others have
   * their place: nobody else tells it that its key is in use twice.
   */
  void supplant(PeerId peer, String address) {
    List<BeatListener> ended = new ArrayList<>();
    open.computeIfPresent(
        peer,
        (ignored, streams) -> {
          streams.stream().filter(each -> each.from().equals(address)).forEach(ended::add);
          return streams;
        });
    ended.forEach(BeatListener::supplant);
  }

  void closed(PeerId peer, BeatListener listener) {
    inObject.remove(listener);
    open.computeIfPresent(
        peer, (ignored, streams) -> streams.remove(listener) && streams.isEmpty() ? null : streams);
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** The time in which we read. */
  long readNanos() {
    return readTime.nanos();
  }

  /** An object began, at a time that the listener can tell. */
  void begun(BeatListener listener) {
    inObject.add(listener);
  }

  /** Nothing is begun. */
  void finished(BeatListener listener) {
    inObject.remove(listener);
  }

  /**
   * Ends the streams that do not finish what they began. To be called many times a second.
   *
   * @param standstillNanos for how long the event loop that is worst off has not run
   */
  void endUnfinished(long nowNanos, long standstillNanos) {
    readTime.pass(nowNanos, standstillNanos);
    long read = readTime.nanos();
    List<BeatListener> unfinished =
        inObject.stream()
            .filter(listener -> listener.inObjectNanos(read) >= OBJECT_TIME.toNanos())
            .toList();
    for (BeatListener listener : unfinished) {
      finished(listener);
      listener.end(UNFINISHED);
    }
  }

  /** Streams open now, of all peers. */
  int size() {
    return open.values().stream().mapToInt(List::size).sum();
  }
}
