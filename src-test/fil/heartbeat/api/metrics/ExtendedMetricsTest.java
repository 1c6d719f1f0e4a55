package fil.heartbeat.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.wire.Extras;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a rule of Prometheus needs of the optional members. */
class ExtendedMetricsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static Node node(String peerId, Extras.Builder extras, Findings findings) {
    return FleetFixtures.node(peerId, peerId, 1_000L).with(extras.build(), findings);
  }

  private static Extras.Proving proving(String miner, long close, int unproven, long faults) {
    return proving(miner, close, unproven, faults, 5);
  }

  private static Extras.Proving proving(
      String miner, long close, int unproven, @Nullable Long faults, int age) {
    return new Extras.Proving(miner, 3, close - 60, close, 4, unproven, faults, 0, age);
  }

  /** A node with one report about a miner. */
  private static Node reporter(String peerId, Verdict verdict, Extras.Proving proving) {
    Node node = FleetFixtures.node(peerId, peerId, 1_000L);
    return new Node(
            peerId, null, Standing.VOTER, null, node.claims(), List.of(), verdict, node.contact())
        .with(new Extras.Builder().proving(List.of(proving)).build(), Findings.NONE);
  }

  private static Verdict verdict(ChainState chain, @Nullable Long lag) {
    return new Verdict(Liveness.BEATING, chain, Agreement.UNKNOWN, lag, false, null, START);
  }

  private static String exposition(Node... nodes) throws IOException {
    List<MetricSnapshot> metrics = new ArrayList<>();
    ExtendedMetrics.addNodes(metrics, List.of(nodes));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(bytes, new MetricSnapshots(metrics));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void startsNoncesAndTheUpgradeThatIsMissing() throws IOException {
    Node node =
        node(
            "p1",
            new Extras.Builder()
                .startTime(START)
                .upgrades(List.of(new Extras.Upgrade("Passed", 900)))
                .pendingMessages(List.of(new Extras.Pending("f0502", 2, 4_211, 40))),
            new Findings(
                null,
                null,
                new Findings.Missing("Next", 2_000, START.plusSeconds(60), 2, false),
                Findings.Compared.YES));
    assertThat(exposition(node).lines())
        .contains(
            "fil_heartbeat_node_start_timestamp_seconds{peer_id=\"p1\"} 1.7672256E9",
            "fil_heartbeat_node_upgrade_ready{peer_id=\"p1\"} 0.0",
            "fil_heartbeat_node_missing_upgrade_timestamp_seconds{peer_id=\"p1\"} 1.76722566E9",
            "fil_heartbeat_node_pending_messages{address=\"f0502\",peer_id=\"p1\"} 2.0",
            "fil_heartbeat_node_pending_messages_age_seconds{address=\"f0502\",peer_id=\"p1\"} 40.0",
            "fil_heartbeat_node_nonce{address=\"f0502\",peer_id=\"p1\"} 4211.0");
  }

  @Test
  void aBalanceHasTheAgeOfItsAnswer() throws IOException {
    Node node =
        node(
            "p1",
            new Extras.Builder()
                .balances(
                    List.of(
                        new Extras.Balance(
                            "f0502", "worker", new BigInteger("2500000000000000000"), 300))),
            Findings.NONE);
    assertThat(exposition(node).lines())
        .contains(
            "fil_heartbeat_node_balance_fil{address=\"f0502\",peer_id=\"p1\",role=\"worker\"} 2.5",
            "fil_heartbeat_node_balance_age_seconds{address=\"f0502\",peer_id=\"p1\",role=\"worker\"} 300.0");
  }

  @Test
  void readyNodesMissNoUpgrade() throws IOException {
    Node node =
        node(
            "p1",
            new Extras.Builder().upgrades(List.of(new Extras.Upgrade("Next", 2_000))),
            new Findings(null, null, null, Findings.Compared.YES));
    assertThat(exposition(node))
        .contains("fil_heartbeat_node_upgrade_ready{peer_id=\"p1\"} 1.0")
        .doesNotContain("node_missing_upgrade", "node_start", "node_nonce");
  }

  @Test
  void aNodeThatWasComparedWithNoneIsNotCalledReady() throws IOException {
    Node node =
        node(
            "p1",
            new Extras.Builder().upgrades(List.of(new Extras.Upgrade("Next", 2_000))),
            Findings.NONE);
    assertThat(exposition(node)).doesNotContain("node_upgrade_ready{");
  }

  @Test
  void aLateNodeDoesNotReportTheDeadlineOfBefore() throws IOException {
    Node late =
        node(
            "p1",
            new Extras.Builder().proving(List.of(proving("f01", 1_000, 3, 7))),
            Findings.NONE);
    Node well =
        node(
            "p2",
            new Extras.Builder()
                .proving(List.of(proving("f01", 1_060, 1, 5), proving("f02", 1_100, 0, 0))),
            Findings.NONE);
    Node other =
        node(
            "p3",
            new Extras.Builder().proving(List.of(proving("f01", 1_060, 2, 5))),
            Findings.NONE);
    for (Node[] order : List.of(new Node[] {late, well, other}, new Node[] {other, well, late})) {
      assertThat(exposition(order).lines())
          .contains(
              "fil_heartbeat_miner_node_info{miner=\"f01\",peer_id=\"p1\"} 1.0",
              "fil_heartbeat_miner_node_info{miner=\"f01\",peer_id=\"p2\"} 1.0",
              "fil_heartbeat_miner_node_info{miner=\"f02\",peer_id=\"p2\"} 1.0",
              "fil_heartbeat_miner_answer_age_seconds{miner=\"f02\",peer_id=\"p2\"} 5.0",
              "fil_heartbeat_miner_deadline_close_epoch{miner=\"f01\"} 1060.0",
              "fil_heartbeat_miner_unproven_partitions{miner=\"f01\"} 2.0",
              "fil_heartbeat_miner_faulty_sectors{miner=\"f01\"} 5.0",
              "fil_heartbeat_miner_deadline_close_epoch{miner=\"f02\"} 1100.0",
              "fil_heartbeat_miner_unproven_partitions{miner=\"f02\"} 0.0");
    }
  }

  /** Neither the value of one node with the age of another, nor the worst of all. */
  @Test
  void valuesOfAMinerAreFromTheNewestReportOfANodeThatIsWell() throws IOException {
    Verdict well = verdict(ChainState.OK, 1L);
    Node old = reporter("old", well, proving("f01", 1_060, 3, 9L, 700));
    Node fresh = reporter("fresh", well, proving("f01", 1_060, 1, 5L, 40));
    for (Verdict late :
        List.of(
            verdict(ChainState.OK, 5L),
            verdict(ChainState.FORKED, 0L),
            verdict(ChainState.NO_HEAD, null),
            new Verdict(
                Liveness.SILENT, ChainState.OK, Agreement.UNKNOWN, 0L, false, null, START))) {
      Node bad = reporter("bad", late, proving("f01", 1_120, 4, 12L, 2));
      for (Node[] order : List.of(new Node[] {old, fresh, bad}, new Node[] {bad, fresh, old})) {
        assertThat(exposition(order).lines())
            .as("%s", late)
            .contains(
                "fil_heartbeat_miner_deadline_close_epoch{miner=\"f01\"} 1060.0",
                "fil_heartbeat_miner_unproven_partitions{miner=\"f01\"} 1.0",
                "fil_heartbeat_miner_unproven_age_seconds{miner=\"f01\"} 40.0",
                "fil_heartbeat_miner_faulty_sectors{miner=\"f01\"} 5.0");
      }
    }
  }

  @Test
  void withoutANodeThatIsWellTheNewestReportCounts() throws IOException {
    Verdict late = verdict(ChainState.BEHIND, 9L);
    Node old = reporter("p1", late, proving("f01", 1_060, 3, 9L, 80));
    Node fresh = reporter("p2", late, proving("f01", 1_000, 1, null, 20));
    for (Node[] order : List.of(new Node[] {old, fresh}, new Node[] {fresh, old})) {
      assertThat(exposition(order).lines())
          .contains(
              "fil_heartbeat_miner_deadline_close_epoch{miner=\"f01\"} 1000.0",
              "fil_heartbeat_miner_unproven_partitions{miner=\"f01\"} 1.0",
              "fil_heartbeat_miner_unproven_age_seconds{miner=\"f01\"} 20.0",
              "fil_heartbeat_miner_faulty_sectors{miner=\"f01\"} 9.0");
    }
  }
}
