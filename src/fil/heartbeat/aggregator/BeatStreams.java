package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.wire.RecentTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The open heartbeat streams of all peers. Limits their number for each peer and the time that an
 * object may take to arrive. Thread-safe.
 */
final class BeatStreams {

  /** A peer that reconnects may still have its old stream. */
  static final int MAX_STREAMS_OF_PEER = 2;

  /**
   * Limit from the first byte of an object to its last. The longest beat takes 17 s at 9600 bits a
   * second; most beats fit one packet.
   */
  static final Duration OBJECT_TIME = Duration.ofSeconds(30);

  /** Drop reasons, also given as the reason when a stream is ended. */
  static final String SUPERSEDED = "superseded";

  static final String UNFINISHED = "unfinished";

  /** Reason for ending a stream whose peer opens them faster than they can be processed. */
  static final String TOO_MANY = "too-many-streams";

  private final LongSupplier nanoTime;
  private final ReadTime readTime;
  private final Map<PeerId, List<BeatListener>> open = new ConcurrentHashMap<>();
  private final Set<BeatListener> inObject = ConcurrentHashMap.newKeySet();
  private final RecentTexts heads = new RecentTexts();

  /**
   * @param nanoTime monotonic
   */
  BeatStreams(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.readTime = new ReadTime(nanoTime.getAsLong());
  }

  /** Returns the heads that nodes brought last. */
  RecentTexts heads() {
    return heads;
  }

  /**
   * Registers a new stream. When the peer has too many, the one with the oldest last beat is ended,
   * which does not count against the peer: it may have lost a connection that still looks open
   * here. The new stream is never the one to end.
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
   * Ends the streams of a peer that come from an address, and tells that process that others
   * replaced them: it has no other way to learn that its key is in use twice.
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

  /** Returns the reading time so far (see {@link ReadTime}). */
  long readNanos() {
    return readTime.nanos();
  }

  /** An object of this listener is incomplete; the listener knows since when. */
  void begun(BeatListener listener) {
    inObject.add(listener);
  }

  /** No object of this listener is incomplete. */
  void finished(BeatListener listener) {
    inObject.remove(listener);
  }

  /**
   * Ends the streams whose object took too long. Must be called many times a second.
   *
   * @param standstillNanos longest time since any event loop last ran
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

  /** Returns the number of open streams of all peers. */
  int size() {
    return open.values().stream().mapToInt(List::size).sum();
  }
}
