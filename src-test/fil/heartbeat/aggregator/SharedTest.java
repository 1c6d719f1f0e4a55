package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.context.Owned;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SharedTest {
  private final Shared<Integer> shared = new Shared<>();
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void allCallersBeforeTheComputationGetTheSameAnswer(Vertx vertx, VertxTestContext test) {
    Context home = vertx.getOrCreateContext();
    // On the owner's context, where nothing else runs until all have asked.
    home.runOnContext(
        asking -> {
          List<Future<Integer>> all =
              IntStream.range(0, 100)
                  .mapToObj(
                      i -> shared.ask(new Owned<>(home, made), AtomicInteger::incrementAndGet))
                  .toList();
          Future.all(all)
              .compose(first -> shared.ask(new Owned<>(home, made), AtomicInteger::incrementAndGet))
              .onComplete(
                  test.succeeding(
                      next ->
                          test.verify(
                              () -> {
                                assertThat(all).allMatch(each -> each.result() == 1);
                                assertThat(next).isEqualTo(2);
                                test.completeNow();
                              })));
        });
  }

  @Test
  void afterAFailureTheNextCallIsAnswered(Vertx vertx, VertxTestContext test) {
    Context home = vertx.getOrCreateContext();
    shared
        .ask(
            new Owned<>(home, made),
            each -> {
              throw new IllegalStateException("no");
            })
        .onComplete(
            test.failing(
                no ->
                    shared
                        .ask(new Owned<>(home, made), AtomicInteger::incrementAndGet)
                        .onComplete(test.succeeding(yes -> test.completeNow()))));
  }

  @Test
  void anErrorCompletesTheCallToo(Vertx vertx, VertxTestContext test) {
    shared
        .ask(
            new Owned<>(vertx.getOrCreateContext(), made),
            each -> {
              throw new StackOverflowError("no");
            })
        .onComplete(test.failing(no -> test.completeNow()));
  }

  @Test
  void aThrowingListenerDoesNotAffectOtherCallers(Vertx vertx, VertxTestContext test) {
    Context home = vertx.getOrCreateContext();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    home.runOnContext(busy -> asked.join());
    // Without a context, as from a plain thread.
    shared
        .ask(new Owned<>(home, made), AtomicInteger::incrementAndGet)
        .onComplete(
            told -> {
              throw new IllegalStateException("listener");
            });
    shared
        .ask(new Owned<>(home, made), AtomicInteger::incrementAndGet)
        .onComplete(test.succeedingThenComplete());
    boolean ignored = asked.complete(null);
  }

  @Test
  void aContextThatIsClosedIsAFailureEachTime(VertxTestContext test) {
    Vertx closed = Vertx.vertx();
    Context home = closed.getOrCreateContext();
    closed.close().await();
    shared
        .ask(new Owned<>(home, made), AtomicInteger::incrementAndGet)
        .onComplete(
            test.failing(
                first ->
                    shared
                        .ask(new Owned<>(home, made), AtomicInteger::incrementAndGet)
                        .onComplete(test.failing(again -> test.completeNow()))));
  }
}
