package fil.heartbeat.libp2p.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** A source of DNS records. Blocking; called only on a worker thread. */
interface NameSource {

  /** The A and AAAA records of a name. */
  List<InetAddress> addresses(String name) throws IOException;

  /** The TXT records of a name. */
  List<String> texts(String name) throws IOException;
}
