package fil.heartbeat.sender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A transport whose streams a test scripts. */
final class FakeTransport implements HeartbeatTransport {

  /** A stream that stores its frames, fails its writes, or blocks in them until it is closed. */
  static class FakeStream implements HeartbeatStream {
    final String target;
    final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<Duration> writes = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    final AtomicInteger closes = new AtomicInteger();
    volatile boolean stuck;
    volatile @Nullable TransportException failure;

    FakeStream(String target) {
      this.target = target;
    }

    @Override
    public void write(byte[] frame, Duration timeout) {
      writes.add(timeout);
      TransportException scripted = failure;
      if (scripted != null) {
        throw scripted;
      }
      if (stuck) {
        try {
          closed.get();
        } catch (Exception e) {
          throw new TransportException(
              TransportException.Code.CONNECTION_LOST, "closed under a write", e);
        }
      }
      frames.add(new String(frame, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Void> closed() {
      return closed;
    }

    @Override
    public void closeConnection() {
      closes.incrementAndGet();
      closed.completeExceptionally(
          new TransportException(TransportException.Code.CLOSED, "closed by us", null));
    }
  }

  final BlockingQueue<FakeStream> streams = new LinkedBlockingQueue<>();
  final List<Duration> timeouts = new ArrayList<>();
  final AtomicInteger attempts = new AtomicInteger();
  final Optional<String> localPeerId;
  volatile Function<String, FakeStream> script = FakeStream::new;

  FakeTransport() {
    this(Optional.empty());
  }

  FakeTransport(Optional<String> localPeerId) {
    this.localPeerId = localPeerId;
  }

  static FakeStream refuse(String target) {
    throw new TransportException(
        TransportException.Code.CONNECT_FAILED, "connection refused: " + target, null);
  }

  @Override
  public Optional<String> localPeerId() {
    return localPeerId;
  }

  @Override
  public HeartbeatStream open(String multiaddr, Duration timeout) {
    synchronized (timeouts) {
      timeouts.add(timeout);
    }
    attempts.incrementAndGet();
    FakeStream stream = script.apply(multiaddr);
    streams.add(stream);
    return stream;
  }
}
