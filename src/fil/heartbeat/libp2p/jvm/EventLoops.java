package fil.heartbeat.libp2p.jvm;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Calls on an event loop that also work after it has stopped. */
final class EventLoops {
  private EventLoops() {}

  /**
   * Runs the action on the loop; at once when the caller is on it, or when the Vertx was closed and
   * callers still wait.
   */
  static void run(EventExecutor loop, Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
      return;
    }
    try {
      loop.execute(action);
    } catch (RejectedExecutionException stopped) {
      action.run();
    }
  }

  /** Closes a channel; ignores a failed close. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void close(Channel channel) {
    channel.close();
  }

  /** Ends the outbound direction of a stream; ignores a failure. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void disconnect(Channel channel) {
    channel.disconnect();
  }

  /** Passes a message on; the promise gets the result. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
  }

  /** Passes a message on and flushes; the promise gets the result. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void writeAndFlush(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.writeAndFlush(message, promise);
  }
}
