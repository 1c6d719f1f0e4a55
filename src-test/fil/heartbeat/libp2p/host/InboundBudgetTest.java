package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.host.InboundBudget.Holder;
import fil.heartbeat.libp2p.host.InboundBudget.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundBudgetTest {
  private static final List<PeerId> PEERS =
      IntStream.range(0, 8).mapToObj(i -> Identity.generate(KeyType.ED25519).peerId()).toList();

  private final InboundBudget budget = new InboundBudget(new Limits(1_000, 500, 300, 350), true);
  private final List<String> ended = new ArrayList<>();

  private Holder holder(int peer, String ip, String name) {
    return budget
        .owner(PEERS.get(peer), Multiaddr.ofSocket(ip, 4001))
        .holder(() -> ended.add(name));
  }

  @Test
  void aPeerThatHoldsTooMuchLosesItsLargestHolder() {
    Holder small = holder(0, "192.0.2.1", "small");
    Holder large = holder(0, "192.0.2.2", "large");
    small.holds(100);
    large.holds(200);
    assertThat(ended).isEmpty();
    small.holds(101);
    assertThat(ended).containsExactly("large");
    assertThat(budget.held()).isEqualTo(101);
    large.holds(300);
    assertThat(budget.held()).isEqualTo(101);
    small.holds(0);
    assertThat(budget.held()).isZero();
  }

  @Test
  void anAddressThatHoldsTooMuchLosesTheLargestHolderOfAnyPeer() {
    holder(0, "192.0.2.1", "a").holds(150);
    holder(1, "192.0.2.1", "b").holds(160);
    holder(2, "192.0.2.2", "other").holds(140);
    holder(3, "192.0.2.1", "c").holds(50);
    assertThat(ended).containsExactly("b");
  }

  @Test
  void aSubscribersIpv6NetworkIsOneAddressAndExemptLoopbackIsNone() {
    holder(0, "2001:db8:0:1200::1", "a").holds(200);
    holder(1, "2001:db8:0:12ff::1", "b").holds(151);
    assertThat(ended).containsExactly("a");
    holder(2, "127.0.0.1", "c").holds(170);
    holder(3, "127.0.0.1", "d").holds(170);
    assertThat(ended).containsExactly("a");
    InboundBudget strict = new InboundBudget(new Limits(1_000, 500, 300, 350), false);
    for (int i = 0; i < 2; i++) {
      strict
          .owner(PEERS.get(i), Multiaddr.ofSocket("127.0.0." + (1 + i), 4001))
          .holder(() -> ended.add("strict"))
          .holds(200);
    }
    assertThat(ended).containsExactly("a");
    strict
        .owner(PEERS.get(2), Multiaddr.ofSocket("127.0.0.2", 4001))
        .holder(() -> ended.add("strict"))
        .holds(160);
    assertThat(ended).containsExactly("a", "strict");
  }

  @Test
  void strangersCannotTakeTheReserve() {
    budget.expect(PEERS.get(7)::equals);
    for (int i = 0; i < 5; i++) {
      holder(i, "192.0.2." + i, "stranger " + i).holds(100 + i);
    }
    assertThat(ended).containsExactly("stranger 4");
    holder(7, "192.0.2.0", "expected").holds(300);
    assertThat(ended).containsExactly("stranger 4");
    holder(5, "192.0.2.5", "last").holds(150);
    assertThat(ended).containsExactly("stranger 4", "last");
  }

  /** Many small holders of one address weigh more than a single peer alone on its address. */
  @Test
  void whenAllIsUsedTheAddressThatHoldsMostLosesItsLargestHolder() {
    for (int i = 0; i < 5; i++) {
      holder(i, "192.0.2.1", "crowd " + i).holds(60 + i);
    }
    holder(5, "192.0.2.2", "alone").holds(170);
    holder(6, "192.0.2.3", "new").holds(30);
    assertThat(ended).containsExactly("crowd 4");
  }

  @Test
  void anExpectedPeerEndsForAnotherOnlyWhenNoStrangerIsLeft() {
    budget.expect(peer -> !peer.equals(PEERS.get(0)));
    holder(0, "192.0.2.1", "stranger").holds(50);
    holder(1, "192.0.2.2", "one").holds(290);
    holder(2, "192.0.2.2", "two").holds(300);
    holder(3, "192.0.2.2", "three").holds(280);
    assertThat(ended).isEmpty();
    Holder four = holder(4, "192.0.2.2", "four");
    four.holds(100);
    assertThat(ended).containsExactly("stranger");
    four.holds(200);
    assertThat(ended).containsExactly("stranger", "two");
  }

  @Test
  void theLimitsComeFromTheHeap() {
    assertThat(Limits.ofHeap(64L << 20)).isEqualTo(new Limits(8 << 20, 4 << 20, 1 << 20, 1 << 20));
    assertThat(Limits.ofHeap(512L << 20))
        .isEqualTo(new Limits(64 << 20, 32 << 20, 1 << 20, 8 << 20));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void itAlwaysAddsUp(long seed) {
    Random random = new Random(seed);
    budget.expect(peer -> PEERS.indexOf(peer) < 3);
    List<Holder> holders = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      if (holders.isEmpty() || random.nextInt(10) == 0) {
        holders.add(holder(random.nextInt(8), "192.0.2." + random.nextInt(4), "any"));
      }
      holders
          .get(random.nextInt(holders.size()))
          .holds(random.nextInt(4) * (long) random.nextInt(120));
      budget.checkInvariants();
    }
    holders.forEach(holder -> holder.holds(0));
    assertThat(budget.held()).isZero();
    budget.checkInvariants();
    assertThat(ended).isNotEmpty();
  }
}
