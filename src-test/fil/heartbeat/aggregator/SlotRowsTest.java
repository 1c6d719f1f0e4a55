package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Findings;
import fil.heartbeat.history.Reported;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is recorded of what a node reports beside its head. */
class SlotRowsTest {
  private static final Moment NOW = new Moment(Instant.parse("2026-11-29T12:00:00Z"), 0);
  private static final BigInteger NANO = BigInteger.valueOf(1_000_000_000);

  private final ExtrasHeld held = new ExtrasHeld();

  private Reported reported(Extras.Builder extras) {
    assertThat(held.take(extras.build(), 30, 5_000_000L, new KnownHeads(), NOW)).isEmpty();
    return SlotRows.reported(held);
  }

  private static Extras.Balance balance(String role, BigInteger attoFil) {
    return new Extras.Balance("f0502", role, attoFil, 3);
  }

  private static Extras.Builder with(Extras.Balance... balances) {
    return new Extras.Builder().balances(List.of(balances));
  }

  @Test
  void whatIsNotReportedIsNotZero() {
    assertThat(SlotRows.reported(held)).isSameAs(Reported.NONE);
    assertThat(reported(new Extras.Builder().client("lotus"))).isEqualTo(Reported.NONE);
    assertThat(reported(new Extras.Builder().peers(0))).isEqualTo(new Reported(null, 0L, null));
  }

  @Test
  void finalityPeersAndTheLowestPayingBalanceAreRecorded() {
    held.found(new Findings(9L, null, null, Findings.Compared.NO));
    Extras.Builder extras =
        with(
                balance("owner", BigInteger.ONE),
                balance("worker", NANO.multiply(BigInteger.valueOf(7)).add(BigInteger.TEN)),
                balance("control", NANO.multiply(BigInteger.valueOf(8))))
            .peers(85);
    assertThat(reported(extras)).isEqualTo(new Reported(9L, 85L, 7L));
  }

  @Test
  void withoutOnesThatPayTheLowestOfAllIsRecorded() {
    Extras.Builder extras = with(balance("owner", NANO), balance("other", NANO.shiftLeft(1)));
    assertThat(reported(extras).nanoFil()).isOne();
  }

  @Test
  void anAmountBeyondWhatFitsIsTheLargest() {
    assertThat(reported(with(balance("worker", BigInteger.TEN.pow(40).subtract(BigInteger.ONE)))))
        .isEqualTo(new Reported(null, null, Long.MAX_VALUE));
  }
}
