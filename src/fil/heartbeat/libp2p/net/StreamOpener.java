package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.ConnectionTable;
import fil.heartbeat.libp2p.host.Proposal;
import fil.heartbeat.libp2p.host.Unawaited;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a stream within one deadline: on the peer's connection if there is one, else on a new one.
 * A connection that turns out to be dead is replaced once.
 */
final class StreamOpener {
  private static final Logger log = LoggerFactory.getLogger(StreamOpener.class);

  private final HostConfig config;
  private final ConnectionTable<Connection> table;
  private final Dialer dialer;
  private final LongSupplier nanoTime;
  private final Proposal proposal;
  private final DialOptions options;
  private final long deadlineNanos;
  private final CompletableFuture<Stream> result = new CompletableFuture<>();

  StreamOpener(HostParts host, Dialer dialer, Proposal proposal, DialOptions options) {
    this.config = host.config();
    this.table = host.table();
    this.dialer = dialer;
    this.nanoTime = host.nanoTime();
    this.proposal = proposal;
    this.options = options;
    this.deadlineNanos = nanoTime.getAsLong() + options.timeout().toNanos();
  }

  CompletableFuture<Stream> open() {
    Connection current = table.current(proposal.peer());
    if (current != null) {
      openOn(current, true);
    } else {
      dial();
    }
    return result;
  }

  private void dial() {
    Duration left = left();
    if (left.isNegative() || left.isZero()) {
      result.completeExceptionally(
          new Libp2pException(
              Code.TIMEOUT,
              "no stream to "
                  + proposal.target()
                  + " within "
                  + options.timeout().toMillis()
                  + " ms"));
      return;
    }
    Unawaited.logged(
        dialer
            .connect(proposal.target(), proposal.peer(), options, left)
            .whenComplete(
                (connection, failure) -> {
                  if (connection != null) {
                    openOn(connection, false);
                  } else {
                    result.completeExceptionally(failure);
                  }
                }),
        log,
        "connection for a stream");
  }

  private void openOn(Connection connection, boolean mayDialAnew) {
    CompletableFuture<Stream> attempt = new CompletableFuture<>();
    Unawaited.logged(
        attempt.whenComplete((stream, failure) -> complete(stream, failure, mayDialAnew)),
        log,
        "stream");
    connection
        .loop()
        .run(
            () -> {
              connection.tighten(options.pingAfter(), options.deadAfter());
              Duration left = left();
              Duration limit = config.deadlines().negotiationTimeout();
              connection.open(
                  proposal.protocolIds(), left.compareTo(limit) < 0 ? left : limit, attempt);
            });
  }

  private void complete(@Nullable Stream stream, @Nullable Throwable failure, boolean mayDialAnew) {
    if (stream != null) {
      result.complete(stream);
    } else if (mayDialAnew && isDead(failure)) {
      dial();
    } else if (failure != null) {
      result.completeExceptionally(failure);
    }
  }

  private static boolean isDead(@Nullable Throwable failure) {
    return failure instanceof Libp2pException known
        && (known.code() == Code.CONNECTION_LOST || known.code() == Code.CLOSED);
  }

  private Duration left() {
    return Duration.ofNanos(deadlineNanos - nanoTime.getAsLong());
  }
}
