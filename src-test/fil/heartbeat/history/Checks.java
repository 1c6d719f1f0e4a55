package fil.heartbeat.history;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;

/** SQLite itself, whose check of all pages is something else. */
final class Checks {
  private Checks() {}

  /**
   * Databases as they are.
   *
   * @param sql in place of the check
   * @param begun called before it
   */
  static Database instead(String sql, Runnable begun) {
    return file -> {
      Connection connection = Database.SQLITE.open(file);
      return proxy(
          Connection.class,
          (method, arguments) -> {
            Object answer = call(connection, method, arguments);
            return method.getName().equals("createStatement")
                ? statement((Statement) answer, sql, begun)
                : answer;
          });
    };
  }

  private static Statement statement(Statement statement, String sql, Runnable begun) {
    return proxy(
        Statement.class,
        (method, arguments) -> {
          if (arguments == null || !arguments[0].toString().startsWith("PRAGMA quick_check")) {
            return call(statement, method, arguments);
          }
          begun.run();
          return statement.executeQuery(sql);
        });
  }

  /** One call of a method. */
  private interface Call {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            Checks.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.to(method, arguments)));
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
