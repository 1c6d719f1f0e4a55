package fil.heartbeat.libp2p;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.CryptoServicesRegistrar;

/**
 * The one source of secret randomness. The JDK's default source may wait for entropy at its first
 * use, for seconds on a fresh virtual machine; this one does not wait. BouncyCastle, which draws
 * blinding values on its own, uses it too, unless the program has set another source.
 */
public final class Randomness {
  private static final SecureRandom SOURCE = nonBlocking();

  static {
    if (!CryptoServicesRegistrar.isSecureRandomSpecified()) {
      CryptoServicesRegistrar.setSecureRandom(SOURCE);
    }
  }

  private Randomness() {}

  /** A thread-safe source. */
  public static SecureRandom source() {
    return SOURCE;
  }

  private static SecureRandom nonBlocking() {
    try {
      return SecureRandom.getInstance("NativePRNGNonBlocking");
    } catch (NoSuchAlgorithmException e) {
      // Windows has no such algorithm, and its default does not block.
      return new SecureRandom();
    }
  }
}
