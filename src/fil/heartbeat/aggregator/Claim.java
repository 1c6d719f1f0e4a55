package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.text.Untrusted;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/** Text that a peer claims: hostile until cleaned. */
final class Claim {
  /** Code points kept; more would push other columns off a page and grow the registry. */
  static final int MAX_CODE_POINTS = 64;

  /** Characters that are kept of a beat; more are not looked at. */
  private static final int MAX_CHARACTERS = 4 * MAX_CODE_POINTS;

  private Claim() {}

  /**
   * The same beat without what is of no use: a beat may have 64 KiB, and thousands of them wait or
   * are kept.
   */
  static Heartbeat bounded(Heartbeat beat) {
    String genesis = beat.genesisCid();
    return beat.head().length() <= TipsetKey.MAX_TEXT
            && beat.nickname().length() <= MAX_CHARACTERS
            && beat.minerAddress().length() <= MAX_CHARACTERS
            && (genesis == null || genesis.length() <= MAX_CHARACTERS)
        ? beat
        : new Heartbeat(
            // One character too many is refused as the whole would have been.
            cut(beat.head(), TipsetKey.MAX_TEXT + 1),
            beat.height(),
            cut(beat.nickname(), MAX_CHARACTERS),
            cut(beat.minerAddress(), MAX_CHARACTERS),
            genesis == null ? null : cut(genesis, MAX_CHARACTERS),
            beat.syncing(),
            beat.diagnostic(),
            beat.stopping());
  }

  /** Characters of what a beat says. */
  static int length(Heartbeat beat) {
    return beat.head().length()
        + beat.nickname().length()
        + beat.minerAddress().length()
        + length(beat.genesisCid());
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  /** NFC, with what is not shown replaced by U+FFFD, at most {@link #MAX_CODE_POINTS}. */
  static String clean(String text) {
    return Untrusted.normalized(text, MAX_CODE_POINTS);
  }
}
