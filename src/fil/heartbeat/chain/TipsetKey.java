package fil.heartbeat.chain;

import fil.heartbeat.text.Untrusted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The set of block CIDs of a tipset. Empty means no head. Ordered by its CIDs, so that lookups in a
 * hash table stay fast even when keys were crafted to collide.
 *
 * @param cids ascending by their bytes, none twice, at most {@link #MAX_CIDS}
 */
public record TipsetKey(List<Cid> cids) implements Comparable<TipsetKey> {

  /**
   * Five blocks are expected an epoch; more than this is not a tipset, and keys stay below 9 KiB.
   */
  public static final int MAX_CIDS = 64;

  /** No head. */
  public static final TipsetKey EMPTY = new TipsetKey(List.of());

  /** Longest text accepted, in characters. */
  public static final int MAX_TEXT = MAX_CIDS * (Cid.MAX_TEXT + 1) + 4;

  private static final String FORM = "{ cid cid } or {cid,cid}";

  /**
   * Takes the CIDs in any order.
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_CIDS}
   */
  public TipsetKey {
    cids = cids.stream().sorted().distinct().toList();
    if (cids.size() > MAX_CIDS) {
      throw new IllegalArgumentException(
          "tipset of " + cids.size() + " CIDs (expected: at most " + MAX_CIDS + ")");
    }
  }

  /**
   * Takes the CIDs in any order.
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_CIDS}
   */
  public static TipsetKey of(Collection<Cid> cids) {
    return new TipsetKey(List.copyOf(cids));
  }

  /**
   * Reads go-filecoin's form <code>{ cid cid }</code>, lotus' <code>{cid,cid}</code>, and empty
   * text, the form of a beat without a head, as {@link #EMPTY}.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static TipsetKey parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "tipset key of " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    String key = text.strip();
    if (key.isEmpty()) {
      return EMPTY;
    }
    if (key.length() < 2 || !key.startsWith("{") || !key.endsWith("}")) {
      throw new IllegalArgumentException(
          "tipset key " + Untrusted.quotedAscii(text) + " (expected: " + FORM + ")");
    }
    String inner = key.substring(1, key.length() - 1).strip();
    return inner.isEmpty() ? EMPTY : new TipsetKey(cids(inner, text));
  }

  private static List<Cid> cids(String inner, String text) {
    char separator = inner.indexOf(',') < 0 ? ' ' : ',';
    List<Cid> cids = new ArrayList<>();
    int at = 0;
    while (at <= inner.length()) {
      int end = inner.indexOf(separator, at);
      end = end < 0 ? inner.length() : end;
      String cid = inner.substring(at, end).strip();
      if (!cid.isEmpty()) {
        cids.add(Cid.parse(cid));
      } else if (separator == ',') {
        throw new IllegalArgumentException(
            "tipset key "
                + Untrusted.quotedAscii(text)
                + ": nothing beside a comma (expected: "
                + FORM
                + ")");
      }
      if (cids.size() > MAX_CIDS) {
        throw new IllegalArgumentException(
            "tipset of more than " + MAX_CIDS + " CIDs (expected: at most " + MAX_CIDS + ")");
      }
      at = end + 1;
    }
    return cids;
  }

  /** Whether there is no head. */
  public boolean isEmpty() {
    return cids.isEmpty();
  }

  @Override
  public int compareTo(TipsetKey other) {
    int shared = Math.min(cids.size(), other.cids.size());
    for (int i = 0; i < shared; i++) {
      int first = cids.get(i).compareTo(other.cids.get(i));
      if (first != 0) {
        return first;
      }
    }
    return Integer.compare(cids.size(), other.cids.size());
  }

  /** go-filecoin's form: <code>{ cid cid }</code>, and <code>{ }</code> when empty. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (Cid cid : cids) {
      text.append(' ').append(cid);
    }
    return text.append(" }").toString();
  }
}
