package fil.heartbeat.libp2p.yamux;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Outgoing bytes that the peer's windows cover. Streams take turns, one frame each, so that a long
 * write of one does not delay the others; a FIN stays after its stream's bytes.
 */
final class SendRing {

  /** Payload of one frame; an empty one stands for a FIN. */
  private static final class Part {
    private final byte[] bytes;
    private final int offset;
    private final int length;

    private Part(byte[] bytes, int offset, int length) {
      this.bytes = bytes;
      this.offset = offset;
      this.length = length;
    }

    private int size() {
      return FrameHeader.SIZE + length;
    }
  }

  private static final Part FIN = new Part(new byte[0], 0, 0);

  private final Map<Integer, ArrayDeque<Part>> turns = new LinkedHashMap<>(4);
  private int size;
  private long waiting;

  /** Returns the bytes on the wire, including headers. */
  int size() {
    return size;
  }

  /** Returns the bytes of all streams that the windows do not cover yet. */
  long waiting() {
    return waiting;
  }

  void addWaiting(long bytes) {
    waiting += bytes;
  }

  void data(int streamId, byte[] bytes, int offset, int length) {
    int end = offset + length;
    for (int at = offset; at < end; at += YamuxSession.MAX_SENT_PAYLOAD) {
      add(streamId, new Part(bytes, at, Math.min(YamuxSession.MAX_SENT_PAYLOAD, end - at)));
    }
  }

  void fin(int streamId) {
    add(streamId, FIN);
  }

  private void add(int streamId, Part part) {
    turns.computeIfAbsent(streamId, id -> new ArrayDeque<>(2)).add(part);
    size += part.size();
  }

  /** Drops the unsent bytes of a stream. */
  void drop(int streamId) {
    ArrayDeque<Part> parts = turns.remove(streamId);
    if (parts != null) {
      parts.forEach(part -> size -= FrameHeader.SIZE + part.length);
    }
  }

  /** Writes all frames into the target and empties this. */
  void moveTo(byte[] target, int offset) {
    int at = offset;
    while (!turns.isEmpty()) {
      Iterator<Map.Entry<Integer, ArrayDeque<Part>>> round = turns.entrySet().iterator();
      while (round.hasNext()) {
        Map.Entry<Integer, ArrayDeque<Part>> turn = round.next();
        at = put(target, at, turn.getKey(), turn.getValue().remove());
        if (turn.getValue().isEmpty()) {
          round.remove();
        }
      }
    }
    size = 0;
  }

  private static int put(byte[] target, int at, int streamId, Part part) {
    FrameHeader header =
        part.length == 0
            ? new FrameHeader(FrameHeader.WINDOW_UPDATE, FrameHeader.FIN, streamId, 0)
            : new FrameHeader(FrameHeader.DATA, 0, streamId, part.length);
    header.encode(target, at);
    int body = at + FrameHeader.SIZE;
    System.arraycopy(part.bytes, part.offset, target, body, part.length);
    return body + part.length;
  }

  /** For tests: the size, counted again. */
  int countedSize() {
    return turns.values().stream().flatMap(ArrayDeque::stream).mapToInt(Part::size).sum();
  }

  /** For tests: streams that have something to send. */
  int streams() {
    return turns.size();
  }
}
