package fil.heartbeat.config;

import fil.heartbeat.config.ConfigException.Fault;
import fil.heartbeat.config.EndpointText.Api;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the endpoints of nodes and miners: in their sections, and for the short form in the
 * environment variables of lotus, venus and Forest. No fault shows an endpoint's text.
 */
final class Endpoints {
  private static final String FULLNODE = "FULLNODE_API_INFO";
  private static final List<String> MINERS = List.of("MINER_API_INFO", "STORAGE_API_INFO");
  private static final List<RepoVariable> MINER_REPOS =
      List.of(new RepoVariable("LOTUS_MINER_PATH", Repo.Type.MINER));

  /** Variables with the folder of a node, in the order in which they count. */
  private static final List<RepoVariable> NODE_REPOS =
      List.of(
          new RepoVariable("LOTUS_PATH", Repo.Type.NODE),
          new RepoVariable("VENUS_PATH", Repo.Type.NODE),
          new RepoVariable("FOREST_PATH", Repo.Type.FOREST));

  /** Where the folders are when nobody names them, below the home folder. */
  private static final List<String> USUAL_REPOS =
      List.of(".lotus", ".venus", ".local/share/forest");

  /** A variable with the folder of a process. */
  private record RepoVariable(String name, Repo.Type type) {}

  private final Path folder;
  private final Map<String, String> environment;
  private final ClientConfig client;
  private final List<Fault> faults;

  Endpoints(Path folder, Map<String, String> environment, ClientConfig client, List<Fault> faults) {
    this.folder = folder;
    this.environment = environment;
    this.client = client;
    this.faults = faults;
  }

  /**
   * The endpoints of a {@code chain}; several when a variable lists them.
   *
   * @param isShortForm whether variables apply
   * @param isNeeded whether none is a fault
   */
  List<RpcEndpoint> ofChain(Section section, boolean isShortForm, boolean isNeeded) {
    List<RpcEndpoint> found = ofKey(section, "url", Api.NODE).stream().toList();
    if (found.isEmpty()) {
      found =
          section.optionalText("repo").stream()
              .map(text -> new Repo(path(section, "repo", text), Repo.Type.NODE))
              .map(RpcEndpoint::of)
              .toList();
    }
    if (found.isEmpty() && isShortForm) {
      found = ofVariables(List.of(FULLNODE), Api.NODE, NODE_REPOS);
    }
    if (found.isEmpty() && isNeeded && section.text("url").isEmpty()) {
      section.fault("url", "(missing)", missing(isShortForm));
    }
    return withFiles(section, found);
  }

  /** The endpoints of a {@code miner}; none when its addresses are configured. */
  List<RpcEndpoint> ofMiner(Section section, boolean isShortForm, boolean hasAddress) {
    List<RpcEndpoint> found = ofKey(section, "url", Api.MINER).stream().toList();
    if (found.isEmpty() && isShortForm && !hasAddress) {
      found = ofVariables(MINERS, Api.MINER, MINER_REPOS);
    }
    return withFiles(section, found);
  }

  /** The endpoint of a reference, which must have one. */
  static RpcEndpoint ofReference(Section section, Path folder, ClientConfig client) {
    Endpoints reader = new Endpoints(folder, Map.of(), client, List.of());
    List<RpcEndpoint> found = reader.ofKey(section, "url", Api.NODE).stream().toList();
    if (found.isEmpty() && section.text("url").isEmpty()) {
      section.fault("url", "(missing)", Api.NODE.expected());
    }
    return reader.withFiles(section, found).stream().findFirst().orElse(RpcEndpoint.NONE);
  }

  private Optional<RpcEndpoint> ofKey(Section section, String name, Api api) {
    Optional<String> text = section.optionalText(name);
    try {
      return text.map(each -> RpcEndpoint.of(EndpointText.ofKey(each, api), section.path(name)));
    } catch (IllegalArgumentException e) {
      section.fault(name, EndpointText.HIDDEN, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private List<RpcEndpoint> ofVariables(List<String> names, Api api, List<RepoVariable> repos) {
    for (String name : names) {
      String text = environment.getOrDefault(name, "");
      try {
        List<EndpointText> found = EndpointText.ofVariable(text, api);
        if (!found.isEmpty()) {
          return found.stream().map(each -> RpcEndpoint.of(each, name)).toList();
        }
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(name, EndpointText.HIDDEN, String.valueOf(e.getMessage())));
        return List.of(RpcEndpoint.NONE);
      }
    }
    return repos.stream()
        .filter(each -> !environment.getOrDefault(each.name, "").isBlank())
        .limit(1)
        .map(this::ofRepo)
        .toList();
  }

  private RpcEndpoint ofRepo(RepoVariable variable) {
    String text = environment.getOrDefault(variable.name, "").strip();
    try {
      Path path = Path.of(atHome(text)).toAbsolutePath().normalize();
      return RpcEndpoint.of(new Repo(path, variable.type));
    } catch (InvalidPathException e) {
      faults.add(new Fault(variable.name, text, "a path"));
      return RpcEndpoint.NONE;
    }
  }

  private List<RpcEndpoint> withFiles(Section section, List<RpcEndpoint> found) {
    Optional<Path> tokenFile = Checks.optionalPath(section, "tokenFile", folder);
    Optional<CaFile> caFile = CaFile.read(section, "caFile", folder).or(client::caFile);
    return found.stream().map(each -> each.with(tokenFile, caFile)).toList();
  }

  private Path path(Section section, String name, String text) {
    return Checks.path(section, name, atHome(text), folder);
  }

  /** As a shell expands it; a unit file of systemd does not. */
  private String atHome(String text) {
    return text.startsWith("~/") ? environment.getOrDefault("HOME", "~") + text.substring(1) : text;
  }

  /** A folder is only read when it is named, but it may be what is missing. */
  private String missing(boolean isShortForm) {
    String expected =
        "http://<host>:<port>"
            + Api.NODE.path()
            + (isShortForm ? ", chain.repo or " + FULLNODE : ", or repo");
    if (!isShortForm && environment.containsKey(FULLNODE)) {
      expected += "; " + FULLNODE + " is for the short form, not for a nodes list";
    }
    String home = environment.getOrDefault("HOME", "");
    Optional<Path> found =
        home.isEmpty()
            ? Optional.empty()
            : USUAL_REPOS.stream()
                .map(each -> Path.of(home, each))
                .filter(Files::isDirectory)
                .findFirst();
    return expected
        + found.map(path -> "; to use the node in " + path + ", set chain.repo to it").orElse("");
  }
}
