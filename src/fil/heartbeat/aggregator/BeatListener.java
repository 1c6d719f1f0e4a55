package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatDecoder;
import fil.heartbeat.wire.HeartbeatException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One inbound heartbeat stream. The first violation resets it. Lives on the host's event loop. */
final class BeatListener implements StreamListener {
  private static final Logger log = LoggerFactory.getLogger(BeatListener.class);

  /**
   * Drop reason of an incomplete object that was discarded because the unfinished objects of all
   * peers took too much memory.
   */
  static final String HELD_TOO_MUCH = "inbound-bytes";

  /** Drop reason of beats that only test the connection ({@code doctor}). */
  static final String DIAGNOSTIC = "diagnostic";

  private final Stream stream;
  private final PeerId peer;
  private final BeatSink beats;
  private final BeatStreams streams;
  private final HeartbeatDecoder decoder;
  private final boolean taken;
  private final Consumer<Heartbeat> onBeat = this::onBeat;
  private final Consumer<String> onDrop = this::onDrop;
  private boolean beaten;
  private String address = "";
  private boolean broken;
  private boolean objectEnded;
  private boolean begun;
  private volatile long begunNanos;
  private volatile long lastBeatNanos = Long.MIN_VALUE;
  private volatile @Nullable String ending;

  BeatListener(Stream stream, BeatSink beats, BeatStreams streams) {
    this.stream = stream;
    this.peer = stream.remotePeer();
    this.beats = beats;
    this.streams = streams;
    decoder = new HeartbeatDecoder(streams.heads());
    taken = beats.arrive(peer);
  }

  @Override
  public void onData(ByteBuffer bytes) {
    if (broken || !taken) {
      return;
    }
    try {
      objectEnded = false;
      decoder.receive(bytes, onBeat, onDrop);
      trackUnfinished();
    } catch (HeartbeatException e) {
      broken = true;
      beats.drop(e.reason());
      log.debug("stream reset peer={} reason={} detail={}", peer, e.reason(), e.getMessage());
      stream.violated(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private void onBeat(Heartbeat beat) {
    objectEnded = true;
    if (beat.diagnostic()) {
      // A test beat belongs to no node: the stream still counts as one without a beat.
      beats.drop(DIAGNOSTIC);
      return;
    }
    lastBeatNanos = streams.nanoTime();
    if (!beaten) {
      beaten = true;
      address = stream.remoteAddress().toString();
      beats.open(peer, address);
      beats.depart(peer);
    }
    beats.beat(peer, address, beat);
  }

  private void onDrop(String reason) {
    objectEnded = true;
    beats.drop(reason);
  }

  /**
   * Reports whether an object is incomplete. Most beats arrive whole, and then there is nothing to
   * do.
   */
  private void trackUnfinished() {
    boolean was = begun;
    begun = decoder.isInObject();
    if (begun && (!was || objectEnded)) {
      begunNanos = read(streams.readNanos());
      streams.begun(this);
    } else if (was && !begun) {
      streams.finished(this);
    }
    if (was || begun) {
      stream.buffered(decoder.held());
    }
  }

  /** The time during which this stream was read: others may be read while its peer is throttled. */
  private long read(long readNanos) {
    return readNanos - stream.unreadNanos();
  }

  /** How long the unfinished object has been arriving, in reading time. Any thread. */
  long inObjectNanos(long readNanos) {
    return read(readNanos) - begunNanos;
  }

  /** Time of the last beat; {@link Long#MIN_VALUE} before the first. Any thread. */
  long lastBeatNanos() {
    return lastBeatNanos;
  }

  /** Whether there is room for its beats; if not, the stream must be ended. */
  boolean isTaken() {
    return taken;
  }

  /** Ends the stream without counting it against the peer. Any thread. */
  void end(String reason) {
    ending = reason;
    stream.expire(reason);
  }

  /** Ends the stream and tells the peer that another stream replaced it. Any thread. */
  void supplant() {
    ending = BeatStreams.SUPERSEDED;
    stream.supplant(BeatStreams.SUPERSEDED);
  }

  /** The address of the remote side. */
  String from() {
    return stream.remoteAddress().toString();
  }

  @Override
  public void onRemoteClose() {
    // Nothing is ever written on this stream, so the answer to the peer's end of stream is ours.
    stream.closeWrite();
  }

  @Override
  public void onClosed(@Nullable Libp2pException cause) {
    decoder.release();
    if (!taken) {
      return;
    }
    streams.closed(peer, this);
    if (begun && !broken) {
      givenUp(cause);
    }
    if (beaten) {
      beats.close(peer, cause == null ? null : cause.code().name());
    } else {
      beats.depart(peer);
    }
  }

  /**
   * Counts an incomplete beat that this side gave up; one that the peer cut off itself is not
   * counted.
   */
  private void givenUp(@Nullable Libp2pException cause) {
    String reason = ending;
    if (reason == null && cause != null && cause.code() == Libp2pException.Code.LIMIT) {
      reason = HELD_TOO_MUCH;
    }
    if (reason != null) {
      beats.drop(reason);
    }
  }
}
