package fil.heartbeat.libp2p.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;

/**
 * The machine's resolver: the JDK's for addresses (with its own cache of 30 s), the JDK's DNS
 * provider for TXT, which repeats a query over TCP when an answer does not fit a datagram.
 */
final class SystemNames implements NameSource {

  @Override
  public List<InetAddress> addresses(String name) throws IOException {
    return List.of(InetAddress.getAllByName(name));
  }

  // The DNS provider returns strings and never objects, and JNDI requires a Hashtable.
  @SuppressWarnings({"BanJNDI", "JdkObsolete"})
  @Override
  public List<String> texts(String name) throws IOException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, "dns:");
    environment.put("com.sun.jndi.dns.timeout.initial", "1500");
    environment.put("com.sun.jndi.dns.timeout.retries", "2");
    try {
      DirContext context = new InitialDirContext(environment);
      try {
        return texts(context.getAttributes(name, new String[] {"TXT"}).get("TXT"));
      } finally {
        context.close();
      }
    } catch (NamingException cause) {
      throw new IOException("no TXT records of " + name + ": " + cause.getMessage(), cause);
    }
  }

  private static List<String> texts(@Nullable Attribute attribute) throws NamingException {
    List<String> texts = new ArrayList<>();
    if (attribute != null) {
      NamingEnumeration<?> values = attribute.getAll();
      while (values.hasMore()) {
        String text = String.valueOf(values.next());
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        texts.add(quoted ? text.substring(1, text.length() - 1) : text);
      }
    }
    return texts;
  }
}
