package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.text.Moments;
import fil.heartbeat.wire.Extras;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The balances of a node's addresses that are low or will be soon. */
final class BalanceRule {
  private static final int DECIMALS = 18;
  private static final BigInteger FIL = BigInteger.TEN.pow(DECIMALS);
  private static final MathContext SHOWN = new MathContext(4, RoundingMode.DOWN);

  /** Two of the longest periods at which senders ask: an older balance may have been filled. */
  private static final Duration FRESH = Duration.ofMinutes(20);

  /** Longer spans are not shown in hours. */
  private static final BigInteger MAX_SECONDS = BigInteger.valueOf(100L * 365 * 86_400);

  /**
   * One watched address.
   *
   * @param limit in FIL
   * @param burn of the last 24 hours, in attoFIL; 0 when it does not count
   */
  private record Watched(Extras.Balance balance, int limit, BigInteger burn, int days) {
    boolean isBelow() {
      return balance.attoFil().compareTo(FIL.multiply(BigInteger.valueOf(limit))) < 0;
    }

    boolean isShort() {
      return balance.attoFil().compareTo(burn.multiply(BigInteger.valueOf(days))) < 0;
    }

    /** Whether nothing is left, or less than a day. */
    boolean isCritical() {
      return balance.attoFil().signum() == 0 || balance.attoFil().compareTo(burn) < 0;
    }

    /** The worse of two. */
    Watched worse(@Nullable Watched other) {
      if (other == null || (isCritical() && !other.isCritical())) {
        return this;
      }
      boolean lower = balance.attoFil().compareTo(other.balance.attoFil()) < 0;
      return isCritical() == other.isCritical() && lower ? this : other;
    }
  }

  private BalanceRule() {}

  /** Whether the node has answered about an address lately enough. */
  static boolean isFresh(Extras.Balance each) {
    return each.age() <= FRESH.toSeconds();
  }

  /** Whether two reports say the same, of addresses that are as fresh. */
  static boolean isSame(List<Extras.Balance> one, List<Extras.Balance> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      Extras.Balance a = one.get(i);
      Extras.Balance b = other.get(i);
      if (isFresh(a) != isFresh(b)
          || !a.attoFil().equals(b.attoFil())
          || !a.address().equals(b.address())
          || !a.role().equals(b.role())) {
        return false;
      }
    }
    return true;
  }

  /** Whether the node has answered lately about an address whose role has a limit. */
  static boolean isTold(Extras extras, AlertsConfig.Limits limits) {
    return extras.balances().stream()
        .anyMatch(each -> isFresh(each) && limits.fil().getOrDefault(each.role(), 0) > 0);
  }

  /**
   * What was spent before the memory began is not known, so an alert from then on lasts until the
   * balance rises or the memory covers a day. A balance that the node has not been able to answer
   * for long neither begins nor ends one, nor does one that was low and is not reported now.
   *
   * @param fires since when the alert's condition has held; null when it does not fire
   */
  static Outcome of(
      Node node,
      BurnMemory memory,
      AlertsConfig.Limits limits,
      @Nullable Instant fires,
      Instant now) {
    Watched worst = null;
    boolean known = false;
    boolean older = false;
    boolean old = false;
    for (Extras.Balance each : node.extras().balances()) {
      int limit = limits.fil().getOrDefault(each.role(), 0);
      if (limit == 0) {
        continue;
      }
      known = true;
      if (!isFresh(each)) {
        old = true;
        continue;
      }
      BigInteger burn = limits.burnDays() == 0 ? BigInteger.ZERO : memory.burn(each.address(), now);
      Watched watched = new Watched(each, limit, burn, limits.burnDays());
      boolean isLow = watched.isBelow() || watched.isShort();
      memory.low(each.address(), isLow);
      if (isLow) {
        worst = watched.worse(worst);
      }
      older |= fires != null && memory.isYoungerThan(each.address(), fires, now);
    }
    if (fires == null) {
      memory.retainLow(node.extras().balances());
    }
    if (worst == null) {
      old |= !memory.tellsLow(node.extras().balances());
      return known && !old && !(older && limits.burnDays() > 0) ? Outcome.FALSE : Outcome.UNKNOWN;
    }
    Watched low = worst;
    return Outcome.holds(low.isCritical(), () -> text(node, low));
  }

  private static AlertText text(Node node, Watched low) {
    Extras.Balance balance = low.balance();
    String lasts = "";
    if (low.burn().signum() > 0) {
      BigInteger seconds =
          balance.attoFil().multiply(BigInteger.valueOf(86_400)).divide(low.burn());
      lasts =
          ", enough for "
              + Moments.span(Duration.ofSeconds(seconds.min(MAX_SECONDS).longValue()))
              + " at the "
              + fil(low.burn())
              + " of the last 24 h";
    }
    return new AlertText(
        node.shownName()
            + ": "
            + balance.role()
            + " "
            + balance.address()
            + " has "
            + fil(balance.attoFil())
            + lasts,
        "Send FIL to it: messages of an empty address fail, proofs among them. The limit is "
            + low.limit()
            + " FIL (alerts.limits."
            + balance.role()
            + "Fil) or "
            + low.days()
            + " days");
  }

  private static String fil(BigInteger attoFil) {
    BigDecimal amount = new BigDecimal(attoFil, DECIMALS).round(SHOWN).stripTrailingZeros();
    return amount.toPlainString() + " FIL";
  }
}
