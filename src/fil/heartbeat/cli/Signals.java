package fil.heartbeat.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Signals of the operating system. By reflection: the JDK's class is in {@code jdk.unsupported},
 * which a runtime may lack, and every use of it causes a compiler warning.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs an action, on its own thread, each time a signal comes, instead of the JVM's default.
   *
   * @param name such as {@code TERM}
   * @return false when this JVM leaves the signal to the operating system, as with {@code -Xrs}
   */
  static boolean handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object own =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> called(self, method, arguments, action));
      Object unused =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), own);
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw new IllegalStateException("SIG" + name, e.getCause());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static @Nullable Object called(
      Object self, Method method, Object @Nullable [] arguments, Runnable action) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      case "toString" -> "a signal handler";
      default -> {
        action.run();
        yield null;
      }
    };
  }
}
