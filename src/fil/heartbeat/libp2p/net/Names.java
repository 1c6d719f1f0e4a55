package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.TcpTarget;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a multiaddr to endpoints. Names are looked up again for each dial, since the peer may
 * have moved. Spec: libp2p addressing, dnsaddr.
 */
final class Names {
  /** A record may name another dnsaddr; more levels than this are a loop. */
  static final int MAX_DEPTH = 4;

  /** Limit of addresses that one dial tries. */
  static final int MAX_ADDRESSES = 32;

  /** Limit of lookups for one dial, whatever a chain of records asks for. */
  static final int MAX_LOOKUPS = 32;

  /** A resolver that takes longer is broken; the dial has its own deadline. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final String TEXT_PREFIX = "dnsaddr=";

  private final NameSource source;
  private final WorkPool workers;

  Names(NameSource source, WorkPool workers) {
    this.source = source;
    this.workers = workers;
  }

  /**
   * Looks a target up.
   *
   * @param done called once, on the loop, with endpoints (at least one) or the failure
   * @return set it to true to cancel; {@code done} is not called then
   */
  AtomicBoolean resolve(
      Multiaddr target,
      Loop loop,
      BiConsumer<@Nullable List<Endpoint>, @Nullable Libp2pException> done) {
    AtomicBoolean over = new AtomicBoolean();
    if (!needsLookup(target)) {
      loop.execute(() -> finish(over, done, () -> lookUp(target)));
      return over;
    }
    Loop.Timer limit =
        loop.after(
            TIMEOUT,
            () ->
                finish(
                    over,
                    done,
                    () -> {
                      throw unresolved(target, "no answer within " + TIMEOUT.toSeconds() + " s");
                    }));
    boolean taken =
        workers.submit(
            () -> lookUp(target),
            over,
            loop,
            (endpoints, failure) -> {
              limit.cancel();
              finish(
                  over,
                  done,
                  () -> {
                    if (endpoints != null) {
                      return endpoints;
                    }
                    throw failure instanceof Libp2pException known
                        ? known
                        : unresolved(target, String.valueOf(failure));
                  });
            });
    if (!taken) {
      limit.cancel();
      loop.execute(
          () ->
              finish(
                  over,
                  done,
                  () -> {
                    throw unresolved(target, "too many lookups are waiting");
                  }));
    }
    return over;
  }

  private interface Lookup {
    List<Endpoint> get();
  }

  private static void finish(
      AtomicBoolean over,
      BiConsumer<@Nullable List<Endpoint>, @Nullable Libp2pException> done,
      Lookup lookup) {
    if (over.compareAndSet(false, true)) {
      List<Endpoint> endpoints;
      try {
        endpoints = lookup.get();
      } catch (Libp2pException failure) {
        done.accept(null, failure);
        return;
      }
      done.accept(endpoints, null);
    }
  }

  private static boolean needsLookup(Multiaddr target) {
    return target.parts().stream().anyMatch(part -> part.protocol().startsWith("dns"));
  }

  /** The endpoints of a target. Blocking. */
  List<Endpoint> lookUp(Multiaddr target) {
    Search search = new Search(target);
    search.follow(target, 0);
    if (search.found.isEmpty()) {
      throw unresolved(target, search.why);
    }
    return new ArrayList<>(search.found);
  }

  private static Libp2pException unresolved(Multiaddr target, String why) {
    return new Libp2pException(Code.UNRESOLVED, "no address for " + target + ": " + why);
  }

  /** One dial's search; bounded in depth, lookups and results. */
  private final class Search {
    private final Multiaddr target;
    private final Optional<PeerId> wanted;
    private final Set<Endpoint> found = new LinkedHashSet<>();
    private int lookups;
    private String why = "it has no usable address";

    Search(Multiaddr target) {
      this.target = target;
      this.wanted = target.peerId();
    }

    void follow(Multiaddr address, int depth) {
      List<Multiaddr.Part> parts = address.withoutPeerId().parts();
      try {
        if (!parts.isEmpty() && parts.get(0).protocol().equals("dnsaddr")) {
          followTexts(parts.get(0).value(), depth);
          return;
        }
        TcpTarget tcp = TcpTarget.of(address).orElseThrow(() -> unusable(address));
        for (InetAddress each : addresses(address, tcp)) {
          if (found.size() < MAX_ADDRESSES) {
            found.add(new Endpoint(each, tcp.port()));
          }
        }
      } catch (IOException cause) {
        why = String.valueOf(cause.getMessage());
      }
    }

    private List<InetAddress> addresses(Multiaddr address, TcpTarget tcp) throws IOException {
      return switch (tcp.protocol()) {
        case "ip4", "ip6" -> List.of(tcp.ip());
        case "dns" -> named(tcp.host(), InetAddress.class);
        case "dns4" -> named(tcp.host(), Inet4Address.class);
        case "dns6" -> named(tcp.host(), Inet6Address.class);
        default -> throw unusable(address);
      };
    }

    private List<InetAddress> named(String name, Class<? extends InetAddress> family)
        throws IOException {
      if (lookups++ >= MAX_LOOKUPS) {
        return List.of();
      }
      return source.addresses(name).stream().filter(family::isInstance).toList();
    }

    private void followTexts(String name, int depth) throws IOException {
      if (depth >= MAX_DEPTH || lookups++ >= MAX_LOOKUPS) {
        why = "its dnsaddr records go deeper than " + MAX_DEPTH + " levels";
        return;
      }
      for (String text : source.texts("_dnsaddr." + name)) {
        if (text.startsWith(TEXT_PREFIX) && found.size() < MAX_ADDRESSES) {
          followText(text.substring(TEXT_PREFIX.length()), depth);
        }
      }
    }

    /** Follows a TXT record; ignores records of unsupported transports and of other peers. */
    private void followText(String text, int depth) {
      try {
        Multiaddr record = Multiaddr.parse(text);
        if (record.peerId().isEmpty() || record.peerId().equals(wanted)) {
          follow(record, depth + 1);
        }
      } catch (Libp2pException foreign) {
        why = "its records hold no TCP address: " + foreign.getMessage();
      }
    }

    private Libp2pException unusable(Multiaddr address) {
      return new Libp2pException(
          Code.BAD_ADDRESS,
          "cannot dial "
              + address
              + (address.equals(target) ? "" : " (of " + target + ")")
              + " (expected: /ip4|ip6|dns|dns4|dns6/<host>/tcp/<port>/p2p/<id> or /dnsaddr/<name>/p2p/<id>)");
    }
  }
}
