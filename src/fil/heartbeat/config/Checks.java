package fil.heartbeat.config;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.Network;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks of single values beyond their type. Each records its fault in the section. */
final class Checks {
  /** The target that means the aggregator of the same process. */
  static final String LOCAL = "local";

  private static final List<String> HOSTS = List.of("ip4", "ip6", "dns", "dns4", "dns6");
  private static final int MAX_NICKNAME_BYTES = 64;
  private static final Multiaddr ANY = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

  private Checks() {}

  /**
   * One of a set of words; empty when absent or not one of them, where an absent one is a fault
   * only if required.
   */
  static <T> Optional<T> word(
      Section section, String name, List<T> values, Function<T, String> word, boolean needed) {
    String text = section.text(name);
    Optional<T> found = values.stream().filter(each -> word.apply(each).equals(text)).findFirst();
    if (found.isEmpty() && (needed || !text.isEmpty())) {
      section.fault(
          name,
          text.isEmpty() ? "(missing)" : text,
          Similar.hint(text, values.stream().map(word).toList()));
    }
    return found;
  }

  static String nickname(Section section, String name) {
    String nickname = section.text(name);
    if (nickname.getBytes(StandardCharsets.UTF_8).length > MAX_NICKNAME_BYTES
        || !StandardCharsets.UTF_8.newEncoder().canEncode(nickname)
        || nickname.codePoints().anyMatch(Character::isISOControl)) {
      section.fault(name, nickname, "1 to 64 bytes of UTF-8 without control characters");
    }
    return nickname;
  }

  /**
   * A nickname from a prefix and a name, or from the end of the name when both are too long.
   *
   * @param name ASCII
   */
  static String joined(String prefix, String name) {
    String whole = prefix.isEmpty() ? name : prefix + "-" + name;
    return whole.getBytes(StandardCharsets.UTF_8).length <= MAX_NICKNAME_BYTES
        ? whole
        : name.substring(Math.max(0, name.length() - MAX_NICKNAME_BYTES));
  }

  /** A multiaddr with peer id, {@code local} or empty. */
  static String targetOrLocal(Section section, String name) {
    return section.text(name).equals(LOCAL) ? LOCAL : target(section, name);
  }

  /** A multiaddr with peer id, or empty. */
  static String target(Section section, String name) {
    String text = section.text(name);
    if (!text.isEmpty()) {
      unusable(text).ifPresent(expected -> section.fault(name, text, expected));
    }
    return text;
  }

  /** The expected form, if the target cannot be dialled. */
  static Optional<String> unusable(String target) {
    Multiaddr address;
    try {
      address = Multiaddr.parse(target);
    } catch (Libp2pException e) {
      return Optional.of("a multiaddr; " + e.getMessage());
    }
    if (address.peerId().isEmpty()) {
      return Optional.of("a multiaddr that ends in /p2p/<peer id>");
    }
    return isDialable(address)
        ? Optional.empty()
        : Optional.of(
            "/ip4|ip6|dns|dns4|dns6/<host>/tcp/<port above 0>/p2p/<peer id>, or /dnsaddr/<name>/p2p/<peer id>");
  }

  private static boolean isDialable(Multiaddr address) {
    List<String> shape =
        address.parts().stream()
            .map(Multiaddr.Part::protocol)
            .filter(protocol -> !protocol.equals("ip6zone"))
            .toList();
    return shape.get(0).equals("dnsaddr")
        || (shape.size() == 3
            && HOSTS.contains(shape.get(0))
            && shape.get(1).equals("tcp")
            && !address.value("tcp").equals(Optional.of("0")));
  }

  /** A Filecoin address, or empty. */
  static void minerAddress(Section section, String name, String text) {
    if (text.isEmpty()) {
      return;
    }
    try {
      FilecoinAddress ignored = FilecoinAddress.parse(text);
    } catch (IllegalArgumentException e) {
      section.fault(name, text, "a Filecoin address, such as f01000; " + e.getMessage());
    }
  }

  /** Filecoin addresses; a list of the size that its key allows. */
  static List<String> addresses(Section section, String name) {
    List<String> texts = section.texts(name);
    for (int i = 0; i < texts.size(); i++) {
      minerAddress(section, name + "[" + i + "]", texts.get(i));
    }
    section.checkSize(name, texts.size());
    return texts;
  }

  /** A path; relative ones start from the folder. */
  static Path path(Section section, String name, Path folder) {
    return path(section, name, section.text(name), folder);
  }

  /** A path, or empty. */
  static Optional<Path> optionalPath(Section section, String name, Path folder) {
    return section.optionalText(name).map(text -> path(section, name, text, folder));
  }

  static Path path(Section section, String name, String text, Path folder) {
    try {
      if (!text.isEmpty()) {
        return Utf8Path.resolve(folder, text).normalize();
      }
    } catch (InvalidPathException e) {
      // Handled below.
    }
    section.fault(name, text.isEmpty() ? "(empty)" : text, "a path");
    return folder;
  }

  /**
   * A path that SQLite can open as well: it needs the path as text, which the locale must be able
   * to represent.
   */
  static Path databasePath(Section section, String name, Path folder) {
    Path path = path(section, name, folder);
    if (!Utf8Path.isText(path)) {
      section.fault(
          name, Utf8Path.text(path), "characters of the locale; others need LC_ALL=C.UTF-8");
    }
    return path;
  }

  static @Nullable Multiaddr multiaddr(Section section, String name, String text) {
    try {
      return Multiaddr.parse(text);
    } catch (Libp2pException e) {
      section.fault(name, text, "a multiaddr; " + e.getMessage());
      return null;
    }
  }

  static Multiaddr listenAddress(Section section, String name) {
    String text = section.text(name);
    Multiaddr address = multiaddr(section, name, text);
    if (address == null) {
      return ANY;
    }
    boolean shape =
        address.parts().size() == 2
            && address.parts().get(0).protocol().startsWith("ip")
            && address.parts().get(1).protocol().equals("tcp");
    if (!shape) {
      section.fault(name, text, "/ip4/<address>/tcp/<port> or /ip6/<address>/tcp/<port>");
      return ANY;
    }
    return address;
  }

  static Optional<Network> network(Section section, String name) {
    Object value = section.raw(name);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    String expected =
        "mainnet, calibnet, simulated or {name, genesisCid, genesisTime, epochSeconds}";
    if (value instanceof String text) {
      Optional<Network> known = Network.named(text);
      if (known.isEmpty()) {
        section.fault(name, text, expected);
      }
      return known;
    }
    try {
      if (value instanceof JsonObject json && json.size() == 4) {
        return Optional.of(
            new Network(
                json.getString("name"),
                Cid.parse(json.getString("genesisCid")),
                Instant.parse(json.getString("genesisTime")),
                json.getInteger("epochSeconds")));
      }
    } catch (IllegalArgumentException
        | DateTimeException
        | ClassCastException
        | NullPointerException e) {
      // Handled below: a member is missing or has another type.
    }
    section.fault(name, value.toString(), expected);
    return Optional.empty();
  }
}
