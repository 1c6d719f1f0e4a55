package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What all outgoing HTTP clients have in common.
 *
 * @param caFile PEM certificates that are trusted besides those of the JDK
 */
public record ClientConfig(Optional<CaFile> caFile) {
  static ClientConfig read(Section section, Path folder) {
    return new ClientConfig(CaFile.read(section, "caFile", folder));
  }
}
