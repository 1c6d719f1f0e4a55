package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rules by which answers of a node are taken or refused; what is refused is a bad answer. */
final class AnswerChecks {
  static final long MAX_COUNT = 1_000_000;

  /** The last integer that JSON numbers hold exactly. */
  static final long MAX_NUMBER = (1L << 53) - 1;

  /** Digits of an amount in attoFIL. */
  static final int MAX_DIGITS = 40;

  private AnswerChecks() {}

  /**
   * Asks the second after the first has ended, unless the first met what the second would meet too,
   * such as a limit; fails as the first that failed.
   */
  static Future<?> both(Future<?> first, Supplier<Future<?>> second) {
    return first.transform(
        one ->
            one.failed() && !RpcException.isOfMethod(one.cause())
                ? Future.failedFuture(one.cause())
                : second
                    .get()
                    .transform(
                        other ->
                            one.failed()
                                ? Future.failedFuture(one.cause())
                                : other.failed()
                                    ? Future.failedFuture(other.cause())
                                    : Future.succeededFuture()));
  }

  static List<@Nullable Object> params(@Nullable Object... params) {
    return Arrays.asList(params);
  }

  static long within(String method, @Nullable Long number, long most) {
    if (number == null || number < 0 || number > most) {
      throw RpcFaults.badResult(method, "" + number, "0 to " + most);
    }
    return number;
  }

  /** An amount in attoFIL; a miner in debt has a negative one, which says that nothing is left. */
  static String amount(String method, @Nullable String digits) {
    try {
      if (digits != null && digits.length() <= MAX_DIGITS) {
        return new BigInteger(digits).max(BigInteger.ZERO).toString();
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw RpcFaults.badResult(method, "" + digits, "an amount in attoFIL");
  }

  static <T> T read(String method, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw RpcFaults.badResult(method, String.valueOf(e.getMessage()), "what it documents");
    }
  }

  static boolean isOdd(Throwable failure) {
    return RpcException.isNoMethod(failure)
        || (failure instanceof RpcException e && e.kind() == Kind.BAD_ANSWER);
  }
}
