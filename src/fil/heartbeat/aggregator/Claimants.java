package fil.heartbeat.aggregator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which peers claim one miner address or nickname; of those that are not gone. */
final class Claimants {

  /** Others named in a conflict, and peers told of a change; the count says the rest. */
  private static final int MAX_NAMED = 3;

  private static final int MAX_TOLD = 64;

  private final Map<String, Set<Slot>> byMiner = new HashMap<>();
  private final Map<String, Set<Slot>> byNickname = new HashMap<>();
  private final Consumer<Slot> changed;

  /**
   * @param changed hears of each peer whose conflicts may be others now
   */
  Claimants(Consumer<Slot> changed) {
    this.changed = changed;
  }

  void join(Slot slot) {
    slot.claiming = true;
    put(byMiner, slot.claims.minerAddress(), slot);
    put(byNickname, slot.claims.nickname(), slot);
  }

  /** To be called while the slot still claims what it joined with. */
  void leave(Slot slot) {
    if (slot.claiming) {
      slot.claiming = false;
      remove(byMiner, slot.claims.minerAddress(), slot);
      remove(byNickname, slot.claims.nickname(), slot);
    }
  }

  List<String> conflicts(Slot slot) {
    List<String> conflicts = new ArrayList<>(0);
    if (slot.claiming) {
      add(conflicts, "miner address", slot.claims.minerAddress(), byMiner, slot);
      add(conflicts, "nickname", slot.claims.nickname(), byNickname, slot);
    }
    return conflicts;
  }

  private static void add(
      List<String> conflicts,
      String what,
      @Nullable String value,
      Map<String, Set<Slot>> by,
      Slot slot) {
    Set<Slot> claimants = value == null || value.isEmpty() ? null : by.get(value);
    if (claimants == null || claimants.size() < 2) {
      return;
    }
    List<String> others =
        claimants.stream()
            .filter(other -> other != slot)
            .limit(MAX_NAMED)
            .map(other -> other.peerId)
            .toList();
    int more = claimants.size() - 1 - others.size();
    conflicts.add(
        what
            + " "
            + value
            + " is also claimed by "
            + String.join(", ", others)
            + (more > 0 ? " and " + more + " more" : ""));
  }

  private void put(Map<String, Set<Slot>> by, @Nullable String value, Slot slot) {
    if (value != null && !value.isEmpty()) {
      Set<Slot> claimants = by.computeIfAbsent(value, ignored -> new LinkedHashSet<>(2));
      if (claimants.add(slot) && claimants.size() > 1) {
        tell(claimants);
      }
    }
  }

  private void remove(Map<String, Set<Slot>> by, @Nullable String value, Slot slot) {
    Set<Slot> claimants = value == null ? null : by.get(value);
    if (claimants != null && claimants.remove(slot)) {
      if (claimants.isEmpty()) {
        by.remove(value);
      } else {
        tell(claimants);
      }
    }
  }

  private void tell(Set<Slot> claimants) {
    claimants.stream().limit(MAX_TOLD).forEach(changed);
  }
}
