package fil.heartbeat.swarm;

import fil.heartbeat.libp2p.Identity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The nodes of the fleet and their roles; a pure function of the configuration, so that a second
 * run has the same peer ids, names and shares.
 *
 * @param nodes in order of their numbers
 * @param churners the churning nodes, in the order in which they disconnect, over and over
 */
record SwarmPlan(SeededDraw draw, List<VirtualNode> nodes, List<VirtualNode> churners) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  static SwarmPlan of(SwarmConfig config) {
    SeededDraw draw = new SeededDraw(config.seed());
    int nodes = config.nodes();
    BigDecimal forked = config.fork();
    BigDecimal lagging = forked.add(config.lag());
    BigDecimal silent = lagging.add(config.silent());
    int[] ends = {share(nodes, forked), share(nodes, lagging), share(nodes, silent), 0};
    ends[3] = ends[2] + churning(config, nodes - ends[2]);

    List<Integer> order = new ArrayList<>(IntStream.rangeClosed(1, nodes).boxed().toList());
    Map<Integer, Double> draws = new LinkedHashMap<>();
    order.forEach(number -> draws.put(number, draw.uniform("share", number)));
    order.sort(Comparator.<Integer, Double>comparing(draws::get).thenComparing(number -> number));

    VirtualNode[] fleet = new VirtualNode[nodes];
    List<VirtualNode> churners = new ArrayList<>();
    Map<Integer, Behaviour> roles = new HashMap<>();
    for (int at = 0; at < nodes; at++) {
      roles.put(order.get(at), role(at, ends));
    }
    Map<Integer, Set<Trait>> traits = traits(config, draw, roles);
    for (int number : order) {
      VirtualNode node =
          new VirtualNode(
              number,
              roles.getOrDefault(number, Behaviour.HEALTHY),
              draw.uniform("phase", number),
              traits.getOrDefault(number, Set.of()));
      fleet[number - 1] = node;
      if (node.role() == Behaviour.CHURNING) {
        churners.add(node);
      }
    }
    return new SwarmPlan(draw, List.of(fleet), List.copyOf(churners));
  }

  /** Healthy nodes have a trait first: what else a node suffers would hide it. */
  private static Map<Integer, Set<Trait>> traits(
      SwarmConfig config, SeededDraw draw, Map<Integer, Behaviour> roles) {
    Map<Integer, Set<Trait>> traits = new HashMap<>();
    for (Trait trait : Trait.values()) {
      BigDecimal percent = config.traits().getOrDefault(trait, BigDecimal.ZERO);
      if (percent.signum() > 0) {
        roles.keySet().stream()
            .sorted(
                Comparator.<Integer, Behaviour>comparing(roles::get)
                    .thenComparing(number -> draw.uniform(trait.label(), number))
                    .thenComparing(number -> number))
            .limit(share(config.nodes(), percent))
            .forEach(
                number ->
                    traits.computeIfAbsent(number, n -> EnumSet.noneOf(Trait.class)).add(trait));
      }
    }
    return traits;
  }

  /** Returns the node's key. */
  Identity identity(VirtualNode node) {
    return Identity.ofEd25519Secret(draw.bytes("key", node.number()));
  }

  /** Returns the number of nodes in each role. */
  Map<Behaviour, Integer> shares() {
    Map<Behaviour, Integer> shares = new LinkedHashMap<>();
    for (Behaviour role : Behaviour.values()) {
      shares.put(role, (int) nodes.stream().filter(node -> node.role() == role).count());
    }
    return shares;
  }

  /** Returns the number of nodes with each trait. */
  Map<Trait, Integer> traits() {
    Map<Trait, Integer> shares = new LinkedHashMap<>();
    for (Trait trait : Trait.values()) {
      shares.put(trait, (int) nodes.stream().filter(node -> node.has(trait)).count());
    }
    return shares;
  }

  /**
   * Returns the number of nodes in the first {@code percent}. A share is the difference of two such
   * numbers: it is exact whenever it is a whole number of nodes, and together the shares are never
   * too many.
   */
  private static int share(int nodes, BigDecimal percent) {
    return BigDecimal.valueOf(nodes)
        .multiply(percent)
        .divide(HUNDRED, 0, RoundingMode.HALF_UP)
        .intValueExact();
  }

  /**
   * Returns the number of churning nodes: one for each disconnection of the whole run, as far as
   * nodes are left.
   */
  private static int churning(SwarmConfig config, int rest) {
    return (int) Math.min(rest, churnsWithin(config.churnPerMinute(), config.duration()));
  }

  /** Returns the disconnections due by then, evenly spread over each minute. */
  static long churnsWithin(int perMinute, Duration elapsed) {
    return elapsed.toMillis() * perMinute / 60_000;
  }

  private static Behaviour role(int at, int[] ends) {
    if (at < ends[0]) {
      return Behaviour.FORKED;
    } else if (at < ends[1]) {
      return Behaviour.LAGGING;
    } else if (at < ends[2]) {
      return Behaviour.SILENT;
    }
    return at < ends[3] ? Behaviour.CHURNING : Behaviour.HEALTHY;
  }
}
