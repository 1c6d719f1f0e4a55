package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An independent node that the fleet is checked against.
 *
 * @param name unique, for people
 */
public record ReferenceConfig(String name, ChainConfig chain) {
  static List<ReferenceConfig> read(Section aggregator, Path folder, ClientConfig client) {
    List<ReferenceConfig> references = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section section : aggregator.sections("references")) {
      String name = section.text("name");
      if (name.isBlank() || !names.add(name)) {
        section.fault("name", name.isBlank() ? "(missing)" : name, "a name of its own");
      }
      references.add(
          new ReferenceConfig(
              name,
              new ChainConfig(
                  ChainConfig.Source.RPC,
                  Endpoints.ofReference(section, folder, client),
                  section.duration("pollPeriod"),
                  SenderConfig.HEAD_MAX_AGE,
                  1)));
    }
    return references;
  }
}
