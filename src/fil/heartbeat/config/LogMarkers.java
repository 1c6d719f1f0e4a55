package fil.heartbeat.config;

import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** What is known of a line in the log besides its level. */
public final class LogMarkers {
  /** Whoever reaches us brings it about, as often as it likes; the daemon limits such lines. */
  public static final Marker BY_ANYBODY = MarkerFactory.getMarker("BY_ANYBODY");

  private LogMarkers() {}
}
