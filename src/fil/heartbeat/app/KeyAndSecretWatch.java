package fil.heartbeat.app;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.Secret;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once when a key file differs from the key that this process runs with, and when a file with
 * a secret is unusable: before an alert or a call to a node fails because of it. The contents are
 * not stored. One caller at a time.
 */
final class KeyAndSecretWatch {
  private static final Logger log = LoggerFactory.getLogger(KeyAndSecretWatch.class);

  private final FileWatch files;

  private final Map<Entry, FileWatch.Part> parts = new HashMap<>();

  KeyAndSecretWatch(FileWatch files) {
    this.files = files;
  }

  /**
   * A file and its purpose.
   *
   * @param secret empty for a key
   */
  private record Entry(String setting, Path file, Optional<Secret.OfFile> secret) {
    static Entry ofKey(Path file) {
      return new Entry("", file, Optional.empty());
    }

    FileChanges.Taker taker() {
      return secret
          .<FileChanges.Taker>map(one -> new InFile(setting, one))
          .orElseGet(() -> new Key(file));
    }
  }

  /**
   * Watches exactly the files of a config. The content of a key at its first read here is taken for
   * the key in use; a file that is watched already is not logged again.
   *
   * @param stopped nodes that were stopped or restarted, so that their keys are read again
   * @return completes when new files were read; never fails
   */
  Future<?> watch(Config config, List<NodeConfig> stopped) {
    stopped.forEach(node -> forget(node.keyFile()));
    Set<Entry> wanted = entries(config);
    parts.forEach(
        (entry, part) -> {
          if (!wanted.contains(entry)) {
            part.close();
          }
        });
    boolean unused = parts.keySet().retainAll(wanted);
    List<Future<Void>> looks = new ArrayList<>();
    for (Entry each : wanted) {
      if (!parts.containsKey(each)) {
        FileWatch.Part part = files.partInTurn();
        parts.put(each, part);
        FileChanges unusedChanges = part.watch(List.of(each.file()), List.of(), each.taker());
        looks.add(part.check());
      }
    }
    return Future.join(looks);
  }

  private void forget(Path keyFile) {
    FileWatch.Part part = parts.remove(Entry.ofKey(keyFile));
    if (part != null) {
      part.close();
    }
  }

  private static Set<Entry> entries(Config config) {
    Set<Entry> found = new LinkedHashSet<>();
    Stream.concat(
            config.aggregator().map(role -> role.bind().keyFile()).stream(),
            config.senders().sending().stream().map(NodeConfig::keyFile))
        .forEach(file -> found.add(Entry.ofKey(file)));
    // Hundreds of nodes may share one token.
    Map<Secret.OfFile, List<String>> settings = new LinkedHashMap<>();
    for (NamedSecrets.Named named : NamedSecrets.of(config)) {
      if (named.secret() instanceof Secret.OfFile secret) {
        settings.computeIfAbsent(secret, none -> new ArrayList<>()).add(named.setting());
      }
    }
    settings.forEach(
        (secret, names) ->
            found.add(
                new Entry(
                    names.get(0) + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : ""),
                    secret.file(),
                    Optional.of(secret))));
    return found;
  }

  /** A key. */
  private static final class Key implements FileChanges.Taker {
    private final Path file;
    private @Nullable String own;
    private boolean isOwn = true;

    Key(Path file) {
      this.file = file;
    }

    @Override
    public Future<?> take(List<byte[]> contents) {
      String now = FileChanges.digest(contents);
      boolean first = own == null;
      own = first ? now : own;
      isOwn = now.equals(own);
      if (!first) {
        asBefore();
      }
      return Future.succeededFuture();
    }

    @Override
    public void fault(String cause) {
      log.warn("key file is not as it was, the next start needs it cause={}", cause);
    }

    @Override
    public void asBefore() {
      if (isOwn) {
        log.info("key file is as before file={}", file);
      } else {
        log.warn("needs a restart: the key file is another file={}", file);
      }
    }
  }

  /** A secret or token. */
  private static final class InFile implements FileChanges.Taker {
    private final String setting;
    private final Secret.OfFile secret;
    private boolean known;

    InFile(String setting, Secret.OfFile secret) {
      this.setting = setting;
      this.secret = secret;
    }

    @Override
    public Future<?> take(List<byte[]> contents) throws IOException {
      secret.check(contents.get(0));
      if (known) {
        log.info("secret changed setting={} file={}", setting, secret.file());
      }
      known = true;
      return Future.succeededFuture();
    }

    @Override
    public void fault(String cause) {
      known = true;
      log.warn("secret cannot be used setting={} cause={}", setting, cause);
    }

    @Override
    public void asBefore() {
      log.info("secret is as before setting={} file={}", setting, secret.file());
    }
  }
}
