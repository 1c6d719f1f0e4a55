package fil.heartbeat.history;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores nothing: for an embedded aggregator without a data folder. */
public final class NoHistory implements History, AlertStore {

  @Override
  public Future<RestoredState> restore(int most, Set<String> first) {
    return Future.succeededFuture(RestoredState.NOTHING);
  }

  @Override
  public Runnable whenBegunAnew(Runnable again) {
    return () -> {};
  }

  @Override
  public void remember(KnownNode node) {}

  @Override
  public void forget(String peerId) {}

  @Override
  public void stateChanged(StateChange change) {}

  @Override
  public void upgrades(List<String> named) {}

  @Override
  public void connection(ConnectionEvent event) {}

  @Override
  public void epoch(List<SlotRow> rows) {}

  @Override
  public void counted(List<BeatCount> counts) {}

  @Override
  public Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<List<ConnectionEvent>> connections(String peerId) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public HistoryStats stats() {
    return HistoryStats.OFF;
  }

  @Override
  public Future<Void> backup(Path file) {
    return Future.failedFuture(new IllegalStateException("no data folder: nothing to back up"));
  }

  @Override
  public Future<List<Entry>> entries() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Void> write(List<Entry> entries, List<ResolvedRow> resolved) {
    return Future.succeededFuture();
  }

  @Override
  public Future<List<ResolvedRow>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
