package fil.heartbeat.alert.state;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.history.ResolvedRow;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StateWriterTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  /** Answers each write when the test says so. */
  private static final class Store implements AlertStore {
    private record Write(List<Entry> entries, List<ResolvedRow> resolved) {}

    final List<Write> asked = new ArrayList<>();
    final List<Promise<Void>> answers = new ArrayList<>();

    @Override
    public Future<List<Entry>> entries() {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> write(List<Entry> entries, List<ResolvedRow> ended) {
      asked.add(new Write(entries, ended));
      Promise<Void> answer = Promise.promise();
      answers.add(answer);
      return answer.future();
    }

    @Override
    public Future<List<ResolvedRow>> resolved(
        @Nullable String peerId, @Nullable Instant before, int limit) {
      return Future.succeededFuture(List.of());
    }
  }

  private final Store store = new Store();
  private Instant now = START;
  private final StateWriter writer = new StateWriter(store, () -> now, AlertBounds.DEFAULT);

  private static Entry entry(String id, @Nullable String body) {
    return new Entry("alert", id, body);
  }

  private static ResolvedRow ended(String id) {
    return new ResolvedRow(id, "NodeSilent", "warning", null, START, START, "s", "{}");
  }

  private Future<Void> write(Entry... entries) {
    return writer.write(List.of(entries), List.of());
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    assertThat(write().succeeded()).isTrue();
    assertThat(store.asked).isEmpty();
  }

  @Test
  void changesDuringAWriteAreMergedIntoTheNext() {
    Future<Void> first = write(entry("a", "1"));
    Future<Void> second = write(entry("a", "2"), entry("b", "2"));
    Future<Void> third = write(entry("b", null));
    assertThat(store.asked).hasSize(1);
    store.answers.get(0).complete();
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
    assertThat(store.asked.get(1).entries()).containsExactly(entry("a", "2"), entry("b", null));
    store.answers.get(1).complete();
    assertThat(second.succeeded()).isTrue();
    assertThat(third.succeeded()).isTrue();
    assertThat(store.asked).hasSize(2);
  }

  @Test
  void aFailedChangeIsInTheNextWriteUnlessItChangedSince() {
    Future<Void> first = write(entry("a", "1"), entry("b", "1"));
    Future<Void> second = write(entry("a", "2"));
    store.answers.get(0).fail("disk full");
    assertThat(first.failed()).isTrue();
    assertThat(second.isComplete()).isFalse();
    assertThat(store.asked).as("no second try at once").hasSize(1);
    assertThat(writer.fault(now)).contains("disk full");
    Future<Void> third = write();
    assertThat(store.asked.get(1).entries()).containsExactly(entry("a", "2"), entry("b", "1"));
    store.answers.get(1).complete();
    assertThat(second.succeeded()).isTrue();
    assertThat(third.succeeded()).isTrue();
    assertThat(writer.fault(now)).isEmpty();
  }

  @Test
  void anUnansweringStoreIsLate() {
    Future<Void> ignored = write(entry("a", "1"));
    now = now.plus(StateWriter.PATIENCE);
    assertThat(writer.isLate(now)).isFalse();
    now = now.plusMillis(1);
    assertThat(writer.isLate(now)).isTrue();
    assertThat(writer.fault(now)).contains("the store does not answer");
    store.answers.get(0).complete();
    assertThat(writer.isLate(now)).isFalse();
    assertThat(ignored.succeeded()).isTrue();
  }

  @Test
  void theOldestResolvedAlertsBeyondTheLimitAreDroppedAndCounted() {
    Future<Void> first = write(entry("a", "1"));
    List<ResolvedRow> many = new ArrayList<>();
    for (int i = 0; i < AlertBounds.DEFAULT.resolved() + 3; i++) {
      many.add(ended("id" + i));
    }
    Future<Void> second = writer.write(List.of(), many);
    assertThat(writer.dropped()).containsEntry(StateWriter.DROPPED_ENDED, 3L);
    store.answers.get(0).complete();
    assertThat(store.asked.get(1).resolved())
        .hasSize(AlertBounds.DEFAULT.resolved())
        .startsWith(ended("id3"));
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
  }

  /** Alerts that come and go while the store is down. */
  @Test
  void theOldestDeletionsBeyondTheLimitAreDroppedAndCounted() {
    Future<Void> first = write(entry("a", "1"));
    List<Future<Void>> later = new ArrayList<>(List.of(write(entry("stays", "1"))));
    for (int i = 0; i < AlertBounds.DEFAULT.removals() + 3; i++) {
      later.add(write(entry("id" + i, "1")));
      later.add(write(entry("id" + i, null)));
    }
    store.answers.get(0).fail("disk full");
    assertThat(writer.dropped()).containsEntry(StateWriter.DROPPED_PIECES, 3L);
    later.add(write());
    assertThat(store.asked.get(1).entries())
        .hasSize(2 + AlertBounds.DEFAULT.removals())
        .startsWith(entry("a", "1"), entry("stays", "1"), entry("id3", null));
    assertThat(first.failed()).isTrue();
    assertThat(later).noneMatch(Future::isComplete);
  }

  @Test
  void theOldestEntriesBeyondTheLimitAreDroppedAndCounted() {
    Future<Void> first = write(entry("a", "1"));
    List<Entry> many = new ArrayList<>();
    for (int i = 0; i < AlertBounds.DEFAULT.entries() + 3; i++) {
      many.add(entry("id" + i, "1"));
    }
    Future<Void> second = write(many.toArray(Entry[]::new));
    store.answers.get(0).complete();
    assertThat(writer.dropped()).containsEntry(StateWriter.DROPPED_PIECES, 3L);
    assertThat(store.asked.get(1).entries()).hasSize(AlertBounds.DEFAULT.entries());
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
  }
}
