package fil.heartbeat.aggregator;

import fil.heartbeat.history.History;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** An aggregator in virtual time, for tests outside its package. */
public final class VirtualAggregator {
  private VirtualAggregator() {}

  /** Creates one that ticks only on demand. */
  public static AggregatorVerticle of(
      Host host,
      AggregatorSettings settings,
      Membership membership,
      History history,
      InstantSource wall,
      LongSupplier nanoTime) {
    return new AggregatorVerticle(
        host,
        Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
        settings,
        membership,
        history,
        new Clocks(nanoTime, wall, OptionalLong::empty),
        nanoTime,
        false);
  }

  /** Returns a peer id without a key. */
  public static PeerId peer(long seed, int number) {
    return SimulatedFleet.peer(seed, number);
  }

  /** Runs one second: ten ticks, each after time advanced. */
  public static Future<Boolean> second(AggregatorVerticle aggregator, Runnable goesOn) {
    return aggregator.ticks(10, goesOn);
  }
}
