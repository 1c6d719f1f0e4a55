package fil.heartbeat.alert;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Release;
import fil.heartbeat.wire.Extras;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What nodes "a" and "b" of a script report when all is well, and how each rule about optional
 * members is brought to fire and to resolve.
 */
enum Problem {
  FINALITY_LAG(AlertRule.FINALITY_LAG, 600, "Finality on mainnet is 240 epochs behind the head") {
    @Override
    void begin(AlertScript script) {
      finality(script, 240L, null);
    }
  },
  FINALITY_CONFLICT(
      AlertRule.FINALITY_CONFLICT,
      0,
      "Two finalized tipsets on mainnet at height 77: a against b, reference glif") {
    @Override
    void begin(AlertScript script) {
      finality(script, 4L, new Finality.Conflict(77, List.of("a"), List.of("b", "reference glif")));
    }
  },
  VERSION_SPREAD(
      AlertRule.VERSION_SPREAD,
      86_400,
      "3 releases of lotus run on mainnet: 1.34.0 on 1, 1.35.0 on 1, 1.36.0 on 7") {
    @Override
    void begin(AlertScript script) {
      report(
          script,
          Finality.NONE,
          List.of(
              new Release("lotus", "1.34.0", 1),
              new Release("lotus", "1.35.0", 1),
              new Release("lotus", "1.36.0", 7)));
    }
  },
  NODE_FINALITY_LAG(
      AlertRule.NODE_FINALITY_LAG, 600, "a finalizes 31 epochs below the rest of its network") {
    @Override
    void begin(AlertScript script) {
      find(script, new Findings(35L, 31L, null, Findings.Compared.YES));
    }
  },
  UPGRADE_NOT_READY(
      AlertRule.UPGRADE_NOT_READY,
      600,
      "a is not ready for the upgrade FireHorse at epoch 6052800, 2 d 23 h from now") {
    @Override
    void begin(AlertScript script) {
      Instant at = script.now.plus(Duration.ofDays(3));
      find(
          script,
          new Findings(
              4L,
              0L,
              new Findings.Missing("FireHorse", 6_052_800, at, 2, false),
              Findings.Compared.YES));
    }
  },
  NODE_ISOLATED(AlertRule.NODE_ISOLATED, 300, "a has only 3 peers") {
    @Override
    void begin(AlertScript script) {
      tell(script, "a", all -> all.peers(3));
    }
  },
  BALANCE_LOW(AlertRule.BALANCE_LOW, 600, "a: worker f0502 has 4.999 FIL") {
    @Override
    void begin(AlertScript script) {
      tell(script, "a", all -> all.balances(List.of(balance("f0502", "worker", "4.9999"))));
    }

    /** What was spent today would be spent tomorrow too, so as much as before is not enough. */
    @Override
    void end(AlertScript script) {
      tell(script, "a", all -> all.balances(List.of(balance("f0502", "worker", "900"))));
    }
  },
  MESSAGES_STUCK(AlertRule.MESSAGES_STUCK, 1_800, "a: 2 messages of f0502 stuck for 30 min") {
    @Override
    void begin(AlertScript script) {
      tell(script, "a", all -> all.pendingMessages(List.of(pending(2, 4_211))));
    }
  },
  NODE_RESTARTING(AlertRule.NODE_RESTARTING, 0, "a restarts again and again") {
    @Override
    void begin(AlertScript script) {
      for (int i = 1; i <= 3; i++) {
        Instant start = script.now.minusSeconds(40 - 10L * i);
        tell(script, "a", all -> all.startTime(start));
        if (i < 3) {
          script.run(1);
        }
      }
    }

    @Override
    void end(AlertScript script) {
      script.run((int) Duration.ofHours(6).toSeconds());
    }
  },
  POST_AT_RISK(AlertRule.POST_AT_RISK, 60, "f01000 must prove deadline 12 (1 of 3 partitions) by") {
    @Override
    void begin(AlertScript script) {
      tell(script, "a", all -> all.proving(List.of(proving(script, 50, 1, 0))));
      script.chain("a", ChainState.BEHIND);
    }

    @Override
    void end(AlertScript script) {
      script.chain("a", ChainState.OK);
      tell(script, "a", all -> all.proving(List.of(proving(script, 50, 0, 0))));
    }
  },
  SECTOR_FAULTS(
      AlertRule.SECTOR_FAULTS,
      600,
      "f01000 has 12 faulty sectors, 12 more than in its last proving period") {
    @Override
    void begin(AlertScript script) {
      tell(script, "a", all -> all.proving(List.of(proving(script, 50, 0, 12))));
    }
  };

  static final Instant STARTED = AlertScript.START.minus(Duration.ofDays(2));

  final AlertRule rule;

  /** Seconds until it fires. */
  final int hold;

  /** The begin of its summary. */
  final String summary;

  Problem(AlertRule rule, int hold, String summary) {
    this.rule = rule;
    this.hold = hold;
    this.summary = summary;
  }

  abstract void begin(AlertScript script);

  /** All is well again. */
  void end(AlertScript script) {
    well(script);
  }

  /** Everything that nodes can report, and all is well. */
  static void well(AlertScript script) {
    report(
        script,
        new Finality(2, 4L, 90L, true, null),
        List.of(new Release("lotus", "1.35.0", 1), new Release("lotus", "1.36.0", 7)));
    for (String name : List.of("a", "b")) {
      ScriptNode node = script.node(name);
      node.findings = new Findings(4L, 0L, null, Findings.Compared.YES);
      node.tell(
          new Extras.Builder()
              .client("lotus")
              .version("1.36.0+mainnet")
              .startTime(STARTED)
              .upgrades(List.of(new Extras.Upgrade("GoldenWeek", 5)))
              .finalized(new Extras.Finalized(96, "{ bafy }"))
              .peers(40)
              .baseFee(BigInteger.valueOf(100))
              .balances(List.of(balance("f0502", "worker", "50"), balance("f0501", "owner", "0")))
              .pendingMessages(List.of(pending(0, 4_212)))
              .build(),
          script.now);
    }
    tell(script, "a", all -> all.proving(List.of(proving(script, 50, 0, 0))));
  }

  static void tell(AlertScript script, String name, UnaryOperator<Extras.Builder> change) {
    ScriptNode node = script.node(name);
    node.tell(change.apply(node.extras.toBuilder()).build(), script.now);
  }

  static void find(AlertScript script, Findings findings) {
    script.node("a").findings = findings;
    script.node("a").changed = true;
  }

  static void finality(AlertScript script, Long lag, Finality.@Nullable Conflict conflict) {
    report(script, new Finality(2, lag, 90L, true, conflict), List.of());
  }

  static void report(AlertScript script, Finality finality, List<Release> releases) {
    NetworkReport before = Objects.requireNonNull(script.networks.get("mainnet"));
    script.networks.put(
        "mainnet", before.with(new NetworkReport.Extension(finality, List.of(), releases)));
  }

  static Extras.Balance balance(String address, String role, String fil) {
    BigInteger atto = new BigDecimal(fil).movePointRight(18).toBigIntegerExact();
    return new Extras.Balance(address, role, atto, 0);
  }

  static Extras.Pending pending(int count, long nonce) {
    return new Extras.Pending("f0502", count, nonce, 0);
  }

  /** Deadline 12 of f01000, which ends in this many epochs. */
  static Extras.Proving proving(AlertScript script, long left, int unproven, long faults) {
    long close = script.height() + left;
    return new Extras.Proving("f01000", 12, close - 60, close, 3, unproven, faults, 0, 0);
  }
}
