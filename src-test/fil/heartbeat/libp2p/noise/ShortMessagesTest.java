package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/** Short messages are opened by other arithmetic than they are sealed with. */
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

  /** Keys and texts of ones and zeroes reach each carry and the end of the reduction. */
  @Test
  void theTagIsThatOfAnotherImplementation() {
    for (int round = 0; round < 20_000; round++) {
      byte[] key = extreme(32);
      int length = random.nextInt(70);
      byte[] text = extreme(length);
      byte[] tagged = Arrays.copyOf(text, length + 16);
      System.arraycopy(tag(key, text), 0, tagged, length, 16);
      assertThat(Poly1305.isTagged(key, tagged, 0, length)).isTrue();
      int bit = random.nextInt(128);
      tagged[length + bit / 8] = (byte) (tagged[length + bit / 8] ^ 1 << bit % 8);
      assertThat(Poly1305.isTagged(key, tagged, 0, length)).isFalse();
    }
  }

  /** Texts whose sum, with r of 1, is at, just below and just above 2^130 - 5. */
  @Test
  void theLastReductionIsExact() {
    byte[] key = new byte[32];
    key[0] = 1;
    Arrays.fill(key, 16, 32, (byte) 0xff);
    for (long above = -40; above < 40; above++) {
      // Two blocks and the lengths, each with its 2^128: what lacks of 2^130 - 5 and a few more.
      long low = above - 5;
      byte[] text =
          ByteBuffer.allocate(32)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(low)
              .putLong(low < 0 ? -33 : -32)
              .array();
      byte[] tagged = Arrays.copyOf(text, 48);
      System.arraycopy(tag(key, text), 0, tagged, 32, 16);
      assertThat(Poly1305.isTagged(key, tagged, 0, 32)).isTrue();
    }
  }

  private byte[] sealed(SecretKey key, long nonce, byte[] text) {
    byte[] sealed = new byte[text.length + Aead.TAG];
    Aead.seal(key, nonce, NONE, text, 0, text.length, sealed, 0);
    return sealed;
  }

  private static byte[] tag(byte[] key, byte[] text) {
    var mac = new org.bouncycastle.crypto.macs.Poly1305();
    mac.init(new KeyParameter(key));
    mac.update(text, 0, text.length);
    mac.update(new byte[16], 0, -text.length & 15);
    byte[] lengths =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0)
            .putLong(text.length)
            .array();
    mac.update(lengths, 0, 16);
    byte[] tag = new byte[16];
    int unused = mac.doFinal(tag, 0);
    return tag;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] extreme(int length) {
    byte[] bytes = bytes(length);
    List<Integer> often = List.of(0, 0xff, 0xff, 0xfb, 0x7f, 0x80);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(8) > 0) {
        bytes[i] = often.get(random.nextInt(often.size())).byteValue();
      }
    }
    if (random.nextInt(4) == 0) {
      Arrays.fill(bytes, (byte) 0xff);
    }
    return bytes;
  }
}
