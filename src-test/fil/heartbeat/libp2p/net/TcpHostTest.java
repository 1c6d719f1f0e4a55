package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static fil.heartbeat.libp2p.net.HostPair.get;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Stream;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real hosts on real sockets: that the parts fit. */
class TcpHostTest {
  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() {
    get(vertx.close().toCompletionStage());
  }

  @Test
  void twoHostsExchangeAStream() {
    try (HostPair pair = HostPair.usual(vertx)) {
      Recorder recorder = new Recorder();
      pair.listener.handle(PROTOCOL, recorder);
      Stream stream = get(pair.open());
      assertThat(stream.protocol()).isEqualTo(PROTOCOL);
      assertThat(stream.remotePeer()).isEqualTo(pair.listener.peerId());
      get(stream.write("one\n".getBytes(StandardCharsets.UTF_8)));
      get(stream.write("two\n".getBytes(StandardCharsets.UTF_8)));
      stream.closeWrite();
      Recorder.Heard heard = get(recorder.stream(0));
      assertThat(get(heard.untilClose)).isEqualTo("one\ntwo\n");
      assertThat(heard.stream.remotePeer()).isEqualTo(pair.dialer.peerId());
      assertThat(get(heard.closed)).isEmpty();
      get(stream.closed());
    }
  }
}
