package fil.heartbeat.sender;

import fil.heartbeat.config.NodeLabel;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The counters of one sender. Written by its verticle, read by any thread. */
final class SenderCounters {
  private final Target target;
  private final Optional<String> localPeerId;
  private final String nickname;
  private final String node;
  private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
  private final Map<HeadFault, Long> headFailures = new EnumMap<>(HeadFault.class);
  private final Map<String, Long> memberFailures = new HashMap<>();
  private final Map<MinerFault, Long> minerFailures = new EnumMap<>(MinerFault.class);
  private boolean connected;
  private long beatsSent;
  private long connects;
  private long failedConnects;
  private Optional<Instant> lastBeatAt = Optional.empty();
  private Optional<Instant> headAsOf = Optional.empty();
  private Optional<String> lastError = Optional.empty();

  SenderCounters(Target target, Optional<String> localPeerId, String nickname) {
    this.target = target;
    this.localPeerId = localPeerId;
    this.nickname = nickname;
    this.node = NodeLabel.of(nickname, localPeerId.orElse("unknown"));
    for (SkipReason reason : SkipReason.values()) {
      skipped.put(reason, 0L);
    }
    for (HeadFault fault : HeadFault.values()) {
      headFailures.put(fault, 0L);
    }
    for (MinerFault fault : MinerFault.values()) {
      minerFailures.put(fault, 0L);
    }
  }

  Target target() {
    return target;
  }

  /** Returns the name of its node in log lines. */
  String node() {
    return node;
  }

  Optional<String> localPeerId() {
    return localPeerId;
  }

  synchronized void sent(Instant at) {
    beatsSent++;
    lastBeatAt = Optional.of(at);
  }

  synchronized void headAsOf(Instant readAt) {
    headAsOf = Optional.of(readAt);
  }

  synchronized void skipped(SkipReason reason) {
    skipped.merge(reason, 1L, Long::sum);
  }

  synchronized void headFaults(Collection<HeadFault> faults) {
    faults.forEach(fault -> headFailures.merge(fault, 1L, Long::sum));
  }

  /**
   * Takes the counts of answers about the optional members that failed, as their source reports
   * them.
   */
  synchronized void memberFailures(Map<String, Long> byReason) {
    byReason.forEach((reason, count) -> memberFailures.put("member-" + reason, count));
  }

  synchronized void minerFault(MinerFault fault) {
    minerFailures.merge(fault, 1L, Long::sum);
  }

  synchronized void connected() {
    connected = true;
    connects++;
    lastError = Optional.empty();
  }

  synchronized void connectFailed(String error) {
    failedConnects++;
    lastError = Optional.of(error);
  }

  synchronized void lost(String error) {
    connected = false;
    lastError = Optional.of(error);
  }

  synchronized SenderStatus status() {
    return new SenderStatus(
        target.address(),
        target.peerId(),
        localPeerId,
        nickname,
        connected,
        beatsSent,
        labelled(skipped, SkipReason::label),
        connects,
        failedConnects,
        lastBeatAt,
        headAsOf,
        lastError,
        headFailures(),
        labelled(minerFailures, MinerFault::label));
  }

  private Map<String, Long> headFailures() {
    Map<String, Long> all = labelled(headFailures, HeadFault::label);
    all.putAll(memberFailures);
    return all;
  }

  private static <K> Map<String, Long> labelled(Map<K, Long> counts, Function<K, String> label) {
    Map<String, Long> result = new HashMap<>();
    counts.forEach((key, count) -> result.put(label.apply(key), count));
    return result;
  }
}
