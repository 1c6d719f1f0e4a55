package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.ExtendedRound;
import org.junit.jupiter.api.Test;

class NodeMembersTest {

  /** The aggregator believes no network version as long as it may be of before an upgrade. */
  @Test
  void aVersionIsRepeatedForAsLongAsAnAggregatorExpects() {
    assertThat(Question.Topic.UPGRADES.period().multipliedBy(NodeMembers.PERIODS))
        .isEqualTo(ExtendedRound.VERSION_REPEATED);
  }
}
