package fil.heartbeat.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class OwnedTest {
  private static <T> Throwable failure(Future<T> future) throws Exception {
    return future
        .<Throwable>transform(
            result ->
                result.failed()
                    ? Future.succeededFuture(result.cause())
                    : Future.failedFuture("it succeeded: " + result.result()))
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void theCallRunsAtHomeAndTheAnswerOnTheCallersContext(Vertx vertx) throws Exception {
    Context home = vertx.getOrCreateContext();
    Vertx other = Vertx.vertx();
    Context caller = other.getOrCreateContext();
    CompletableFuture<Context> told = new CompletableFuture<>();
    CompletableFuture<Context> made = new CompletableFuture<>();
    caller.runOnContext(
        here ->
            new Owned<>(home, 1)
                .ask(
                    value -> {
                      made.complete(Vertx.currentContext());
                      return Future.succeededFuture(value);
                    })
                .onComplete(done -> told.complete(Vertx.currentContext())));
    assertThat(made.get(20, TimeUnit.SECONDS)).isSameAs(home);
    assertThat(told.get(20, TimeUnit.SECONDS)).isSameAs(caller);
    other.close().await();
  }

  @Test
  void aCallerWithoutAContextGetsTheSame(Vertx vertx) throws Exception {
    Future<Integer> answer =
        new Owned<>(vertx.getOrCreateContext(), 1).ask(Future::succeededFuture);
    assertThat(answer.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo(1);
  }

  static Stream<Supplier<Future<Integer>>> faults() {
    return Stream.of(
        () -> {
          throw new IllegalStateException("no");
        },
        () -> {
          throw new StackOverflowError("no");
        },
        () -> null,
        () -> Future.failedFuture("no"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void anExceptionIsAFailedFuture(Supplier<Future<Integer>> fault, Vertx vertx) throws Exception {
    Context home = vertx.getOrCreateContext();
    assertThat(failure(new Owned<>(home, 1).ask(value -> fault.get())))
        .hasMessageStartingWith("no");
    assertThat(failure(Futures.call(fault))).hasMessageStartingWith("no");
  }

  @Test
  void aClosedContextGivesAnAnswerToo() throws Exception {
    Vertx closed = Vertx.vertx();
    Context home = closed.getOrCreateContext();
    closed.close().await();
    assertThat(failure(new Owned<>(home, 1).ask(Future::succeededFuture)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not deployed");
  }

  @Test
  void aVanishedCallerDelaysNoOthers(Vertx vertx) throws Exception {
    Vertx closed = Vertx.vertx();
    CompletableFuture<Promise<Integer>> made = new CompletableFuture<>();
    closed.runOnContext(here -> made.complete(CallerContext.promise()));
    Promise<Integer> answer = made.get(20, TimeUnit.SECONDS);
    closed.close().await();
    answer.complete(1);
    assertThat(answer.future().result()).isEqualTo(1);
  }

  @Test
  void aThrowingListenerDoesNotDisturbTheAnswer() {
    Promise<Integer> answer = CallerContext.promise();
    answer
        .future()
        .onComplete(
            done -> {
              throw new IllegalStateException("listener");
            });
    assertThat(answer.tryComplete(1)).isTrue();
    assertThat(answer.tryFail("only the first counts")).isFalse();
    Future.<Integer>failedFuture("and no later one throws").onComplete(answer);
    assertThat(answer.future().result()).isEqualTo(1);
  }

  @Test
  void aTimeoutIsAnAnswerToo(Vertx vertx) throws Exception {
    Promise<Integer> never = Promise.promise();
    Context here = vertx.getOrCreateContext();
    assertThat(failure(Futures.within(vertx, here, never.future(), Duration.ofMillis(1))))
        .isInstanceOf(TimeoutException.class);
    // It is not awaited any more, and does no harm.
    never.complete(1);
    Future<Integer> quick =
        Futures.within(vertx, here, Future.succeededFuture(2), Duration.ofMinutes(1));
    assertThat(quick.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo(2);
  }
}
