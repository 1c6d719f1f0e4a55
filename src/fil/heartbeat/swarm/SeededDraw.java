package fil.heartbeat.swarm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Draws that depend on nothing but seed, label and number. */
record SeededDraw(long seed) {
  private static final double UNIT = 0x1.0p-53;

  /** 32 bytes. */
  byte[] bytes(String label, long number) {
    byte[] text = ("fil.heartbeat.swarm/" + label).getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(2 * Long.BYTES + text.length);
    input.putLong(seed).putLong(number).put(text);
    try {
      return MessageDigest.getInstance("SHA-256").digest(input.array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** A number in [0, 1). */
  double uniform(String label, long number) {
    return (ByteBuffer.wrap(bytes(label, number)).getLong() >>> 11) * UNIT;
  }
}
