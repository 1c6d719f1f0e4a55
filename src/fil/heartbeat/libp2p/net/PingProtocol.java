package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import fil.heartbeat.libp2p.host.Unawaited;
import fil.heartbeat.libp2p.ping.PingResponder;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Echoes pings, on a few streams of a connection. Spec: libp2p ping. */
final class PingProtocol implements ProtocolHandler {
  private static final Logger log = LoggerFactory.getLogger(PingProtocol.class);

  /** A peer needs one, and one more while it closes the first. */
  static final int MAX_STREAMS = 2;

  /** How often credit goes back to a peer that pings faster than the rate. */
  static final Duration PACE = Duration.ofMillis(100);

  /** A stream without pings for this long was abandoned by its peer. */
  static final Duration MAX_IDLE = Duration.ofSeconds(60);

  @Override
  public StreamListener onStream(Stream stream) {
    NetStream own = (NetStream) stream;
    Connection connection = own.connection();
    if (!connection.streams().takePingStream(MAX_STREAMS)) {
      own.expire("max-ping-streams");
      return NetStream.DISCARD;
    }
    return new Echo(own);
  }

  private static final class Echo implements StreamListener {
    private final NetStream stream;
    private final Loop loop;
    private final PingResponder responder;
    private long lastNanos;
    private Loop.Timer idle;
    private Loop.Timer pace = Loop.Timer.NONE;
    private boolean pacing;

    Echo(NetStream stream) {
      this.stream = stream;
      this.loop = stream.connection().loop();
      this.lastNanos = loop.nanoTime();
      this.responder = new PingResponder(lastNanos);
      this.idle = loop.after(MAX_IDLE, this::check);
      stream.keepCredit();
    }

    private void check() {
      Duration quiet = Duration.ofNanos(loop.nanoTime() - lastNanos);
      if (quiet.compareTo(MAX_IDLE) >= 0) {
        stream.expire("ping-idle");
      } else {
        idle = loop.after(MAX_IDLE.minus(quiet), this::check);
      }
    }

    @Override
    public void onData(ByteBuffer bytes) {
      lastNanos = loop.nanoTime();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      byte[] echo = responder.receive(copy, 0, copy.length);
      if (echo.length > 0) {
        Unawaited.logged(stream.write(echo), log, "answer to ping");
      }
      if (!pacing) {
        payCredit();
      }
    }

    /**
     * Returns credit at the allowed rate: pings beyond it wait, and so does the peer once its
     * window is full.
     */
    private void payCredit() {
      int credit = responder.takeCredit(loop.nanoTime());
      stream.giveCredit(credit, pacing);
      pacing = responder.isOwing();
      if (pacing) {
        pace = loop.after(PACE, this::payCredit);
      }
    }

    @Override
    public void onRemoteClose() {
      stream.closeWrite();
    }

    @Override
    public void onClosed(@Nullable Libp2pException cause) {
      idle.cancel();
      pace.cancel();
      stream.connection().streams().givePingStreamBack();
    }
  }
}
