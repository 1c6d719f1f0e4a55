package fil.heartbeat.aggregator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one peer at a moment. The peer id is proven by the handshake; nickname, miner
 * address, genesis and head are claims of the peer.
 *
 * @param peerId base58 text
 * @param nickname cleaned of control characters, at most 64 code points; null when never told
 * @param minerAddress as told, cleaned; null when none
 * @param genesisCid CID text; null when the beats carry none
 * @param network name of the network that the genesis belongs to; null when unknown
 * @param head CIDs of the last head, ascending; empty when the last beat had an empty head
 * @param height of the last head; null before the first beat
 * @param syncing what the peer says of itself; null when it does not say
 * @param connected whether a heartbeat stream of the peer is open
 * @param address socket address of the newest stream
 * @param firstSeen when its first beat arrived
 * @param lastBeat when its last beat arrived
 * @param headSince since when its head is the present one
 * @param beats accepted since {@code firstSeen}
 */
public record Node(
    String peerId,
    @Nullable String nickname,
    @Nullable String minerAddress,
    @Nullable String genesisCid,
    @Nullable String network,
    List<String> head,
    @Nullable Long height,
    @Nullable Boolean syncing,
    boolean connected,
    @Nullable String address,
    @Nullable Instant firstSeen,
    @Nullable Instant lastBeat,
    @Nullable Instant headSince,
    long beats) {

  /** The state of every node for as long as heads are collected but not judged. */
  public static final String STATE_UNKNOWN = "unknown";

  public Node {
    head = List.copyOf(head);
  }

  /** The node's state, a word of the HTTP contract. */
  public String state() {
    return STATE_UNKNOWN;
  }
}
