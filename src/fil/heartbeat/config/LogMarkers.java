package fil.heartbeat.config;

import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Markers of log lines. */
public final class LogMarkers {
  /** Any remote peer can cause the line, as often as it likes; the daemon limits such lines. */
  public static final Marker BY_ANYBODY = MarkerFactory.getMarker("BY_ANYBODY");

  private LogMarkers() {}
}
