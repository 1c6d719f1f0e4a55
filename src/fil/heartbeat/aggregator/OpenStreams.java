package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;

/** The open heartbeat streams of one peer. */
final class OpenStreams {
  private int streams;
  private int arrivals;
  private String address = "";
  private Instant since = Instant.EPOCH;

  /** A stream opened that has not beaten. */
  void arrived() {
    arrivals++;
  }

  /** Such a one ended, or beats from now on. */
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

  /** One that had beaten ended. */
  void closed() {
    streams = Math.max(0, streams - 1);
  }

  /** The clock was set. */
  void moved(Duration by) {
    since = since.plus(by);
  }

  /** Those that have beaten. */
  int streams() {
    return streams;
  }

  /** Those that have not. */
  int arrivals() {
    return arrivals;
  }

  boolean isEmpty() {
    return streams == 0 && arrivals == 0;
  }

  /** Of the newest that has beaten; empty when none has. */
  String address() {
    return address;
  }

  /** When the oldest first beat. */
  Instant since() {
    return since;
  }
}
