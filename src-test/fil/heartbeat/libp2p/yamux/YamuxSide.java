package fil.heartbeat.libp2p.yamux;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.annotation.CanIgnoreReturnValue;

/** A session and its recorded events. Consumes nothing by itself. */
class YamuxSide implements YamuxEvents {
  final YamuxSession session;
  final List<String> log = new ArrayList<>();
  private final Map<Integer, ByteArrayOutputStream> data = new HashMap<>();
  long nowNanos;

  YamuxSide(boolean dialer, YamuxLimits limits) {
    this.session = new YamuxSession(dialer, limits, this);
  }

  static YamuxSide dialer() {
    return new YamuxSide(true, YamuxLimits.DEFAULT);
  }

  static YamuxSide listener() {
    return new YamuxSide(false, YamuxLimits.DEFAULT);
  }

  /** Returns a listener with stream 1 open and its ACK taken. */
  static YamuxSide listenerWithStream() throws YamuxException {
    YamuxSide side = listener();
    side.receive(YamuxFrames.window(FrameHeader.SYN, 1, 0));
    side.sent();
    side.log.clear();
    return side;
  }

  void receive(byte[]... frames) throws YamuxException {
    byte[] bytes = YamuxFrames.join(frames);
    try {
      session.receive(bytes, 0, bytes.length, nowNanos);
    } finally {
      session.checkInvariants();
    }
  }

  @CanIgnoreReturnValue
  long write(int streamId, int length) {
    long mark = session.write(streamId, new byte[length], 0, length);
    session.checkInvariants();
    return mark;
  }

  @CanIgnoreReturnValue
  List<String> sent() {
    List<String> sent = YamuxFrames.read(session.takeOutput());
    session.checkInvariants();
    return sent;
  }

  /** Returns the number of ignored frames of any kind. */
  long ignored() {
    return Arrays.stream(IgnoredFrame.values()).mapToLong(session::ignoredFrames).sum();
  }

  byte[] data(int streamId) {
    ByteArrayOutputStream bytes = data.get(streamId);
    return bytes == null ? new byte[0] : bytes.toByteArray();
  }

  @Override
  public void onStream(int streamId) {
    log.add("stream " + streamId);
  }

  @Override
  public void onData(int streamId, byte[] bytes, int offset, int length) {
    String line = "data " + streamId;
    // Pieces of one body, or consecutive bodies, are one line: their split does not come from the
    // peer.
    if (log.isEmpty() || !log.get(log.size() - 1).equals(line)) {
      log.add(line);
    }
    data.computeIfAbsent(streamId, id -> new ByteArrayOutputStream()).write(bytes, offset, length);
  }

  @Override
  public void onRemoteClose(int streamId) {
    log.add("remote close " + streamId);
  }

  @Override
  public void onReset(int streamId, long code) {
    log.add("reset " + streamId + " " + code);
  }

  @Override
  public void onWritten(int streamId, long mark) {
    log.add("written " + streamId + " " + mark);
  }

  @Override
  public void onClosed(int streamId) {
    log.add("closed " + streamId);
  }

  @Override
  public void onPong(long roundTripNanos) {
    log.add("pong " + roundTripNanos);
  }

  @Override
  public void onGoAway(long code) {
    log.add("go away " + code);
  }
}
