package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseHandshakeTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Map<KeyType, Identity> IDENTITIES = new EnumMap<>(KeyType.class);

  static {
    for (KeyType type : KeyType.values()) {
      IDENTITIES.put(type, Identity.generate(type));
    }
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void everyTypeOfIdentityProvesItselfToEveryOther(KeyType type) throws Exception {
    Identity dialer = identity(type);
    for (KeyType other : KeyType.values()) {
      Identity listener = identity(other);
      NoiseHandshake initiator =
          NoiseHandshake.initiator(offering(dialer), listener.peerId(), RANDOM);
      NoiseHandshake responder = NoiseHandshake.responder(offering(listener), RANDOM);
      Frames.shake(initiator, responder);
      assertThat(Frames.result(initiator).remotePeer()).isEqualTo(listener.peerId());
      assertThat(Frames.result(responder).remotePeer()).isEqualTo(dialer.peerId());
    }
  }

  @Test
  void oneStaticServesManyHandshakesWithTheirOwnKeys() throws Exception {
    Identity dialer = identity(KeyType.ED25519);
    NoiseStatic ours = offering(dialer);
    NoiseStatic theirs = offering(identity(KeyType.SECP256K1));
    NoiseHandshake first = NoiseHandshake.responder(theirs, RANDOM);
    Frames.shake(
        NoiseHandshake.initiator(ours, identity(KeyType.SECP256K1).peerId(), RANDOM), first);
    NoiseHandshake second = NoiseHandshake.responder(theirs, RANDOM);
    Frames.shake(
        NoiseHandshake.initiator(ours, identity(KeyType.SECP256K1).peerId(), RANDOM), second);
    assertThat(first.hash()).isNotEqualTo(second.hash());
    byte[] plaintext = new byte[20];
    assertThat(Frames.result(first).session().encrypt(plaintext, 0, 20))
        .isNotEqualTo(Frames.result(second).session().encrypt(plaintext, 0, 20));
  }

  @ParameterizedTest
  @CsvSource({
    "/yamux/1.0.0, /yamux/1.0.0, /yamux/1.0.0",
    "/yamux/1.0.0, '', ",
    "'', /yamux/1.0.0, ",
    "'', '', ",
    "/a /b, /b /a, /a",
    "/b /a, /a /b, /b",
    "/mplex/6.7.0 /yamux/1.0.0, /yamux/1.0.0, /yamux/1.0.0",
    "/yamux/1.0.0, /mplex/6.7.0 /yamux/1.0.0, /yamux/1.0.0",
  })
  void theMuxerIsTheInitiatorsFirstThatTheResponderHas(
      String initiators, String responders, @Nullable String chosen) throws Exception {
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            offering(identity(KeyType.ED25519), names(initiators)),
            identity(KeyType.SECP256K1).peerId(),
            RANDOM);
    NoiseHandshake responder =
        NoiseHandshake.responder(offering(identity(KeyType.SECP256K1), names(responders)), RANDOM);
    Frames.shake(initiator, responder);
    assertThat(Frames.result(initiator).muxer()).isEqualTo(chosen);
    assertThat(Frames.result(responder).muxer()).isEqualTo(chosen);
  }

  @Test
  void listsWithoutACommonMuxerFailOnBothSides() throws Exception {
    NoiseStatic ours = offering(identity(KeyType.ED25519), List.of("/yamux/1.0.0"));
    NoiseStatic theirs =
        offering(identity(KeyType.SECP256K1), List.of("/mplex/6.7.0", "/\n\u001b[2J"));
    NoiseHandshake initiator =
        NoiseHandshake.initiator(ours, identity(KeyType.SECP256K1).peerId(), RANDOM);
    NoiseHandshake responder = NoiseHandshake.responder(theirs, RANDOM);
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    assertThat(Frames.refusal(Reason.NO_MUXER, initiator, second))
        .hasMessageContaining("[/yamux/1.0.0]")
        .hasMessageContaining("[/mplex/6.7.0, /??[2J]");

    // The responder fails the same way when its peer continues regardless.
    NoiseHandshake careless =
        NoiseHandshake.initiator(
            new NoiseStatic(NoiseVector.key(0x40), payload(ours, NoiseVector.key(0x40)), List.of()),
            identity(KeyType.SECP256K1).peerId(),
            RANDOM);
    NoiseHandshake other = NoiseHandshake.responder(theirs, RANDOM);
    byte[] answer = other.receive(Frames.message(careless.start()));
    byte[] third = Frames.message(careless.receive(Frames.message(answer)));
    Frames.refusal(Reason.NO_MUXER, other, third);
  }

  @Test
  void aPayloadWithEmptyOlderFieldsIsRead() throws Exception {
    Identity jvm = identity(KeyType.SECP256K1);
    DhKey key = DhKey.generate(RANDOM);
    byte[] plain = NoiseStatic.create(jvm, List.of(), key).payload();
    NoiseStatic theirs =
        new NoiseStatic(key, Frames.join(plain, NoiseVector.hex("1a002200")), List.of());
    NoiseHandshake initiator =
        NoiseHandshake.initiator(offering(identity(KeyType.ED25519)), jvm.peerId(), RANDOM);
    Frames.shake(initiator, NoiseHandshake.responder(theirs, RANDOM));
    assertThat(Frames.result(initiator).remotePeer()).isEqualTo(jvm.peerId());
    assertThat(Frames.result(initiator).muxer()).isNull();

    NoiseHandshake responder =
        NoiseHandshake.responder(offering(identity(KeyType.ED25519)), RANDOM);
    Frames.shake(
        NoiseHandshake.initiator(theirs, identity(KeyType.ED25519).peerId(), RANDOM), responder);
    assertThat(Frames.result(responder).remotePeer()).isEqualTo(jvm.peerId());
    assertThat(Frames.result(responder).muxer()).isNull();
  }

  @Test
  void anotherPeerThanTheDialledOneIsNamed() throws Exception {
    Identity expected = identity(KeyType.ED25519);
    Identity met = identity(KeyType.SECP256K1);
    NoiseHandshake initiator =
        NoiseHandshake.initiator(offering(expected), expected.peerId(), RANDOM);
    NoiseHandshake responder = NoiseHandshake.responder(offering(met), RANDOM);
    byte[] second = Frames.message(responder.receive(Frames.message(initiator.start())));
    assertThat(Frames.refusal(Reason.WRONG_PEER, initiator, second))
        .hasMessageContaining(met.peerId().toString())
        .hasMessageContaining("expected: " + expected.peerId());
  }

  @Test
  void stepsInTheWrongOrderAreRefused() throws Exception {
    NoiseHandshake responder = NoiseVector.responder();
    assertThat(responder.start()).isEmpty();
    assertThat(responder.start()).isEmpty();

    NoiseHandshake initiator = NoiseVector.initiator();
    assertThat(initiator.start()).hasSize(34);
    Frames.failure(Reason.INVALID, () -> assertThat(initiator.start()).isNull());
    assertThat(initiator.receive(NoiseVector.MESSAGE_2)).isNotEmpty();
    Frames.refusal(Reason.INVALID, initiator, NoiseVector.MESSAGE_2);

    assertThat(Frames.refusal(Reason.INVALID, NoiseVector.initiator(), NoiseVector.MESSAGE_2))
        .hasMessageContaining("out of turn");
  }

  @Test
  void aStaticThatFitsNoMessageIsRefused() {
    List<String> many = Collections.nCopies(101, "/a");
    assertThatThrownBy(() -> offering(identity(KeyType.ED25519), many))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101 muxers");
    List<String> big = List.of("/" + "a".repeat(4000));
    assertThatThrownBy(() -> offering(identity(KeyType.ED25519), big))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: at most 100 muxers, 4000 bytes");
  }

  /** Returns another static's payload, adapted to a key of the test. */
  private static byte[] payload(NoiseStatic like, DhKey key) {
    return NoiseStatic.create(identity(KeyType.ED25519), like.muxers(), key).payload();
  }

  private static NoiseStatic offering(Identity identity) {
    return offering(identity, List.of(NoiseVector.YAMUX));
  }

  private static NoiseStatic offering(Identity identity, List<String> muxers) {
    return NoiseStatic.create(identity, muxers, RANDOM);
  }

  private static List<String> names(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  private static Identity identity(KeyType type) {
    Identity identity = IDENTITIES.get(type);
    if (identity == null) {
      throw new AssertionError("no identity of type " + type);
    }
    return identity;
  }
}
