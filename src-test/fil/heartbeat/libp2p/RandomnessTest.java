package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.junit.jupiter.api.Test;

class RandomnessTest {

  @Test
  void theSourceDoesNotWaitForEntropyAndBouncyCastleHasIt() {
    // Wherever the JDK has the source at all, which is everywhere but on Windows.
    assertThat(Randomness.source().getAlgorithm()).isIn("NativePRNGNonBlocking", "DRBG");
    assertThat(CryptoServicesRegistrar.getSecureRandom()).isSameAs(Randomness.source());
  }
}
