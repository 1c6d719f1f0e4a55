package fil.heartbeat.api.health;

import java.util.Map;

/**
 * HAProxy's agent checks since the start.
 *
 * @param received connections
 * @param answered with up or down
 * @param dropped the others, by reason
 */
public record AgentCounts(long received, long answered, Map<String, Long> dropped) {
  public AgentCounts {
    dropped = Map.copyOf(dropped);
  }
}
