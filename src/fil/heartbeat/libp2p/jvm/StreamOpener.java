package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.libp2p.host.Proposal;
import fil.heartbeat.libp2p.host.Unawaited;
import io.libp2p.core.ConnectionClosedException;
import io.libp2p.core.NoSuchProtocolException;
import io.libp2p.core.StreamPromise;
import io.libp2p.mux.AckBacklogLimitExceededMuxerException;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a stream within one deadline: on the peer's link if there is one, else on a new one. A link
 * that turns out to be dead is replaced once.
 */
final class StreamOpener {
  private static final Logger log = LoggerFactory.getLogger(StreamOpener.class);

  private final HostParts host;
  private final Dialer dialer;
  private final Proposal proposal;
  private final DialOptions options;
  private final CompletableFuture<Stream> result = new CompletableFuture<>();

  StreamOpener(HostParts host, Dialer dialer, Proposal proposal, DialOptions options) {
    this.host = host;
    this.dialer = dialer;
    this.proposal = proposal;
    this.options = options;
  }

  /**
   * @param timer any loop
   */
  CompletableFuture<Stream> open(EventExecutor timer) {
    Future<?> deadline =
        timer.schedule(this::expire, options.timeout().toNanos(), TimeUnit.NANOSECONDS);
    Unawaited.logged(
        result.whenComplete((stream, failure) -> deadline.cancel(false)), log, "stream");
    Link current = host.table().current(proposal.peer());
    if (current != null) {
      openOn(current, true);
    } else {
      dial();
    }
    return result;
  }

  private void expire() {
    result.completeExceptionally(
        new Libp2pException(
            Code.TIMEOUT,
            "no stream to "
                + proposal.target()
                + " within "
                + options.timeout().toMillis()
                + " ms"));
  }

  private void dial() {
    Dialer.SharedDial shared = dialer.connect(proposal.target(), proposal.peer(), options);
    Unawaited.logged(
        shared
            .result()
            .whenComplete(
                (link, failure) -> {
                  if (link != null) {
                    openOn(link, false);
                  } else if (shared.target().equals(proposal.target()) || result.isDone()) {
                    result.completeExceptionally(Failures.root(failure));
                  } else {
                    // Another caller's address failed; this caller's has not been tried.
                    dial();
                  }
                }),
        log,
        "connection for a stream");
  }

  private void openOn(Link link, boolean mayDialAnew) {
    EventLoops.run(
        link.channel().eventLoop(),
        () -> {
          link.tighten(options.pingAfter(), options.deadAfter());
          propose(link, link.ordered(proposal.protocolIds()), mayDialAnew);
        });
  }

  /** Proposes the ids; runs on the link's loop. */
  private void propose(Link link, List<String> ids, boolean mayDialAnew) {
    Libp2pException dead = link.cause();
    if (dead != null) {
      ended(dead, mayDialAnew);
      return;
    }
    StreamPromise<Object> promise =
        link.connection().muxerSession().createStream(List.of(ServedProtocol.outbound(ids)));
    Unawaited.logged(
        result.whenComplete(
            (stream, failure) -> {
              if (failure != null) {
                Unawaited.logged(
                    promise.getStream().thenCompose(io.libp2p.core.Stream::close),
                    log,
                    "reset of a stream");
              }
            }),
        log,
        "stream");
    Unawaited.logged(
        promise
            .getController()
            .whenComplete(
                (stream, failure) -> {
                  if (failure == null && stream instanceof JvmStream opened) {
                    link.remember(opened.protocol());
                    result.complete(opened);
                  } else if (failure != null) {
                    failed(link, ids, Failures.root(failure), mayDialAnew);
                  }
                }),
        log,
        "negotiation of a stream");
  }

  private void failed(Link link, List<String> ids, Throwable cause, boolean mayDialAnew) {
    Libp2pException dead = link.cause();
    if (dead != null || !link.channel().isActive()) {
      ended(dead, mayDialAnew);
    } else if (cause instanceof ConnectionClosedException && ids.size() > 1) {
      // The peer reset or ended the stream instead of answering: the next id gets its own stream.
      propose(link, ids.subList(1, ids.size()), mayDialAnew);
    } else if (cause instanceof ConnectionClosedException) {
      result.completeExceptionally(
          new Libp2pException(
              Code.RESET, proposal.peer() + " ended the stream instead of answering " + ids));
    } else if (cause instanceof NoSuchProtocolException) {
      result.completeExceptionally(
          new Libp2pException(
              Code.PROTOCOL_REFUSED, proposal.peer() + " serves none of " + ids, cause));
    } else if (cause instanceof AckBacklogLimitExceededMuxerException) {
      result.completeExceptionally(
          new Libp2pException(
              Code.LIMIT,
              proposal.peer() + " has not acknowledged the streams opened before",
              cause));
    } else if (Failures.reasonOfUpgrade(cause).equals("timeout")) {
      result.completeExceptionally(
          new Libp2pException(
              Code.TIMEOUT, proposal.peer() + " did not answer the proposal of " + ids));
    } else {
      result.completeExceptionally(
          new Libp2pException(
              Code.PROTOCOL_ERROR,
              proposal.peer() + " broke the negotiation: " + Failures.text(cause),
              cause));
    }
  }

  private void ended(@Nullable Libp2pException cause, boolean mayDialAnew) {
    if (mayDialAnew && !result.isDone()) {
      dial();
    } else {
      result.completeExceptionally(
          cause != null
              ? cause
              : new Libp2pException(
                  Code.CONNECTION_LOST, "connection to " + proposal.peer() + " lost"));
    }
  }
}
