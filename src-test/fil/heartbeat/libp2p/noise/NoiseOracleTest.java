package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes with an independent implementation of Noise, with fresh keys each time. */
class NoiseOracleTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Identity ourIdentity = Identity.generate(KeyType.ED25519);
  private final Identity theirIdentity = Identity.generate(KeyType.ED25519);
  private final NoiseStatic ours =
      NoiseStatic.create(ourIdentity, List.of(NoiseVector.YAMUX), RANDOM);
  private final byte[] theirKey = NoiseVector.ascending(RANDOM.nextInt(256));
  private final NoiseStatic theirs =
      NoiseStatic.create(theirIdentity, List.of(NoiseVector.YAMUX), new DhKey(theirKey));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void thisInitiatorWorksWithAnotherResponder(long seed) throws Exception {
    HandshakeState oracle = oracle(HandshakeState.RESPONDER);
    NoiseHandshake handshake = NoiseHandshake.initiator(ours, theirIdentity.peerId(), RANDOM);
    assertThat(read(oracle, Frames.message(handshake.start()))).isEmpty();
    byte[] third = handshake.receive(write(oracle, theirs.payload()));
    assertThat(read(oracle, Frames.message(third))).isEqualTo(ours.payload());
    assertThat(Frames.result(handshake).remotePeer()).isEqualTo(theirIdentity.peerId());
    assertThat(handshake.hash()).isEqualTo(oracle.getHandshakeHash());
    talk(oracle.split(), Frames.result(handshake).session(), new Random(seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anotherInitiatorWorksWithThisResponder(long seed) throws Exception {
    HandshakeState oracle = oracle(HandshakeState.INITIATOR);
    NoiseHandshake handshake = NoiseHandshake.responder(ours, RANDOM);
    byte[] second = handshake.receive(write(oracle, new byte[0]));
    assertThat(read(oracle, Frames.message(second))).isEqualTo(ours.payload());
    assertThat(handshake.receive(write(oracle, theirs.payload()))).isEmpty();
    assertThat(Frames.result(handshake).remotePeer()).isEqualTo(theirIdentity.peerId());
    assertThat(handshake.hash()).isEqualTo(oracle.getHandshakeHash());
    talk(oracle.split(), Frames.result(handshake).session(), new Random(seed));
  }

  private HandshakeState oracle(int role) throws Exception {
    HandshakeState oracle = new HandshakeState("Noise_XX_25519_ChaChaPoly_SHA256", role);
    oracle.getLocalKeyPair().setPrivateKey(theirKey, 0);
    oracle.start();
    return oracle;
  }

  private static byte[] write(HandshakeState oracle, byte[] payload) throws Exception {
    byte[] message = new byte[NoiseFrames.MAX_HANDSHAKE_MESSAGE];
    int length = oracle.writeMessage(message, 0, payload, 0, payload.length);
    return Arrays.copyOf(message, length);
  }

  private static byte[] read(HandshakeState oracle, byte[] message) throws Exception {
    byte[] payload = new byte[message.length];
    int length = oracle.readMessage(message, 0, message.length, payload, 0);
    return Arrays.copyOf(payload, length);
  }

  private static void talk(CipherStatePair oracle, NoiseSession session, Random random)
      throws Exception {
    for (int i = 0; i < 20; i++) {
      byte[] plaintext = new byte[random.nextInt(i == 0 ? 1 : 2000)];
      random.nextBytes(plaintext);
      byte[] sealed = new byte[plaintext.length + Aead.TAG];
      assertThat(
              oracle
                  .getSender()
                  .encryptWithAd(new byte[0], plaintext, 0, sealed, 0, plaintext.length))
          .isEqualTo(sealed.length);
      assertThat(session.decrypt(sealed)).isEqualTo(plaintext);

      byte[] beat = Arrays.copyOf(plaintext, plaintext.length + 1);
      byte[] message = Frames.message(session.encrypt(beat, 0, beat.length));
      byte[] opened = new byte[message.length];
      int length =
          oracle.getReceiver().decryptWithAd(new byte[0], message, 0, opened, 0, message.length);
      assertThat(Arrays.copyOf(opened, length)).isEqualTo(beat);
    }
  }
}
