package fil.heartbeat.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Texts that many streams bring within a moment, such as the head of an epoch: each is stored once
 * for all. A text has one place, which another may take from it at any time; then both are stored
 * more than once, and nothing else changes. Thread-safe.
 */
public final class RecentTexts {

  /** A height has one to five heads as its blocks arrive, and few heights are current. */
  private static final int PLACES = 256;

  private final AtomicReferenceArray<String> places = new AtomicReferenceArray<>(PLACES);

  /** Returns the text that is stored already, or stores this one. */
  String shared(String text) {
    int hash = text.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    String stored = places.getAcquire(place);
    if (text.equals(stored)) {
      return stored;
    }
    places.setRelease(place, text);
    return text;
  }
}
