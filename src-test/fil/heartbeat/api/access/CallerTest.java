package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.access.Caller.Forwarded;
import fil.heartbeat.config.Cidr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
  private static final List<Cidr> TRUSTED =
      Stream.of("127.0.0.1", "10.0.0.0/8", "fd00::/8")
          .map(block -> Cidr.parse(block).orElseThrow())
          .toList();

  private static Caller of(String peer, List<String> clients) {
    return Caller.of(
        TRUSTED, peer, "http", "beats.test", new Forwarded(clients, List.of(), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # other end  | X-Forwarded-For             | client
          127.0.0.1    |                             | 127.0.0.1
          192.0.2.9    |                             | 192.0.2.9
          192.0.2.9    | 127.0.0.1                   | 192.0.2.9
          127.0.0.1    | 192.0.2.1                   | 192.0.2.1
          127.0.0.1    | 127.0.0.1                   | 127.0.0.1
          127.0.0.1    | 127.0.0.1, 192.0.2.1        | 192.0.2.1
          10.1.2.3     | 192.0.2.1, 10.9.9.9         | 192.0.2.1
          10.1.2.3     | 198.51.100.7,192.0.2.1      | 192.0.2.1
          fd00::1      | 2001:db8::1                 | 2001:db8::1
          127.0.0.1    | localhost                   | unknown
          127.0.0.1    | 127.0.0.1, nonsense         | unknown
          127.0.0.1    | 127.0.0.1:80                | unknown
          127.0.0.2    | 127.0.0.1                   | 127.0.0.2
          127.0.0.2    |                             | 127.0.0.2
          ::1          |                             | ::1
          """)
  void aProxyIsBelievedOnlyWhenItIsTrusted(String peer, String header, String client) {
    Caller caller = of(peer, header == null ? List.of() : List.of(header));
    assertThat(caller.address()).isEqualTo(client);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(of("127.0.0.1", List.of("192.0.2.1, 198.51.100.7", "10.0.0.1")).address())
        .isEqualTo("198.51.100.7");
  }

  @Test
  void aTrustedProxyNamesTheHost() {
    Forwarded forwarded =
        new Forwarded(List.of("192.0.2.1"), List.of("https"), List.of("fleet.test"));
    assertThat(Caller.of(TRUSTED, "127.0.0.1", "http", "127.0.0.1:8080", forwarded))
        .isEqualTo(new Caller("192.0.2.1", "https", "fleet.test"));
    assertThat(Caller.of(TRUSTED, "192.0.2.9", "http", "192.0.2.2:8080", forwarded))
        .isEqualTo(new Caller("192.0.2.9", "http", "192.0.2.2:8080"));
  }
}
