package fil.heartbeat.chain.source;

import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.Tell;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a node is asked beside its head.
 *
 * @param tell the members; nothing is asked for one that is off
 * @param wallets further addresses whose balances are asked
 * @param minerAddress event bus address that knows the node's miners
 */
public record MemberSettings(Tell tell, List<String> wallets, String minerAddress) {

  /** Asks for nothing. */
  static final MemberSettings NONE = new MemberSettings(Tell.NONE, List.of(), "");

  /** Asks for nothing private. */
  static final MemberSettings DEFAULT = new MemberSettings(Tell.DEFAULT, List.of(), "");

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long TICK_MILLIS = 1_000;
  private static final long MINERS_MILLIS = 60_000;
  private static final long FIRST_MINERS_MILLIS = 5_000;

  public MemberSettings {
    wallets = List.copyOf(wallets);
  }

  /** Creates the collector for a source, which asks on the calling context until it is closed. */
  HeadMembers members(
      Vertx vertx, ChainConfig config, String node, InstantSource clock, LongSupplier nanoTime) {
    if (tell.equals(Tell.NONE)) {
      return HeadMembers.NONE;
    }
    if (config.source() == ChainConfig.Source.SIMULATED) {
      return new SimulatedHeadMembers(new SimulatedChain(config.seed(), ""), tell, clock.instant());
    }
    JsonRpcClient client = new JsonRpcClient(vertx, config.endpoint(), TIMEOUT);
    List<Long> timers = new ArrayList<>();
    RpcHeadMembers members =
        new RpcHeadMembers(
            client,
            tell,
            wallets,
            node,
            nanoTime,
            () -> ThreadLocalRandom.current().nextDouble(),
            () -> {
              timers.forEach(vertx::cancelTimer);
              client.close();
            });
    timers.add(vertx.setPeriodic(TICK_MILLIS, id -> members.tick()));
    if (!minerAddress.isEmpty() && (tell.balances() || tell.proving() || tell.messages())) {
      timers.add(
          vertx.setPeriodic(FIRST_MINERS_MILLIS, MINERS_MILLIS, id -> askMiners(vertx, members)));
    }
    return members;
  }

  private void askMiners(Vertx vertx, RpcHeadMembers members) {
    vertx
        .eventBus()
        .<Object>request(minerAddress, null, new DeliveryOptions().setLocalOnly(true))
        .onSuccess(reply -> members.miners(miners(reply.body())));
  }

  /** Returns the addresses of a reply; none when it has another form. */
  static List<String> miners(@Nullable Object body) {
    Set<String> miners = new LinkedHashSet<>();
    if (body instanceof JsonObject json) {
      if (json.getValue("address") instanceof String first && !first.isEmpty()) {
        miners.add(first);
      }
      if (json.getValue("addresses") instanceof JsonArray all) {
        for (Object each : all) {
          if (each instanceof String address && !address.isEmpty()) {
            miners.add(address);
          }
        }
      }
    }
    return List.copyOf(miners);
  }
}
