package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.testing.FakeHost;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HostGroupTest {
  private final List<FakeHost> made = new ArrayList<>();
  private int freed;
  private final HostGroup group =
      new HostGroup(
          identity -> {
            FakeHost host = new FakeHost(identity.peerId());
            made.add(host);
            return host;
          },
          () -> {
            assertThat(made).allMatch(FakeHost::isClosed);
            freed++;
            return CompletableFuture.completedFuture(null);
          });

  private static Identity identity() {
    return Identity.generate(KeyType.ED25519);
  }

  @Test
  void closingClosesEveryHostAndThenTheSharedResourcesOnce() {
    Identity first = identity();
    assertThat(group.host(first).peerId()).isEqualTo(first.peerId());
    assertThat(group.host(identity())).isNotSameAs(made.get(0));
    assertThat(group.close().toCompletableFuture()).isCompleted();
    assertThat(group.close().toCompletableFuture()).isCompleted();
    assertThat(made).hasSize(2).allMatch(FakeHost::isClosed);
    assertThat(freed).isEqualTo(1);
  }

  @Test
  void aClosedGroupCreatesNoHost() {
    assertThat(group.close().toCompletableFuture()).isCompleted();
    assertThatThrownBy(() -> group.host(identity()))
        .isInstanceOf(Libp2pException.class)
        .hasMessageContaining("closed");
    assertThat(made).allMatch(FakeHost::isClosed);
  }
}
