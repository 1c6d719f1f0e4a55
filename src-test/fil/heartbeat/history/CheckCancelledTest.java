package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A check of all pages, which takes long, holds nothing up. */
@Timeout(60)
class CheckCancelledTest {
  private static final String ENDLESS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

  @TempDir private Path folder;
  private final CountDownLatch begun = new CountDownLatch(1);

  /** SQLite itself, whose check of the pages never ends by itself. */
  private Connection endless(Path file) throws SQLException {
    Connection connection = Database.SQLITE.open(file);
    return proxy(
        Connection.class,
        connection,
        (method, arguments) ->
            method.getName().equals("createStatement")
                ? statement((Statement) call(connection, method, arguments))
                : call(connection, method, arguments));
  }

  private Statement statement(Statement statement) {
    return proxy(
        Statement.class,
        statement,
        (method, arguments) -> {
          if (arguments == null || !arguments[0].toString().startsWith("PRAGMA quick_check")) {
            return call(statement, method, arguments);
          }
          begun.countDown();
          return statement.executeQuery(ENDLESS);
        });
  }

  /** One call of a method. */
  private interface Call {
    Object to(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, T real, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            real.getClass().getClassLoader(),
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

  @Test
  void theFileIsMovedAsideWithoutWaitingForIt() throws Exception {
    SqliteHistory history = Stored.open(folder, this::endless);
    Stored.get(history.keep(List.of(Stored.piece("a1")), List.of()));
    begun.await();
    Path other = Files.writeString(folder.resolve("other"), "of somebody else");
    Files.move(other, Stored.file(folder), StandardCopyOption.REPLACE_EXISTING);
    Stored.get(history.keep(List.of(Stored.piece("a2")), List.of()));
    assertThat(Stored.get(history.kept())).hasSize(2);
    assertThat(Stored.aside(folder)).hasSize(1);
    Stored.get(history.close());
  }

  @Test
  void theStartDoesNotWaitForIt() throws Exception {
    SqliteHistory history = Stored.open(folder, this::endless);
    begun.await();
    assertThat(Stored.get(history.restore()).nodes()).isEmpty();
    Stored.get(history.close());
  }
}
