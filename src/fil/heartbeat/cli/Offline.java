package fil.heartbeat.cli;

import fil.heartbeat.api.TlsCheck;
import fil.heartbeat.api.access.TokenCheck;
import fil.heartbeat.app.Capacity;
import fil.heartbeat.app.NamedSecrets;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.libp2p.Multiaddr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a config uses on this machine: key files, tokens, secrets, folders, ports. Connects
 * to nothing, and creates and changes nothing. Blocks.
 */
final class Offline {
  /** The property with which packages provide SQLite's library as a file. */
  private static final String LIBRARY = "org.sqlite.lib.path";

  private final Map<String, String> environment;
  private final List<String> found = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /**
   * The result.
   *
   * @param faults that prevent every start
   * @param warnings about things that may be in place by the time of the start
   */
  record Found(List<String> faults, List<String> warnings) {}

  private Offline(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Only the faults of the data folder and of the certificate, which prevent a start. */
  static List<String> ofDisk(Config config) {
    Offline offline = new Offline(Map.of());
    config.aggregator().ifPresent(role -> offline.dataDir(role.dataDir()));
    config.http().flatMap(role -> role.bind().tls()).ifPresent(offline::tls);
    return Stream.concat(offline.faults.stream(), offline.found.stream()).toList();
  }

  /** The result, with one line for each problem: key, value and what is expected. No secret. */
  static Found find(Config config, Map<String, String> environment) {
    Offline offline = new Offline(environment);
    config.senders().sending().forEach(node -> offline.key(node.keyFile()));
    config.aggregator().ifPresent(role -> offline.aggregator(role, config));
    config.http().ifPresent(offline::http);
    NamedSecrets.of(config).forEach(offline::secret);
    offline.found.addAll(config.advice());
    return new Found(offline.faults, offline.found);
  }

  private void aggregator(AggregatorConfig role, Config config) {
    key(role.bind().keyFile());
    dataDir(role.dataDir());
    try {
      Capacity unused = Capacity.of(role, config, Capacity.Machine.ofThisProcess());
    } catch (Capacity.TooSmallException e) {
      found.add(String.valueOf(e.getMessage()));
    }
    Multiaddr listen = role.bind().listen();
    String[] parts = listen.toString().split("/", -1);
    if (parts.length > 4 && parts[3].equals("tcp")) {
      port("aggregator.listen", parts[2], Integer.parseInt(parts[4]));
    }
  }

  private void http(HttpConfig role) {
    role.auth()
        .tokensFile()
        .flatMap(TokenCheck::fault)
        .ifPresent(fault -> found.add("http.auth.tokensFile: " + fault));
    role.bind().tls().ifPresent(this::tls);
    port("http.host, http.port", role.bind().host(), role.bind().port());
  }

  private void tls(HttpConfig.Tls pair) {
    int before = found.size();
    file("http.tls.certFile", Optional.of(pair.certFile()));
    file("http.tls.keyFile", Optional.of(pair.keyFile()));
    if (found.size() == before) {
      TlsCheck.fault(pair).ifPresent(faults::add);
    }
  }

  private void secret(NamedSecrets.Named named) {
    try {
      String unused = named.secret().read(environment);
    } catch (IOException e) {
      found.add(named.setting() + ": " + e.getMessage());
    }
  }

  private void file(String name, Optional<Path> file) {
    if (file.isEmpty()) {
      return;
    }
    Path path = file.get();
    if (!Files.isRegularFile(path)) {
      found.add(
          name
              + ": "
              + path
              + ": "
              + (Files.exists(path) ? "no plain file" : "no such file")
              + " (expected: a file that this user may read)");
    } else if (!Files.isReadable(path)) {
      found.add(
          name + ": " + path + ": permission denied (expected: a file that this user may read)");
    }
  }

  /** A missing key is created at the start, if possible. */
  private void key(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      folder("key file " + file, file.toAbsolutePath().getParent());
      return;
    }
    try {
      KeyFile.Loaded loaded = KeyFile.load(file, KeyCommands.MADE_BY);
      loaded.warning().ifPresent(found::add);
    } catch (KeyFileException e) {
      found.add(String.valueOf(e.getMessage()));
    }
  }

  private void dataDir(Path folder) {
    folder("aggregator.dataDir", folder);
    Path tmp = folder.resolve("tmp");
    Path there = nearest(tmp);
    if (there != null && System.getProperty(LIBRARY) == null && Mounts.isNoexec(there)) {
      found.add(
          "aggregator.dataDir: "
              + tmp
              + ": mounted noexec, so that SQLite's library cannot be loaded from it"
              + " (expected: a folder that is not, or -D"
              + LIBRARY
              + ")");
    }
  }

  /** The nearest existing folder or file of a path. */
  private static @Nullable Path nearest(@Nullable Path path) {
    Path there = path;
    while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      there = there.getParent();
    }
    return there;
  }

  /** A missing folder is created, if its parent is writable. */
  private void folder(String name, @Nullable Path folder) {
    Path there = nearest(folder);
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      found.add(
          name
              + ": "
              + folder
              + ": "
              + (there == null || Files.isDirectory(there)
                  ? "cannot be written"
                  : there + " is no folder")
              + " (expected: a folder that this user may write to)");
    }
  }

  private void port(String name, String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      // Like the servers: remains of earlier connections do not block the port.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      found.add(
          name
              + ": "
              + host
              + ":"
              + port
              + " cannot be bound now: "
              + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)
              + " (expected: a free port; 0 picks one)");
    }
  }
}
