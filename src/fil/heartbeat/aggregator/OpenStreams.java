package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;

/** The open heartbeat streams of one peer. */
final class OpenStreams {
  private int streams;
  private int arrivals;
  private String address = "";
  private Instant since = Instant.EPOCH;

  /** A stream opened; no beat arrived on it yet. */
  void arrived() {
    arrivals++;
  }

  /** A stream without a beat ended, or brings its first beat now. */
  void departed() {
    arrivals = Math.max(0, arrivals - 1);
  }

  void opened(String from, Instant now) {
    if (streams == 0) {
      since = now;
    }
    streams++;
    address = from;
  }

  /** A stream that had brought beats ended. */
  void closed() {
    streams = Math.max(0, streams - 1);
  }

  /** The clock was set. */
  void moved(Duration by) {
    since = since.plus(by);
  }

  /** Returns the number of streams that have brought beats. */
  int streams() {
    return streams;
  }

  /** Returns the number of streams without a beat. */
  int arrivals() {
    return arrivals;
  }

  boolean isEmpty() {
    return streams == 0 && arrivals == 0;
  }

  /** Returns the address of the newest stream with beats; empty when there is none. */
  String address() {
    return address;
  }

  /** Returns when the oldest stream brought its first beat. */
  Instant since() {
    return since;
  }
}
