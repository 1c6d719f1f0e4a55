package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PublicKey;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.curve.Curves;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * What no listener can save of an upgrade: one X25519 key, three agreements, one Ed25519 key read
 * and one signature checked, by the curves that this process uses, on one thread.
 */
final class UpgradeArithmetic {
  private static final int TIMES = 2000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private UpgradeArithmetic() {}

  /** CPU of one, the best of three passes, so that the first calls warm up. */
  static double micros() {
    Identity identity = Identity.generate(KeyType.ED25519);
    byte[] key = identity.publicKey().toProtobuf();
    byte[] message = new byte[56];
    byte[] signature = identity.sign(message);
    byte[] remote = Curves.active().publicKey(secret());
    double best = Double.MAX_VALUE;
    for (int pass = 0; pass < 3; pass++) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < TIMES; i++) {
        once(key, message, signature, remote);
      }
      best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / TIMES);
    }
    return best;
  }

  private static void once(byte[] key, byte[] message, byte[] signature, byte[] remote) {
    byte[] secret = secret();
    byte[] publicKey = Curves.active().publicKey(secret);
    for (int i = 0; i < 3; i++) {
      byte[] shared = Curves.active().agree(secret, remote);
      if (shared == null || Arrays.equals(shared, publicKey)) {
        throw new IllegalStateException("no shared secret");
      }
    }
    if (!PublicKey.fromProtobuf(key).verify(message, signature)) {
      throw new IllegalStateException("the signature was refused");
    }
  }

  private static byte[] secret() {
    byte[] secret = new byte[Curves.KEY];
    Randomness.source().nextBytes(secret);
    return secret;
  }
}
