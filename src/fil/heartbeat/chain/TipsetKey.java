package fil.heartbeat.chain;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The set of block CIDs of a tipset, ascending by their bytes. Empty means no head. Text: {@code {
 * cid cid }}, as go-filecoin writes it; lotus' {@code {cid,cid}} is read too.
 */
public record TipsetKey(List<Cid> cids) {
  /** Blocks taken; 5 are expected a round, and the protocol allows no more than a few dozen. */
  public static final int MAX_CIDS = 64;

  /** No head. */
  public static final TipsetKey EMPTY = new TipsetKey(List.of());

  public TipsetKey {
    cids = cids.stream().sorted().distinct().toList();
    if (cids.size() > MAX_CIDS) {
      throw new IllegalArgumentException(
          "tipset of " + cids.size() + " CIDs (expected: at most " + MAX_CIDS + ")");
    }
  }

  public static TipsetKey of(Collection<Cid> cids) {
    return new TipsetKey(List.copyOf(cids));
  }

  /**
   * @throws IllegalArgumentException that says what is wrong
   */
  public static TipsetKey parse(String text) {
    String trimmed = text.strip();
    if (trimmed.length() > MAX_CIDS * (Cid.MAX_TEXT + 1) + 4) {
      throw new IllegalArgumentException("tipset key of " + trimmed.length() + " characters");
    }
    if (!trimmed.startsWith("{") || !trimmed.endsWith("}") || trimmed.length() < 2) {
      throw new IllegalArgumentException("tipset key (expected: { cid cid })");
    }
    String inner = trimmed.substring(1, trimmed.length() - 1).strip();
    if (inner.isEmpty()) {
      return EMPTY;
    }
    return new TipsetKey(
        Arrays.stream(inner.split("[ ,]+", MAX_CIDS + 1)).map(Cid::parse).toList());
  }

  public boolean isEmpty() {
    return cids.isEmpty();
  }

  /** {@code { cid cid }}, or {@code { }} when empty. */
  @Override
  public String toString() {
    return cids.stream().map(cid -> cid + " ").collect(Collectors.joining("", "{ ", "}"));
  }
}
