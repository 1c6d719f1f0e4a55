package fil.heartbeat.bench;

import java.util.ArrayList;
import java.util.List;

/** What a stranger does. */
enum HostileMode {
  /** A random head of its own at the next height, before anybody honest can have one. */
  HEADS(24),
  /** A genesis that nobody has, another one in each beat. */
  GENESIS(10),
  /** Nickname and miner of an expected node. */
  CLAIMS(10),
  /** Beats that begin and do not end, on many streams. */
  UNFINISHED(8),
  /** A socket that says nothing, or half of a handshake. */
  HALF_OPEN(12),
  /** Pings without a pause. */
  PINGS(5),
  /** Streams opened and reset in bursts. */
  RESETS(5),
  /** Streams opened in any order, and then a frame that is against the rules. */
  FRAMES(6),
  /** Beats for 40 s, leaves together with its like, and comes again. */
  LEAVER(12),
  /** A new id, one beat, of ten one as long as a beat can be, and gone. */
  NEWCOMER(8);

  private final int percent;

  HostileMode(int percent) {
    this.percent = percent;
  }

  /** All of them at once, each for its share of so many strangers. */
  static List<HostileMode> among(int strangers) {
    List<HostileMode> all = new ArrayList<>();
    for (HostileMode mode : values()) {
      int share = Math.max(1, strangers * mode.percent / 100);
      for (int i = 0; i < share; i++) {
        all.add(mode);
      }
    }
    while (all.size() < strangers) {
      all.add(HEADS);
    }
    return all.subList(0, strangers);
  }
}
