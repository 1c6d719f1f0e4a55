package fil.heartbeat.swarm;

import fil.heartbeat.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Draws that depend on nothing but seed, label and number. */
record SeededDraw(long seed) {
  private static final double UNIT = 0x1.0p-53;

  /** 32 bytes. */
  byte[] bytes(String label, long number) {
    byte[] text = ("fil.heartbeat.swarm/" + label).getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(2 * Long.BYTES + text.length);
    input.putLong(seed).putLong(number).put(text);
    return Sha256.of(input.array());
  }

  /** A number in [0, 1). */
  double uniform(String label, long number) {
    return (ByteBuffer.wrap(bytes(label, number)).getLong() >>> 11) * UNIT;
  }
}
