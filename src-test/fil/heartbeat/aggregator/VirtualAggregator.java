package fil.heartbeat.aggregator;

import fil.heartbeat.history.History;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** An aggregator in virtual time, for those outside of its room. */
public final class VirtualAggregator {
  private VirtualAggregator() {}

  /** One that ticks only when it is told to. */
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

  /** A peer id that no key stands behind. */
  public static PeerId peer(long seed, int number) {
    return SimulatedFleet.peer(seed, number);
  }

  /** A second: ten ticks, before each of which time goes on. */
  public static Future<Boolean> second(AggregatorVerticle aggregator, Runnable goesOn) {
    return aggregator.ticks(10, goesOn);
  }
}
