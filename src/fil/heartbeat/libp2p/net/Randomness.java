package fil.heartbeat.libp2p.net;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** The source of key material. */
final class Randomness {
  private Randomness() {}

  /**
   * One that never waits for entropy. The JDK's usual one may block for seconds when it is first
   * seeded on a host that just booted.
   */
  static SecureRandom nonBlocking() {
    try {
      return SecureRandom.getInstance("NativePRNGNonBlocking");
    } catch (NoSuchAlgorithmException notUnix) {
      return new SecureRandom();
    }
  }
}
