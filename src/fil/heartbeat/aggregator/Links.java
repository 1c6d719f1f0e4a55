package fil.heartbeat.aggregator;

import java.time.Instant;

/** The open heartbeat streams of one peer. */
final class Links {
  private int streams;
  private String address = "";
  private Instant since = Instant.EPOCH;

  void opened(String from, Instant now) {
    if (streams == 0) {
      since = now;
    }
    streams++;
    address = from;
  }

  /** One ended; answers how many are left. */
  int closed() {
    streams = Math.max(0, streams - 1);
    return streams;
  }

  int streams() {
    return streams;
  }

  /** Of the newest. */
  String address() {
    return address;
  }

  /** When the oldest opened. */
  Instant since() {
    return since;
  }
}
