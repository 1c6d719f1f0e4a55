package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.ChainView;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.FleetReads;
import fil.heartbeat.api.access.Grant;
import fil.heartbeat.api.access.Principal;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.api.http.Times;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Routes of the networks: their consensus, the lanes of the chain view, and facts about this
 * process.
 */
public final class NetworkRoutes {
  static final int MAX_EPOCHS = 100;
  private static final int EPOCHS = 20;

  private final FleetReads fleet;
  private final String version;
  private final boolean hasTokens;
  private final Degraded degraded;
  private final Instant startedAt;
  private final Recent<Integer, List<ChainView>> lanes = new Recent<>(System::nanoTime);
  private final Recent<Integer, Buffer> chains = new Recent<>(System::nanoTime);

  /**
   * @param degraded the faults of this process, and whether it evaluates alerts
   */
  public NetworkRoutes(
      FleetReads fleet, String version, boolean hasTokens, Degraded degraded, Instant startedAt) {
    this.fleet = fleet;
    this.degraded = degraded;
    this.version = version;
    this.hasTokens = hasTokens;
    this.startedAt = startedAt;
  }

  public void mount(Routes routes) {
    routes
        .get("/api/v1/consensus")
        .handler(
            ctx -> {
              Parameters.none(ctx.queryParams());
              Responses.json(ctx, fleet.view().overview().map(now -> consensus(now.networks())));
            });
    routes
        .get("/api/v1/upgrades")
        .handler(
            ctx -> {
              Parameters.none(ctx.queryParams());
              Responses.json(
                  ctx,
                  fleet
                      .view()
                      .overview()
                      .map(now -> ExtendedJson.upgrades(now.networks(), now.at())));
            });
    routes.get("/api/v1/chain").handler(this::chain);
    routes
        .get("/api/v1/info")
        .handler(
            ctx -> {
              Parameters.none(ctx.queryParams());
              Principal who = Access.who(ctx);
              Responses.json(
                  ctx,
                  fleet
                      .view()
                      .overview()
                      .compose(
                          now -> degraded.list(Optional.of(now)).map(why -> info(now, why, who))));
            });
  }

  private void chain(RoutingContext ctx) {
    int epochs =
        new Parameters(ctx.queryParams(), Set.of("epochs")).whole("epochs", 1, MAX_EPOCHS, EPOCHS);
    chains
        .ask(epochs, () -> lanes(epochs).map(networks -> chain(networks, epochs)))
        .onSuccess(body -> Responses.body(ctx, Responses.JSON, body))
        .onFailure(ctx::fail);
  }

  /** Asks for one of two numbers of heights only, since each height scans all nodes. */
  private Future<List<ChainView>> lanes(int epochs) {
    int heights = epochs <= EPOCHS ? EPOCHS : MAX_EPOCHS;
    return lanes.ask(heights, () -> fleet.view().chain(heights));
  }

  private static Buffer chain(List<ChainView> networks, int epochs) {
    return new JsonObject()
        .put(
            "networks",
            new JsonArray(networks.stream().map(network -> chain(network, epochs)).toList()))
        .toBuffer();
  }

  private static JsonObject chain(ChainView network, int epochs) {
    return new JsonObject()
        .put("genesisCid", network.genesisCid())
        .put("network", network.network())
        .put(
            "lanes",
            new JsonArray(
                network.lanes().stream().limit(epochs).map(NetworkRoutes::lane).toList()));
  }

  private static JsonObject lane(ChainView.Lane lane) {
    List<JsonObject> heads =
        lane.heads().stream()
            .map(
                head ->
                    new JsonObject()
                        .put("cids", new JsonArray(head.cids()))
                        .put("side", head.branch())
                        .put("count", head.count())
                        .put("nodes", new JsonArray(head.nodes())))
            .toList();
    return new JsonObject()
        .put("height", lane.height())
        .put("heads", new JsonArray(heads))
        .put("p50Millis", lane.p50Millis())
        .put("p90Millis", lane.p90Millis());
  }

  static JsonObject consensus(List<NetworkReport> networks) {
    return new JsonObject()
        .put("networks", new JsonArray(networks.stream().map(NetworkRoutes::network).toList()));
  }

  /** Returns {@link #consensus} without the nodes of each branch, which a feed sends anyway. */
  public static JsonObject consensusInShort(List<NetworkReport> networks) {
    JsonObject all = consensus(networks);
    for (Object network : all.getJsonArray("networks")) {
      for (Object branch : ((JsonObject) network).getJsonArray("sides")) {
        ((JsonObject) branch).remove("nodes");
      }
    }
    return all;
  }

  private static JsonObject network(NetworkReport report) {
    List<JsonObject> sides =
        report.branches().stream()
            .map(
                branch ->
                    new JsonObject()
                        .put("head", new JsonArray(branch.head()))
                        .put("count", branch.count())
                        .put("votes", branch.votes())
                        .put("nodes", new JsonArray(branch.nodes()))
                        .put("firstDifferentHeight", branch.firstDifferentHeight()))
            .toList();
    return new JsonObject()
        .put("genesisCid", report.genesisCid())
        .put("network", report.network())
        .put("expectedEpoch", report.heights().expected())
        .put("referenceHeight", report.heights().reference())
        .put("bestHeight", report.heights().best())
        .put("lagEpochs", report.heights().lag())
        .put("voters", report.votes().voters())
        .put("inConsensus", report.votes().inConsensus())
        .put("inDispute", report.votes().inDispute())
        .put(
            "basis",
            new JsonObject()
                .put("voters", report.votes().basis().voters())
                .put("reference", report.votes().basis().reference()))
        .put("fleetForked", report.fleetForked())
        .put("clockSuspected", report.clockSuspected())
        .put("nextEpoch", Times.text(report.clock().nextEpoch()))
        .put("newestBlock", Times.text(report.clock().newestBlock()))
        .put("sides", new JsonArray(sides))
        .put("finality", ExtendedJson.finality(report.extended().finality()))
        .put("releases", ExtendedJson.releases(report.extended().releases()));
  }

  /** Describes the caller: its name, scope and kind of access. */
  private JsonObject viewer(Principal who) {
    String via =
        who.grant().isPresent()
            ? who.cookie() ? "session" : "token"
            : hasTokens ? "public" : "open";
    return new JsonObject()
        .put("name", who.name().orElse(null))
        .put("scope", who.grant().filter(Grant::admin).isPresent() ? "admin" : "read")
        .put("via", via);
  }

  private JsonObject info(Overview now, List<String> why, Principal who) {
    List<String> names =
        now.networks().stream().map(report -> String.valueOf(report.network())).distinct().toList();
    return new JsonObject()
        .put("version", version)
        .put("now", Times.text(now.at()))
        .put("startedAt", Times.text(startedAt))
        .put("warming", now.warming())
        .put("simulated", names.contains("simulated"))
        .put("networks", new JsonArray(names))
        .put("addresses", new JsonArray(fleet.addresses().get()))
        .put("alerts", degraded.raisesAlerts())
        .put("degraded", new JsonArray(why))
        .put("thresholds", thresholds(fleet.view().judgedBy()))
        .put("states", states(fleet.view().judgedBy()))
        .put("viewer", viewer(who));
  }

  /** The possible states of a node, the most severe first, as the page shows them. */
  private static JsonArray states(FleetSettings by) {
    return new JsonArray(
        State.gravestFirst().stream()
            .map(
                state ->
                    new JsonObject()
                        .put("state", state.label())
                        .put("trouble", state.isTrouble())
                        .put("meaning", state.meaning(by)))
            .toList());
  }

  /** The thresholds by which nodes are judged here. */
  private static JsonObject thresholds(FleetSettings by) {
    return new JsonObject()
        .put("forkAfter", by.forkAfter())
        .put("fleetForkedAfter", by.fleetForkedAfter())
        .put("slowLag", by.slowLag())
        .put("behindLag", by.behindLag())
        .put("lagHoldSeconds", by.lagHold().toSeconds())
        .put("disconnectedAfterSeconds", by.disconnectedAfter().toSeconds())
        .put("warmingSeconds", by.warming().toSeconds());
  }
}
