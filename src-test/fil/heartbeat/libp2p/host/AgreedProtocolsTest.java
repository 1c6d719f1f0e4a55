package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreedProtocolsTest {
  @Test
  void agreedProtocolsAreProposedFirst() {
    AgreedProtocols agreed = new AgreedProtocols();
    assertThat(agreed.first(List.of("/b", "/a"))).containsExactly("/b", "/a");
    agreed.add("/c");
    agreed.add("/a");
    assertThat(agreed.first(List.of("/b", "/a"))).containsExactly("/a", "/b");
    assertThat(agreed.first(List.of("/a", "/b", "/c"))).containsExactly("/c", "/a", "/b");
  }
}
