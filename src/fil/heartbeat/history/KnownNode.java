package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last known value of a peer, written when it is first seen and when a claim or its state
 * changes; the head is that of the same moment. When it is read, head, its start, last beat and
 * beat count come from the last written slot if that is newer.
 *
 * @param peerId base58 text
 * @param nickname cleaned; null when never reported
 * @param minerAddress cleaned; null without one
 * @param genesisCid CID text; null without one
 * @param head CIDs, ascending; empty when none
 * @param address socket address of the newest stream; null when unknown
 * @param beats accepted since {@code firstSeen}
 * @param state the last one
 * @param stateSince when that state began
 * @param partedAt the first height of its fork; null without one
 */
public record KnownNode(
    String peerId,
    @Nullable String nickname,
    @Nullable String minerAddress,
    @Nullable String genesisCid,
    List<String> head,
    @Nullable Long height,
    @Nullable Boolean syncing,
    @Nullable String address,
    Instant firstSeen,
    Instant lastBeat,
    Instant headSince,
    long beats,
    State state,
    Instant stateSince,
    @Nullable Long partedAt) {
  public KnownNode {
    head = List.copyOf(head);
  }

  /** A node without a fork. */
  public KnownNode(
      String peerId,
      @Nullable String nickname,
      @Nullable String minerAddress,
      @Nullable String genesisCid,
      List<String> head,
      @Nullable Long height,
      @Nullable Boolean syncing,
      @Nullable String address,
      Instant firstSeen,
      Instant lastBeat,
      Instant headSince,
      long beats,
      State state,
      Instant stateSince) {
    this(
        peerId,
        nickname,
        minerAddress,
        genesisCid,
        head,
        height,
        syncing,
        address,
        firstSeen,
        lastBeat,
        headSince,
        beats,
        state,
        stateSince,
        null);
  }
}
