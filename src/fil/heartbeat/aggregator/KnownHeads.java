package fil.heartbeat.aggregator;

import fil.heartbeat.chain.TipsetKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The heads that nodes said lately, by their texts. Most nodes say one and the same, so it is read
 * once and stored once for all of them. Bounded; the one not said for the longest time goes.
 */
final class KnownHeads {

  /** A height has one to five as its blocks arrive; the rest is for nodes that lag or differ. */
  static final int MAX = 256;

  /**
   * Bytes for each character of a head: its text, its CIDs as bytes and as texts, and object
   * overhead.
   */
  static final int BYTES_PER_CHARACTER = 9;

  /** A head as beats have it, and how many nodes hold it. */
  static final class Head {
    static final Head NONE = new Head("", TipsetKey.EMPTY, List.of());

    final String text;
    final TipsetKey key;

    /** The text of the key, whatever form the beat has. */
    final String canonical;

    /** The texts of its CIDs, in the order of the key. */
    final List<String> cids;

    private int holders;

    Head(String text, TipsetKey key, List<String> cids) {
      this.text = text;
      this.key = key;
      this.cids = cids;
      String other = key.toString();
      this.canonical = other.equals(text) ? text : other;
    }

    /** One more node holds it, or one fewer. */
    void held(int change) {
      // NONE is nobody's alone, and has no text to share.
      holders += text.isEmpty() ? 0 : change;
    }

    /** Returns the characters of its text for each of those that hold it. */
    int share() {
      return text.length() / Math.max(1, holders);
    }
  }

  private final Map<String, Head> byText =
      new LinkedHashMap<>(2 * MAX, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Head> eldest) {
          return size() > MAX;
        }
      };

  /**
   * Returns the head with a text.
   *
   * @throws IllegalArgumentException that says what is wrong with the text
   */
  Head of(String text) {
    Head known = byText.get(text);
    if (known == null) {
      TipsetKey key = TipsetKey.parse(text);
      // Unlike the list of a stream, a record that copies it holds this very list.
      known = new Head(text, key, List.copyOf(key.cids().stream().map(Object::toString).toList()));
      byText.put(text, known);
    }
    return known;
  }
}
