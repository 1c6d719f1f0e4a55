package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.util.ArrayList;
import java.util.List;

/** The distinct heads of one height, and how fast the height spread. */
final class Column {

  /**
   * Heads kept of one height. A healthy height has one to five, as blocks arrive; places are free
   * again when nobody reports them any more.
   */
  static final int MAX_HEADS = 64;

  /** One bucket a second; beats come no finer. The last takes all that are later. */
  static final int DELAY_BUCKETS = 64;

  static final int BUCKET_MILLIS = 1000;

  private static final class Entry {
    private TipsetKey key;
    private int reporters;

    private Entry(TipsetKey key) {
      this.key = key;
    }
  }

  private final long firstMillis;
  private final List<Entry> entries = new ArrayList<>(2);
  private final int[] delays = new int[DELAY_BUCKETS];
  private int reported;

  Column(long nowMillis) {
    this.firstMillis = nowMillis;
  }

  /** The number of a head; -1 when there is no place for another. */
  int number(TipsetKey key) {
    int free = -1;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.key.equals(key)) {
        return i;
      }
      if (entry.reporters == 0) {
        free = i;
      }
    }
    if (free >= 0) {
      entries.get(free).key = key;
      return free;
    }
    if (entries.size() == MAX_HEADS) {
      return -1;
    }
    entries.add(new Entry(key));
    return entries.size() - 1;
  }

  int size() {
    return entries.size();
  }

  TipsetKey key(int number) {
    return entries.get(number).key;
  }

  int reporters(int number) {
    return entries.get(number).reporters;
  }

  void add(int number, int reporters) {
    entries.get(number).reporters += reporters;
  }

  /** A node is at this height for the first time. */
  void arrived(long nowMillis) {
    long bucket = Math.max(0, nowMillis - firstMillis) / BUCKET_MILLIS;
    delays[(int) Math.min(bucket, DELAY_BUCKETS - 1)]++;
    reported++;
  }

  int reported() {
    return reported;
  }

  /** How long after the first report so large a share of the nodes had reported. */
  long delayMillis(double share) {
    int seen = 0;
    for (int i = 0; i < DELAY_BUCKETS; i++) {
      seen += delays[i];
      if (seen >= share * reported) {
        return (long) i * BUCKET_MILLIS;
      }
    }
    return (long) (DELAY_BUCKETS - 1) * BUCKET_MILLIS;
  }
}
