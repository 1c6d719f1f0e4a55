package fil.heartbeat.alert.rule;

import org.jspecify.annotations.Nullable;

/**
 * What is judged by itself: a miner, or what one peer reports of it. Where the configuration names
 * no nodes anybody may claim any miner, so there the reports of two peers are never combined.
 *
 * @param peerId of the only node that reports it; null when the reports of all nodes count together
 */
record MinerClaim(String miner, @Nullable String peerId) {

  /** Neither addresses nor peer ids contain it. */
  private static final char SEPARATOR = '\n';

  /** Returns the claim with this {@link #subject}. */
  static MinerClaim of(String subject) {
    int end = subject.indexOf(SEPARATOR);
    return end < 0
        ? new MinerClaim(subject, null)
        : new MinerClaim(subject.substring(0, end), subject.substring(end + 1));
  }

  /** Returns the subject of its alerts, and the key under which it is stored. */
  String subject() {
    return peerId == null ? miner : miner + SEPARATOR + peerId;
  }

  /** Returns it in one line, for logs and reasons. */
  String text() {
    return peerId == null ? miner : miner + " of " + peerId;
  }
}
