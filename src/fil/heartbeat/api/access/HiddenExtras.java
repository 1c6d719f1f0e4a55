package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.Reported;
import fil.heartbeat.wire.Extras;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Removes hidden optional members; each by its structure, since they hold no free text. */
final class HiddenExtras {
  private final Set<Hidden> hidden;

  HiddenExtras(Set<Hidden> hidden) {
    this.hidden = hidden;
  }

  /**
   * Returns a node's optional members without what is hidden.
   *
   * @param text masks a text that a node sent
   */
  Extras masked(Node node, UnaryOperator<@Nullable String> text) {
    Extras extras = node.extras();
    if (extras.isNone() || hidden.isEmpty()) {
      return extras;
    }
    Extras.Builder shown =
        extras.toBuilder()
            .client(text.apply(extras.client()))
            .version(text.apply(extras.version()));
    if (hides(Hidden.VERSIONS)) {
      shown = shown.client(null).version(null).networkVersion(null).upgrades(List.of());
    }
    if (hides(Hidden.BALANCES)) {
      shown = shown.balances(List.of()).pendingMessages(List.of());
    }
    if (hides(Hidden.PROVING)) {
      shown = shown.proving(List.of());
    }
    return hides(Hidden.MINERS) ? withoutMiners(shown.build()) : shown.build();
  }

  /** Wallets name their miner as surely as its address does: who pays for it is on the chain. */
  private static Extras withoutMiners(Extras extras) {
    String mask = HiddenText.MASK;
    return extras.toBuilder()
        .minerAddresses(List.of())
        .balances(extras.balances().stream().map(each -> each.withAddress(mask)).toList())
        .proving(extras.proving().stream().map(each -> each.withMiner(mask)).toList())
        .pendingMessages(
            extras.pendingMessages().stream().map(each -> each.withAddress(mask)).toList())
        .build();
  }

  Reported masked(Reported reported) {
    return hides(Hidden.BALANCES)
        ? new Reported(reported.finalityLag(), reported.peers(), null)
        : reported;
  }

  Findings masked(Findings findings) {
    return hides(Hidden.VERSIONS)
        ? new Findings(
            findings.finalityLag(), findings.finalityBehind(), null, Findings.Compared.NO)
        : findings;
  }

  NetworkReport masked(NetworkReport report) {
    NetworkReport.Extension extended = report.extended();
    return hides(Hidden.VERSIONS)
        ? report.with(new NetworkReport.Extension(extended.finality(), List.of(), List.of()))
        : report;
  }

  /** Whether the texts of a rule's alerts hold what is hidden. */
  boolean hides(AlertRule rule) {
    return hidden.stream().anyMatch(each -> each.hides(rule));
  }

  private boolean hides(Hidden what) {
    return hidden.contains(what);
  }
}
