package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.ProtocolHandler;
import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.multistream.MultistreamException;
import fil.heartbeat.libp2p.multistream.Negotiation;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import org.jspecify.annotations.Nullable;

/**
 * A stream that the peer opened, until its protocol is agreed. Go opens streams lazily and sends
 * its first byte with its first message, so there is one long wait before the first byte and a
 * short one from it on.
 */
final class InboundNegotiation implements StreamSink {
  private final Connection connection;
  private final int id;
  private final Negotiation negotiation;
  private final InboundBudget.Holder unread;
  private Loop.Timer deadline;
  private boolean started;
  private boolean over;

  InboundNegotiation(Connection connection, int id) {
    this.connection = connection;
    this.id = id;
    this.negotiation = Negotiation.listener(connection.protocols()::isServed);
    this.unread =
        connection.budget().holder(() -> connection.loop().execute(this::overInboundBudget));
    this.deadline =
        connection
            .loop()
            .after(
                connection.config().deadlines().firstByteTimeout(),
                () -> refuse("first-byte-timeout", YamuxSession.CODE_NEGOTIATION_FAILED));
  }

  /** Sends this side's header. */
  void start() {
    send();
  }

  @Override
  public void onData(byte[] bytes, int offset, int length) {
    if (over || length == 0) {
      return;
    }
    if (!started) {
      started = true;
      deadline.cancel();
      deadline =
          connection
              .loop()
              .after(
                  connection.config().deadlines().negotiationTimeout(),
                  () -> refuse("negotiation-timeout", YamuxSession.CODE_NEGOTIATION_FAILED));
    }
    try {
      int taken = negotiation.receive(bytes, offset, length);
      unread.holds(negotiation.held());
      connection.session().consumed(id, taken);
      send();
      String protocol = negotiation.selected();
      if (protocol != null) {
        agree(protocol, bytes, offset + taken, length - taken);
      }
    } catch (MultistreamException end) {
      if (end.reason() == MultistreamException.Reason.LIMIT) {
        refuse("negotiation-rounds", 0);
      } else {
        connection.streams().violation("multistream", String.valueOf(end.getMessage()), "none");
        refuse("negotiation-violation", YamuxSession.CODE_NEGOTIATION_FAILED);
      }
    }
  }

  private void agree(String protocol, byte[] bytes, int offset, int length) {
    end();
    NetStream stream = new NetStream(connection, id, protocol);
    connection.streams().become(id, stream);
    ProtocolHandler handler = connection.protocols().handler(protocol);
    stream.listen(() -> handler.onStream(stream));
    stream.onData(bytes, offset, length);
  }

  @Override
  public void onRemoteClose() {
    refuse("negotiation-eof", 0);
  }

  @Override
  public void onWritten(long mark) {}

  @Override
  public void onGone(@Nullable Libp2pException cause) {
    if (!over) {
      end();
      connection.streams().forget(id, this);
    }
  }

  private void send() {
    byte[] bytes = negotiation.takeOutput();
    if (bytes.length > 0) {
      connection.send(id, bytes);
    }
  }

  private void refuse(String reason, long code) {
    if (!over) {
      end();
      connection.session().reset(id, code);
      connection.streams().forget(id, this);
      connection.streams().countRefused(reason);
      connection.writeQueue().flushSoon();
    }
  }

  private void overInboundBudget() {
    if (!over) {
      connection.streams().logInboundLimit();
      refuse(Refusal.INBOUND.label(), YamuxSession.CODE_RESOURCE_LIMIT);
    }
  }

  private void end() {
    over = true;
    unread.holds(0);
    deadline.cancel();
    connection.streams().negotiated();
  }
}
