package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.southernstorm.noise.protocol.Noise;
import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.annotation.CanIgnoreReturnValue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseSessionTest {
  private static final byte[] THERE = NoiseVector.ascending(1);
  private static final byte[] BACK = NoiseVector.ascending(2);
  private static final byte[] NO_BYTES = {};

  private final NoiseSession ours = new NoiseSession(THERE, BACK);
  private final NoiseSession theirs = new NoiseSession(BACK, THERE);

  @ParameterizedTest
  @ValueSource(ints = {1, 12, 15, 16, 17, 300, 65_518, 65_519, 65_520, 131_038, 131_039, 200_000})
  void everyLengthArrivesInAsFewFramesAsPossible(int length) throws Exception {
    byte[] plaintext = bytes(length, length);
    byte[] encrypted = ours.encrypt(plaintext, 0, length);
    List<byte[]> messages = cut(encrypted);
    assertThat(messages).hasSize((length + 65_518) / 65_519);
    List<byte[]> decrypted = new ArrayList<>();
    for (byte[] message : messages) {
      decrypted.add(theirs.decrypt(message));
    }
    assertThat(Frames.join(decrypted.toArray(byte[][]::new))).isEqualTo(plaintext);
  }

  @Test
  void onlyTheGivenRangeIsEncrypted() throws Exception {
    byte[] plaintext = bytes(100, 1);
    byte[] encrypted = ours.encrypt(plaintext, 10, 50);
    assertThat(theirs.decrypt(Frames.message(encrypted)))
        .isEqualTo(Arrays.copyOfRange(plaintext, 10, 60));
    assertThatThrownBy(() -> assertThat(ours.encrypt(plaintext, 60, 50)).isNull())
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void noBytesGiveNoFrameAndUseNoCounter() throws Exception {
    assertThat(ours.encrypt(NO_BYTES, 0, 0)).isEmpty();
    byte[] plaintext = {1};
    assertThat(theirs.decrypt(Frames.message(ours.encrypt(plaintext, 0, 1)))).isEqualTo(plaintext);
  }

  @Test
  void anEmptyMessageIsLegal() throws Exception {
    byte[] empty = new byte[Aead.TAG];
    CipherState sending = new CipherState(BACK);
    sending.seal(NO_BYTES, NO_BYTES, 0, 0, empty, 0);
    assertThat(ours.decrypt(empty)).isEmpty();
    byte[] next = new byte[Aead.TAG + 1];
    sending.seal(NO_BYTES, new byte[] {9}, 0, 1, next, 0);
    assertThat(ours.decrypt(next)).containsExactly(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void aMessageWithoutRoomForItsTagEndsTheSession(int length) {
    assertThat(deadly(ours, new byte[length])).hasMessageContaining("expected: at least 16");
  }

  @Test
  void everyFlippedByteAndEveryTruncationEndsTheSession() throws Exception {
    byte[] plaintext = bytes(40, 3);
    byte[] message = Frames.message(ours.encrypt(plaintext, 0, plaintext.length));
    for (int i = 0; i < message.length; i++) {
      NoiseException flipped =
          deadly(new NoiseSession(BACK, THERE), Frames.flip(message, i, i % 8));
      assertThat(flipped).hasMessageContaining("do not authenticate");
      deadly(new NoiseSession(BACK, THERE), Arrays.copyOf(message, i));
    }
    deadly(new NoiseSession(BACK, THERE), Arrays.copyOf(message, 57));
    assertThat(theirs.decrypt(message)).isEqualTo(plaintext);
  }

  @Test
  void aReplayedMessageEndsTheSession() throws Exception {
    byte[] message = Frames.message(ours.encrypt(new byte[] {1, 2}, 0, 2));
    assertThat(theirs.decrypt(message)).containsExactly(1, 2);
    assertThat(deadly(theirs, message)).hasMessageContaining("do not authenticate");
  }

  @Test
  void aSkippedMessageEndsTheSession() throws Exception {
    assertThat(ours.encrypt(new byte[] {1}, 0, 1)).hasSize(19);
    byte[] second = Frames.message(ours.encrypt(new byte[] {2}, 0, 1));
    assertThat(deadly(theirs, second)).hasMessageContaining("do not authenticate");
  }

  @Test
  void afterAFailureTheRightMessageDecryptsNoMore() throws Exception {
    byte[] message = Frames.message(ours.encrypt(new byte[] {1, 2}, 0, 2));
    deadly(theirs, Frames.flip(message, 0, 0));
    assertThat(deadly(theirs, message)).hasMessageContaining("earlier message");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 255, 256, 0xffff_fffeL, 0x1_0000_0000L, 0x0123_4567_89ab_cdefL})
  void theCounterGoesIntoTheNonceAsNoiseSays(long counter) throws Exception {
    byte[] plaintext = bytes(30, counter);
    com.southernstorm.noise.protocol.CipherState oracle = Noise.createCipher("ChaChaPoly");
    oracle.initializeKey(THERE, 0);
    oracle.setNonce(counter);
    byte[] expected = new byte[plaintext.length + Aead.TAG];
    assertThat(oracle.encryptWithAd(NO_BYTES, plaintext, 0, expected, 0, plaintext.length))
        .isEqualTo(expected.length);

    byte[] sealed = new byte[expected.length];
    new CipherState(THERE, counter, CipherState.RESERVED_NONCE)
        .seal(NO_BYTES, plaintext, 0, plaintext.length, sealed, 0);
    assertThat(sealed).isEqualTo(expected);
  }

  @Test
  void sendingEndsBeforeACounterThatJsRefuses() throws Exception {
    assertThat(NoiseSession.MAX_SENT_MESSAGES).isEqualTo((1L << 32) - 1);
    NoiseSession session =
        new NoiseSession(
            new CipherState(THERE, (1L << 32) - 2, NoiseSession.MAX_SENT_MESSAGES),
            new CipherState(BACK));
    assertThat(session.encrypt(new byte[1], 0, 1)).hasSize(19);
    exhausted(() -> assertThat(session.encrypt(new byte[1], 0, 1)).isNull());
    exhausted(() -> assertThat(session.encrypt(new byte[1], 0, 1)).isNull());
  }

  @Test
  void theReservedCounterIsNeverUsed() throws Exception {
    CipherState last = new CipherState(THERE, -2, CipherState.RESERVED_NONCE);
    byte[] sealed = new byte[Aead.TAG + 1];
    last.seal(NO_BYTES, new byte[] {5}, 0, 1, sealed, 0);
    exhausted(() -> last.seal(NO_BYTES, new byte[] {5}, 0, 1, sealed.clone(), 0));

    NoiseSession receiver =
        new NoiseSession(
            new CipherState(BACK), new CipherState(THERE, -2, CipherState.RESERVED_NONCE));
    assertThat(receiver.decrypt(sealed)).containsExactly(5);
    exhausted(() -> assertThat(receiver.decrypt(sealed)).isNull());
    Frames.failure(Reason.INVALID, () -> assertThat(receiver.encrypt(new byte[1], 0, 1)).isNull());
  }

  @Test
  void receivingGoesOnPastTheLimitOfSending() throws Exception {
    byte[] sealed = new byte[Aead.TAG + 1];
    new CipherState(THERE, 1L << 33, CipherState.RESERVED_NONCE)
        .seal(NO_BYTES, new byte[] {5}, 0, 1, sealed, 0);
    NoiseSession receiver =
        new NoiseSession(
            new CipherState(BACK), new CipherState(THERE, 1L << 33, CipherState.RESERVED_NONCE));
    assertThat(receiver.decrypt(sealed)).containsExactly(5);
  }

  @Test
  void theLimitStopsAMessageOfSeveralFramesToo() {
    NoiseSession session = new NoiseSession(new CipherState(THERE, 8, 10), new CipherState(BACK));
    exhausted(() -> assertThat(session.encrypt(new byte[200_000], 0, 200_000)).isNull());
  }

  private static void exhausted(ThrowingCallable call) {
    Frames.failure(Reason.EXHAUSTED, call);
  }

  @CanIgnoreReturnValue
  private static NoiseException deadly(NoiseSession session, byte[] message) {
    NoiseException failure =
        Frames.failure(Reason.INVALID, () -> assertThat(session.decrypt(message)).isNull());
    Frames.failure(Reason.INVALID, () -> assertThat(session.decrypt(message)).isNull());
    Frames.failure(
        Reason.INVALID, () -> assertThat(session.encrypt(new byte[] {1}, 0, 1)).isNull());
    return failure;
  }

  private static List<byte[]> cut(byte[] stream) throws NoiseException {
    NoiseFrames frames = new NoiseFrames();
    frames.receive(stream, 0, stream.length);
    List<byte[]> messages = new ArrayList<>();
    byte[] message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE);
    while (message != null) {
      messages.add(message);
      message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE);
    }
    assertThat(frames.held()).isZero();
    return messages;
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
