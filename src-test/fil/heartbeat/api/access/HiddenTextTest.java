package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.HttpConfig.Hidden;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenTextTest {
  private static final HiddenText ALL = HiddenText.of(Set.of(Hidden.values()));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f01000                                    | (hidden)
          F01000, T099                              | (hidden), (hidden)
          sp_f01000-ams                             | sp_(hidden)-ams
          myf01000node                              | my(hidden)node
          f0-1000 and f 01000                       | (hidden) and (hidden)
          f1abjxfbp274xpdqcpuaykwkfb43omjotacm2p3za | (hidden)
          xT2ABJXFBP274XPDQCPUAYKWKFB43OMJOTACM2P3ZA | x(hidden)
          f410fabjxfbp274xpdqcpuaykwkfb43omjotacm2p3za! | (hidden)!
          ｆ０１０００                              | (hidden)
          f٠١٠٠٠                                    | (hidden)
          at /dns4/a.example/tcp/1 now              | at (hidden) now
          10.0.0.7:80, ip-10-0-0-7, 10_0_0_7        | (hidden), ip-(hidden), (hidden)
          [2001:DB8::7]:80 and fe80::1              | [(hidden)]:80 and (hidden)
          2001:db8:0:0:0:0:0:7                      | (hidden)
          ::ffff:10.0.0.7                           | (hidden)
          """)
  void hiddenDataIsFound(String text, String masked) {
    assertThat(ALL.masked(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lotus-01",
        "host01",
        "client-00022",
        "swarm-00022",
        "last beat 2026-01-02T03:04:05Z, 5 epochs behind at 954,809",
        "lotus 1.33.1",
        "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
        "12D3KooWf2opqrJaTMHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
        "bafy2bzacedf2abjxfbp274xpdqcpuaykwkfb43omjotacm2p3zaabcdefghij",
        "connected, no beats",
        "Żółć ２ nodes"
      })
  void otherTextStays(String text) {
    assertThat(ALL.masked(text)).isSameAs(text);
  }

  @Test
  void aNodesOwnClaimIsFoundInAnyForm() {
    assertThat(ALL.masked("My-Miner's node my-miner", "my-miner"))
        .isEqualTo("(hidden)'s node (hidden)");
    assertThat(ALL.masked("sp 1234567", "f01234567")).isEqualTo("sp (hidden)");
    assertThat(ALL.masked("lotus-1234", "f01234")).isEqualTo("lotus-1234");
    assertThat(ALL.masked("abc", "abc")).isEqualTo("abc");
  }

  @Test
  void theNumberOfAnotherNodesMinerIsFound() {
    HiddenText known = HiddenText.of(Set.of(Hidden.MINERS), "1234567"::equals);
    assertThat(known.masked("sp-1234567 and 0001234567x")).isEqualTo("sp-(hidden) and (hidden)x");
    assertThat(known.masked("sp 12345678, 123456")).isEqualTo("sp 12345678, 123456");
    assertThat(HiddenText.of(Set.of(Hidden.ADDRESSES), "1234567"::equals).masked("1234567"))
        .isEqualTo("1234567");
  }

  @Test
  void eachKindIsHiddenByItself() {
    String both = "f01000 at 10.0.0.7";
    assertThat(HiddenText.of(Set.of(Hidden.MINERS)).masked(both)).isEqualTo("(hidden) at 10.0.0.7");
    assertThat(HiddenText.of(Set.of(Hidden.ADDRESSES)).masked(both))
        .isEqualTo("f01000 at (hidden)");
    assertThat(HiddenText.of(Set.of()).masked(both)).isEqualTo(both);
  }

  /** Redaction takes time in proportion to the length of a text, whatever its content. */
  @Test
  void noTextTakesLong() {
    for (String part : new String[] {":", "f0", "1.", "a:", "f4", "12D3KooW", "1-", "ｆ"}) {
      assertThat(ALL.masked(part.repeat(50_000))).isNotNull();
    }
  }
}
