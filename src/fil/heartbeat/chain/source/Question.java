package fil.heartbeat.chain.source;

import fil.heartbeat.config.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing to ask a node beside its head.
 *
 * @param miner the address of the miner that it is about; empty when about the node
 */
record Question(Topic topic, String miner) {

  /**
   * Returns the question in the words of a log line: {@code upgrades}, {@code proving of f01000}.
   */
  String label() {
    return topic.label() + (miner.isEmpty() ? "" : " of " + miner);
  }

  /** The topics, each with its own pace. */
  enum Topic {
    /** Client, version and start time. */
    VERSION(Duration.ofMinutes(10)),
    /** Network version and planned upgrades. */
    UPGRADES(Duration.ofHours(1)),
    /** The last finalized tipset. */
    FINALITY(Duration.ofSeconds(60)),
    /** The number of peers. */
    PEERS(Duration.ofSeconds(60)),
    /** The wallets of a miner. */
    MINER_INFO(Duration.ofHours(1)),
    /** Balances and nonces of a miner's wallets. */
    WALLETS(Duration.ofMinutes(5)),
    /** The available balance of a miner. */
    AVAILABLE(Duration.ofMinutes(10)),
    /** The present deadline of a miner. */
    PROVING(Duration.ofMinutes(5)),
    /** The faulty sectors of a miner. */
    FAULTS(Duration.ofMinutes(10)),
    /** The balances of further wallets. */
    OTHER_WALLETS(Duration.ofMinutes(5));

    private final Duration period;

    Topic(Duration period) {
      this.period = period;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    Duration period() {
      return period;
    }
  }

  /** Returns what is to be asked with these flags; nothing about a member that is off. */
  static List<Question> wanted(Tell tell, List<String> miners, boolean otherWallets) {
    List<Question> wanted = new ArrayList<>();
    add(wanted, tell.client(), Topic.VERSION, "");
    add(wanted, tell.upgrades(), Topic.UPGRADES, "");
    add(wanted, tell.finality(), Topic.FINALITY, "");
    add(wanted, tell.peers(), Topic.PEERS, "");
    for (String miner : miners) {
      add(wanted, tell.balances() || tell.messages(), Topic.MINER_INFO, miner);
      add(wanted, tell.balances() || tell.messages(), Topic.WALLETS, miner);
      add(wanted, tell.balances(), Topic.AVAILABLE, miner);
      add(wanted, tell.proving(), Topic.PROVING, miner);
      add(wanted, tell.proving(), Topic.FAULTS, miner);
    }
    add(wanted, tell.balances() && otherWallets, Topic.OTHER_WALLETS, "");
    return wanted;
  }

  private static void add(List<Question> wanted, boolean on, Topic topic, String miner) {
    if (on) {
      wanted.add(new Question(topic, miner));
    }
  }
}
