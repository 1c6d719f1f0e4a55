package fil.heartbeat.testing;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Stream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An outbound stream that accepts what is written when the test lets it. */
public final class FakeStream implements Stream {
  public final List<byte[]> written = new CopyOnWriteArrayList<>();

  /** The answer to each write. */
  public final CompletableFuture<Void> accepted = new CompletableFuture<>();

  public final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Why it was ended without blame, each time. */
  public final List<String> expiries = new CopyOnWriteArrayList<>();

  public final AtomicInteger resets = new AtomicInteger();
  public final AtomicInteger connectionCloses = new AtomicInteger();

  private volatile boolean writeClosed;

  /** What was written, as text. */
  public List<String> lines() {
    return written.stream().map(String::new).toList();
  }

  @Override
  public PeerId remotePeer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Multiaddr remoteAddress() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String protocol() {
    return "fil/heartbeat/1.0.0";
  }

  @Override
  public CompletionStage<Void> write(byte[] bytes) {
    if (closed.isDone() || writeClosed) {
      return CompletableFuture.failedFuture(
          new Libp2pException(Libp2pException.Code.CLOSED, "the stream has ended"));
    }
    written.add(bytes.clone());
    return accepted;
  }

  @Override
  public void closeWrite() {
    writeClosed = true;
  }

  @Override
  public void reset() {
    resets.incrementAndGet();
    end();
  }

  @Override
  public void expire(String reason) {
    expiries.add(reason);
    end();
  }

  @Override
  public void buffered(int bytes) {}

  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public CompletionStage<Void> closed() {
    return closed;
  }

  @Override
  public void closeConnection() {
    connectionCloses.incrementAndGet();
    end();
  }

  private void end() {
    Libp2pException end = new Libp2pException(Libp2pException.Code.CLOSED, "closed by us");
    closed.completeExceptionally(end);
    accepted.completeExceptionally(end);
  }
}
