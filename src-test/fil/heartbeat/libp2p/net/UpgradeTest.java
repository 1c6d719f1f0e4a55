package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The upgrade as a value machine: bytes in, bytes out. */
class UpgradeTest {
  private static final Identity DIALER = Identity.generate(KeyType.ED25519);
  private static final Identity LISTENER = Identity.generate(KeyType.ED25519);

  private static NoiseStatic noise(Identity identity, boolean earlyMuxer) {
    return NoiseStatic.create(
        identity, earlyMuxer ? List.of(Upgrade.YAMUX) : List.of(), Randomness.source());
  }

  private static Upgrade dialer(Identity self, PeerId expected, boolean earlyMuxer) {
    return Upgrade.dialer(noise(self, earlyMuxer), expected, Randomness.source());
  }

  private static Upgrade listener(Identity self, boolean earlyMuxer) {
    return Upgrade.listener(noise(self, earlyMuxer), Randomness.source());
  }

  /** Delivers bytes in both directions, in pieces of one size, until neither side has any left. */
  private static void drive(Upgrade one, Upgrade other, int chunk)
      throws UpgradeException, NoiseException {
    boolean moved = true;
    while (moved) {
      moved = carry(one, other, chunk);
      moved |= carry(other, one, chunk);
    }
  }

  private static boolean carry(Upgrade from, Upgrade to, int chunk)
      throws UpgradeException, NoiseException {
    work(from);
    byte[] bytes = from.takeOutput();
    for (int at = 0; at < bytes.length; at += chunk) {
      to.receive(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + chunk)));
      work(to);
    }
    return bytes.length > 0;
  }

  private static void work(Upgrade upgrade) throws UpgradeException, NoiseException {
    Upgrade.Step step;
    while ((step = upgrade.step()) != null) {
      upgrade.stepDone(step.run());
    }
  }

  private static Upgrade.Outcome outcome(Upgrade upgrade) {
    Upgrade.Outcome outcome = upgrade.outcome();
    if (outcome == null) {
      throw new AssertionError("not upgraded: before " + upgrade.stage().missing());
    }
    return outcome;
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void bothSidesProveTheirIdentityOfAnyType(KeyType type) throws Exception {
    Identity ours = Identity.generate(type);
    Identity theirs = Identity.generate(type);
    Upgrade one = dialer(ours, theirs.peerId(), true);
    Upgrade other = listener(theirs, true);
    drive(one, other, Integer.MAX_VALUE);
    assertThat(outcome(one).peer()).isEqualTo(theirs.peerId());
    assertThat(outcome(other).peer()).isEqualTo(ours.peerId());
  }

  static Stream<Arguments> muxerOffers() {
    return Stream.of(
        Arguments.of(true, true),
        Arguments.of(true, false),
        Arguments.of(false, true),
        Arguments.of(false, false));
  }

  @ParameterizedTest
  @MethodSource("muxerOffers")
  void theMuxerIsAgreedInsideTheHandshakeOrAfterIt(boolean dialerOffers, boolean listenerOffers)
      throws Exception {
    Upgrade one = dialer(DIALER, LISTENER.peerId(), dialerOffers);
    Upgrade other = listener(LISTENER, listenerOffers);
    drive(one, other, Integer.MAX_VALUE);
    byte[] frames = outcome(one).session().encrypt(new byte[] {7}, 0, 1);
    outcome(other).frames().receive(frames, 0, frames.length);
    byte[] message = Objects.requireNonNull(outcome(other).frames().next(65_535));
    assertThat(outcome(other).session().decrypt(message)).containsExactly(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 19, 20, 21, 33, 100})
  void theSplitOfTheBytesDoesNotMatter(int chunk) throws Exception {
    for (boolean early : new boolean[] {true, false}) {
      Upgrade one = dialer(DIALER, LISTENER.peerId(), early);
      Upgrade other = listener(LISTENER, early);
      drive(one, other, chunk);
      assertThat(outcome(one).peer()).isEqualTo(LISTENER.peerId());
      assertThat(outcome(other).peer()).isEqualTo(DIALER.peerId());
    }
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefused() {
    Upgrade one = dialer(DIALER, DIALER.peerId(), true);
    Upgrade other = listener(LISTENER, true);
    assertThatThrownBy(() -> drive(one, other, Integer.MAX_VALUE))
        .isInstanceOf(NoiseException.class)
        .satisfies(
            failure -> {
              UpgradeException cause = Upgrade.failure((NoiseException) failure);
              assertThat(cause.code()).isEqualTo(Code.WRONG_PEER);
              assertThat(cause.detail()).contains(LISTENER.peerId().toString());
            });
    assertThat(one.outcome()).isNull();
  }

  @Test
  void aPeerWithoutNoiseIsAnsweredNaAndRefused() throws Exception {
    Upgrade other = listener(LISTENER, true);
    assertThat(other.takeOutput()).isNotEmpty();
    other.receive(RawPeer.multistream("/multistream/1.0.0", "/tls/1.0.0"));
    assertThat(new String(other.takeOutput(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("\u0003na\n");
    Upgrade one = dialer(DIALER, LISTENER.peerId(), true);
    assertThatThrownBy(() -> one.receive(RawPeer.multistream("/multistream/1.0.0", "na")))
        .isInstanceOf(UpgradeException.class)
        .hasMessageContaining("/noise");
  }

  /** Every stage, both sides: the upgrade fails with a typed error or waits for more. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void garbageAtAnyStageIsATypedFailure(long seed) throws Exception {
    Random random = new Random(seed);
    for (int stage = 0; stage < 6; stage++) {
      Upgrade one = dialer(DIALER, LISTENER.peerId(), random.nextBoolean());
      Upgrade other = listener(LISTENER, random.nextBoolean());
      for (int step = 0; step < stage; step++) {
        boolean toOther = step % 2 == 0;
        assertThat(carry(toOther ? one : other, toOther ? other : one, 1 << 20)).isIn(true, false);
      }
      byte[] garbage = new byte[1 + random.nextInt(5000)];
      random.nextBytes(garbage);
      Upgrade victim = random.nextBoolean() ? one : other;
      if (victim.outcome() != null) {
        continue;
      }
      try {
        victim.receive(garbage);
        work(victim);
        assertThat(victim.outcome()).isNull();
      } catch (UpgradeException | NoiseException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }
}
