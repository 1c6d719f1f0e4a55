package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentTest {
  private final AtomicLong now = new AtomicLong();
  private final Recent<Integer, String> recent = new Recent<>(now::get);
  private final List<Promise<String>> asked = new ArrayList<>();

  private Future<String> ask(int question) {
    return recent.ask(
        question,
        () -> {
          Promise<String> promise = Promise.promise();
          asked.add(promise);
          return promise.future();
        });
  }

  @Test
  void callersAtOnceAndSoonAfterShareAnAnswer() {
    Future<String> first = ask(1);
    now.addAndGet(5 * Recent.LASTS_NANOS);
    // It is still in progress.
    Future<String> second = ask(1);
    asked.get(0).complete("a");
    assertThat(List.of(first.result(), second.result())).containsExactly("a", "a");
    Future<String> other = ask(2);
    asked.get(1).complete("b");
    now.addAndGet(Recent.LASTS_NANOS - 1);
    assertThat(ask(2).result()).isEqualTo(other.result()).isEqualTo("b");
    assertThat(asked).hasSize(2);
    now.incrementAndGet();
    assertThat(ask(2).isComplete()).isFalse();
    assertThat(asked).hasSize(3);
  }

  @Test
  void aFailureIsNotStored() {
    Future<String> first = ask(1);
    asked.get(0).fail("not now");
    assertThat(first.failed()).isTrue();
    assertThat(ask(1).isComplete()).isFalse();
    assertThat(asked).hasSize(2);
  }

  @Test
  void onlyAFewAnswersAreStored() {
    for (int i = 0; i < 3 * Recent.MAX_KEPT; i++) {
      Future<String> ignored = ask(i);
      asked.get(i).complete("made");
    }
    int before = asked.size();
    for (int i = 0; i < 3 * Recent.MAX_KEPT; i++) {
      Future<String> ignored = ask(i);
      boolean unused = asked.get(asked.size() - 1).tryComplete("made");
    }
    assertThat(asked.size() - before).isGreaterThan(2 * Recent.MAX_KEPT - 1);
  }
}
