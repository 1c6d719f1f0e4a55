package fil.heartbeat.api;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HttpConfig.Tls;
import java.util.Optional;

/** Checks a certificate and its key without serving them. */
public final class TlsCheck {
  private TlsCheck() {}

  /** Returns the fault, in one line that names the setting; empty when there is none. Blocks. */
  public static Optional<String> fault(Tls files) {
    try {
      TlsPair unused = TlsPair.read(files);
      return Optional.empty();
    } catch (ConfigException e) {
      return e.faults().stream().map(ConfigException.Fault::toString).findFirst();
    }
  }
}
