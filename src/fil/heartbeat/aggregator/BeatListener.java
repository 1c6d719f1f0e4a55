package fil.heartbeat.aggregator;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.wire.HeartbeatDecoder;
import fil.heartbeat.wire.HeartbeatException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One inbound heartbeat stream. The first violation resets it. Lives on the host's event loop. */
final class BeatListener implements StreamListener {
  private static final Logger log = LoggerFactory.getLogger(BeatListener.class);

  private final Stream stream;
  private final PeerId peer;
  private final Intake intake;
  private final HeartbeatDecoder decoder = new HeartbeatDecoder();
  private boolean broken;

  BeatListener(Stream stream, Intake intake) {
    this.stream = stream;
    this.peer = stream.remotePeer();
    this.intake = intake;
    intake.open(peer, stream.remoteAddress().toString());
  }

  @Override
  public void onData(ByteBuffer bytes) {
    if (broken) {
      return;
    }
    try {
      decoder.receive(bytes, beat -> intake.beat(peer, beat), intake::drop);
    } catch (HeartbeatException e) {
      broken = true;
      intake.drop(e.reason());
      log.debug("stream reset peer={} reason={} detail={}", peer, e.reason(), e.getMessage());
      stream.violated(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void onRemoteClose() {
    // Nothing is ever written on this stream: the answer to the end is the end.
    stream.closeWrite();
  }

  @Override
  public void onClosed(@Nullable Libp2pException cause) {
    intake.close(peer, cause == null ? null : cause.code().name());
  }
}
