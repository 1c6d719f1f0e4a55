package fil.heartbeat.history;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite itself, with one statement replaced. */
final class Checks {
  private Checks() {}

  /**
   * Real databases.
   *
   * @param sql replaces the check
   * @param begun called before it
   */
  static Database instead(String sql, Runnable begun) {
    return file ->
        with(
            file,
            "PRAGMA quick_check",
            statement -> {
              begun.run();
              return statement.executeQuery(sql);
            });
  }

  /**
   * Databases that reject one statement.
   *
   * @param start of the statement
   * @param cause SQLite's message
   */
  static Database failing(String start, String cause) {
    return file ->
        with(
            file,
            start,
            statement -> {
              throw new SQLException(cause);
            });
  }

  private interface Instead {
    Object of(Statement statement) throws SQLException;
  }

  private static Connection with(Path file, String start, Instead instead) throws SQLException {
    Connection connection = Database.SQLITE.open(file);
    return proxy(
        Connection.class,
        (method, arguments) -> {
          Object answer = call(connection, method, arguments);
          return method.getName().equals("createStatement")
              ? statement((Statement) answer, start, instead)
              : answer;
        });
  }

  private static Statement statement(Statement statement, String start, Instead instead) {
    return proxy(
        Statement.class,
        (method, arguments) ->
            arguments == null || !arguments[0].toString().startsWith(start)
                ? call(statement, method, arguments)
                : instead.of(statement));
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
