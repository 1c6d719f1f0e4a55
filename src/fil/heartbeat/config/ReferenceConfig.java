package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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
      String url = section.text("url");
      if (!RpcUrl.isUsable(url)) {
        section.fault("url", url.isEmpty() ? "(missing)" : RpcUrl.shown(url), RpcUrl.EXPECTED);
      }
      references.add(
          new ReferenceConfig(
              name,
              new ChainConfig(
                  ChainConfig.Source.RPC,
                  new RpcEndpoint(
                      url,
                      Optional.empty(),
                      Checks.optionalPath(section, "tokenFile", folder),
                      Optional.empty(),
                      Checks.optionalPath(section, "caFile", folder).or(client::caFile)),
                  section.duration("pollPeriod"),
                  SenderConfig.HEAD_MAX_AGE,
                  1)));
    }
    return references;
  }
}
