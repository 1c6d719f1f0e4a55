package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.AlertStore.Piece;
import fil.heartbeat.history.EndedAlert;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepingTest {

  /** Answers each write when the test says so. */
  private static final class Store implements AlertStore {
    final List<Unsaved> asked = new ArrayList<>();
    final List<Promise<Void>> answers = new ArrayList<>();

    @Override
    public Future<List<Piece>> kept() {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> keep(List<Piece> pieces, List<EndedAlert> ended) {
      asked.add(new Unsaved(pieces, ended));
      Promise<Void> answer = Promise.promise();
      answers.add(answer);
      return answer.future();
    }

    @Override
    public Future<List<EndedAlert>> ended(
        @Nullable String peerId, @Nullable Instant before, int limit) {
      return Future.succeededFuture(List.of());
    }
  }

  private final Store store = new Store();
  private Instant now = Stage.START;
  private final Keeping keeping = new Keeping(store, () -> now);

  private static Piece piece(String id, @Nullable String body) {
    return new Piece("alert", id, body);
  }

  private static EndedAlert ended(String id) {
    return new EndedAlert(id, "NodeSilent", "warning", null, Stage.START, Stage.START, "s", "{}");
  }

  private Future<Void> keep(Piece... pieces) {
    return keeping.keep(new Unsaved(List.of(pieces), List.of()));
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    assertThat(keep().succeeded()).isTrue();
    assertThat(store.asked).isEmpty();
  }

  @Test
  void whatComesDuringAWriteIsMergedIntoTheNext() {
    Future<Void> first = keep(piece("a", "1"));
    Future<Void> second = keep(piece("a", "2"), piece("b", "2"));
    Future<Void> third = keep(piece("b", null));
    assertThat(store.asked).hasSize(1);
    store.answers.get(0).complete();
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
    assertThat(store.asked.get(1).pieces()).containsExactly(piece("a", "2"), piece("b", null));
    store.answers.get(1).complete();
    assertThat(second.succeeded()).isTrue();
    assertThat(third.succeeded()).isTrue();
    assertThat(store.asked).hasSize(2);
  }

  @Test
  void whatFailedIsInTheNextWriteUnlessItChangedSince() {
    Future<Void> first = keep(piece("a", "1"), piece("b", "1"));
    Future<Void> second = keep(piece("a", "2"));
    store.answers.get(0).fail("disk full");
    assertThat(first.failed()).isTrue();
    assertThat(second.isComplete()).isFalse();
    assertThat(store.asked).as("no second try at once").hasSize(1);
    assertThat(keeping.fault(now)).contains("disk full");
    assertThat(keep()).isNotNull();
    assertThat(store.asked.get(1).pieces()).containsExactly(piece("a", "2"), piece("b", "1"));
    store.answers.get(1).complete();
    assertThat(second.succeeded()).isTrue();
    assertThat(keeping.fault(now)).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerIsLate() {
    Future<Void> ignored = keep(piece("a", "1"));
    now = now.plus(Keeping.PATIENCE);
    assertThat(keeping.isLate(now)).isFalse();
    now = now.plusMillis(1);
    assertThat(keeping.isLate(now)).isTrue();
    assertThat(keeping.fault(now)).contains("the store does not answer");
    store.answers.get(0).complete();
    assertThat(keeping.isLate(now)).isFalse();
    assertThat(ignored.succeeded()).isTrue();
  }

  @Test
  void theOldestOfTooManyThatAreOverGoAndAreCounted() {
    Future<Void> first = keep(piece("a", "1"));
    List<EndedAlert> many = new ArrayList<>();
    for (int i = 0; i < Keeping.MAX_ENDED + 3; i++) {
      many.add(ended("id" + i));
    }
    Future<Void> second = keeping.keep(new Unsaved(List.of(), many));
    assertThat(keeping.dropped()).containsEntry(Keeping.DROPPED_ENDED, 3L);
    store.answers.get(0).complete();
    assertThat(store.asked.get(1).ended()).hasSize(Keeping.MAX_ENDED).startsWith(ended("id3"));
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
  }

  /** Alerts that come and go while the store is down. */
  @Test
  void theOldestOfTooManyToBeTakenAwayGoAndAreCounted() {
    Future<Void> first = keep(piece("a", "1"));
    List<Future<Void>> later = new ArrayList<>(List.of(keep(piece("stays", "1"))));
    for (int i = 0; i < Keeping.MAX_GONE + 3; i++) {
      later.add(keep(piece("id" + i, "1")));
      later.add(keep(piece("id" + i, null)));
    }
    store.answers.get(0).fail("disk full");
    assertThat(keeping.dropped()).containsEntry(Keeping.DROPPED_PIECES, 3L);
    later.add(keep());
    assertThat(store.asked.get(1).pieces())
        .hasSize(2 + Keeping.MAX_GONE)
        .startsWith(piece("a", "1"), piece("stays", "1"), piece("id3", null));
    assertThat(first.failed()).isTrue();
    assertThat(later).noneMatch(Future::isComplete);
  }

  @Test
  void theOldestOfTooManyToBePutGoAndAreCounted() {
    Future<Void> first = keep(piece("a", "1"));
    List<Piece> many = new ArrayList<>();
    for (int i = 0; i < Keeping.MAX_PIECES + 3; i++) {
      many.add(piece("id" + i, "1"));
    }
    Future<Void> second = keep(many.toArray(Piece[]::new));
    store.answers.get(0).complete();
    assertThat(keeping.dropped()).containsEntry(Keeping.DROPPED_PIECES, 3L);
    assertThat(store.asked.get(1).pieces()).hasSize(Keeping.MAX_PIECES);
    assertThat(first.succeeded()).isTrue();
    assertThat(second.isComplete()).isFalse();
  }
}
