package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All silences that are active, in the future, or ended recently. */
public final class Silences {

  /** People create them by hand; each is compared with each new alert. */
  public static final int MAX_SILENCES = 1_000;

  private static final Duration KEPT = Duration.ofDays(1);

  private final Map<String, Silence> byId = new LinkedHashMap<>();
  private final Set<String> unsaved = new LinkedHashSet<>();
  private long made;

  /**
   * @throws IllegalArgumentException naming what is out of range
   * @throws IllegalStateException when there are too many
   */
  public Silence add(
      Selector select,
      Instant startsAt,
      Instant endsAt,
      String author,
      String comment,
      Instant now) {
    if (!endsAt.isAfter(startsAt) || !endsAt.isAfter(now)) {
      throw new IllegalArgumentException(
          "endsAt is " + endsAt + " (expected: after startsAt and after now)");
    }
    if (Duration.between(startsAt, endsAt).compareTo(Silence.MAX_STORED) > 0) {
      throw new IllegalArgumentException(
          "endsAt is " + endsAt + " (expected: at most a year after startsAt)");
    }
    sweep(now);
    if (byId.size() >= MAX_SILENCES && !dropEnded(now)) {
      throw new IllegalStateException("there are " + MAX_SILENCES + " silences already");
    }
    String id =
        AlertKey.digest(now + "\n" + startsAt + "\n" + endsAt + "\n" + select + "\n" + made++);
    Silence silence = new Silence(id, select, startsAt, endsAt, cut(author), cut(comment));
    byId.put(id, silence);
    unsaved.add(id);
    return silence;
  }

  /** Cuts a text to {@link Silence#MAX_TEXT_STORED}. */
  public static String cut(String text) {
    return text.codePointCount(0, text.length()) <= Silence.MAX_TEXT_STORED
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Silence.MAX_TEXT_STORED));
  }

  private boolean dropEnded(Instant now) {
    for (Silence each : byId.values()) {
      if (!each.endsAt().isAfter(now)) {
        byId.remove(each.id());
        unsaved.add(each.id());
        return true;
      }
    }
    return false;
  }

  /** Ends a silence now; null when no active or future silence has this id. */
  public @Nullable Silence end(String id, Instant now) {
    Silence silence = byId.get(id);
    if (silence == null || !silence.endsAt().isAfter(now)) {
      return null;
    }
    Instant begun = silence.startsAt().isAfter(now) ? now : silence.startsAt();
    Silence expired =
        new Silence(id, silence.select(), begun, now, silence.author(), silence.comment());
    byId.put(id, expired);
    unsaved.add(id);
    return expired;
  }

  public List<Silence> list(Instant now) {
    sweep(now);
    return List.copyOf(byId.values());
  }

  /** The silences that select an alert with these labels. */
  List<Silence> matching(Map<String, String> labels) {
    List<Silence> matching = new ArrayList<>(0);
    for (Silence each : byId.values()) {
      if (each.select().matches(labels)) {
        matching.add(each);
      }
    }
    return matching;
  }

  /** Drops silences that ended more than a day ago. */
  public void sweep(Instant now) {
    byId.values()
        .removeIf(
            each -> {
              boolean old = each.endsAt().plus(KEPT).isBefore(now);
              if (old) {
                unsaved.add(each.id());
              }
              return old;
            });
  }

  /** Adds a stored silence; false when there are too many. */
  public boolean restore(Silence silence) {
    if (byId.size() >= MAX_SILENCES) {
      return false;
    }
    byId.put(silence.id(), silence);
    return true;
  }

  /**
   * Handles a clock that was set. A silence has wall clock times, but one that has begun stays
   * active.
   *
   * @param now the time before the adjustment
   */
  public void moved(Duration by, Instant now) {
    Instant next = now.plus(by);
    byId.replaceAll(
        (id, each) -> {
          boolean late = !each.startsAt().isAfter(now) && each.startsAt().isAfter(next);
          if (!late) {
            return each;
          }
          unsaved.add(id);
          return new Silence(id, each.select(), next, each.endsAt(), each.author(), each.comment());
        });
  }

  /** Marks all of them to be stored again. */
  public void saveAll() {
    unsaved.addAll(byId.keySet());
  }

  /** The ids of silences to be stored again; null deletes the entry. */
  public Map<String, @Nullable Silence> takeChanges() {
    Map<String, @Nullable Silence> taken = new LinkedHashMap<>();
    unsaved.forEach(id -> taken.put(id, byId.get(id)));
    unsaved.clear();
    return taken;
  }
}
