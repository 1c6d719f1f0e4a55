package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.Moved;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the addresses of one node spent in the last 24 hours; rises are left out. Mutable; at most
 * {@link Extras#MAX_ADDRESSES} addresses with one sum an hour.
 */
final class BurnMemory {
  static final Duration WINDOW = Duration.ofHours(24);

  private static final Duration STEP = Duration.ofHours(1);

  /** What was spent from a time on, until the next one. */
  private record Spent(Instant from, BigInteger attoFil) {}

  private static final class Wallet {
    BigInteger balance;
    Instant begun;
    boolean rose;
    final Deque<Spent> spent = new ArrayDeque<>(0);

    Wallet(BigInteger balance, Instant begun) {
      this.balance = balance;
      this.begun = begun;
    }
  }

  private final Map<String, Wallet> wallets = new HashMap<>();

  /** Addresses that were low when they were reported last. */
  private final Set<String> low = new HashSet<>();

  /** Takes what the node reports now. */
  void take(List<Extras.Balance> balances, Instant now) {
    Set<String> told = new HashSet<>();
    for (Extras.Balance each : balances) {
      told.add(each.address());
      if (!BalanceRule.isFresh(each)) {
        continue;
      }
      Wallet wallet =
          wallets.computeIfAbsent(each.address(), ignored -> new Wallet(each.attoFil(), now));
      BigInteger spent = wallet.balance.subtract(each.attoFil());
      wallet.balance = each.attoFil();
      wallet.rose |= spent.signum() < 0;
      if (spent.signum() > 0) {
        add(wallet.spent, spent, now);
      }
    }
    if (!told.isEmpty()) {
      wallets.keySet().retainAll(told);
    }
  }

  private static void add(Deque<Spent> all, BigInteger spent, Instant now) {
    Spent last = all.peekLast();
    if (last != null && last.from().plus(STEP).isAfter(now)) {
      all.removeLast();
      all.addLast(new Spent(last.from(), last.attoFil().add(spent)));
    } else {
      all.addLast(new Spent(now, spent));
    }
    drop(all, now);
  }

  private static void drop(Deque<Spent> all, Instant now) {
    Instant oldest = now.minus(WINDOW);
    all.removeIf(each -> !each.from().isAfter(oldest));
  }

  /** Takes whether an address that is reported now is low. */
  void low(String address, boolean isLow) {
    if (isLow && low.size() < 2 * Extras.MAX_ADDRESSES) {
      low.add(address);
    } else {
      low.remove(address);
    }
  }

  /** Whether each address that was low is reported now. */
  boolean tellsLow(List<Extras.Balance> balances) {
    return addresses(balances).containsAll(low);
  }

  /** Forgets which of the other addresses were low. */
  void retainLow(List<Extras.Balance> balances) {
    low.retainAll(addresses(balances));
  }

  private static Set<String> addresses(List<Extras.Balance> balances) {
    return balances.stream().map(Extras.Balance::address).collect(Collectors.toSet());
  }

  /** Returns what an address spent in the last 24 hours, in attoFIL. */
  BigInteger burn(String address, Instant now) {
    Wallet wallet = wallets.get(address);
    if (wallet == null) {
      return BigInteger.ZERO;
    }
    drop(wallet.spent, now);
    return wallet.spent.stream().map(Spent::attoFil).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Whether an alert that began then may rest on what was spent before this memory began. */
  boolean isYoungerThan(String address, Instant alert, Instant now) {
    Wallet wallet = wallets.get(address);
    return wallet != null
        && !wallet.rose
        && alert.isBefore(wallet.begun)
        && wallet.begun.plus(WINDOW).isAfter(now);
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    for (Wallet each : wallets.values()) {
      each.begun = Moved.moved(each.begun, by);
      List<Spent> before = List.copyOf(each.spent);
      each.spent.clear();
      before.forEach(one -> each.spent.add(new Spent(one.from().plus(by), one.attoFil())));
    }
  }
}
