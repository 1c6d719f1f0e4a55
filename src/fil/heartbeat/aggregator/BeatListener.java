package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatDecoder;
import fil.heartbeat.wire.HeartbeatException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One inbound heartbeat stream. The first violation resets it. Lives on the host's event loop. */
final class BeatListener implements StreamListener {
  private static final Logger log = LoggerFactory.getLogger(BeatListener.class);

  /**
   * Drop reason of an object that was given up because peers had sent too much that is not whole.
   */
  static final String HELD_TOO_MUCH = "inbound-bytes";

  /** Drop reason of beats that only test the way to here. */
  static final String DIAGNOSTIC = "diagnostic";

  private final Stream stream;
  private final PeerId peer;
  private final BeatSink beats;
  private final BeatStreams streams;
  private final HeartbeatDecoder decoder = new HeartbeatDecoder();
  private final boolean taken;
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
    taken = beats.arrive(peer);
  }

  @Override
  public void onData(ByteBuffer bytes) {
    if (broken || !taken) {
      return;
    }
    try {
      objectEnded = false;
      decoder.receive(bytes, this::onBeat, this::onDrop);
      look();
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
      // Nobody's beat: the stream stays one that did not beat.
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

  /** Most beats come whole, and then there is nothing to tell. */
  private void look() {
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

  /** The time in which we read this very stream: others may be read while its peer is slowed. */
  private long read(long readNanos) {
    return readNanos - stream.unreadNanos();
  }

  /**
   * For how long the object is begun that has not ended, in the time in which we read. Any thread.
   */
  long inObjectNanos(long readNanos) {
    return read(readNanos) - begunNanos;
  }

  /** {@link Long#MIN_VALUE} before the first. Any thread. */
  long lastBeatNanos() {
    return lastBeatNanos;
  }

  /** Whether there is room for what it says; else it is to be ended. */
  boolean isTaken() {
    return taken;
  }

  /** Ends the stream, without blame. Any thread. */
  void end(String reason) {
    ending = reason;
    stream.expire(reason);
  }

  /** Ends the stream and says that another has its place. Any thread. */
  void supplant() {
    ending = BeatStreams.SUPERSEDED;
    stream.supplant(BeatStreams.SUPERSEDED);
  }

  /** Where it beats from. */
  String from() {
    return stream.remoteAddress().toString();
  }

  @Override
  public void onRemoteClose() {
    // Nothing is ever written on this stream: the answer to the end is the end.
    stream.closeWrite();
  }

  @Override
  public void onClosed(@Nullable Libp2pException cause) {
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
   * A part of a beat was received that is dropped by us; what the peer cut off itself is nothing.
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
