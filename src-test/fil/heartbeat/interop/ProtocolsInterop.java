package fil.heartbeat.interop;

import static fil.heartbeat.libp2p.net.SocketPeer.DATA;
import static fil.heartbeat.libp2p.net.SocketPeer.SYN;
import static fil.heartbeat.libp2p.net.SocketPeer.frame;
import static fil.heartbeat.libp2p.net.SocketPeer.multistream;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.HostProviders;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import fil.heartbeat.libp2p.identify.IdentifyReader;
import fil.heartbeat.libp2p.net.SocketPeer;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Identify and ping with other stacks: what we say when they ask, and what they say when we do. */
class ProtocolsInterop {
  private static final String HEARTBEAT = "/fil/heartbeat/1.0.0";
  private static final String PING = "/ipfs/ping/1.0.0";
  private static final String MULTISTREAM = "/multistream/1.0.0";
  private static final int BLOCK = 32;

  private final Vertx vertx = Vertx.vertx();
  private final Host host =
      HostProvider.named(Stack.OURS)
          .create(vertx, Identity.generate(KeyType.ED25519), HostProviders.DEFAULT_LIMITS);

  @AfterEach
  void close() {
    Wait.on(Future.fromCompletionStage(host.close()));
    Wait.on(vertx.close());
  }

  private Multiaddr listen() {
    host.handle(HEARTBEAT, stream -> bytes -> {});
    return Wait.on(
        Future.fromCompletionStage(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))));
  }

  /** It asks who we are and pings us once it is connected; answers what it was told. */
  @CanIgnoreReturnValue
  private JsonObject assertAsksAndPings(Peer rust) {
    JsonObject told = rust.await("identified");
    assertThat(told.getString("peer")).isEqualTo(host.peerId().toString());
    assertThat(told.getString("agent")).isEqualTo(HostProviders.DEFAULT_LIMITS.agentVersion());
    assertThat(told.getString("observed")).startsWith("/ip4/127.0.0.1/tcp/");
    assertThat(told.getJsonArray("protocols")).contains(PING, IdentifyMessage.PROTOCOL);
    rust.await("ping");
    assertThat(host.stats().violations()).isEmpty();
    return told;
  }

  @Test
  void rustThatDialsAsksWhoWeAreAndPings() {
    Multiaddr address = listen();
    try (Peer rust = Stack.RUST.start("dial", "--target", address.toString())) {
      JsonObject told = assertAsksAndPings(rust);
      assertThat(told.getJsonArray("protocols")).contains(HEARTBEAT);
      assertThat(told.getJsonArray("addresses"))
          .containsExactly(address.withoutPeerId().toString());
    }
  }

  @Test
  void rustThatWeDialAsksWhoWeAreAndPings() {
    try (Peer rust = Stack.RUST.start("listen")) {
      Multiaddr address = Multiaddr.parse(rust.address());
      Wait.on(
          Future.fromCompletionStage(host.open(address, List.of(HEARTBEAT), DialOptions.DEFAULT)));
      assertAsksAndPings(rust);
    }
  }

  private static byte[] opening(String protocol) {
    return multistream(MULTISTREAM, protocol);
  }

  private static byte[] answer(SocketPeer peer, int stream, String protocol, int atLeast) {
    int agreed = opening(protocol).length;
    byte[] heard = peer.heard(stream, atLeast == Integer.MAX_VALUE ? atLeast : agreed + atLeast);
    return Arrays.copyOfRange(heard, agreed, heard.length);
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void itSaysWhoItIsAndEchoesOurPings(Stack stack) throws IdentifyReader.IdentifyException {
    try (Peer listener = stack.start("listen", "--slash")) {
      Multiaddr address = Multiaddr.parse(listener.address());
      try (SocketPeer us = SocketPeer.dial(Identity.generate(KeyType.ED25519), address)) {
        us.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(IdentifyMessage.PROTOCOL)));
        IdentifyReader reader = new IdentifyReader();
        byte[] said = answer(us, 1, IdentifyMessage.PROTOCOL, Integer.MAX_VALUE);
        reader.receive(said, 0, said.length);
        assertThat(reader.message().protocols()).contains(HEARTBEAT, PING);
        assertThat(reader.message().listenAddresses()).contains(address.withoutPeerId().toBytes());

        us.send(frame(DATA, SYN, 3), frame(DATA, 0, 3, opening(PING)));
        Random random = new Random(11);
        byte[] block = new byte[BLOCK];
        for (int ping = 1; ping <= 10; ping++) {
          random.nextBytes(block);
          us.send(frame(DATA, 0, 3, block));
          assertThat(answer(us, 3, PING, ping * BLOCK)).hasSize(ping * BLOCK).endsWith(block);
        }
      }
    }
  }
}
