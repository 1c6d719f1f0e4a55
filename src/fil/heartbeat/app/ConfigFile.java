package fil.heartbeat.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.JsonFault;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** config.json on disk, overridden by the environment and the system properties. */
public final class ConfigFile {
  private static final Path DEFAULT = Path.of("config.json");

  /** Some editors write it at the start of a file. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final boolean mayBeAbsent;
  private final Map<String, String> environment;
  private final Map<String, String> properties;
  private volatile @Nullable String loaded;

  public ConfigFile(
      Optional<String> option, Map<String, String> environment, Properties properties) {
    this.path = option.map(Path::of).orElse(DEFAULT).toAbsolutePath().normalize();
    this.mayBeAbsent = option.isEmpty();
    this.environment = environment;
    this.properties =
        properties.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  public Path path() {
    return path;
  }

  /** Whether there is a file to watch. */
  public boolean exists() {
    return Files.exists(path);
  }

  /**
   * Reads and parses it. Blocks.
   *
   * @throws ConfigException with every fault
   */
  public Config load() {
    String content = read();
    Config config = parse(content);
    loaded = content;
    return config;
  }

  /** The content of the file when it was loaded; empty if it was not. */
  List<byte[]> loaded() {
    return Stream.ofNullable(loaded).map(text -> text.getBytes(UTF_8)).toList();
  }

  /**
   * Parses the given file content.
   *
   * @throws ConfigException with every fault
   */
  Config parse(String content) {
    JsonObject file = content.isEmpty() ? new JsonObject() : json(content);
    Path folder = path.getParent();
    return Config.parse(file, folder == null ? path : folder, environment, properties);
  }

  private JsonObject json(String content) {
    String text = content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content;
    Optional<JsonFault> fault = JsonFault.in(text);
    if (fault.isPresent()) {
      throw fault(
          ":" + fault.get().line() + ":" + fault.get().column(),
          fault.get().found(),
          fault.get().expected());
    }
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      // A limit of the parser that no real config reaches.
      throw fault("", "what the parser of JSON does not take", "names and numbers of usual length");
    }
  }

  private String read() {
    try {
      String content = Files.readString(path);
      // An empty file is invalid JSON; only an absent one may mean an empty config.
      return content.isEmpty() ? " " : content;
    } catch (NoSuchFileException e) {
      if (mayBeAbsent) {
        return "";
      }
      throw fault("", "no such file", "a readable file");
    } catch (IOException e) {
      throw fault("", e.toString(), "a readable file of UTF-8");
    }
  }

  private ConfigException fault(String place, String value, String expected) {
    return ConfigException.of(path + place, value, expected);
  }
}
