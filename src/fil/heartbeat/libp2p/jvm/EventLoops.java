package fil.heartbeat.libp2p.jvm;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Calls on a loop, also when it has stopped. */
final class EventLoops {
  private EventLoops() {}

  /**
   * At once when the caller is on the loop, or when the Vertx was closed and callers still wait.
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

  /** Closes it; nothing can be done about a close that fails. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void close(Channel channel) {
    channel.close();
  }

  /** Ends our direction of a stream; nothing can be done about an end that fails. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void disconnect(Channel channel) {
    channel.disconnect();
  }

  /** Passes a message on; the promise tells how it went. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
  }

  /** Passes a message on and flushes; the promise tells how it went. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void writeAndFlush(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.writeAndFlush(message, promise);
  }
}
