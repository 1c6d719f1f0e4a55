package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoiseVectorTest {

  @Test
  void theEmptyPrologueGivesTheKnownHash() {
    assertThat(new SymmetricState().hash())
        .isEqualTo(
            NoiseVector.hex("f3d15e6108ed9556171207baa58f97d29a13c6be40595166066e2e0958dc002d"));
  }

  @Test
  void theFixedKeysGiveTheKnownIdsAndPayloads() {
    assertThat(NoiseVector.initiatorIdentity().peerId()).hasToString(NoiseVector.INITIATOR_PEER);
    assertThat(NoiseVector.responderIdentity().peerId()).hasToString(NoiseVector.RESPONDER_PEER);
    assertThat(NoiseVector.key(0x40).publicKey()).isEqualTo(NoiseVector.INITIATOR_STATIC);
    assertThat(NoiseVector.key(0x80).publicKey()).isEqualTo(NoiseVector.RESPONDER_STATIC);
    assertThat(NoiseVector.initiatorStatic().payload()).isEqualTo(NoiseVector.INITIATOR_PAYLOAD);
    assertThat(NoiseVector.responderStatic().payload()).isEqualTo(NoiseVector.RESPONDER_PAYLOAD);
  }

  @Test
  void theHandshakeGivesTheKnownBytes() throws Exception {
    NoiseHandshake initiator = NoiseVector.initiator();
    NoiseHandshake responder = NoiseVector.responder();

    assertThat(responder.start()).isEmpty();
    byte[] first = initiator.start();
    assertThat(first).isEqualTo(Frames.frame(NoiseVector.MESSAGE_1));
    byte[] second = responder.receive(Frames.message(first));
    assertThat(second).isEqualTo(Frames.frame(NoiseVector.MESSAGE_2));
    assertThat(responder.result()).isNull();
    byte[] third = initiator.receive(Frames.message(second));
    assertThat(third).isEqualTo(Frames.frame(NoiseVector.MESSAGE_3));
    assertThat(responder.receive(Frames.message(third))).isEmpty();

    assertThat(initiator.hash()).isEqualTo(NoiseVector.FINAL_HASH);
    assertThat(responder.hash()).isEqualTo(NoiseVector.FINAL_HASH);
    assertThat(Frames.result(initiator).remotePeer()).hasToString(NoiseVector.RESPONDER_PEER);
    assertThat(Frames.result(responder).remotePeer()).hasToString(NoiseVector.INITIATOR_PEER);
    assertThat(Frames.result(initiator).muxer()).isEqualTo(NoiseVector.YAMUX);
    assertThat(Frames.result(responder).muxer()).isEqualTo(NoiseVector.YAMUX);
    talk(Frames.result(initiator).session(), Frames.result(responder).session());
  }

  @Test
  void theTransportKeysGiveTheKnownBytes() throws Exception {
    talk(
        new NoiseSession(NoiseVector.INITIATOR_KEY, NoiseVector.RESPONDER_KEY),
        new NoiseSession(NoiseVector.RESPONDER_KEY, NoiseVector.INITIATOR_KEY));
  }

  private static void talk(NoiseSession initiator, NoiseSession responder) throws Exception {
    byte[] there =
        initiator.encrypt(
            NoiseVector.INITIATOR_PLAINTEXT, 0, NoiseVector.INITIATOR_PLAINTEXT.length);
    assertThat(there).isEqualTo(Frames.frame(NoiseVector.INITIATOR_CIPHERTEXT));
    assertThat(responder.decrypt(Frames.message(there))).isEqualTo(NoiseVector.INITIATOR_PLAINTEXT);
    byte[] back =
        responder.encrypt(
            NoiseVector.RESPONDER_PLAINTEXT, 0, NoiseVector.RESPONDER_PLAINTEXT.length);
    assertThat(back).isEqualTo(Frames.frame(NoiseVector.RESPONDER_CIPHERTEXT));
    assertThat(initiator.decrypt(Frames.message(back))).isEqualTo(NoiseVector.RESPONDER_PLAINTEXT);
  }
}
