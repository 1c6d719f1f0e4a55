package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Messages of each length, opened where they stand among other bytes. */
class ShortMessagesTest {
  private static final byte[] NONE = {};
  private static final int LONGEST = 1_100;
  private final Random random = new Random(1);

  @Test
  void everyLengthIsOpened() throws Exception {
    for (int length = 0; length <= LONGEST; length++) {
      SecretKey key = new SecretKeySpec(bytes(32), "ChaCha20");
      byte[] text = bytes(length);
      byte[] sealed = sealed(key, length, text);
      byte[] amid = new byte[sealed.length + 7];
      System.arraycopy(sealed, 0, amid, 3, sealed.length);
      assertThat(Aead.open(key, length, NONE, sealed, 0, sealed.length)).isEqualTo(text);
      assertThat(Aead.open(key, length, NONE, amid, 3, sealed.length)).isEqualTo(text);
    }
  }

  @Test
  void everyChangedBitIsNoticed() {
    SecretKey key = new SecretKeySpec(bytes(32), "ChaCha20");
    byte[] sealed = sealed(key, 5, bytes(45));
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] = (byte) (changed[bit / 8] ^ 1 << bit % 8);
      assertThatThrownBy(() -> Aead.open(key, 5, NONE, changed, 0, changed.length))
          .isInstanceOf(NoiseException.class)
          .hasMessageContaining("do not authenticate");
    }
    byte[] shorter = Arrays.copyOf(sealed, sealed.length - 1);
    assertThatThrownBy(() -> Aead.open(key, 5, NONE, shorter, 0, shorter.length))
        .isInstanceOf(NoiseException.class);
  }

  private byte[] sealed(SecretKey key, long nonce, byte[] text) {
    byte[] sealed = new byte[text.length + Aead.TAG];
    Aead.seal(key, nonce, NONE, text, 0, text.length, sealed, 0);
    return sealed;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
