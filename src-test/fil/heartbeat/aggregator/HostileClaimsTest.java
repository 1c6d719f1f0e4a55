package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileClaimsTest {
  static List<Nasty> strings() {
    return NastyStrings.ALL;
  }

  @ParameterizedTest
  @MethodSource("strings")
  void invisibleCharactersAreReplacedBeforeStoring(Nasty nasty) {
    assertThat(Claim.clean(nasty.raw())).isEqualTo(nasty.cleaned());
    assertThat(Claim.clean(nasty.cleaned())).isEqualTo(nasty.cleaned());
  }
}
