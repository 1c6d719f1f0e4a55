package fil.heartbeat.swarm;

import java.util.HashMap;
import java.util.Map;

/** Configurations for tests, as they are typed. */
final class Configs {
  static final String TARGET =
      "/ip4/127.0.0.1/tcp/9081/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  private Configs() {}

  /** Words such as {@code --fork 10}; a target is added. */
  static SwarmConfig of(int nodes, String... words) {
    Map<String, String> options = new HashMap<>(Map.of("--target", TARGET, "--nodes", "" + nodes));
    for (String word : words) {
      String[] pair = word.split(" ", 2);
      options.put(pair[0], pair[1]);
    }
    return SwarmConfig.parse(options);
  }
}
