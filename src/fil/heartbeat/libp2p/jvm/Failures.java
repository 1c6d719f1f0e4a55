package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.RefusedException;
import io.libp2p.core.NoSuchProtocolException;
import io.libp2p.security.InvalidRemotePubKey;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.TimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Translates failures of the library into those of {@link Libp2pException}. */
final class Failures {
  private Failures() {}

  /** Returns the cause below the wrapper exceptions of futures. */
  static Throwable root(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * Translates a failed upgrade. The library reports neither which other id a peer proved nor
   * whether the signature or the id was wrong.
   */
  static Libp2pException ofUpgrade(String endpoint, String dialled, Throwable failure) {
    Throwable cause = root(failure);
    if (cause instanceof RefusedException refused) {
      return new Libp2pException(
          refused.code(), endpoint + " is not wanted: " + text(cause), cause);
    }
    if (cause instanceof InvalidRemotePubKey) {
      return new Libp2pException(
          Code.WRONG_PEER,
          "wrong peer: dialled " + dialled + " but " + endpoint + " did not prove that id",
          cause);
    }
    String reason = reasonOfUpgrade(cause);
    Code code = reason.equals("timeout") ? Code.TIMEOUT : Code.HANDSHAKE_FAILED;
    return new Libp2pException(
        code, endpoint + " accepted, but did not finish the handshake: " + text(cause), cause);
  }

  /** Returns the label of its counter. */
  static String reasonOfUpgrade(Throwable failure) {
    Throwable cause = root(failure);
    if (cause instanceof RefusedException refused) {
      return refused.reason();
    }
    if (cause instanceof InvalidRemotePubKey) {
      return "wrong-peer";
    }
    if (cause instanceof NoSuchProtocolException) {
      return "no-protocol";
    }
    boolean late =
        cause instanceof TimeoutException
            || cause.getClass().getSimpleName().equals("TotalTimeoutException");
    return late ? "timeout" : "handshake";
  }

  /** Translates a failed TCP connect. */
  static Libp2pException ofConnect(String endpoint, Throwable cause) {
    return cause instanceof ConnectTimeoutException
        ? new Libp2pException(Code.TIMEOUT, endpoint + " did not accept in time", cause)
        : new Libp2pException(Code.CONNECT_FAILED, endpoint + ": " + text(cause), cause);
  }

  static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isEmpty() ? cause.getClass().getSimpleName() : message;
  }
}
