package fil.heartbeat.alert.rule;

import fil.heartbeat.fleet.Moved;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  private static final String WALLET = "wallet";
  private static final String LOW = "low";

  /** Digits of an amount of a beat, in attoFIL; a sum of a day may have some more. */
  private static final int MAX_DIGITS = 50;

  /** Sums of a day, one for each begun hour. */
  private static final int MAX_SPENT = 25;

  /** What was spent from a time on, until the next one. */
  private record Spent(Instant from, BigInteger attoFil) {}

  private static final class Wallet {
    BigInteger balance;
    Instant begun;

    /** When the balance changed last, or was reported, at most {@link #STEP} before the last. */
    Instant at;

    boolean rose;

    /** The number of the take that was last told of it. */
    int toldIn;

    final Deque<Spent> spent = new ArrayDeque<>(0);

    Wallet(BigInteger balance, Instant begun, Instant at) {
      this.balance = balance;
      this.begun = begun;
      this.at = at;
    }
  }

  private final Map<String, Wallet> wallets = new HashMap<>();

  /** Addresses that were low when they were reported last. */
  private final Set<String> low = new HashSet<>();

  private boolean changed;
  private int takes;

  /** From when on even the balances that were taken last are to be taken again. */
  private Instant againAt = Instant.MIN;

  /** Whether it would be the same if it took again what it took last. */
  boolean knows(Instant now) {
    return againAt.isAfter(now);
  }

  /** Takes what the node reports now. */
  void take(List<Extras.Balance> balances, Instant now) {
    takes++;
    int told = 0;
    Instant oldest = now;
    for (Extras.Balance each : balances) {
      Wallet wallet = wallets.get(each.address());
      if (wallet != null && wallet.toldIn != takes) {
        wallet.toldIn = takes;
        told++;
      }
      if (!BalanceRule.isFresh(each)) {
        continue;
      }
      if (wallet == null) {
        wallet = new Wallet(each.attoFil(), now, now);
        wallets.put(each.address(), wallet);
        wallet.toldIn = takes;
        told++;
        changed = true;
      }
      BigInteger spent =
          wallet.balance.equals(each.attoFil())
              ? BigInteger.ZERO
              : wallet.balance.subtract(each.attoFil());
      if (spent.signum() != 0 || !wallet.at.plus(STEP).isAfter(now)) {
        wallet.at = now;
        changed = true;
      }
      wallet.balance = each.attoFil();
      wallet.rose |= spent.signum() < 0;
      if (spent.signum() > 0) {
        add(wallet.spent, spent, now);
      }
      oldest = wallet.at.isBefore(oldest) ? wallet.at : oldest;
    }
    againAt = oldest.plus(STEP);
    if (!balances.isEmpty() && told < wallets.size()) {
      changed |= wallets.values().removeIf(each -> each.toldIn != takes);
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
    if (!isLow) {
      changed |= low.remove(address);
    } else if (low.size() < 2 * Extras.MAX_ADDRESSES) {
      changed |= low.add(address);
    }
  }

  /** Whether each address that was low is reported now. */
  boolean tellsLow(List<Extras.Balance> balances) {
    return low.isEmpty() || addresses(balances).containsAll(low);
  }

  /** Forgets which of the other addresses were low. */
  void retainLow(List<Extras.Balance> balances) {
    changed |= !low.isEmpty() && low.retainAll(addresses(balances));
  }

  private static Set<String> addresses(List<Extras.Balance> balances) {
    return balances.stream().map(Extras.Balance::address).collect(Collectors.toSet());
  }

  /** Returns what an address spent in the last 24 hours, in attoFIL. */
  BigInteger burn(String address, Instant now) {
    Wallet wallet = wallets.get(address);
    if (wallet == null || wallet.spent.isEmpty()) {
      return BigInteger.ZERO;
    }
    drop(wallet.spent, now);
    BigInteger sum = BigInteger.ZERO;
    for (Spent each : wallet.spent) {
      sum = sum.add(each.attoFil());
    }
    return sum;
  }

  /** Whether an alert that began then may rest on what was spent before this memory began. */
  boolean isYoungerThan(String address, Instant alert, Instant now) {
    Wallet wallet = wallets.get(address);
    return wallet != null
        && !wallet.rose
        && alert.isBefore(wallet.begun)
        && wallet.begun.plus(WINDOW).isAfter(now);
  }

  /** Whether what is stored changed since the last call. */
  boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  /** Returns what is stored, one text for each part. */
  List<String> stored() {
    List<String> texts = new ArrayList<>();
    wallets.forEach(
        (address, each) -> {
          List<String> spent = new ArrayList<>();
          each.spent.forEach(one -> spent.add(one.from() + "=" + one.attoFil()));
          texts.add(
              String.join(
                  " ",
                  WALLET,
                  "" + each.balance,
                  "" + each.begun,
                  "" + each.at,
                  "" + each.rose,
                  String.join(",", spent),
                  address));
        });
    low.forEach(address -> texts.add(LOW + " " + address));
    return texts;
  }

  /**
   * Restores what was stored.
   *
   * @throws RuntimeException when it cannot be read
   */
  static BurnMemory restored(List<String> texts) {
    BurnMemory memory = new BurnMemory();
    for (String text : texts) {
      String[] parts = text.split(" ", 7);
      if (parts[0].equals(LOW)) {
        memory.low.add(text.substring(LOW.length() + 1));
      } else if (parts[0].equals(WALLET)) {
        memory.wallets.put(parts[6], wallet(parts));
      }
    }
    int most = 2 * Extras.MAX_ADDRESSES;
    if (memory.low.size() > most || memory.wallets.size() > most) {
      throw new IllegalArgumentException("too many addresses");
    }
    return memory;
  }

  private static Wallet wallet(String[] parts) {
    Wallet wallet = new Wallet(amount(parts[1]), Instant.parse(parts[2]), Instant.parse(parts[3]));
    wallet.rose = Boolean.parseBoolean(parts[4]);
    String[] spent = parts[5].isEmpty() ? new String[0] : parts[5].split(",", -1);
    if (spent.length > MAX_SPENT || wallet.begun.isAfter(wallet.at)) {
      throw new IllegalArgumentException("not what was stored");
    }
    for (String each : spent) {
      int end = each.indexOf('=');
      wallet.spent.add(
          new Spent(Instant.parse(each.substring(0, end)), amount(each.substring(end + 1))));
    }
    return wallet;
  }

  private static BigInteger amount(String text) {
    BigInteger amount = new BigInteger(text.length() > MAX_DIGITS ? "" : text);
    if (amount.signum() < 0) {
      throw new IllegalArgumentException("negative");
    }
    return amount;
  }

  /** Forgets balances that are too old to say what was spent since. */
  void begin(Instant now) {
    Instant oldest = now.minus(WINDOW);
    changed |= wallets.values().removeIf(each -> !each.at.isAfter(oldest) || each.at.isAfter(now));
  }

  /** Whether nothing in it says anything any more. */
  boolean isOld(Instant now) {
    Instant oldest = now.minus(WINDOW);
    return wallets.values().stream().noneMatch(each -> each.at.isAfter(oldest));
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    changed |= !wallets.isEmpty();
    for (Wallet each : wallets.values()) {
      each.begun = Moved.moved(each.begun, by);
      each.at = Moved.moved(each.at, by);
      List<Spent> before = List.copyOf(each.spent);
      each.spent.clear();
      before.forEach(one -> each.spent.add(new Spent(one.from().plus(by), one.attoFil())));
    }
  }
}
