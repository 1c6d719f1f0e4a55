package fil.heartbeat.cli;

import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.cli.Arguments.UsageException;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.libp2p.KeyType;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The commands {@code peer-id}, which prints the peer ids of a config's nodes and creates nothing,
 * and {@code keygen}, which creates missing keys and changes no other. A line on standard output is
 * a nickname and a peer id, or a peer id alone.
 */
final class KeyCommands {
  /** The commands that create a key file. */
  static final String MADE_BY = "made by keygen, or by run";

  private final ConfigFile file;
  private final Arguments arguments;
  private final PrintStream out;
  private final PrintStream err;

  KeyCommands(ConfigFile file, Arguments arguments, PrintStream out, PrintStream err) {
    this.file = file;
    this.arguments = arguments;
    this.out = out;
    this.err = err;
  }

  /** A key file and its owner; an empty name is not printed. */
  private record Named(String name, Path key) {}

  /**
   * Prints the peer ids. A missing or invalid key is reported on standard error, and the others are
   * still printed.
   */
  int peerIds() throws UsageException {
    int code = Main.DONE;
    for (Named each : nodes()) {
      try {
        say(each, KeyFile.load(each.key, MADE_BY));
      } catch (KeyFileException e) {
        err.println(e.getMessage());
        boolean absent = !Files.exists(each.key, LinkOption.NOFOLLOW_LINKS);
        code = Math.max(code, absent ? Main.FAILURE : Main.BAD_USAGE);
      }
    }
    return code;
  }

  /** Creates missing keys, the aggregator's too, and prints the peer ids of the nodes. */
  int keygen() throws UsageException {
    KeyType type = type();
    for (Named each : nodes()) {
      say(each, made(each.key, type));
    }
    if (arguments.option("--key").isEmpty()) {
      file.load()
          .aggregator()
          .map(role -> role.bind().keyFile())
          .ifPresent(
              key ->
                  made(key, type)
                      .warning()
                      .ifPresent(warning -> err.println("warning: " + warning)));
    }
    return Main.DONE;
  }

  private KeyFile.Loaded made(Path key, KeyType type) {
    KeyFile.Loaded loaded = KeyFile.loadOrCreate(key, type);
    if (loaded.created()) {
      String word = type.name().toLowerCase(Locale.ROOT);
      err.println("made a new " + word + " key: " + key + " is " + loaded.identity().peerId());
    }
    return loaded;
  }

  private void say(Named named, KeyFile.Loaded key) {
    key.warning().ifPresent(warning -> err.println("warning: " + warning));
    String peerId = key.identity().peerId().toString();
    out.println(named.name.isEmpty() ? peerId : named.name + " " + peerId);
  }

  private KeyType type() throws UsageException {
    String type = arguments.option("--type").orElse("ed25519");
    try {
      return KeyType.valueOf(type.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--type: " + type + " (expected: ed25519, rsa, secp256k1 or ecdsa)");
    }
  }

  /**
   * The file of the option, or those of the nodes that beat; including a node without a target yet.
   */
  private List<Named> nodes() throws UsageException {
    if (arguments.option("--key").isPresent()) {
      if (arguments.option("--config").isPresent()) {
        throw new UsageException("--key: given with --config (expected: one of them)");
      }
      return List.of(new Named("", Path.of(arguments.option("--key").get())));
    }
    Config config = file.load();
    boolean beats = config.sends();
    boolean serves = config.aggregator().isPresent() || config.http().isPresent();
    List<Named> named = new ArrayList<>();
    for (NodeConfig node : config.senders().nodes()) {
      if (!node.targets().isEmpty() || (!beats && !serves)) {
        named.add(new Named(node.nickname(), node.keyFile()));
      }
    }
    if (named.isEmpty() && arguments.command() == Arguments.Command.PEER_ID) {
      throw ConfigException.of(
          file.path().toString(),
          "no node beats",
          "a heartbeat.beatTarget or nodes with targets; an aggregator says its own id at"
              + " the start");
    }
    return named;
  }
}
