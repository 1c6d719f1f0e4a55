package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.multistream.MultistreamException;
import fil.heartbeat.libp2p.multistream.Negotiation;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An outbound stream until its protocol is agreed. Ids are proposed in order; {@code na} is
 * answered with the next id on the same stream. A peer that cannot even read an id ends the stream
 * instead (rust-libp2p does, for ids without a leading slash): then the remaining ids are tried on
 * a new one.
 */
final class OutboundNegotiation implements StreamSink {
  private final Connection connection;
  private final List<String> protocolIds;
  private final CompletableFuture<Stream> result;
  private final Negotiation negotiation;
  private final int id;
  private final long deadlineNanos;
  private Loop.Timer deadline = Loop.Timer.NONE;
  private boolean over;

  private OutboundNegotiation(
      Connection connection,
      List<String> protocolIds,
      long deadlineNanos,
      int id,
      CompletableFuture<Stream> result) {
    this.connection = connection;
    this.protocolIds = protocolIds;
    this.deadlineNanos = deadlineNanos;
    this.id = id;
    this.result = result;
    this.negotiation = Negotiation.dialer(protocolIds);
  }

  /** Opens a stream; must be called on the connection's loop. */
  static void open(
      Connection connection,
      List<String> protocolIds,
      long deadlineNanos,
      CompletableFuture<Stream> result) {
    int id = connection.session().open();
    if (id == 0) {
      result.completeExceptionally(
          new Libp2pException(
              Code.LIMIT, connection.peer() + " has not acknowledged the streams opened before"));
      return;
    }
    OutboundNegotiation opening =
        new OutboundNegotiation(connection, protocolIds, deadlineNanos, id, result);
    connection.streams().become(id, opening);
    opening.start();
  }

  private void start() {
    Duration left = Duration.ofNanos(deadlineNanos - connection.loop().nanoTime());
    deadline =
        connection
            .loop()
            .after(
                left.isNegative() ? Duration.ZERO : left,
                () ->
                    fail(
                        Code.TIMEOUT,
                        connection.peer() + " did not answer the proposal of " + protocolIds));
    send();
  }

  @Override
  public void onData(byte[] bytes, int offset, int length) {
    if (over) {
      return;
    }
    try {
      int taken = negotiation.receive(bytes, offset, length);
      connection.session().consumed(id, taken);
      send();
      String protocol = negotiation.selected();
      if (protocol != null) {
        agree(protocol, bytes, offset + taken, length - taken);
      }
    } catch (MultistreamException cause) {
      switch (cause.reason()) {
        case REFUSED ->
            fail(Code.PROTOCOL_REFUSED, connection.peer() + " serves none of " + protocolIds);
        case LIMIT, VIOLATION ->
            fail(
                Code.PROTOCOL_ERROR,
                connection.peer() + " broke the negotiation: " + cause.getMessage());
      }
    }
  }

  private void agree(String protocol, byte[] bytes, int offset, int length) {
    end();
    NetStream stream = new NetStream(connection, id, protocol);
    stream.listen(() -> NetStream.DISCARD);
    connection.streams().become(id, stream);
    connection.remember(protocol);
    stream.onData(bytes, offset, length);
    result.complete(stream);
  }

  @Override
  public void onRemoteClose() {
    if (!over) {
      connection.session().reset(id, 0);
      connection.writeQueue().flushSoon();
      ended(
          new Libp2pException(
              Code.RESET,
              connection.peer() + " ended the stream instead of answering " + protocolIds));
    }
  }

  @Override
  public void onWritten(long mark) {}

  @Override
  public void onGone(@Nullable Libp2pException cause) {
    if (!over) {
      ended(
          cause != null
              ? cause
              : new Libp2pException(Code.RESET, connection.peer() + " ended the stream"));
    }
  }

  /** Tries the next id on its own stream while the connection is open. */
  private void ended(Libp2pException cause) {
    end();
    connection.streams().forget(id, this);
    if (cause.code() == Code.RESET && protocolIds.size() > 1 && connection.isOpen()) {
      open(connection, protocolIds.subList(1, protocolIds.size()), deadlineNanos, result);
    } else {
      result.completeExceptionally(cause);
    }
  }

  private void send() {
    byte[] bytes = negotiation.takeOutput();
    if (bytes.length > 0) {
      connection.send(id, bytes);
    }
  }

  /** RST and not FIN: peers leave a stream open after a refusal and a FIN. */
  private void fail(Code code, String message) {
    if (!over) {
      end();
      connection.session().reset(id, YamuxSession.CODE_NEGOTIATION_FAILED);
      connection.writeQueue().flushSoon();
      connection.streams().forget(id, this);
      result.completeExceptionally(new Libp2pException(code, message));
    }
  }

  private void end() {
    over = true;
    deadline.cancel();
  }
}
