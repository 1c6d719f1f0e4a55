package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RedactingViewTest {
  private static final Node PLAIN =
      FleetFixtures.node(
          "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
          new Claims("alice", "f01000", null, List.of(), 444L, null),
          new Contact(
              new Contact.Connection(true, "/ip4/192.0.2.7/tcp/1", null, null),
              new Contact.Uptime(.5, ""),
              null,
              null,
              null,
              2));
  private static final Node NODE =
      new Node(
          PLAIN.peerId(),
          null,
          Standing.VOTER,
          null,
          PLAIN.claims(),
          List.of(
              "beats from two places: /ip4/192.0.2.7/tcp/1 and /ip6/2001:db8::7/tcp/2",
              "miner address f01000 is also claimed by bob"),
          PLAIN.verdict(),
          PLAIN.lastState(),
          PLAIN.contact(),
          Instant.EPOCH,
          new Extras.Builder()
              .client("lotus")
              .version("1.36.0+f01000")
              .peers(85)
              .minerAddresses(List.of("f01000", "f02000"))
              .balances(List.of(new Extras.Balance("f0502", "worker", BigInteger.TEN, 1)))
              .proving(List.of(new Extras.Proving("f01000", 1, 2, 3, 4, 5, 6L, 7, 8)))
              .pendingMessages(List.of(new Extras.Pending("f0502", 2, 3, 4)))
              .build(),
          new Findings(
              55L,
              0L,
              new Findings.Missing("FireHorse", 9, null, 2, false),
              Findings.Compared.YES));
  private static final AggregatorView VIEW =
      FleetFixtures.view(FleetFixtures.snapshot(List.of(NODE), List.of()));

  private static AggregatorView hiding(Set<Hidden> hidden) {
    return new Hiding(hidden).fleet(AggregatorReads.of(VIEW)).view();
  }

  private static Stream<Node> through(AggregatorView view) {
    return Stream.of(
            view.snapshot().result().nodes(),
            view.changesSince(0).result().nodes(),
            view.nodes(List.of(NODE.peerId())).result())
        .flatMap(List::stream);
  }

  @Test
  void hidingMinersMasksTheirNamesAndThoseOfTheirWallets() {
    assertThat(through(hiding(Set.of(Hidden.MINERS))))
        .hasSize(3)
        .allSatisfy(
            node -> {
              Extras extras = node.extras();
              assertThat(node.toString())
                  .doesNotContain("f01000")
                  .doesNotContain("f02000")
                  .doesNotContain("f0502");
              assertThat(extras.client()).isEqualTo("lotus");
              assertThat(extras.balances()).hasSize(1);
              assertThat(extras.proving()).hasSize(1);
              assertThat(extras.pendingMessages()).hasSize(1);
            });
  }

  @Test
  void hiddenDataIsInNoAnswer() {
    AggregatorView hiding = hiding(Set.of(Hidden.values()));
    assertThat(through(hiding))
        .hasSize(3)
        .allSatisfy(
            node -> {
              assertThat(node.toString()).doesNotContain("f01000").doesNotContain("192.0.2.7");
              assertThat(node.conflicts().get(0))
                  .isEqualTo("beats from two places: (hidden) and (hidden)");
              assertThat(node.twinSince()).isEqualTo(Instant.EPOCH);
              assertThat(node.claims().nickname()).isEqualTo("alice");
              assertThat(node.extras()).isEqualTo(new Extras.Builder().peers(85).build());
              assertThat(node.findings())
                  .isEqualTo(new Findings(55L, 0L, null, Findings.Compared.NO));
              assertThat(node.contact().beats()).isEqualTo(2);
            });
  }

  @Test
  void aNameMayContainTheNumberOfAnotherNodesMiner() {
    Node miner =
        FleetFixtures.node(
            "miner", new Claims("m", "f01234567", null, List.of(), 1L, null), PLAIN.contact());
    Node namesake =
        FleetFixtures.node(
            "a", new Claims("backup-1234567", null, null, List.of(), 1L, null), PLAIN.contact());
    AggregatorReads side =
        new AggregatorReads(
            FleetFixtures.view(FleetFixtures.snapshot(List.of(namesake, miner), List.of())),
            new NoHistory(),
            () -> List.of("/ip4/192.0.2.7/tcp/1"));
    FleetReads hiding = new Hiding(Set.of(Hidden.values())).fleet(side);
    assertThat(hiding.view().snapshot().result().nodes().get(0).claims().nickname())
        .isEqualTo("backup-(hidden)");
    assertThat(hiding.addresses().get()).isEmpty();
    assertThat(new Hiding(Set.of(Hidden.MINERS)).fleet(side).addresses().get()).hasSize(1);
  }

  /** A client that only requests health requests no nodes before it. */
  @Test
  void anOverviewHidesTheMinerOfANodeNotYetRequested() {
    Node miner =
        FleetFixtures.node(
            "miner", new Claims("m", "f01234567", null, List.of(), 1L, null), PLAIN.contact());
    Snapshot plain = FleetFixtures.snapshot(List.of(miner), List.of());
    HistoryStats full =
        new HistoryStats(0, 0, Map.of(), Optional.of("/data/backup-1234567 is full"), 0);
    AggregatorView faulty =
        FleetFixtures.view(
            new Snapshot(
                plain.overview().withAccounts(plain.overview().accounts().withHistory(full)),
                plain.nodes()));
    Supplier<AggregatorView> hiding =
        () -> new Hiding(Set.of(Hidden.MINERS)).fleet(AggregatorReads.of(faulty)).view();
    List<String> hidden = List.of("history is not written: /data/backup-(hidden) is full");
    assertThat(hiding.get().overview().result().degraded()).isEqualTo(hidden);
    assertThat(hiding.get().snapshot().result().overview().degraded()).isEqualTo(hidden);
    assertThat(hiding.get().changesSince(0).result().overview().degraded()).isEqualTo(hidden);
  }

  @Test
  void oneMayBeHiddenWithoutTheOther() {
    assertThat(through(hiding(Set.of(Hidden.MINERS))))
        .allSatisfy(
            node -> {
              assertThat(node.claims().minerAddress()).isNull();
              assertThat(node.contact().connection().address()).isEqualTo("/ip4/192.0.2.7/tcp/1");
              assertThat(node.conflicts())
                  .containsExactly(
                      NODE.conflicts().get(0), "miner address (hidden) is also claimed by bob");
            });
    assertThat(hiding(Set.of())).isSameAs(VIEW);
  }
}
