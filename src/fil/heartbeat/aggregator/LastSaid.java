package fil.heartbeat.aggregator;

import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatDecoder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the last beat of a peer said, as received: the next one mostly repeats it and then needs no
 * parsing.
 */
final class LastSaid {
  private KnownHeads.Head head = KnownHeads.Head.NONE;
  private String nickname = "";
  private String miner = "";
  private @Nullable String genesis;
  private boolean any;

  /**
   * The beat itself: a stream brings the same object again while its bytes are the same. Null for
   * one that no stream brings again, so that nothing is stored twice.
   */
  private @Nullable Heartbeat beat;

  /** Whether a beat has come since the start of this process. */
  boolean isAny() {
    return any;
  }

  /** Returns the characters of its texts, with its share of the head's. */
  int characters() {
    return nickname.length() + miner.length() + head.share();
  }

  /** Whether the genesis is this one; null for none. */
  boolean isGenesis(@Nullable String text) {
    return Objects.equals(genesis, text);
  }

  /**
   * Whether a beat says the same.
   *
   * @param claims made of the last beat
   * @param open whether the peer has a stream, which may bring this beat again
   */
  boolean repeats(Heartbeat next, Claims claims, boolean open) {
    if (isBeat(next)) {
      return true;
    }
    Long height = claims.height();
    boolean same =
        any
            && height != null
            && height == next.height()
            && head.text.equals(next.head())
            && nickname.equals(next.nickname())
            && miner.equals(next.minerAddress())
            && isGenesis(next.genesisCid())
            && Objects.equals(claims.syncing(), next.syncing());
    if (same && open && mayComeAgain(next)) {
      beat = next;
    }
    return same;
  }

  // Equal beats are compared below; this is the fast way.
  @SuppressWarnings("ReferenceEquality")
  private boolean isBeat(Heartbeat next) {
    return beat == next;
  }

  /** Whether the decoder recognises it: a full beat is parsed each time. */
  private static boolean mayComeAgain(Heartbeat next) {
    return next.extras().isNone() && Claim.length(next) <= HeartbeatDecoder.MAX_REPEATED;
  }

  /**
   * Takes what a beat says instead.
   *
   * @param from its head
   * @param cids of its head
   * @param before claims made of the last beat
   * @param open whether the peer has a stream, which may bring this beat again
   * @return claims made of this one; texts that did not change are not cleaned again
   */
  Claims take(
      Heartbeat next, KnownHeads.Head from, List<String> cids, Claims before, boolean open) {
    String chain = next.genesisCid();
    Claims claims =
        new Claims(
            cleaned(next.nickname(), nickname, before.nickname()),
            next.minerAddress().isEmpty()
                ? null
                : cleaned(next.minerAddress(), miner, before.minerAddress()),
            chain == null ? null : cleaned(chain, genesis, before.genesisCid()),
            cids,
            next.height(),
            next.syncing());
    head.held(-1);
    from.held(1);
    head = from;
    nickname = next.nickname();
    miner = next.minerAddress();
    genesis = chain;
    beat = open && mayComeAgain(next) ? next : null;
    any = true;
    return claims;
  }

  private String cleaned(String text, @Nullable String before, @Nullable String cleanBefore) {
    String clean =
        any && cleanBefore != null && text.equals(before) ? cleanBefore : Claim.clean(text);
    // Most are clean as received; then there is one object for both.
    return clean.equals(text) ? text : clean;
  }

  /** The peer has no stream any more that brings its beat again. */
  void closed() {
    beat = null;
  }

  /** Lets go of all that takes room. */
  void release() {
    head.held(-1);
    head = KnownHeads.Head.NONE;
    nickname = "";
    miner = "";
    genesis = null;
    beat = null;
    any = false;
  }
}
