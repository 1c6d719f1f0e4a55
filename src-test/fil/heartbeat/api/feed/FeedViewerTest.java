package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes on their way to a viewer that reads slowly, or not at all. */
class FeedViewerTest {
  private final FeedBudget budget = new FeedBudget(Long.MAX_VALUE);
  private final FeedChannel channel = new FeedChannel("run", node -> true, new FeedModel(), budget);
  private final SlowReader reader = new SlowReader();
  private final List<Long> asked = new ArrayList<>();
  private long tick;

  private final FeedViewer viewer =
      new FeedViewer(reader.response(), false, List.of(), channel, () -> true, budget, () -> tick);

  private static FeedEvents event(String text) {
    return FeedEvents.of(FeedEvents.Kind.DELTA, new JsonObject().put("text", text));
  }

  private List<FeedEvents> missed(long seen) {
    asked.add(seen);
    return List.of(event("missed"));
  }

  @Test
  void aSnapshotIsWrittenAsFastAsItIsRead() {
    FeedEvents snapshot = event("x".repeat(1 << 20));
    viewer.begin(List.of(snapshot));
    assertThat(reader.queued()).isLessThan(2 * SlowReader.QUEUE);
    assertThat(viewer.offer(event("first"), this::missed)).isFalse();
    assertThat(viewer.offer(event("second"), this::missed)).isFalse();
    assertThat(viewer.offerExtra(event("rows"))).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(reader.queued()).isLessThan(2 * SlowReader.QUEUE);
      reader.reads();
    }
    String told = reader.told();
    assertThat(told)
        .isEqualTo(snapshot.bytes(false).toString() + event("missed").bytes(false).toString());
    assertThat(asked).hasSize(1);
    assertThat(viewer.offer(event("third"), this::missed)).isTrue();
    reader.reads();
    assertThat(reader.told()).endsWith(event("third").bytes(false).toString());
  }

  @Test
  void aViewerThatReadsIsNeverBehind() {
    viewer.begin(List.of(event("snapshot")));
    for (int i = 0; i < 100; i++) {
      reader.reads();
      assertThat(viewer.offer(event("piece " + i), this::missed)).isTrue();
    }
    assertThat(asked).isEmpty();
  }

  /** Each byte counts once, as long as anything holds it. */
  @Test
  void bytesOnTheirWayCount() {
    FeedEvents snapshot = event("x".repeat(1 << 20));
    viewer.begin(List.of(snapshot));
    assertThat(viewer.held()).isEqualTo(snapshot.length());
    assertThat(budget.held()).isEqualTo(snapshot.bytes() + reader.queued());
    tick = 7;
    assertThat(viewer.tookAt()).isZero();
    reader.reads();
    assertThat(viewer.tookAt()).isEqualTo(7);
    for (int i = 0; i < 20; i++) {
      reader.reads();
    }
    assertThat(viewer.held()).isZero();
    assertThat(budget.held()).isZero();
  }

  @Test
  void aClosedViewerHoldsNothing() {
    viewer.begin(List.of(event("x".repeat(1 << 20))));
    assertThat(viewer.offer(event("first"), this::missed)).isFalse();
    viewer.close();
    assertThat(viewer.held()).isZero();
    assertThat(budget.held()).isZero();
    reader.reads();
    assertThat(reader.queued()).isZero();
    assertThat(asked).isEmpty();
    assertThat(budget.held()).isZero();
  }
}
