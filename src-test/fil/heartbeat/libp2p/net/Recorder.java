package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.StreamListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Serves a protocol by recording its events; ends its direction after the peer's. */
final class Recorder implements ProtocolHandler {
  /** The recorded events of one stream. */
  static final class Heard implements StreamListener {
    final Stream stream;
    final CompletableFuture<String> untilClose = new CompletableFuture<>();
    final CompletableFuture<Optional<Libp2pException>> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile int size;
    int closedCalls;

    Heard(Stream stream) {
      this.stream = stream;
    }

    int size() {
      return size;
    }

    @Override
    public void onData(ByteBuffer data) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      bytes.writeBytes(copy);
      size = bytes.size();
    }

    @Override
    public void onRemoteClose() {
      untilClose.complete(bytes.toString(StandardCharsets.UTF_8));
      stream.closeWrite();
    }

    @Override
    public void onClosed(@Nullable Libp2pException cause) {
      closedCalls++;
      closed.complete(Optional.ofNullable(cause));
    }
  }

  private final List<Heard> streams = new ArrayList<>();
  private final List<CompletableFuture<Heard>> awaited = new ArrayList<>();

  @Override
  public synchronized StreamListener onStream(Stream stream) {
    Heard heard = new Heard(stream);
    streams.add(heard);
    expected(streams.size() - 1).complete(heard);
    return heard;
  }

  /** Returns the stream with this number, counted from 0, once it exists. */
  synchronized CompletableFuture<Heard> stream(int index) {
    return expected(index);
  }

  synchronized int count() {
    return streams.size();
  }

  private CompletableFuture<Heard> expected(int index) {
    while (awaited.size() <= index) {
      awaited.add(new CompletableFuture<>());
    }
    return awaited.get(index);
  }
}
