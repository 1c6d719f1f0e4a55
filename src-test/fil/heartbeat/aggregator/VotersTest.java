package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VotersTest {
  private static final Moment NOW = new Moment(Instant.parse("2026-01-01T00:00:00Z"), 0);

  private final ClaimConflicts conflicts = new ClaimConflicts(entry -> {});

  private static PeerEntry entry(int number, String miner, long height) {
    PeerEntry entry =
        new PeerEntry(SimulatedFleet.peer(1, number), new BeatBudget(1, NOW.nanos()), NOW);
    entry.stand(Standing.VOTER);
    claim(entry, miner, height);
    return entry;
  }

  private static void claim(PeerEntry entry, String miner, long height) {
    entry.claim(
        new Heartbeat("", height, "", miner, null, null),
        new KnownHeads.Head("", TipsetKey.EMPTY, List.of()));
  }

  private static Voters voters(boolean open, List<PeerEntry> entries) {
    Voters voters = new Voters(open, entries.size());
    entries.forEach(
        entry -> {
          entry.votes = false;
          voters.add(entry);
        });
    voters.choose();
    return voters;
  }

  private static List<PeerEntry> chosen(List<PeerEntry> entries) {
    return entries.stream().filter(entry -> entry.votes).toList();
  }

  /** The first of each miner, found without knowing who shares one. */
  private static List<PeerEntry> expected(List<PeerEntry> entries, long ceiling) {
    Set<String> miners = new HashSet<>();
    return entries.stream()
        .filter(entry -> entry.height <= ceiling)
        .filter(
            entry -> {
              String miner = entry.claims.minerAddress();
              return miner == null || miners.add(miner);
            })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void inAnOpenFleetTheFirstOfEachMinerVotes(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PeerEntry> entries = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      entries.add(entry(i, "", 10));
    }
    for (int round = 0; round < 500; round++) {
      PeerEntry one = entries.get(random.nextInt(entries.size()));
      conflicts.leave(one);
      claim(one, random.nextInt(4) == 0 ? "" : "f0" + random.nextInt(6), 10 + random.nextInt(3));
      if (random.nextInt(8) > 0) {
        conflicts.join(one);
      }
      Voters voters = voters(true, entries);
      assertThat(chosen(entries)).isEqualTo(expected(entries, Long.MAX_VALUE));
      voters.upTo(11);
      assertThat(chosen(entries)).isEqualTo(expected(entries, 11));
      assertThat(voters.count()).isEqualTo(chosen(entries).size());
      assertThat(voters.reports())
          .isEqualTo(chosen(entries).stream().map(entry -> entry.reports).toList());
    }
  }

  @Test
  void inAFleetThatTheConfigNamesAllVote() {
    List<PeerEntry> entries =
        Stream.of(entry(1, "f01", 10), entry(2, "f01", 10), entry(3, "f01", 12)).toList();
    entries.forEach(conflicts::join);
    Voters voters = voters(false, entries);
    assertThat(chosen(entries)).isEqualTo(entries);
    voters.upTo(11);
    assertThat(chosen(entries)).isEqualTo(entries.subList(0, 2));
  }
}
