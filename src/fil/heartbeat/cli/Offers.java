package fil.heartbeat.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes of this user whose folders are on this machine but that no config names. They are offered
 * and never used: a folder may be a remain, and its token may do everything.
 */
final class Offers {
  /** Where nodes keep their folder below the home folder, and a file that is in it. */
  private record Repo(String path, String file) {}

  private static final List<Repo> NODES =
      List.of(
          new Repo(".lotus", "api"),
          new Repo(".venus", "api"),
          new Repo(".local/share/forest", "token"));

  private static final Repo MINER = new Repo(".lotusminer", "api");

  private Offers() {}

  /** One line for each folder of a chain node. */
  static List<String> nodes(Map<String, String> environment) {
    List<String> found = new ArrayList<>();
    for (Repo repo : NODES) {
      in(environment, repo)
          .ifPresent(
              folder ->
                  found.add("found a node's folder: " + folder + "; set chain.repo to use it"));
    }
    return found;
  }

  /** A line for the folder of a lotus-miner. */
  static Optional<String> miner(Map<String, String> environment) {
    return in(environment, MINER)
        .map(
            folder ->
                "found a miner's folder: "
                    + folder
                    + "; set miner.address, or LOTUS_MINER_PATH to ask the miner");
  }

  private static Optional<Path> in(Map<String, String> environment, Repo repo) {
    String home = environment.getOrDefault("HOME", "");
    if (home.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Path.of(home).resolve(repo.path);
    return Optional.of(folder).filter(each -> Files.exists(each.resolve(repo.file)));
  }
}
