package fil.heartbeat.libp2p.jvm;

import io.netty.channel.Channel;
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
  static void close(Channel channel) {
    var unused = channel.close();
  }
}
