package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lying peers and changed bytes cause a typed failure and no session. */
class NoiseAttackTest {
  private static final DhKey KEY = NoiseVector.key(0x11);
  private static final DhKey OTHER_KEY = NoiseVector.key(0x33);
  private static final byte[] NO_BYTES = {};

  /** The false proof in a liar's payload. */
  enum Lie {
    SIGNATURE_WITH_A_BIT_CHANGED,
    SIGNATURE_OF_NO_BYTES,
    SIGNATURE_OVER_ANOTHER_STATIC_KEY,
    SIGNATURE_OF_ANOTHER_IDENTITY,
    ANOTHER_IDENTITY_KEY,
    IDENTITY_KEY_OF_NO_KNOWN_TYPE,
    IDENTITY_KEY_CUT_SHORT,
    NO_PAYLOAD
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void aListenersLieLeavesTheDialerWithoutASession(Lie lie) throws Exception {
    Identity liar = NoiseVector.responderIdentity();
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            NoiseVector.initiatorStatic(), claimed(lie).peerId(), NoiseVector.key(0x60));
    NoiseHandshake responder = NoiseHandshake.responder(lying(lie, liar), NoiseVector.key(0xa0));
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    assertThat(Frames.refusal(Reason.INVALID, initiator, second))
        .hasMessageContaining("noise payload");
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void aDialersLieLeavesTheListenerWithoutASession(Lie lie) throws Exception {
    Identity liar = NoiseVector.responderIdentity();
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            lying(lie, liar), NoiseVector.initiatorIdentity().peerId(), NoiseVector.key(0x60));
    NoiseHandshake responder =
        NoiseHandshake.responder(NoiseVector.initiatorStatic(), NoiseVector.key(0xa0));
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    byte[] third = Frames.message(initiator.receive(second));
    assertThat(Frames.refusal(Reason.INVALID, responder, third))
        .hasMessageContaining("noise payload");
  }

  @Test
  void aWrongPeerWithAWrongSignatureIsAWrongPeer() throws Exception {
    NoiseHandshake initiator = NoiseVector.initiator();
    Identity met = NoiseVector.initiatorIdentity();
    NoiseHandshake responder =
        NoiseHandshake.responder(
            lying(Lie.SIGNATURE_WITH_A_BIT_CHANGED, met), NoiseVector.key(0xa0));
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    Frames.refusal(Reason.WRONG_PEER, initiator, second);
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void aSignatureOfAnyTypeHasToBeOverTheStaticKey(KeyType type) throws Exception {
    Identity identity = Identity.generate(type);
    byte[] payload = NoiseStatic.create(identity, List.of(), OTHER_KEY).payload();
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            NoiseVector.initiatorStatic(), identity.peerId(), NoiseVector.key(0x60));
    NoiseHandshake responder =
        NoiseHandshake.responder(new NoiseStatic(KEY, payload, List.of()), NoiseVector.key(0xa0));
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    assertThat(Frames.refusal(Reason.INVALID, initiator, second))
        .hasMessageContaining("signature of " + identity.peerId());
  }

  @Test
  void aByteChangedInMessageOneFailsTheDialer() throws Exception {
    for (int i = 0; i < NoiseVector.MESSAGE_1.length; i++) {
      NoiseHandshake responder = NoiseVector.responder();
      NoiseHandshake initiator = NoiseVector.initiator();
      assertThat(initiator.start()).hasSize(34);
      // The last byte's high bit is not part of the point, but of the hash.
      byte[] changed = Frames.flip(NoiseVector.MESSAGE_1, i, i == 31 ? 7 : i % 8);
      byte[] second = Frames.message(responder.receive(changed));
      assertThat(responder.result()).isNull();
      Frames.refusal(Reason.INVALID, initiator, second);
    }
  }

  @Test
  void aByteChangedInMessageTwoFailsTheDialer() throws Exception {
    for (int i = 0; i < NoiseVector.MESSAGE_2.length; i++) {
      NoiseHandshake initiator = NoiseVector.initiator();
      assertThat(initiator.start()).hasSize(34);
      byte[] changed = Frames.flip(NoiseVector.MESSAGE_2, i, i == 31 ? 7 : i % 8);
      Frames.refusal(Reason.INVALID, initiator, changed);
    }
  }

  @Test
  void aByteChangedInMessageThreeFailsTheListener() throws Exception {
    for (int i = 0; i < NoiseVector.MESSAGE_3.length; i++) {
      NoiseHandshake responder = NoiseVector.responder();
      assertThat(responder.receive(NoiseVector.MESSAGE_1)).isNotEmpty();
      byte[] changed = Frames.flip(NoiseVector.MESSAGE_3, i, i % 8);
      Frames.refusal(Reason.INVALID, responder, changed);
    }
  }

  @Test
  void aTruncatedOrExtendedMessageFails() throws Exception {
    for (int length = 0; length <= NoiseVector.MESSAGE_2.length + 1; length++) {
      if (length != NoiseVector.MESSAGE_1.length) {
        byte[] first = Arrays.copyOf(NoiseVector.MESSAGE_1, length);
        assertThat(Frames.refusal(Reason.INVALID, NoiseVector.responder(), first))
            .hasMessageContaining(length + " bytes (expected: 32");
      }
      if (length != NoiseVector.MESSAGE_2.length) {
        NoiseHandshake initiator = NoiseVector.initiator();
        assertThat(initiator.start()).hasSize(34);
        byte[] second = Arrays.copyOf(NoiseVector.MESSAGE_2, length);
        Frames.refusal(Reason.INVALID, initiator, second);
      }
      if (length != NoiseVector.MESSAGE_3.length) {
        NoiseHandshake responder = NoiseVector.responder();
        assertThat(responder.receive(NoiseVector.MESSAGE_1)).isNotEmpty();
        byte[] third = Arrays.copyOf(NoiseVector.MESSAGE_3, length);
        Frames.refusal(Reason.INVALID, responder, third);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4097, 65_535})
  void aHandshakeMessageOverTheLimitFails(int length) throws Exception {
    NoiseHandshake initiator = NoiseVector.initiator();
    assertThat(initiator.start()).hasSize(34);
    assertThat(Frames.refusal(Reason.INVALID, initiator, new byte[length]))
        .hasMessageContaining("expected: 96 to 4096");
    NoiseHandshake responder = NoiseVector.responder();
    assertThat(responder.receive(NoiseVector.MESSAGE_1)).isNotEmpty();
    assertThat(Frames.refusal(Reason.INVALID, responder, new byte[length]))
        .hasMessageContaining("expected: 64 to 4096");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      })
  void aPointOfSmallOrderFailsInEveryPlace(String hex) throws Exception {
    byte[] point = NoiseVector.hex(hex);
    assertThat(Frames.refusal(Reason.INVALID, NoiseVector.responder(), point))
        .hasMessageContaining("small order");

    NoiseHandshake dialer = NoiseVector.initiator();
    assertThat(dialer.start()).hasSize(34);
    byte[] second = Arrays.copyOf(point, 216);
    assertThat(Frames.refusal(Reason.INVALID, dialer, second)).hasMessageContaining("small order");

    // As static keys, encrypted correctly; the publicly known secret is all zeros.
    NoiseHandshake initiator = NoiseVector.initiator();
    assertThat(initiator.start()).hasSize(34);
    SymmetricState liar = firstMessage();
    liar.mixHash(KEY.publicKey());
    liar.mixKey(KEY.agree(NoiseVector.MESSAGE_1));
    byte[] sealedStatic = liar.encryptAndHash(point);
    liar.mixKey(new byte[32]);
    byte[] payload = liar.encryptAndHash(NoiseVector.RESPONDER_PAYLOAD);
    assertThat(
            Frames.refusal(
                Reason.INVALID, initiator, Frames.join(KEY.publicKey(), sealedStatic, payload)))
        .hasMessageContaining("small order");

    NoiseHandshake responder = NoiseVector.responder();
    assertThat(responder.receive(NoiseVector.MESSAGE_1)).isNotEmpty();
    assertThat(Frames.refusal(Reason.INVALID, responder, thirdMessage(point, new byte[32])))
        .hasMessageContaining("small order");
  }

  @Test
  void theThirdMessageMadeByHandIsOtherwiseRight() throws Exception {
    NoiseHandshake responder = NoiseVector.responder();
    assertThat(responder.receive(NoiseVector.MESSAGE_1)).isNotEmpty();
    byte[] ephemeral = NoiseVector.key(0xa0).publicKey();
    byte[] secret = NoiseVector.key(0x40).agree(ephemeral);
    assertThat(responder.receive(thirdMessage(NoiseVector.INITIATOR_STATIC, secret))).isEmpty();
    assertThat(responder.result()).isNotNull();
  }

  /** A third message to the vector's responder with a static key of choice. */
  private static byte[] thirdMessage(byte[] point, byte[] secret) throws NoiseException {
    DhKey ephemeral = NoiseVector.key(0x60);
    SymmetricState initiator = firstMessage();
    byte[] remote = Arrays.copyOf(NoiseVector.MESSAGE_2, 32);
    initiator.mixHash(remote);
    initiator.mixKey(ephemeral.agree(remote));
    byte[] remoteStatic = initiator.decryptAndHash(NoiseVector.MESSAGE_2, 32, 48);
    initiator.mixKey(ephemeral.agree(remoteStatic));
    assertThat(initiator.decryptAndHash(NoiseVector.MESSAGE_2, 80, 136))
        .isEqualTo(NoiseVector.RESPONDER_PAYLOAD);
    byte[] sealedStatic = initiator.encryptAndHash(point);
    initiator.mixKey(secret);
    return Frames.join(sealedStatic, initiator.encryptAndHash(NoiseVector.INITIATOR_PAYLOAD));
  }

  private static SymmetricState firstMessage() {
    SymmetricState state = new SymmetricState();
    state.mixHash(NoiseVector.MESSAGE_1);
    state.mixHash(NO_BYTES);
    return state;
  }

  private static Identity claimed(Lie lie) {
    return lie == Lie.ANOTHER_IDENTITY_KEY
        ? NoiseVector.initiatorIdentity()
        : NoiseVector.responderIdentity();
  }

  private static NoiseStatic lying(Lie lie, Identity liar) {
    byte[] key = liar.publicKey().toProtobuf();
    byte[] signature = liar.sign(NoisePayload.signed(KEY.publicKey()));
    Identity other =
        liar.peerId().equals(NoiseVector.initiatorIdentity().peerId())
            ? NoiseVector.responderIdentity()
            : NoiseVector.initiatorIdentity();
    byte[] payload =
        switch (lie) {
          case SIGNATURE_WITH_A_BIT_CHANGED -> proof(key, Frames.flip(signature, 7, 3));
          case SIGNATURE_OF_NO_BYTES -> proof(key, NO_BYTES);
          case SIGNATURE_OVER_ANOTHER_STATIC_KEY ->
              proof(key, liar.sign(NoisePayload.signed(OTHER_KEY.publicKey())));
          case SIGNATURE_OF_ANOTHER_IDENTITY ->
              proof(key, other.sign(NoisePayload.signed(KEY.publicKey())));
          case ANOTHER_IDENTITY_KEY -> proof(other.publicKey().toProtobuf(), signature);
          case IDENTITY_KEY_OF_NO_KNOWN_TYPE -> proof(NoiseVector.hex("0809120101"), signature);
          case IDENTITY_KEY_CUT_SHORT -> proof(Arrays.copyOf(key, key.length - 1), signature);
          case NO_PAYLOAD -> NO_BYTES;
        };
    return new NoiseStatic(KEY, payload, List.of());
  }

  private static byte[] proof(byte[] key, byte[] signature) {
    return NoisePayload.encode(key, signature, List.of());
  }
}
