package fil.heartbeat.sender;

import fil.heartbeat.context.Causes;
import fil.heartbeat.context.Futures;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.HeartbeatProtocol;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transport on a libp2p host. It does not close the host. */
public final class Libp2pTransport implements HeartbeatTransport {
  private static final Logger log = LoggerFactory.getLogger(Libp2pTransport.class);

  /**
   * The host enforces the deadline of a dial; this only frees the calling thread if it fails to.
   */
  private static final Duration DIAL_GRACE = Duration.ofSeconds(5);

  private final Host host;
  private final Duration beatPeriod;

  /**
   * @param beatPeriod determines when a silent connection is pinged and when it is closed
   */
  public Libp2pTransport(Host host, Duration beatPeriod) {
    this.host = host;
    this.beatPeriod = beatPeriod;
  }

  @Override
  public Optional<String> localPeerId() {
    return Optional.of(host.peerId().toString());
  }

  @Override
  public HeartbeatStream open(String multiaddr, Duration timeout) {
    CompletableFuture<Stream> opening;
    try {
      opening =
          host.open(
                  Multiaddr.parse(multiaddr),
                  HeartbeatProtocol.IDS,
                  new DialOptions(
                      timeout,
                      SenderTimes.pingAfter(beatPeriod),
                      SenderTimes.deadAfter(beatPeriod)))
              .toCompletableFuture();
    } catch (RuntimeException e) {
      throw failure(e, TransportException.Code.HANDSHAKE_FAILED);
    }
    try {
      return new BeatStream(
          await(opening, timeout.plus(DIAL_GRACE), TransportException.Code.HANDSHAKE_FAILED));
    } catch (TransportException e) {
      Futures.logged(
          opening.handle(
              (late, failure) -> {
                if (late != null) {
                  late.reset();
                }
                return true;
              }),
          log,
          "reset of a stream that came too late");
      throw e;
    }
  }

  private record BeatStream(Stream stream) implements HeartbeatStream {

    @Override
    public void write(byte[] frame, Duration timeout) {
      try {
        await(
            stream.write(frame).toCompletableFuture(),
            timeout,
            TransportException.Code.CONNECTION_LOST);
      } catch (TransportException e) {
        closeConnection();
        throw e;
      } catch (RuntimeException e) {
        closeConnection();
        throw failure(e, TransportException.Code.CONNECTION_LOST);
      }
    }

    @Override
    public CompletionStage<Void> closed() {
      CompletableFuture<Void> closed = new CompletableFuture<>();
      Futures.onEnd(
          stream.closed(),
          error -> {
            if (error == null) {
              closed.complete(null);
            } else {
              closed.completeExceptionally(failure(error, TransportException.Code.CONNECTION_LOST));
            }
          },
          log,
          "end of a stream");
      return closed;
    }

    @Override
    public void closeConnection() {
      stream.closeConnection();
    }
  }

  private static <T> T await(
      CompletableFuture<T> future, Duration timeout, TransportException.Code brokenRules) {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TransportException(
          TransportException.Code.TIMEOUT, "not done within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException(
          TransportException.Code.CLOSED, "interrupted: the sender is being stopped", e);
    } catch (ExecutionException e) {
      throw failure(e, brokenRules);
    }
  }

  /**
   * @param brokenRules the code for a peer that broke the rules of a protocol
   */
  private static TransportException failure(Throwable error, TransportException.Code brokenRules) {
    Throwable cause = Causes.unwrapped(error);
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof Libp2pException libp2p) {
      return new TransportException(code(libp2p.code(), brokenRules), message, cause);
    }
    return new TransportException(brokenRules, cause.getClass().getName() + ": " + message, cause);
  }

  private static TransportException.Code code(
      Libp2pException.Code code, TransportException.Code brokenRules) {
    return switch (code) {
      case BAD_ADDRESS -> TransportException.Code.BAD_TARGET;
      case UNRESOLVED -> TransportException.Code.UNRESOLVED;
      case BIND_FAILED, CONNECT_FAILED -> TransportException.Code.CONNECT_FAILED;
      case HANDSHAKE_FAILED -> TransportException.Code.HANDSHAKE_FAILED;
      case WRONG_PEER -> TransportException.Code.WRONG_PEER;
      case PROTOCOL_REFUSED -> TransportException.Code.PROTOCOL_REFUSED;
      case TIMEOUT -> TransportException.Code.TIMEOUT;
      case LIMIT -> TransportException.Code.LIMIT;
      case PROTOCOL_ERROR -> brokenRules;
      case SUPPLANTED -> TransportException.Code.SUPPLANTED;
      case RESET, CONNECTION_LOST -> TransportException.Code.CONNECTION_LOST;
      case CLOSED -> TransportException.Code.CLOSED;
    };
  }
}
