package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.text.Untrusted;
import fil.heartbeat.wire.Heartbeat;
import org.jspecify.annotations.Nullable;

/** Cleans text that a peer sends; it is untrusted. */
final class Claim {
  /**
   * Limit of code points; longer text would push other columns off a page and grow the registry.
   */
  static final int MAX_CODE_POINTS = 64;

  /** Characters of a beat's text that are read; the rest is ignored. */
  private static final int MAX_CHARACTERS = 4 * MAX_CODE_POINTS;

  private Claim() {}

  /**
   * Returns the beat with its texts cut to a useful length: a beat may have 64 KiB, and thousands
   * of them are queued or stored.
   */
  static Heartbeat bounded(Heartbeat beat) {
    String genesis = beat.genesisCid();
    return beat.head().length() <= TipsetKey.MAX_TEXT
            && beat.nickname().length() <= MAX_CHARACTERS
            && beat.minerAddress().length() <= MAX_CHARACTERS
            && (genesis == null || genesis.length() <= MAX_CHARACTERS)
        ? beat
        : new Heartbeat(
            // One character beyond the limit is refused just as the whole text would have been.
            cut(beat.head(), TipsetKey.MAX_TEXT + 1),
            beat.height(),
            cut(beat.nickname(), MAX_CHARACTERS),
            cut(beat.minerAddress(), MAX_CHARACTERS),
            genesis == null ? null : cut(genesis, MAX_CHARACTERS),
            beat.syncing(),
            beat.extras(),
            beat.diagnostic(),
            beat.stopping());
  }

  /** Returns the number of characters in the texts of a beat. */
  static int length(Heartbeat beat) {
    return beat.head().length()
        + beat.nickname().length()
        + beat.minerAddress().length()
        + length(beat.genesisCid())
        + (beat.extras().isNone() ? 0 : EXTRAS);
  }

  /** Characters that the optional members may take: within their limits, and cut no further. */
  private static final int EXTRAS = 4096;

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  /**
   * Returns the text in NFC with invisible characters replaced by U+FFFD, at most {@link
   * #MAX_CODE_POINTS} long.
   */
  static String clean(String text) {
    return Untrusted.normalized(text, MAX_CODE_POINTS);
  }
}
