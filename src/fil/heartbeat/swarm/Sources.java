package fil.heartbeat.swarm;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.libp2p.IpLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The local addresses that connections of a swarm come from. */
final class Sources {
  static final String OPTION = "--source";
  static final int MAX = 16;
  static final String EXPECTED = "an IP address of this machine, such as 127.0.0.2";

  private Sources() {}

  /** Returns the address of an IP literal; empty when no connection can come from it. */
  static Optional<InetAddress> parse(String text) {
    return IpLiteral.parse(text)
        .map(Sources::address)
        .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress());
  }

  /**
   * Binds each address and releases it.
   *
   * @throws ConfigException with each that this machine does not have
   */
  static void requireBindable(List<InetAddress> sources) {
    List<ConfigException.Fault> faults = new ArrayList<>();
    for (InetAddress source : sources) {
      try (Socket probe = new Socket()) {
        probe.bind(new InetSocketAddress(source, 0));
      } catch (IOException unbindable) {
        String why = EXPECTED + "; cannot be bound: " + unbindable.getMessage();
        faults.add(new ConfigException.Fault(OPTION, source.getHostAddress(), why));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }
}
