package fil.heartbeat.truth;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.State;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is true, by what happened and the seconds since the start: no clock on a wall, no file and
 * no process of the product has a part in it.
 *
 * <p>It says what must be known and what must not; in between is the time that things take.
 */
final class Reference {

  /** After it ended, so long an alert may go on. */
  private static final int ENDS_AFTER = 200;

  /** After a start or a step, so long nothing new has to be known. */
  private static final int WARMS = 90;

  /** How long it takes to be told that a key is in use twice, and that it is not any more. */
  private static final int CLONED = 240;

  private static final int CLONE_ENDS = 400;

  /** How long it takes to be told that a rule is on or off. */
  private static final int OFF = 200;

  /** So long after a step nobody is judged. */
  private static final int HELD = 30;

  /** The clock may be wrong by so much without a word, and must be said to be from so much on. */
  private static final Duration RIGHT = Duration.ofSeconds(20);

  private static final Duration FAST = Duration.ofMinutes(3);
  private static final Duration SLOW = Duration.ofSeconds(90);
  private static final int CLOCK_AFTER = 600;

  private static final class Life {
    private @Nullable Trouble trouble;
    private long since;

    /** What it had, and when that ended. */
    private final Map<Trouble, Long> before = new EnumMap<>(Trouble.class);

    private long silencedUntil = Long.MIN_VALUE / 2;
    private long lastSilenced = Long.MIN_VALUE / 2;
    private boolean known;

    /** It stopped, and who heard it was killed before that was written. */
    private boolean wordless;
  }

  private final Map<Integer, Life> lives = new TreeMap<>();
  private long now;
  private long disturbed;
  private long stepped = -HELD;
  private Duration wrong = Duration.ZERO;
  private long wrongSince;
  private boolean everWrong;
  private boolean cloned;
  private long clonedSince;
  private boolean ruleIsOff;
  private long ruleSince;
  private boolean sinkFails;
  private long sinkSince;

  Reference(int nodes) {
    for (int i = 0; i < nodes; i++) {
      lives.put(i, new Life());
    }
  }

  void at(long second) {
    now = second;
    for (Life life : lives.values()) {
      if (wall() < life.silencedUntil) {
        life.lastSilenced = now;
      }
    }
  }

  /** Silences are given in times of the clock that people see. */
  private long wall() {
    return now + wrong.toSeconds();
  }

  void happens(Op op) {
    if (op instanceof Op.Falls falls) {
      Life life = life(falls.node());
      life.trouble = falls.into();
      life.since = now;
      life.known = false;
      life.wordless = false;
    } else if (op instanceof Op.Recovers recovers) {
      Life life = life(recovers.node());
      Trouble had = life.trouble;
      if (had != null) {
        life.before.put(had, now);
      }
      life.trouble = null;
    } else if (op instanceof Op.Restart restart) {
      for (Life life : lives.values()) {
        // What was said is written when nodes are judged, and two seconds later at most.
        long judged = stepped > life.since + 1 ? life.since : Math.max(life.since, stepped + HELD);
        boolean unwritten = now - judged <= 3;
        life.wordless |= restart.killed() && life.trouble == Trouble.STOP && unwritten;
      }
      disturbed = now + restart.away();
    } else if (op instanceof Op.Step step) {
      disturbed = now;
      stepped = now;
      wrong = wrong.plus(step.by());
      wrongSince = now;
      everWrong |= wrong.abs().compareTo(RIGHT) > 0;
    } else if (op instanceof Op.Silences silences) {
      Life life = life(silences.node());
      life.silencedUntil = Math.max(life.silencedUntil, wall() + silences.seconds());
    } else if (op instanceof Op.Clone clone) {
      cloned = clone.begins();
      clonedSince = now;
    } else if (op instanceof Op.ConfigFile file
        && (file.to() == Op.Change.RULE_OFF || file.to() == Op.Change.RULE_ON)) {
      boolean off = file.to() == Op.Change.RULE_OFF;
      ruleSince = off == ruleIsOff ? ruleSince : now;
      ruleIsOff = off;
      if (off) {
        lives.values().forEach(life -> life.known &= life.trouble != Trouble.NO_HEAD);
      }
    } else if (op instanceof Op.Sink sink && sink.fails() != sinkFails) {
      sinkFails = sink.fails();
      sinkSince = now;
    }
  }

  private Life life(int node) {
    return lives.get(node);
  }

  /** The rule of which an alert is to fire of a node at the end; null for none. */
  @Nullable AlertRule rule(int node) {
    Trouble trouble = life(node).trouble;
    return trouble == null || (trouble == Trouble.NO_HEAD && ruleIsOff)
        ? null
        : life(node).wordless ? AlertRule.NODE_DISCONNECTED : trouble.rule;
  }

  /** When all that was disturbed, and all that ends, has come to rest. */
  static int restAfter() {
    return CLOCK_AFTER + WARMS + ENDS_AFTER;
  }

  /** Whether a key is in use in two places. */
  boolean isCloned() {
    return cloned;
  }

  State state(int node) {
    Life life = life(node);
    Trouble trouble = life.trouble;
    return trouble == null ? State.OK : life.wordless ? State.DISCONNECTED : trouble.state;
  }

  /** States that may be said of a node now. */
  Set<State> states(int node) {
    Set<State> may = new TreeSet<>();
    Life life = life(node);
    may.add(State.UNKNOWN);
    if (now < WARMS) {
      // It may not have come yet.
      may.add(State.MISSING);
    }
    if (life.trouble == null) {
      may.add(State.OK);
      boolean ended = life.before.values().stream().anyMatch(at -> now - at < ENDS_AFTER);
      if (ended || now - disturbed < WARMS) {
        may.addAll(Set.of(State.DISCONNECTED, State.SILENT, State.SLOW, State.BEHIND));
        life.before.keySet().forEach(each -> may.add(each.state));
      }
      return may;
    }
    may.add(life.trouble.state);
    if (life.wordless) {
      may.add(State.DISCONNECTED);
    }
    if (now - life.since < life.trouble.firesAfter || now - disturbed < ENDS_AFTER) {
      may.addAll(Set.of(State.OK, State.SLOW, State.BEHIND, State.DISCONNECTED, State.SILENT));
      life.before.keySet().forEach(each -> may.add(each.state));
    }
    return may;
  }

  /** Whether everyone has to know by now that it fires. */
  boolean mustFire(int node, AlertRule rule) {
    Life life = life(node);
    if (rule == AlertRule.IDENTITY_CONFLICT) {
      return node == World.NODES - 1
          && cloned
          && now - Math.max(clonedSince, disturbed) > CLONED
          && now >= life.lastSilenced + 120;
    }
    if (rule == AlertRule.NODE_NO_HEAD && (ruleIsOff || now - ruleSince < OFF)) {
      return false;
    }
    Trouble trouble = life.trouble;
    if (trouble == null || trouble.rule != rule || life.wordless || now < life.lastSilenced + 120) {
      return false;
    }
    return life.known
        || (now - life.since >= trouble.firesAfter && now - disturbed >= trouble.firesAfter);
  }

  /** Whether anyone may be told that it fires, or may know it still. */
  boolean mayFire(int node, AlertRule rule) {
    Life life = life(node);
    if (rule == AlertRule.IDENTITY_CONFLICT) {
      return node == World.NODES - 1
          && (cloned || now - Math.max(clonedSince, disturbed) < CLONE_ENDS);
    }
    if (rule == AlertRule.NODE_NO_HEAD && ruleIsOff && now - ruleSince > OFF) {
      return false;
    }
    boolean is = life.trouble != null && life.trouble.rule == rule;
    boolean was =
        life.before.entrySet().stream()
            .anyMatch(
                each ->
                    each.getKey().rule == rule
                        && now - Math.max(each.getValue(), disturbed) < ENDS_AFTER);
    return is || was || (rule == AlertRule.NODE_DISCONNECTED && life.wordless);
  }

  /** Whether nobody may be told anything new of it. */
  boolean isSilenced(int node) {
    return wall() + 1 < life(node).silencedUntil;
  }

  /** A sink that is told at once heard that it fires: it must not hear the end before the end. */
  void heard(int node, AlertRule rule, boolean fires) {
    Life life = life(node);
    if (life.trouble != null && life.trouble.rule == rule) {
      life.known = fires;
    }
  }

  boolean isWellKnown(int node, AlertRule rule) {
    Life life = life(node);
    return !(rule == AlertRule.NODE_NO_HEAD && ruleIsOff)
        && life.known
        && life.trouble != null
        && life.trouble.rule == rule;
  }

  boolean mustBeDegraded() {
    return now - Math.max(wrongSince, disturbed) >= CLOCK_AFTER
        && (wrong.compareTo(FAST) > 0 || wrong.compareTo(SLOW.negated()) < 0);
  }

  boolean mayBeDegraded() {
    return wrong.abs().compareTo(RIGHT) > 0
        || (everWrong && now - wrongSince < CLOCK_AFTER)
        || sinkFails
        || now - sinkSince < CLOCK_AFTER;
  }
}
