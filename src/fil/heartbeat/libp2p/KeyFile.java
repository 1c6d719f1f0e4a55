package fil.heartbeat.libp2p;

import java.nio.file.Path;
import java.util.Optional;

/** A private key on disk: the binary libp2p {@code PrivateKey} protobuf, mode 0600. Blocking. */
public final class KeyFile {

  /** What was read. {@code warning} says that the file is readable by others. */
  public record Loaded(Identity identity, boolean created, Optional<String> warning) {}

  private KeyFile() {}

  /**
   * Reads the key, or makes one of the given type (folders too, written whole or not at all) when
   * the file is absent.
   *
   * @throws KeyFileException that names the file and what a person can do
   */
  public static Loaded loadOrCreate(Path file, KeyType type) {
    throw new UnsupportedOperationException();
  }
}
