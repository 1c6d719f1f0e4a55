package fil.heartbeat.api;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HttpConfig.Tls;
import java.util.Optional;

/** Whether a certificate and its key would be served. */
public final class TlsCheck {
  private TlsCheck() {}

  /** Why not, in one line that names the setting; empty when they would be. Blocks. */
  public static Optional<String> fault(Tls files) {
    try {
      TlsPair unused = TlsPair.read(files);
      return Optional.empty();
    } catch (ConfigException e) {
      return e.faults().stream().map(ConfigException.Fault::toString).findFirst();
    }
  }
}
